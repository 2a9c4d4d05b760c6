"""How many are usual about Spring Festival, in the summer holidays and in closed weeks?"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.improvement.monitoring.seasons import USUAL, _year, season_of, with_factors
from churnlab.improvement.monitoring.series import WHOLE, with_whole
from churnlab.settings import Settings, Watching
from tests.improvement.monitoring.counts import looked_at

MONDAYS = pd.Series(pd.date_range("2023-01-02", "2026-06-29", freq="W-MON"))
OPEN = pd.Series(1.0, index=MONDAYS.index)
SEASON = season_of(MONDAYS, OPEN, Settings())
RULES = Settings().watching


def named(day: str, share: float = 1.0) -> str:
    return str(season_of(pd.Series(pd.to_datetime([day])), pd.Series([share]), Settings()).iloc[0])


def series(counts: np.ndarray, measure: str = "complaints", campus: str = "East") -> pd.DataFrame:
    """Return a campus of a hundred students, as `watched` gathers it, with a count for each of the Mondays."""
    return pd.DataFrame({
        "watch_measure": measure, "campus": campus, "period_on": MONDAYS, "counted": counts.astype(float),
        "exposure": 100.0, "season": SEASON, "is_usual": True,
    })  # fmt: skip


def at(rows: pd.DataFrame, day: str) -> pd.Series:
    return rows[rows["period_on"] == pd.Timestamp(day)].iloc[0]


def test_weeks_are_named_by_their_place_about_spring_festival():
    # Spring Festival 2026 is Tuesday 17 February.
    assert [named(day) for day in ("2026-02-09", "2026-02-16", "2026-02-23")] == [
        "festival-1",
        "festival0",
        "festival1",
    ]
    assert [named(day) for day in ("2026-01-19", "2026-01-26", "2026-03-16", "2026-03-23")] == [
        USUAL, "festival-3", "festival4", USUAL,
    ]  # fmt: skip
    # A week that begins on the day itself holds it; one that begins the day after does not, one that ends on it does.
    assert [named(day) for day in ("2026-02-17", "2026-02-18", "2026-02-11")] == ["festival0", "festival1", "festival0"]
    # Early festivals reach back into the year before: 22 January 2023.
    assert named("2022-12-26") == "festival-3"


def test_a_week_that_the_days_after_spring_festival_only_begin_is_in_the_season_one_before_it_must_be_whole():
    days = Settings(watching=Watching(festival_before_days=20, festival_after_days=29))
    mondays = pd.Series(pd.to_datetime(["2026-01-26", "2026-02-02", "2026-03-23", "2026-03-30"]))
    found = season_of(mondays, pd.Series(1.0, index=mondays.index), days)
    assert found.tolist() == [USUAL, "festival-2", "festival5", USUAL]


def test_weeks_of_summer_are_named_by_threes_and_closed_ones_by_their_month():
    assert [named(day) for day in ("2026-06-22", "2026-06-29", "2026-07-20", "2026-08-24", "2026-08-31")] == [
        USUAL, "summer0", "summer1", "summer2", USUAL,
    ]  # fmt: skip
    assert (named("2026-09-28", 0.2), named("2026-09-28", 0.8), named("2026-07-06", 0.2)) == (
        "closed10",
        USUAL,
        "closed7",
    )
    assert named("2026-02-16", 0.0) == "festival0"


def test_a_factor_is_what_earlier_years_had_over_what_usual_weeks_would_have_had():
    # Six a week; none in the week of Spring Festival 2024, three in that of 2025.
    counts = np.full(len(MONDAYS), 6)
    counts[MONDAYS == "2024-02-05"] = 0
    counts[MONDAYS == "2025-01-27"] = 3
    counts[MONDAYS == "2023-01-16"] = 6
    rows = with_factors(series(counts), Settings())
    # 6 + 0 + 3 of 18, each with 1 / (1 / 2)² = 4 more.
    told = at(rows, "2026-02-16")
    assert told["exposure"] == pytest.approx(100 * 13 / 22)
    assert told["season_error"] == pytest.approx(np.sqrt(1 / 13 + 0.15**2))
    # 2025 knows 2023 and 2024 only; 2023 knows nothing and is left out.
    assert at(rows, "2025-01-27")["exposure"] == pytest.approx(100 * 10 / 16)
    first = at(rows, "2023-01-16")
    assert (first["exposure"], first["season_error"], first["is_judged"], first["is_usual"]) == (100, 0, False, False)
    assert (told["is_judged"], told["is_usual"]) == (True, False)
    assert at(rows, "2025-11-03")[["exposure", "is_usual", "is_judged"]].tolist() == [100, True, True]


def test_all_campuses_tell_of_a_season_together_and_only_so_many_years():
    half = np.where(SEASON.str.startswith("festival"), 3, 6)
    rows = pd.concat([series(half), series(2 * half, campus="West")])
    expected = (3 * (3 + 6) + 4) / (3 * (6 + 12) + 4)
    assert at(with_factors(rows, Settings()), "2026-02-16")["exposure"] == pytest.approx(100 * expected)
    one = Settings(watching=Watching(earlier_years=1))
    assert at(with_factors(rows, one), "2026-02-16")["exposure"] == pytest.approx(100 * (9 + 4) / (18 + 4))


def test_a_measure_tells_nothing_of_another():
    half = np.where(SEASON.str.startswith("festival"), 3, 6)
    rows = with_factors(pd.concat([series(2 * half), series(half * 0 + 6, "refunds")]), Settings())
    assert at(rows[rows["watch_measure"] == "refunds"], "2026-02-16")["exposure"] == pytest.approx(100)


def test_a_year_without_usual_weeks_about_its_season_tells_nothing():
    rows = series(np.full(len(MONDAYS), 6))
    # From March 2025 there are usual weeks within half a year of the festival of January 2025, from June eight only.
    for first, is_judged in (("2025-03-10", True), ("2025-06-02", False)):
        told = with_factors(rows.assign(is_usual=MONDAYS.ge(first)), Settings())
        assert at(told, "2026-02-16")["is_judged"] == is_judged
    # Nor does one without students.
    nobody = rows.assign(exposure=np.where(MONDAYS >= "2025-03-10", 100.0, 0.0))
    assert not at(with_factors(nobody, Settings()), "2026-02-16")["is_judged"]


def test_december_before_an_early_spring_festival_counts_to_its_year_and_no_other_season_does():
    rows = pd.DataFrame({"period_on": pd.to_datetime(["2022-12-26"] * 2), "season": ["festival-3", "closed12"]})
    assert _year(rows).tolist() == [2023, 2022]


def test_the_later_year_changes_nothing_in_the_earlier():
    counts = np.full(len(MONDAYS), 6)
    other = np.where(MONDAYS < "2026-01-20", counts, 60)
    one, two = (with_factors(series(each), Settings()) for each in (counts, other))
    before = MONDAYS < "2026-01-20"
    pd.testing.assert_frame_equal(
        one[before.to_numpy()].drop(columns="counted"), two[before.to_numpy()].drop(columns="counted")
    )


def test_all_campuses_together_stand_beside_each():
    rows = with_factors(
        pd.concat([series(np.full(len(MONDAYS), 6)), series(np.full(len(MONDAYS), 2), campus="West")]), Settings()
    )
    found = with_whole(rows)
    whole = at(found[found["campus"] == WHOLE], "2025-11-03")
    assert (whole["counted"], whole["exposure"], whole["is_judged"], whole["season_error"]) == (8, 200, True, 0)
    assert at(found[found["campus"] == WHOLE], "2026-02-16")["season_error"] > 0
    assert len(found) == 3 * len(MONDAYS)
    assert WHOLE not in set(with_whole(rows[rows["campus"] == "East"])["campus"])
    assert WHOLE not in set(with_whole(rows.assign(watch_measure="absence_day"))["campus"])


def dipping(rng: np.random.Generator, rate: float, last: float = 1.0) -> pd.DataFrame:
    """Draw three campuses that have a third in the two weeks of Spring Festival, twice in those after, less in summer.

    `last` multiplies the rate of the first campus from Spring Festival 2026 on.
    """
    place = SEASON.map({"festival0": 1 / 3, "festival1": 1 / 3, "festival2": 2.0, "festival3": 1.5}).fillna(1.0)
    place = place.where(~SEASON.str.startswith("summer"), 1.6)
    rise = np.where(MONDAYS >= "2026-02-16", last, 1.0)
    return pd.concat([
        series(rng.poisson(rate * place * (rise if campus == "A" else 1.0)), campus=campus) for campus in "ABC"
    ], ignore_index=True)  # fmt: skip


def judged_weeks(rows: pd.DataFrame, periods: int = 24) -> pd.DataFrame:
    looks, _ = looked_at(with_whole(with_factors(rows, Settings())), periods=periods)
    return looks


@pytest.mark.slow
def test_a_season_that_comes_back_raises_no_more_alerts_than_quiet_does():
    # Two months and a half about Spring Festival, sixty times; each may raise 2.5 × 4 % of false alerts.
    rng = np.random.default_rng(21)
    told = [judged_weeks(dipping(rng, 5.0), 24) for _ in range(60)]
    assert all((looks["period_on"] == pd.Timestamp("2026-02-16")).any() for looks in told)
    raised = sum(bool(looks["is_alarm"].any()) for looks in told)
    assert raised <= stats.binom.ppf(0.99, 60, 24 / 4.35 * 0.8 * 0.05)
    # Were this year's weeks taken for usual ones, those after the festival would be alerts.
    drawn = [dipping(rng, 20.0) for _ in range(10)]
    plain = [judged_weeks(r.assign(season=r["season"].mask(r["period_on"] >= "2026-01-01", USUAL)), 24) for r in drawn]
    assert sum(bool(looks["is_alarm"].any()) for looks in plain) >= 8


@pytest.mark.slow
def test_a_doubling_that_begins_at_spring_festival_is_found_before_the_season_ends():
    rng, found = np.random.default_rng(22), 0
    for _ in range(40):
        looks = judged_weeks(dipping(rng, 8.0, last=2.0), 20)
        mine = looks[(looks["campus"] == "A") & looks["is_alarm"]]
        found += bool((mine["period_on"] <= "2026-03-16").any())
    assert found >= stats.binom.ppf(0.01, 40, 0.6)
