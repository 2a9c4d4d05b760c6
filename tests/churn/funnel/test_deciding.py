"""Those still deciding are taken for what they are."""

import pandas as pd
import pytest

from churnlab.churn.funnel.deciding import time_to_enrol, time_to_enrol_by
from churnlab.churn.groups import UNKNOWN
from churnlab.errors import NotEnoughData, OrderError
from churnlab.i18n import LANGUAGES
from tests.churn.funnel.asking import crowd, opened, signed, student


# 20 asked on 10 Jan: 10 came after 10 days. 20 asked on 1 Mar, 5 days before the date, none has come: a mean over all
# 40 would be a quarter; of those followed for ten days it is half.
def test_who_asked_lately_is_not_taken_for_lost() -> None:
    found = time_to_enrol(opened("2025-03-07", crowd(20, 10), crowd(20, 0, on="2025-03-01", of="b")))
    share = found.table.set_index("days_since_asking")["enrolled_share"]
    assert share.to_dict() == {0: 0, 7: 0, 14: 10 / 20, 21: 10 / 20, 28: 10 / 20}
    assert found.table["still_deciding"].tolist() == [40, 20, 10, 10, 10]
    assert found.facts["median_days"] == 10
    assert found.facts["enrolled_share"] == 10 / 20
    for lang in LANGUAGES:
        assert "50.0%" in found.sentence(lang)
    assert found.caveats == ("funnel_undated_loss",)
    assert "given_up_share" not in found.table


# 20 asked on 10 Jan: 5 came after 10 days, 4 were lost on day 5 and 4 on day 20; one of those who came had been lost on
# day 3. 20 asked on 1 Mar and are known for 5 days: 8 of them were lost on day 2.
#   day    0   2   5   10  20
#   there  40  40  32  16  11    (on day 6 the 12 still deciding of March leave the view)
#   left       8 L 4 L 5 E 4 L
def test_who_is_marked_as_lost_has_decided() -> None:
    early, late = crowd(20, 5), crowd(20, 0, on="2025-03-01", of="b")
    for number in range(5, 13):
        early["leads"][number]["lost_on"] = "2025-01-15" if number < 9 else "2025-01-30"
    early["leads"][0]["lost_on"] = "2025-01-13"
    for number in range(8):
        late["leads"][number]["lost_on"] = "2025-03-03"
    found = time_to_enrol(opened("2025-03-07", early, late))
    table = found.table.set_index("days_since_asking")
    here = 1 * 32 / 40 * 28 / 32  # on day 10, before it
    assert table["enrolled_share"].to_dict() == pytest.approx(
        {0: 0, 7: 0, 14: here * 5 / 16, 21: here * 5 / 16, 28: here * 5 / 16}
    )
    last = 8 / 40 + 32 / 40 * 4 / 32
    assert table["given_up_share"].to_dict() == pytest.approx(
        {0: 0, 7: last, 14: last, 21: last + here * 11 / 16 * 4 / 11, 28: last + here * 11 / 16 * 4 / 11}
    )
    assert table["still_deciding"].tolist() == [40, 16, 11, 7, 7]
    assert (found.facts["lost"], found.facts["came_back"], found.facts["median_days"]) == (16, 1, 10)
    assert found.caveats == ("funnel_dated_loss",)
    assert "已流失的占" in found.sentence("zh")
    assert "1 enrolled after having been marked" in found.warnings("en")[0]


def test_channels_are_followed_for_as_many_days() -> None:
    data = opened(
        "2025-03-07",
        crowd(20, 10),
        crowd(20, 5, after_days=3, of="b", channel="shop"),
        crowd(2, 1, of="c", channel="fair"),
    )
    found = time_to_enrol_by(data)
    assert found.table["requests"].tolist() == [42, 20, 20]  # two of the fair are too few for a curve
    assert found.table["median_days"].tolist() == [10, 3, 10]
    assert found.table["enrolled_share"].tolist() == pytest.approx([16 / 42, 5 / 20, 10 / 20])
    assert found.presented("en")["Channel"].tolist() == ["All", "shop", "web"]


# 4 of the 6 of the fair come after 2 days, then only 2 are left: too few to tell of day 10, by which the others came.
def test_a_channel_of_which_few_are_followed_cuts_no_other_off() -> None:
    few = crowd(6, 4, after_days=2, of="c", channel="fair")
    data = opened("2025-03-07", crowd(20, 10), crowd(20, 5, after_days=3, of="b", channel="shop"), few)
    found = time_to_enrol_by(data)
    assert found.presented("en")["Channel"].tolist() == ["All", "shop", "web"]
    assert found.facts["days"] == 30
    assert found.table["enrolled_share"].tolist() == pytest.approx([19 / 46, 5 / 20, 10 / 20])


