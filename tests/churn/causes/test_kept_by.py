"""Is what could have kept them counted per cause, with whom it was asked of?"""

import pytest

from churnlab import churn
from churnlab.errors import NotEnoughData
from churnlab.settings import Uncertainty
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.causes.leavers import exit_of, gone
from tests.churn.stays import settings

# All left on 31 March. Interviewed: a–d (price) and e (teacher); f was phoned, g said nothing at all.
ANSWERS = {"a": "price", "b": "price", "c": "promise", "d": "nothing", "e": "teacher"}


def interview(student: str, reason: str, **more):
    return exit_of(student, reason, method="interview", **more)


def asked(*exits, least: int = 4, as_of: str = "2025-08-01", students: str = "abcdefg", **tables) -> Data:
    rules = settings(inactivity_days=None).model_copy(update={"uncertainty": Uncertainty(min_group=least)})
    contracts = tables.pop("enrolments", [gone(student) for student in students])
    return institution(as_of, settings=rules, enrolments=contracts, exits=list(exits), **tables)


def answers():
    rows = [interview(who, "teacher" if who == "e" else "price", kept_by=said) for who, said in ANSWERS.items()]
    return [*rows, exit_of("f", "price", method="phone")]


def test_of_those_who_answered_it_counts_who_could_have_been_kept_and_what_was_named_most():
    found = churn.kept_by(asked(*answers()))
    rows = found.table.set_index("department")
    names = ["students", "talked_to", "answered", "could_keep", "kept_by", "named"]
    assert rows.loc["all", names].tolist() == [7, 5, 5, 4, "price", 2]
    assert rows.loc["market", names].tolist() == [5, 4, 4, 3, "price", 2]
    assert rows.loc["teaching", names].tolist() == [1, 1, 1, 1, "teacher", 1]
    assert list(rows.index) == ["all", "market", "teaching"]  # of the one who said nothing nobody knows anything
    assert rows["keepable_share"].tolist()[:2] == [4 / 5, 3 / 4]
    assert rows.loc["all", "keepable_share_low"] < 4 / 5 < rows.loc["all", "keepable_share_high"]


def test_of_few_there_is_a_count_and_no_share():
    found = churn.kept_by(asked(*answers()))
    rows = found.table.set_index("department")
    assert rows.loc["teaching", ["keepable_share", "keepable_share_low"]].isna().all()
    assert found.caveats == ("kept_by_hindsight", "kept_by_few")
    with pytest.raises(NotEnoughData) as error:
        churn.kept_by(asked(*answers(), least=6))
    assert "5 said what could have kept them and were filed under it" in error.value.message("en")


def test_what_is_told_in_words_only_is_counted_apart():
    said = interview("g", "price", could_have_kept="老师不换就好了")
    found = churn.kept_by(asked(*answers(), said))
    assert found.facts["only_text"] == 1
    assert found.table.set_index("department").loc["all", ["talked_to", "answered"]].tolist() == [6, 5]
    assert "1 more told it in words" in found.sentence("en")


def test_an_answer_counts_from_the_day_on_which_it_was_written_down_and_the_latest_counts():
    early, late = "2025-04-10", "2025-07-01"
    rows = answers()[1:]
    first = exit_of("a", "price", kept_by="schedule", method="phone", recorded_on=early)
    then = interview("a", "price", kept_by="nothing", recorded_on=late)
    data = asked(first, then, *rows)
    assert churn.kept_by(data).table.loc[0, "could_keep"] == 3
    assert churn.kept_by(data.before(data.as_of.replace(month=7))).table.loc[0, "could_keep"] == 4


def test_an_answer_of_another_stay_says_nothing_of_this_one():
    again = {"enrolment_id": "e-a2", "signed_at": "2025-05-10", "starts_on": "2025-05-10", "ends_on": "2025-05-20"}
    contracts = [*(gone(student) for student in "abcdef"), gone("a") | again]
    rows = [row for row in answers() if row["student_id"] != "a"]
    of_second = exit_of("a", "price", "2025-05-20", method="interview", kept_by="price")
    found = churn.kept_by(asked(*rows, of_second, enrolments=contracts))
    assert found.table.set_index("department").loc["all", ["students", "talked_to", "answered"]].tolist() == [7, 5, 5]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told_in_both_languages_and_fits_a_page(lang):
    found = churn.kept_by(asked(*answers()))
    assert len(found.presented(lang).columns) <= 8
    assert found.title(lang)
    assert {"zh": "4 名（80.0%", "en": "4 (80.0%"}[lang] in found.sentence(lang)
    assert {"zh": "价格优惠", "en": "a lower price"}[lang] in found.presented(lang).to_string()
