"""Is who masters what counted as by hand, and is the order of the gaps only told where it is more than chance?"""

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import capability_gaps
from churnlab.settings import Settings
from churnlab.stats.intervals import wilson
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.training.assessments import CAPABILITIES, CAPABILITY_LEVEL, competencies
from churnlab.synthetic.training.telling import in_form
from churnlab.synthetic.training.workforce import workforce
from churnlab.tables.door import from_frames
from tests.kirkpatrick.needs.rows import STAFF, opened

EIGHT = "ABCDEFGH"


def rated(one: str, what: str, score: float, at: str = "2026-05-01", **more: object) -> dict[str, object]:
    return {
        "staff_id": one, "rater_id": "R", "rater_role": "superior", "kind": "competency", "occasion": "pre", "at": at,
        "dimension": what, "score": score, "scale_min": 1.0, "scale_max": 5.0,
    } | more  # fmt: skip


def rows(**mastered: str) -> list[dict[str, object]]:
    """Return ratings of eight people: 4 of 5, which is 0.75 of the scale, for who masters it, else 3."""
    return [rated(one, what, 4.0 if one in who else 3.0) for what, who in mastered.items() for one in EIGHT]


def told(ratings: list[dict[str, object]], *, role: str | None = None, listed: int = 3, **more: object) -> Finding:
    settings = Settings.model_validate({"needs": {"gaps_listed": listed}})
    return capability_gaps(opened(settings=settings, ratings=ratings, **more), role=role)  # type: ignore[arg-type]


def test_the_share_that_masters_it_has_wilsons_interval_and_the_smallest_comes_first() -> None:
    table = told(rows(listening="ABCDEF", closing="AB", offering="ABCD")).table
    assert table["capability"].tolist() == ["closing", "offering", "listening"]
    assert table["mastered_share"].tolist() == [2 / 8, 4 / 8, 6 / 8]
    assert table["mastered_share_count"].tolist() == [2, 4, 6]
    assert (table["mastered_share_low"][0], table["mastered_share_high"][0]) == pytest.approx(wilson(2, 8, 0.95))
    assert table["gap_place"].tolist() == [1, 2, 3]


def test_a_place_is_told_where_the_same_people_differ_beyond_chance() -> None:
    # Nobody masters closing and all master listening: eight of eight on one side, 2 / 2⁸ by McNemar, three times that
    # of three pairs: 6/256 = 0.023. Four of eight against none or all: 2 / 2⁴ = 0.125, nothing.
    table = told(rows(closing="", offering="ABCD", listening=EIGHT), listed=1).table.set_index("capability")
    places = table[["gap_place_low", "gap_place_high"]].to_numpy().tolist()
    assert places == [[1, 2], [1, 3], [2, 3]]
    # With a fourth that nobody masters either there are six pairs, 6 · 2/256 = 0.047 for two of them.
    four = told(rows(closing="", asking="", offering="ABCD", listening=EIGHT)).table
    assert four[["gap_place", "gap_place_low", "gap_place_high"]].to_numpy().tolist() == [
        [1, 1, 3], [1, 1, 3], [3, 1, 4], [4, 3, 4]
    ]  # fmt: skip
    five = told(rows(closing="", asking="", offering="ABCD", listening=EIGHT, calling="ABCDE")).table
    assert five["gap_place_high"].tolist() == [5] * 5  # ten pairs: 10 · 2/256 = 0.078


def test_the_latest_day_counts_by_the_mean_of_its_raters_who_are_others() -> None:
    several = [
        rated("A", "closing", 5.0, "2026-01-01"), rated("A", "closing", 3.0, "2026-05-01"),
        # Of two on one day 3 and 5 make 4, just enough.
        rated("B", "closing", 3.0), rated("B", "closing", 5.0, rater_id="S"),
        rated("C", "closing", 5.0, rater_role="self"), rated("D", "closing", 5.0, kind="skill"),
        # On a scale of ten from 0, 7.5 is 0.75.
        rated("E", "closing", 7.5, scale_min=0.0, scale_max=10.0), rated("F", "closing", 5.0, "2024-12-31"),
    ]  # fmt: skip
    (row,) = told(several).table.to_dict("records")
    assert (row["people"], row["mastered_share_count"]) == (3, 2)


