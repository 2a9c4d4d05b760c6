"""What is watched only together, or not at all, is named."""

import numpy as np
import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.improvement.monitoring import series as room
from churnlab.improvement.monitoring.seasons import with_factors
from churnlab.improvement.monitoring.series import POOLED, WHOLE, Watched, with_whole
from churnlab.improvement.monitoring.unseen import unseen
from churnlab.settings import Settings
from tests.builders import institution
from tests.improvement.monitoring.counts import charts

DATA = institution("2026-03-02")


def rows_of(counts: object) -> pd.DataFrame:
    """Return campuses C00, C01 … before the seasons are known."""
    return charts(np.array(counts)).drop(columns=["is_judged", "season_error"])


def gathered(*rates: int) -> Watched:
    return room._large_enough(rows_of([[rate] * 30 for rate in rates]), Settings())


@pytest.mark.parametrize(
    ("rates", "pooled", "unwatched", "everywhere"),
    [
        ((4, 4), (), (), ()),
        ((4, 0), (), ("C01",), ()),  # nobody is pooled with nobody
        ((0, 0), (), ("C00", "C01"), ("complaints",)),
        ((0,), (), ("C00",), ("complaints",)),
    ],
)
def test_who_is_too_small_is_named_as_unwatched_and_not_as_pooled(rates, pooled, unwatched, everywhere):
    found = gathered(*rates)
    assert (found.pooled.get("complaints", ()), found.unwatched.get("complaints", ())) == (pooled, unwatched)
    assert found.everywhere == everywhere


def test_those_that_are_enough_together_are_pooled():
    rows = rows_of([[1, 0] * 15, [0, 1] * 15, [4, 4] * 15])
    found = room._large_enough(rows, Settings())
    assert (found.pooled, found.unwatched) == ({"complaints": ("C00", "C01")}, {})


def test_a_campus_without_a_usual_week_is_not_silently_dropped():
    rows = rows_of(np.full((2, 30), 4))
    found = room._large_enough(rows.assign(is_usual=rows["campus"] == "C00"), Settings())
    assert found.unwatched == {"complaints": ("C01",)}
    found = room._large_enough(rows.assign(is_usual=False), Settings())
    assert (found.unwatched, found.everywhere) == ({"complaints": ("C00", "C01")}, ("complaints",))


def test_who_is_not_watched_counts_in_all_campuses():
    rows = with_whole(with_factors(gathered(4, 0).rows, Settings()))
    counted = rows.groupby("campus")["exposure"].first()
    assert counted.to_dict() == {"C00": 1000, POOLED: 1000, WHOLE: 2000}


SERIES = Watched(
    rows=pd.DataFrame(),
    pooled={"churn": ("East", "West")},
    unwatched={"refunds": ("West",), "complaints": ("East", "North", "West")},
    everywhere=("complaints",),
)


def test_each_campus_reads_of_itself_and_of_nobody_else(monkeypatch):
    monkeypatch.setattr("churnlab.improvement.monitoring.unseen.has", lambda data, *names: True)
    told = unseen(SERIES, DATA, None)
    assert told["pooled"]["en"] == "Known to have churned at East, West"
    assert told["unwatched"]["en"] == "Refunds asked for at West; Complaints"
    assert told["unwatched"]["zh"] == "退费申请（West）；投诉"
    assert unseen(SERIES, DATA, "East")["unwatched"]["en"] == "Complaints"
    assert set(unseen(SERIES, DATA, "North")) == {"unwatched"}
    assert "tables" not in told


def test_what_was_never_loaded_is_said_to_be_so():
    told = unseen(SERIES, DATA, None)
    assert told["tables"] == {"zh": "“投诉”", "en": "“Complaints”"}
    assert told["unwatched"]["en"] == "Refunds asked for at West"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_many_campuses_a_few_are_named(lang):
    many = tuple(f"C{place}" for place in range(9))
    series = Watched(rows=pd.DataFrame(), pooled={"churn": many}, unwatched={}, everywhere=())
    assert "C5" in unseen(series, DATA, None)["pooled"][lang]
    assert "C6" not in unseen(series, DATA, None)["pooled"][lang]
