from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.cohorts import MONTHS, _cells, _newest, cohorts
from churnlab.churn.outcome import episodes
from churnlab.churn.stays import stays, watched
from churnlab.errors import NotEnoughData
from churnlab.settings import Calendar, Outcome, Retention, Settings, Uncertainty
from churnlab.stats.intervals import wilson
from churnlab.stats.survival import kaplan_meier
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.builders import institution
from tests.churn.stays import by_period

SMALL = Settings(
    calendar=Calendar(public_holidays="none"),
    outcome=Outcome(grace_days=30, inactivity_days="never"),
    retention=Retention(min_at_risk=2),
    uncertainty=Uncertainty(min_group=2),
)


def few(as_of="2026-05-15", settings=SMALL):
    # a month is 30 days, two are 61; ends are known before 2026-04-14
    #      Jan 1 ─────────── Feb 1 ────────── Mar 1 ─────────── Apr 1 ── Apr 13
    # a    ─────────────────x                                              left Jan 31, day 30: gone at a month
    # b         ──────────────────────────────────────────────────o       began Jan 5, still here
    # c                     ──────────────────────x                        began Feb 1, left Mar 20, day 47
    # d                        ───────────────────────────────────o       began Feb 10, day 62 on Apr 13
    # e                                                  ──────────o       began Mar 20, day 24: no month yet
    began = {"a": "2026-01-01", "b": "2026-01-05", "c": "2026-02-01", "d": "2026-02-10", "e": "2026-03-20"}
    ends = {"a": "2026-01-31", "c": "2026-03-20"}
    contracts = [
        by_period(name, day, ends.get(name, "2026-12-31"), student=name, campus="West" if name == "d" else "East")
        for name, day in began.items()
    ]
    students = [{"student_id": name, "registered_on": day} for name, day in began.items()]
    return institution(as_of, settings=settings, enrolments=contracts, students=students)


def test_shares_by_hand():
    found = cohorts(few()).table
    told = [tuple(row) for row in found[["cohort", "months_since_entry", "still_here", "entered"]].to_numpy()]
    # e is alone in March, and nobody follows: she waits, and does not make February younger than it is
    assert told == [
        ("2026-01", 1, 1, 2), ("2026-01", 2, 1, 2), ("2026-01", 3, 1, 2), ("2026-02", 1, 2, 2), ("2026-02", 2, 1, 2)
    ]  # fmt: skip
    assert found["still_here_share"].tolist() == [1 / 2, 1 / 2, 1 / 2, 2 / 2, 1 / 2]


def test_a_cell_stands_only_when_the_youngest_has_been_watched_so_long():
    single = SMALL.model_copy(update={"uncertainty": Uncertainty(min_group=1)})
    told = cohorts(few(settings=single)).table.set_index(["cohort", "months_since_entry"])["still_here_share"]
    # February: at 61 days d has been watched 62; at 91 nobody knows. March: e has been watched 24 days.
    assert told.to_dict() == {
        ("2026-01", 1): 1 / 2, ("2026-01", 2): 1 / 2, ("2026-01", 3): 1 / 2, ("2026-02", 1): 1.0, ("2026-02", 2): 1 / 2
    }  # fmt: skip


def test_a_cell_comes_with_the_last_day_of_the_youngest_and_not_with_that_of_the_oldest():
    # d began on Feb 10, c nine days before. Two months are 61 days: until Apr 12 for d, which is known on May 13.
    shown = {
        day: set(cohorts(few(as_of=day)).table.set_index(["cohort", "months_since_entry"]).index)
        for day in ("2026-05-12", "2026-05-13")
    }
    assert shown["2026-05-13"] - shown["2026-05-12"] == {("2026-02", 2)}


def test_a_small_cohort_goes_with_the_next_and_the_newest_waits():
    larger = SMALL.model_copy(update={"uncertainty": Uncertainty(min_group=3)})
    found = cohorts(few("2026-08-15", larger)).table
    # January 2 and February 2 make 4; March is alone
    assert found["cohort"].unique().tolist() == ["2026-01–2026-02"]
    assert found["entered"].unique().tolist() == [4]


def test_quarters_stand_where_months_bring_too_few():
    rare = SMALL.model_copy(update={"retention": Retention(min_at_risk=3)})
    found = cohorts(few("2026-08-15", rare))
    assert found.table["cohort"].unique().tolist() == ["2026-Q1"]
    assert found.sentences[0] == "by_quarter"
    rarer = SMALL.model_copy(update={"retention": Retention(min_at_risk=9)})
    assert cohorts(few("2026-08-15", rarer)).sentences[0] == "by_half_year"