def test_who_left_is_not_counted_and_a_role_can_be_asked_for() -> None:
    ratings = rows(closing="AB")
    staff = [
        row | ({"left_on": "2026-06-01"} if row["staff_id"] == "A" else {})
        | ({"role": "teacher"} if row["staff_id"] in "GH" else {})
        for row in STAFF
    ]  # fmt: skip
    assert told(ratings, staff=staff).table["people"].tolist() == [7]
    assert told(ratings, staff=staff, role="teacher").table["people"].tolist() == [2]


def test_a_shared_last_place_is_named_with_it_and_the_sentence_says_so() -> None:
    found = told(rows(closing="", asking="AB", offering="AB", listening=EIGHT), listed=2)
    assert found.table["among_largest"].tolist() == [True, True, True, False]
    assert found.sentence("en") == (
        "Of 4 capabilities, rated by others for up to 8 people who work here (at 75% of the scale or above counts as "
        "mastered), fewest have mastered: closing (0.0%, 0.0% to 32.4%); asking (25.0%, 7.1% to 59.1%); offering "
        "(25.0%, 7.1% to 59.1%) (share of people, 95% interval). The last place is shared, so 3 are named and not 2. "
        "The order is within chance: listening could be among the 2 largest too."
    )
    assert found.sentence("zh") == (
        "在职员工中最多 8 人由他人评过 4 项能力（达到量表的 75% 算掌握），掌握的人最少的是：closing（0.0%，0.0% "
        "至 32.4%）、"
        "asking（25.0%，7.1% 至 59.1%）、offering（25.0%，7.1% 至 59.1%）（人数比例，95% 区间）。最后一名并列，"
        "所以列出 3 项，"
        "而不是 2 项。先后在偶然范围之内：listening也可能属于最大的 2 项。"
    )
    assert found.caveats == ("needs_competencies", "needs_few")


def test_it_is_said_which_are_surely_among_the_largest() -> None:
    found = told(rows(closing="", offering="ABCD", listening=EIGHT), listed=2)
    assert "Surely among the 2 largest: closing. In the place of the others listening could stand" in found.sentence(
        "en"
    )
    sure = told(rows(closing="", listening=EIGHT), listed=1)
    assert sure.sentence("en").endswith("compared pair by pair in the same people.")
    assert told(rows(closing="AB")).sentence("zh").endswith("没有评其他能力，也就无所谓哪几项差距最大。")


def test_the_future_changes_nothing_and_without_ratings_it_is_refused() -> None:
    later = [rated(one, "closing", 5.0, "2026-07-02") for one in EIGHT]
    pd.testing.assert_frame_equal(told(rows(closing="AB") + later).table, told(rows(closing="AB")).table)
    with pytest.raises(NotEnoughData) as none:
        told([rated("A", "closing", 5.0, "2024-01-01")])
    assert none.value.key == "needs.no_competencies"
    with pytest.raises(NotEnoughData):
        capability_gaps(opened())


@pytest.mark.slow
def test_shares_and_places_are_those_that_were_planted() -> None:
    """Estimand: the probability that an adviser is rated 4 or 5, and the order of these over five capabilities."""
    # A score is a whole number next to level + 0.4 ability + 0.6 noise, so 4 from 3.5.
    true = pd.Series(norm.sf(3.5, CAPABILITY_LEVEL, np.hypot(0.4, 0.6)), index=list(CAPABILITIES))
    place, held, places = true.rank(), [], 0
    seeds = 60
    for seed in range(seeds):
        _, world = begin(Institution(students=1500, seed=seed))
        assert world.institution.training is not None
        rng = np.random.default_rng(seed)
        people = workforce(world, world.institution.training, rng)
        ratings = in_form("ratings", competencies(world, people, rng))
        staff = in_form("staff", people)
        with closing(from_frames({"staff": staff, "ratings": ratings}, as_of=world.institution.as_of)) as data:
            table = capability_gaps(data).table.set_index("capability").loc[true.index]
        held += ((table["mastered_share_low"] <= true) & (true <= table["mastered_share_high"])).tolist()
        places += bool(((table["gap_place_low"] <= place) & (place <= table["gap_place_high"])).all())
    assert np.mean(held) >= binom.ppf(0.005, len(held), 0.95) / len(held), np.mean(held)
    assert places >= binom.ppf(0.005, seeds, 0.95), places / seeds
