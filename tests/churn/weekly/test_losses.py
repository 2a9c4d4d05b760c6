"""Whom did we lose this week, and is that more than usual? The case is drawn in `four.py`."""

from dataclasses import replace
from datetime import date

import pandas as pd

from churnlab.churn.causes.leavers import STATING
from churnlab.churn.outcome import episodes
from churnlab.churn.weekly.counts import weekly_counts
from churnlab.churn.weekly.losses import week_cards, week_losses, week_lost
from tests.churn.weekly.four import opened


def test_the_case_is_as_drawn():
    known = episodes(opened("2026-03-01")).set_index("unit_id")["known_on"].dt.date.to_dict()
    assert known == {
        "a": date(2026, 1, 20), "b": date(2026, 1, 21), "c": date(2026, 1, 1), "d": date(2026, 2, 24),
    }  # fmt: skip


def test_a_loss_counts_in_the_week_in_which_it_became_known():
    counts = weekly_counts(opened(), weeks=4)
    assert counts["week_on"].tolist() == [date(2026, 1, 19), date(2026, 1, 12), date(2026, 1, 5), date(2025, 12, 29)]
    assert counts["lost"].tolist() == [2, 0, 0, 1]
    assert counts["refunds_requested"].tolist() == [1, 0, 0, 0]
    assert counts["complaints_opened"].tolist() == [1, 1, 0, 0]


def test_calls_to_one_student_on_one_day_are_one():
    # d on the 19th, by contact and by list; a on the 22nd. A revisit is no attempt to save.
    assert weekly_counts(opened(), weeks=2)["saving_calls"].tolist() == [2, 0]


def test_a_campus_has_its_own_week():
    assert weekly_counts(opened(), weeks=1, campus="West").iloc[0].drop("week_on").to_dict() == {
        "at_start": 0, "lost": 0, "refunds_requested": 0, "complaints_opened": 1, "saving_calls": 0,
    }  # fmt: skip


def test_a_week_once_told_does_not_change():
    then, later = weekly_counts(opened(), weeks=3), weekly_counts(opened("2026-02-02"), weeks=4)
    told = ["week_on", "lost", "refunds_requested", "complaints_opened", "saving_calls"]
    pd.testing.assert_frame_equal(then[told], later[told].iloc[1:].reset_index(drop=True))


def test_the_week_stands_beside_the_usual_one():
    table = week_cards(opened()).table
    assert table["compared_week"].tolist() == ["this_week", "week_before", "usual_week"]
    assert table["lost"].tolist() == [2, 0, 1 / 12]
    assert table["complaints_opened"].tolist() == [1, 1, 1 / 12]


def test_losses_are_told_by_department_with_the_range_of_a_usual_week():
    found = week_losses(opened())
    table = found.table.set_index("department")
    assert table["lost"].to_dict() == {
        "market": 1, "teaching": 0, "service": 0, "facility": 0, "unstated": 1,
    }  # fmt: skip
    assert table.loc["teaching", "earlier"] == 1
    assert table.index[0] == "market"
    assert table.index[-1] == "unstated"
    assert (found.facts["lost"], found.facts["untold"]) == (2, 1)
    # One in twelve weeks: 0 to 1 is usual.
    assert (found.facts["usual_low"], found.facts["usual_high"]) == (0, 1)
    assert found.sentences == ("more", "untold")
    assert "2" in found.sentence("zh")
    assert found.sentence("en").startswith("This week 2 students became known to have churned, more than usual (0.1 a")


def test_those_lost_are_listed_longest_with_us_first():
    found = week_lost(opened())
    # a stayed from 6 September, the first lesson... to the contract's last day; b one day longer.
    assert found.table["student_id"].tolist() == ["b", "a"]
    assert found.table["department"].tolist() == ["unstated", "market"]
    assert "campus" not in week_lost(opened(), "East").table
    assert week_lost(opened(), "West").sentences == ("none",)


def test_a_long_list_is_cut_and_says_so():
    data = opened()
    rules = data.settings.model_copy(update={"weekly": data.settings.weekly.model_copy(update={"listed": 1})})
    found = week_lost(replace(data, settings=rules))
    assert len(found.table) == 1
    assert found.sentence("en").endswith("There are 2; the first 1 are listed.")


def test_what_the_store_holds_no_table_of_is_a_dash_and_no_nought():
    data = opened()
    bare = replace(data, versions=data.versions | {name: data.versions[name].limit(0) for name in ("refunds", "calls")})
    cards = week_cards(bare)
    assert cards.presented("en").iloc[:, 3].tolist() == ["—"] * 3  # refunds; contacts still tell of calls
    assert cards.table["saving_calls"].notna().all()
    assert any("“Refunds”" in warning for warning in cards.warnings("en"))
    assert not any("Refunds" in warning for warning in week_cards(data).warnings("en"))


def test_departments_stand_only_where_a_table_could_tell_a_reason():
    data = opened()
    bare = replace(data, versions=data.versions | {name: data.versions[name].limit(0) for name in STATING})
    assert week_losses(bare).table["department"].tolist() == ["unstated"]