def test_who_comes_back_counts_once_and_as_gone():
    back = by_period("again", "2026-03-25", "2026-12-31", student="a")
    contracts = [
        by_period("1", "2026-01-01", "2026-01-11", student="a"),
        by_period("2", "2026-01-01", "2026-12-31", student="b"),
    ]
    data = institution("2026-06-15", settings=SMALL, enrolments=[*contracts, back])
    found = cohorts(data).table
    assert found["entered"].unique().tolist() == [2]
    assert found["still_here"].unique().tolist() == [1]


@pytest.fixture(scope="module")
def made():
    return make(Institution(students=600, months=20, seed=4))


def test_ripe_cells_are_the_kaplan_meier_curve_of_their_cohort(made):
    data = made.data()
    found = cohorts(data).table
    first = episodes(data).drop_duplicates("unit_id").set_index("unit_id")["entered_on"]
    began = stays(data)
    began = began[began["episode"] == 1]
    month = began["unit_id"].map(first).dt.strftime("%Y-%m")
    assert found["entered"].min() >= data.settings.uncertainty.min_group
    for name, part in found[found["cohort"].str.fullmatch(r"\d{4}-\d\d")].groupby("cohort"):
        curve = kaplan_meier(watched(began[month == name]))
        days = [round(months * 365.25 / 12) for months in part["months_since_entry"]]
        assert part["still_here_share"].tolist() == pytest.approx([curve.value[day] for day in days]), name
        low, high = wilson(part["still_here"], part["entered"], 0.95)
        assert np.array_equal(part[["still_here_share_low", "still_here_share_high"]], np.column_stack([low, high]))


def test_shares_never_rise_along_a_row(made):
    for _, part in cohorts(made.data()).table.groupby("cohort"):
        assert part["months_since_entry"].tolist() == list(MONTHS[: len(part)])
        assert (part["still_here_share"].diff().dropna() <= 0).all()


def test_the_future_changes_nothing(made):
    as_of = date(2026, 2, 1)
    before = made.data(as_of=as_of)
    after = replace(made, frames=another_future(made.frames, as_of=as_of, seed=2)).data(as_of=as_of)
    one, other = cohorts(before), cohorts(after)
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.facts == other.facts


def test_no_cohort_is_ripe_is_said():
    with pytest.raises(NotEnoughData) as told:
        cohorts(few("2026-02-20"))
    assert told.value.message("en") == (
        "No cohort of at least 2 has been here for a month with all its ends known (2 who began are on record)."
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_can_be_said(made, lang):
    found = cohorts(made.data())
    assert found.sentence(lang)
    assert found.warnings(lang)
    assert found.sentences[1] == "newest"
    assert found.as_json(lang)["rows"]


def test_the_newest_eighteen_cohorts_are_told_and_the_older_ones_counted():
    months = pd.date_range("2024-01-01", periods=20, freq="MS")
    rows = pd.DataFrame({
        "entered_on": months, "order": range(20), "cohort": months.strftime("%Y-%m"), "ended_after": np.nan
    })  # fmt: skip
    table, older = _cells(rows, pd.Timestamp("2026-01-01"))
    assert table["cohort"].unique().tolist() == months.strftime("%Y-%m")[2:].tolist()
    assert older == 2


def test_the_newest_is_held_against_those_before_it_at_half_a_year_and_not_among_them():
    # at six months 10 of 40 and 30 of 60 of the older two are here, 20 of 100 of the newest; at eight both older ones
    rows = [("A", 6, 10, 40), ("A", 8, 9, 40), ("B", 6, 30, 60), ("B", 8, 9, 60), ("C", 6, 20, 100)]
    table = pd.DataFrame(rows, columns=["cohort", "months_since_entry", "still_here", "entered"])
    low, high = wilson(table["still_here"], table["entered"], 0.95)
    share = table["still_here"] / table["entered"]
    table = table.assign(still_here_share=share, still_here_share_low=low, still_here_share_high=high)
    said, facts = _newest(table, 0.95)
    assert said == ("newest", "lower")
    assert (facts["cohort"], facts["after_months"]) == ("C", 6)
    assert (facts["before_share"], facts["before_entered"]) == (40 / 100, 100)