# 365 and 30 days before 7 March 2025 is 6 February 2024.
@pytest.mark.parametrize(("on", "asked"), [("2024-02-05", 20), ("2024-02-06", 25)])
def test_who_was_still_deciding_when_the_year_began_is_told(on: str, asked: int) -> None:
    assert time_to_enrol(opened("2025-03-07", crowd(20, 10), crowd(5, 0, on=on, of="b"))).facts["asked"] == asked


# Of those of 1 March one is lost on the last day known; a0 is marked as lost on the day on which she signs.
def test_who_is_lost_on_the_last_day_known_is_lost_and_who_signs_that_day_has_not_come_back() -> None:
    early, late = crowd(20, 10), crowd(5, 0, on="2025-03-01", of="b")
    early["leads"][0]["lost_on"], late["leads"][0]["lost_on"] = "2025-01-20", "2025-03-06"
    facts = time_to_enrol(opened("2025-03-07", early, late)).facts
    assert (facts["lost"], facts["came_back"]) == (1, 0)


# 8 of 16 come after 3 days, the others after 10.
def test_the_median_is_the_first_day_by_which_half_have_come() -> None:
    data = opened("2025-03-07", crowd(8, 8), crowd(8, 8, after_days=3, of="b"))
    assert time_to_enrol(data).facts["median_days"] == 3


def test_row_order_changes_nothing() -> None:
    rows = crowd(20, 10)
    turned = {name: part[::-1] for name, part in rows.items()}
    pd.testing.assert_frame_equal(*(time_to_enrol(opened("2025-03-07", part)).table for part in (rows, turned)))


def test_where_nobody_came_there_is_no_curve() -> None:
    with pytest.raises(NotEnoughData) as told:
        time_to_enrol(opened("2025-03-07", crowd(20, 0)))
    assert told.value.key == "funnel.nobody_came"


def test_students_who_ask_again_are_not_followed() -> None:
    old = crowd(6, 0, of="old")
    old |= {"students": [student(row["name"], "2024-01-01") for row in old["leads"]]}
    old |= {"enrolments": [signed(row["name"], "2024-01-01") for row in old["leads"]]}
    found = time_to_enrol(opened("2025-03-07", crowd(20, 10), old))
    assert (found.facts["asked"], found.facts["enrolled_share"]) == (20, 10 / 20)


def test_courses_and_campaigns_are_followed_too() -> None:
    parts = [
        crowd(20, 10, course_id="maths", campaign_id="May"),
        crowd(20, 5, after_days=3, of="b", course_id="art", campaign_id="June"),
    ]
    data = opened("2025-03-07", *parts, crowd(20, 8, of="c"))
    for by, column, names in (("course", "course_id", ["art", "maths"]), ("campaign", "campaign_id", ["June", "May"])):
        found = time_to_enrol_by(data, by=by)  # type: ignore[arg-type]
        assert found.key == f"churn.time_to_enrol_by_{by}"
        assert found.table[column].tolist()[1:] == [*names, UNKNOWN]
        assert found.table["requests"].tolist() == [60, 20, 20, 20]
        assert found.table["median_days"].tolist() == [10, 3, 10, 10]
        assert found.facts["groups"] == 2  # those of no course are none
        for lang in LANGUAGES:
            assert found.sentence(lang)


def test_fewer_than_two_groups_are_not_compared() -> None:
    data = opened("2025-03-07", crowd(20, 10), crowd(2, 1, of="c", channel="fair"))
    with pytest.raises(NotEnoughData) as told:
        time_to_enrol_by(data)
    assert told.value.message("en") == (
        "Channel: fewer than two have enough requests for a curve of their own, so they cannot be compared."
    )


@pytest.mark.parametrize("by", ["adviser", "weekday"])
def test_what_has_no_meaning_is_refused_in_words(by: str) -> None:
    with pytest.raises(OrderError) as told:
        time_to_enrol_by(opened("2025-03-07", crowd(20, 10)), by=by)  # type: ignore[arg-type]
    assert "channel, campaign, campus, course" in told.value.message("en")
    assert ("nobody has one before the first contact" in told.value.message("en")) == (by == "adviser")
