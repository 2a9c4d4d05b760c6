import pandas as pd
import pytest

from churnlab.churn.competing.groups import corrected, incidence_by, incidence_tests
from churnlab.churn.competing.incidence import cumulative_incidence
from churnlab.churn.stays import CHURNED, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import attempt
from churnlab.settings import Competing
from churnlab.stats.gray import gray_test
from tests.churn.competing.institutions import four, many


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
    made = many(seed=5)
    # The same students, dealt at random: their ids' last digit says nothing.
    frames = incidence_by(made, by="campus")
    assert frames.facts["churned_p_value"] < 0.05
    with pytest.raises(NotEnoughData):
        incidence_by(made, by="channel")
