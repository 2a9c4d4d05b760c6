import pandas as pd
import pytest

from churnlab.churn.competing.groups import (
    _compared,
    _groups,
    _shares,
    _until,
    corrected,
    incidence_by,
    incidence_tests,
)
from churnlab.churn.competing.incidence import cumulative_incidence
from churnlab.churn.stays import CHURNED, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import attempt
from churnlab.settings import Competing, Uncertainty
from churnlab.stats.gray import gray_test
from tests.churn.competing.institutions import SMALL, four, many


def test_of_a_single_group_nothing_is_compared():
    with pytest.raises(NotEnoughData):
        incidence_by(four(), by="campus")


def test_a_campus_that_loses_more_is_named_with_its_share():
    found = incidence_by(many(), by="campus")
    assert found.sentences[0] == "differs"
    west = found.table[(found.table["campus"] == "West") & (found.table["days_with_us"] == 90)].iloc[0]
    assert f"most at West, {100 * west['churned_share']:.1f}%; fewest at East" in found.sentence("en")
    assert f"West最高，{100 * west['churned_share']:.1f}%；East最低" in found.sentence("zh")


def test_each_groups_shares_are_those_of_the_group_alone():
    table = incidence_by(many(), by="campus").table.set_index(["campus", "days_with_us"])
    for campus in ("East", "West"):
        alone = cumulative_incidence(many(), campus=campus).table.set_index(["days_with_us", "fate"])
        for end in ("", "_low", "_high"):
            assert table.loc[(campus, 90), f"churned_share{end}"] == pytest.approx(
                alone.loc[(90, "churned"), f"fate_share{end}"]
            )


def test_the_test_is_grays_up_to_the_last_day_told():
    data = many()
    found, rows = incidence_by(data, by="campus"), stays(data, period_days=365)
    seen = watched(rows.assign(cause=rows["cause"].where(rows["exit"] <= 90, 0)))
    by_hand = gray_test(seen, pd.factorize(rows["campus"])[0], cause=CHURNED)
    # Who is watched longer adds nothing: no end after the last day counts.
    assert found.facts["churned_chi2"] == pytest.approx(by_hand.chi2)
    assert found.facts["churned_adjusted_p_value"] == pytest.approx(min(9 * by_hand.p_value, 1))


def test_tests_are_corrected_for_all_groupings_and_ends_of_a_report():
    told = incidence_tests(attempt(incidence_by, many(), by=by) for by in ("campus", "channel"))
    assert told.table["grouping"].unique().tolist() == ["campus"]  # there is but one channel
    assert (told.table["adjusted_p_value"] == (told.table["p_value"] * 9).clip(upper=1)).all()
    assert corrected(0.5) == 1
    with pytest.raises(NotEnoughData):
        incidence_tests([])


def test_of_many_groups_the_largest_are_shown_and_all_are_tested():
    found = incidence_by(many(competing=Competing(told_days=tuple(range(5, 70, 5)))), by="campus")
    assert len(found.table) <= 26
    assert found.facts["not_shown"] == 0


def test_two_alike_groups_are_called_alike():
    # Of A and B as many churn on each day, of four in a hundred either way: Gray's statistic is 0 and its p is 1.
    told = rows(A=[10] * 4 + [30] * 96, B=[10] * 4 + [30] * 96)
    told = told.assign(cause=(told["exit"] == 10).astype(int), group=told["campus"], last=30)
    table = pd.DataFrame({"campus": list("AB"), "days_with_us": 30, "churned_share": [4 / 100, 4 / 100]})
    sentence, facts = _compared(told, table, "campus", 0.05)
    assert (sentence, facts["churned_p_value"]) == (("alike",), pytest.approx(1))


def test_of_a_single_channel_nothing_is_compared():
    with pytest.raises(NotEnoughData):
        incidence_by(many(seed=5), by="channel")


def rows(**exits):
    """Return a row a stay: of each campus the days of exit, watched from the start, nobody gone."""
    told = [(campus, day) for campus, days in exits.items() for day in days]
    campus, exit_ = zip(*told, strict=True)
    return pd.DataFrame({"campus": campus, "entry": -1, "exit": exit_, "cause": 0, "cluster": range(len(told))})


def test_a_group_must_be_watched_from_its_start_to_the_first_day_told_and_be_large_enough():
    # A, B and D have three stays, C two. B is seen from day 5 on, D until day 9; 10 is the first day told
    told = rows(A=[30, 30, 30], B=[30, 30, 30], C=[30, 30], D=[9, 9, 9])
    told.loc[told["campus"] == "B", "entry"] = 4
    three = SMALL.model_copy(update={"uncertainty": Uncertainty(min_group=3)})
    assert list(_groups(told, "campus", three)) == ["A"]


def test_shares_are_told_up_to_and_with_the_last_day_watched_each_of_its_own_end():
    # of four one has completed by day 10, two left for personal reasons by day 30
    four_rows = rows(A=[5, 20, 25, 30]).assign(cause=[2, 3, 3, 0], last=30)
    told = _shares(four_rows, "A", "campus", [10, 30, 40], SMALL).set_index("days_with_us")
    assert told.index.tolist() == [10, 30]
    assert told["completed_share"].tolist() == [1 / 4, 1 / 4]
    assert told["personal_share"].tolist() == pytest.approx([0, 2 / 4])
    assert told["churned_share"].tolist() == [0, 0]


def test_an_end_on_the_last_day_told_counts_one_after_it_does_not():
    told = _until(watched(rows(A=[9, 10, 11]).assign(cause=1)), 10)
    assert (told.exit.tolist(), told.cause.tolist()) == ([9, 10, 10], [1, 1, 0])


def test_two_groups_are_named_only_if_they_differ_after_correction_for_all_pairs():
    # Of 40 each, 12, 2 and 2 leave: all together differ (9 p = .007), A and B alone (9 p = .03), but for three pairs
    # .09. Were there only these two, they would be named.
    told = rows(A=[10] * 12 + [30] * 28, B=[10] * 2 + [30] * 38, C=[10] * 2 + [30] * 38)
    told = told.assign(cause=(told["exit"] == 10).astype(int), group=told["campus"], last=30)
    table = pd.DataFrame({"campus": list("ABC"), "days_with_us": 30, "churned_share": [12 / 40, 2 / 40, 2 / 40]})
    sentence, facts = _compared(told, table, "campus", 0.05)
    assert (sentence, facts["most"], facts["fewest"]) == (("differs_somewhere",), "A", "B")
    two = told[told["campus"] != "C"]
    assert _compared(two, table[:2], "campus", 0.05)[0] == ("differs",)
