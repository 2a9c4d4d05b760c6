"""Is a feature told that moved, and none that always moves so?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.improvement.monitoring import moved as room
from churnlab.settings import Settings
from churnlab.stats.drift import psi

MONTHS = pd.date_range("2025-01-01", periods=16, freq="MS")
NOW = pd.Timestamp("2026-06-01")
SEASON = 2 * np.pi / 12


@pytest.fixture(autouse=True)
def known_after_sixty_days(monkeypatch):
    monkeypatch.setattr(room, "lag_days", lambda settings: 60)


def asked(months, now, *, share=0.001, on=NOW):
    """Tell of features given month by month: a list of frames, and one of now."""
    dates = pd.date_range("2025-01-01", periods=len(months), freq="MS")
    panel = pd.concat([rows.assign(as_of=month) for month, rows in zip(dates, months, strict=True)], ignore_index=True)
    names = [str(name) for name in now]
    return room.moved(panel, now, on=on, features=names, share=share, settings=Settings())


def drawn(rng, middle=0.0, size=300, names=("a",)):
    return pd.DataFrame({name: rng.normal(middle, 1, size) for name in names})


# On 1 June 2026, outcomes are known of January 2025 to April 2026.
def test_a_month_is_held_against_all_the_latest_or_those_a_year_before():
    assert room.against("psi", NOW, MONTHS).equals(MONTHS)
    assert room.against("psi_late", NOW, MONTHS).equals(MONTHS[-3:])
    assert [f"{day:%Y-%m}" for day in room.against("psi_season", NOW, MONTHS)] == ["2025-05", "2025-06", "2025-07"]


def test_where_too_few_are_known_with_none():
    assert not len(room.against("psi", NOW, MONTHS[:2]))
    assert not len(room.against("psi_late", NOW, MONTHS[:2]))
    assert not len(room.against("psi_season", pd.Timestamp("2025-12-01"), MONTHS[:9]))
    # Of the year before only the month itself and the one after are on record.
    assert len(room.against("psi_season", pd.Timestamp("2026-01-01"), MONTHS[:10])) == 2


def test_past_months_are_held_against_those_whose_outcome_was_known_then(monkeypatch):
    held, look = [], room._look
    monkeypatch.setattr(
        room, "_look", lambda counts, others, place: held.append(int(others.sum())) or look(counts, others, place)
    )
    rng = np.random.default_rng(2)
    asked([drawn(rng) for _ in MONTHS], drawn(rng))
    # Sixty days before 1 May 2025 were the firsts of three months, before 1 April 2026, the last of the sixteen, those
    # of thirteen; now those of all. The latest three are always three. A year before January 2026 only January and
    # February are on record, later three.
    assert held == [*range(3, 13), 12, 13, 16, *[3] * 13, 2, 3, 3, 3]


def test_the_index_is_that_of_tenths_against_the_months_it_is_compared_with():
    rng = np.random.default_rng(3)
    months, now = [drawn(rng) for _ in MONTHS], drawn(rng, 0.4)
    row = asked(months, now).iloc[0]
    told = {"psi": months, "psi_late": months[-3:], "psi_season": months[4:7]}[row["drift_measure"]]
    edges = np.quantile(pd.concat(months)["a"], np.linspace(0, 1, 11)[1:-1])
    before, after = (np.bincount(np.searchsorted(edges, rows["a"]), minlength=10) for rows in (pd.concat(told), now))
    assert row["drift_value"] == pytest.approx(psi(before, after))


def test_the_features_share_the_alerts_that_all_of_them_may_raise():
    rng = np.random.default_rng(2)
    months, now = [drawn(rng, names="ab") for _ in MONTHS], drawn(rng, 0.5, names="ab")
    likely = asked(months, now)["drift_p_value"].iloc[0]
    assert not asked(months, now, share=1.9 * likely)["is_alarm"].iloc[0]
    assert asked(months, now, share=2.1 * likely)["is_alarm"].iloc[0]


def test_what_grows_slowly_is_held_against_the_latest_months_and_a_jump_is_seen():
    """A feature grows by a tenth of its spread a month; then by a whole spread."""
    rng = np.random.default_rng(4)
    months = [drawn(rng, 0.1 * place) for place in range(16)]
    usual, jump = (asked(months, drawn(rng, middle)).iloc[0] for middle in (1.7, 2.7))
    assert usual["drift_measure"] == "psi_late"
    assert not usual["is_alarm"]
    assert jump["is_alarm"]


def test_what_comes_with_the_year_is_held_against_the_year_before():
    rng = np.random.default_rng(5)
    months = [drawn(rng, 1.5 * np.sin(SEASON * place)) for place in range(26)]
    on = pd.Timestamp("2027-04-01")  # place 27
    usual, other = (asked(months, drawn(rng, 1.5 * np.sin(SEASON * place)), on=on).iloc[0] for place in (27, 33))
    assert usual["drift_measure"] == "psi_season"
    assert not usual["is_alarm"]
    assert other["is_alarm"]


def test_however_many_students_make_sure_of_it_a_small_change_is_none():
    rng = np.random.default_rng(6)
    months = [drawn(rng, size=20_000) for _ in MONTHS]
    row = asked(months, drawn(rng, 0.2, size=20_000)).iloc[0]
    assert row["drift_p_value"] < 1e-6
    assert row["drift_value"] < row["drift_limit"] == 0.1
    assert not row["is_alarm"]


def test_what_never_varied_is_not_told_even_where_it_does_now():
    rng = np.random.default_rng(7)
    months = [drawn(rng).assign(b="web") for _ in MONTHS]
    assert asked(months, drawn(rng).assign(b="other"))["name"].tolist() == ["a"]


# Three months must be known before a month, and three such months: with sixty days, those from the fourth of March on.
@pytest.mark.parametrize(("months", "told"), [(6, 0), (7, 1)])
def test_with_too_few_months_nothing_is_told(months, told):
    rng = np.random.default_rng(8)
    assert len(asked([drawn(rng) for _ in range(months)], drawn(rng), on=pd.Timestamp("2025-09-01"))) == told


def test_what_nobody_knows_is_a_cell_of_its_own():
    cells = room._cells(pd.Series([*range(10), None]))
    assert cells(pd.Series([-5.0, None, 99.0])).nunique() == 3


def test_where_nobody_is_here_now_nothing_is_told():
    rng = np.random.default_rng(9)
    assert asked([drawn(rng) for _ in MONTHS], drawn(rng, size=0)).empty


def test_what_is_yes_or_no_is_watched_like_any_number():
    rng = np.random.default_rng(10)

    def share(of):
        return pd.DataFrame({"a": rng.random(300) < of})

    months = [share(0.2) for _ in MONTHS]
    assert [bool(asked(months, share(of))["is_alarm"].iloc[0]) for of in (0.2, 0.6)] == [False, True]
