"""Who complains, and of what?"""

import pandas as pd

from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.complaints import CATEGORIES, CHANNELS, WISH


def test_suggestions_lie_in_the_box_and_name_nobody(made: Made) -> None:
    rows = made.frames["complaints"]
    wishes = rows[rows["category"] == WISH]
    assert len(wishes) > 5
    assert (wishes["channel"] == "box").all()
    assert wishes["student_id"].isna().all()
    assert rows.loc[rows["category"] != WISH, "student_id"].notna().all()


def test_complaints_come_by_every_channel_and_of_everything(made: Made) -> None:
    rows = made.frames["complaints"]
    assert set(rows["channel"]) == set(CHANNELS)
    assert set(rows["category"]) == {*CATEGORIES, WISH}
    assert rows["text"].nunique() > 0.5 * len(rows)


def test_each_campus_complains_of_what_is_bad_there() -> None:
    rows = pd.concat([make(Institution(students=1200, seed=seed)).frames["complaints"] for seed in range(3)])
    rows = rows[rows["category"] != WISH]
    share = pd.crosstab(rows["campus"], rows["category"], normalize="index")
    assert share["排课调课"].idxmax() == "闵行校区"
    assert share["安全隐患"].idxmax() == "徐汇校区"
