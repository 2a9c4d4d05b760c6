"""Are KPIs followed month by month, people against themselves and beside others?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.behavior.series import kpi_series
from tests.kirkpatrick.behavior.rows import PEOPLE, TRAINED, WHO, evaluated

# Trained in March 2026: −3 … −1 are December to February, 1 … 3 April to June.
BEFORE, AFTER = ["2025-12-01", "2026-01-01", "2026-02-01"], ["2026-04-01", "2026-05-01", "2026-06-01"]
HIGHER = dict(zip(PEOPLE, (12, 14, 12, 14, 10, 11, 11, 12), strict=True))


def kpi(person, month, value, metric="score", n=None):
    return {"unit": "staff", "unit_id": person, "metric": metric, "month": month, "value": float(value), "n": n}


def kpis(people=PEOPLE, later=HIGHER, metric="score", **more):
    told = [kpi(one, month, 10, metric, **more) for one in people for month in BEFORE]
    return told + [kpi(one, month, later[one], metric, **more) for one in people for month in AFTER]


def not_by_lot(rows=WHO):
    return [row | {"assigned_at_random": False} for row in rows]


def test_the_trained_are_held_against_their_own_months_and_those_of_others():
    found = kpi_series(evaluated(kpis=kpis()))
    table = found.table.set_index("month_about")
    assert table.index.tolist() == [-3, -2, -1, 1, 2, 3]
    assert table["counted_as"].tolist() == ["before"] * 3 + ["after"] * 3
    # From 10 on the mean to 13 (trained) and to 11 (compared): 3 / 10, 1 / 10 and what is between them.
    later = table.loc[1, ["moved_trained_share", "moved_compared_share", "apart_share"]]
    assert later.astype(float).tolist() == pytest.approx([3 / 10, 1 / 10, 2 / 10])
    assert table.loc[-2, "moved_trained_share"] == 0
    # Variances 4 / 3 and 2 / 3 of four people each: 1 / 3 + 1 / 6 of the difference, with 6 degrees of freedom.
    half = t.ppf(0.975, 6) * np.sqrt(1 / 2)
    assert found.facts["found"].facts["change"] == pytest.approx(2)
    assert found.facts["found"].facts["low"] == pytest.approx(2 - half)
    assert table.loc[2, "apart_share_high"] == pytest.approx((2 + half) / 10)
    assert found.design is Design.RANDOMISED
    assert found.sentence("en") == (
        "score of 4 trained people went from 10.0 to 13.0 in the 3 months after; against 4 people not trained that is "
        "a move of +2.0 (+0.3 to +3.7), with its 95% interval. 1 of 1 KPI moved the right way by more than chance "
        "would explain, corrected for their number."
    )
    assert found.sentence("zh") == (
        "4名参训人的score，训前10.0，训后3个月13.0；与4名未参训的人相比，变动+2.0（+0.3 至 +3.7），括号内为95%区间。"
        "1项指标中有1项好转，超出偶然（已按项数校正）。"
    )


def test_months_of_a_share_weigh_by_their_denominators():
    later = dict.fromkeys(PEOPLE, 0.5)
    told = [*zip(BEFORE, (0.2, 0.5, 0.5), (30, 10, 20), strict=True)]
    rows = [kpi(one, month, value, "closed_rate", n) for one in PEOPLE for month, value, n in told]
    rows += [kpi(one, month, later[one], "closed_rate", 10) for one in PEOPLE for month in AFTER]
    found = kpi_series(evaluated(kpis=rows))
    # (30 · 0.2 + 30 · 0.5) / 60
    assert found.facts["before"].facts["value"] == pytest.approx(0.35)
    assert found.sentences[1] == "open_beside"


def test_who_was_not_drawn_by_lot_may_have_been_chosen_for_the_months_right_before():
    low = [kpi(one, month, 4 if one in TRAINED else 10) for one in PEOPLE for month in BEFORE]
    early = [kpi(one, month, 10) for one in PEOPLE for month in ("2025-09-01", "2025-10-01", "2025-11-01")]
    back = [kpi(one, month, 10 + number % 2) for number, one in enumerate(PEOPLE) for month in AFTER]
    found = kpi_series(evaluated(kpis=low + early + back, trainees=not_by_lot()))
    table = found.table.set_index("month_about")
    assert table.loc[[-6, -3, 1], "counted_as"].tolist() == ["before", "set_aside", "after"]
    assert table.loc[-1, "moved_trained_share"] == pytest.approx(-6 / 10)
    assert found.facts["found"].facts["change"] == pytest.approx(0)  # all came back to where they were, no more
    assert found.sentences == ("lead_beside", "open_beside", "set_aside")
    assert found.design is Design.COMPARISON_GROUP
    with pytest.raises(NotEnoughData):
        kpi_series(evaluated(kpis=low + back, trainees=not_by_lot()))


def test_with_nobody_kept_to_compare_with_others_of_the_role_are_and_without_them_it_is_a_change():
    found = kpi_series(evaluated(kpis=kpis() + early(), trainees=not_by_lot(WHO[:4])))
    assert found.design is Design.COMPARISON_GROUP
    assert "others" in found.sentences
    alone = kpi_series(evaluated(kpis=kpis(TRAINED) + early(), trainees=not_by_lot(WHO[:4])))
    assert alone.design is Design.BEFORE_AFTER_ONLY
    assert alone.sentences[:2] == ("lead_alone", "better_alone")
    assert "that is a change and no effect" in alone.sentence("en")
    assert alone.table["moved_compared_share"].isna().all()


def early():
    return [kpi(one, month, 10) for one in PEOPLE for month in ("2025-09-01", "2025-10-01", "2025-11-01")]


def test_low_may_be_good_and_several_kpis_are_corrected():
    later = {one: 10 - (HIGHER[one] - 10) for one in PEOPLE}
    rows = kpis(metric="reply_hours", later=later) + kpis(metric="score", later=HIGHER)
    found = kpi_series(evaluated(kpis=rows))
    # Each alone has p = .030; Holm doubles the smaller, and nothing is left beyond chance.
    p_value = 2 * t.sf(2 / np.sqrt(1 / 2), 6)
    assert p_value == pytest.approx(0.030, abs=0.001)
    assert found.sentences[1] == "open_beside"
    assert kpi_series(evaluated(kpis=kpis(metric="reply_hours", later=later))).sentences[1] == "better_beside"
    assert kpi_series(evaluated(kpis=kpis(later=later))).sentences[1] == "worse_beside"


def test_the_future_changes_nothing():
    now = [row for row in kpis() if row["month"] != AFTER[-1]]
    later = [kpi(one, AFTER[-1], 99) for one in PEOPLE]
    plain, known = (kpi_series(evaluated("2026-06-01", kpis=rows)).table for rows in (now, now + later))
    assert plain["month_about"].max() == 2
    pd.testing.assert_frame_equal(plain.astype(str), known.astype(str))


def test_too_few_people_are_refused():
    with pytest.raises(NotEnoughData):
        kpi_series(evaluated(kpis=kpis("ABCEFGH")))
    with pytest.raises(NotEnoughData):
        kpi_series(evaluated("2026-03-20", kpis=kpis()))
