"""Do the renewal rates of groups hold the true ones, and is nobody named where all are alike?

Estimand: the chance with which a contract of the group is renewed. For each seed every adviser draws one of her own,
from a beta distribution, and each of her contracts is renewed with it or not; so does every campus, with chances that
are fixed. The sizes are those of a year.
"""

import importlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.renewal.groups import renewal_by
from churnlab.finding import Finding
from churnlab.tables.door import Data
from tests.churn.renewal.quarters import quarters
from tests.truth.coverage import assert_covers, band
from tests.truth.many import SEEDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

GROUPS = importlib.import_module("churnlab.churn.renewal.groups")
SIZES = (6, 12, 25, 50, 6, 12, 25, 50, 6, 12, 25, 50)
CAMPUSES = {"East": (0.8, 120), "North": (0.7, 90), "South": (0.6, 60), "West": (0.72, 30)}
Ask = Callable[[pd.DataFrame], Finding]


@pytest.fixture(scope="module")
def data() -> Data:
    return quarters("2025-12-01")  # for its date and settings; the contracts are drawn


def drawn(rng: np.random.Generator, true: dict[str, tuple[float, int]], column: str) -> pd.DataFrame:
    """Return contracts of groups that each have a chance and a number, as `asked` does, of a student each."""
    parts = [
        pd.DataFrame({column: name, "renewed": rng.random(size) < chance}) for name, (chance, size) in true.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(student_id=[f"s{number}" for number in range(len(rows))], ended_on=pd.Timestamp("2025-09-15"))
    return rows.assign(**{name: "one" for name in ("campus", "course_id", "staff_id") if name != column})


def told(data: Data, rows: pd.DataFrame, by: str) -> Finding:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GROUPS, "asked", lambda _: rows)
        return renewal_by(data, by)  # type: ignore[arg-type]


def test_shrunken_rates_of_advisers_hold_the_true_ones_as_often_as_they_say(data: Data) -> None:
    hits, off = [], []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        chances = rng.beta(7.0, 3.0, len(SIZES))
        true = {f"a{n:02}": (chance, size) for n, (chance, size) in enumerate(zip(chances, SIZES, strict=True))}
        rows = drawn(rng, true, "staff_id")
        table = told(data, rows, "adviser").table.set_index("adviser_id").loc[list(true)]
        inside = (table["shrunken_renewal_rate_low"] <= chances) & (chances <= table["shrunken_renewal_rate_high"])
        hits.append(inside.groupby(list(SIZES)).mean())
        raw = table["renewed"] / table["came_due"]
        off.append([((table["shrunken_renewal_rate"] - chances) ** 2).mean(), ((raw - chances) ** 2).mean()])
    low, _ = band(len(hits), 4)
    held = pd.DataFrame(hits).mean()
    assert len(hits) >= 300
    assert (held >= low).all(), held
    assert held.mean() < 0.99, held  # not for being wide
    shrunken, plain = np.mean(off, axis=0)
    assert shrunken < 0.8 * plain


def test_rates_and_differences_of_campuses_hold_the_true_ones_as_often_as_they_say(data: Data) -> None:
    hits = []
    for seed in SEEDS:
        rows = drawn(np.random.default_rng(seed), CAMPUSES, "campus")
        table = told(data, rows, "campus").table.set_index("campus")
        row = {}
        for name, (chance, _) in CAMPUSES.items():
            others = [(rate, many) for other, (rate, many) in CAMPUSES.items() if other != name]
            of_others = sum(rate * many for rate, many in others) / sum(many for _, many in others)
            one = table.loc[name]
            row[name, "rate"] = one["renewal_rate_low"] <= chance <= one["renewal_rate_high"]
            gap = chance - of_others
            row[name, "gap"] = one["difference_points_low"] <= gap <= one["difference_points_high"]
        assert table["came_due"].to_dict() == {name: size for name, (_, size) in CAMPUSES.items()}
        hits.append(row)
    assert_covers(pd.DataFrame(hits))


@pytest.mark.parametrize(("by", "column"), [("campus", "campus"), ("course", "course_id"), ("adviser", "staff_id")])
def test_where_all_are_alike_seldom_anybody_is_named(data: Data, by: str, column: str) -> None:
    true = {f"g{n}": (0.7, size) for n, size in enumerate((40, 60, 80, 50))}
    named = 0
    for seed in SEEDS:
        found = told(data, drawn(np.random.default_rng(seed), true, column), by)
        named += found.facts["statement"].key != "renewal.group.alike"
    assert named / len(SEEDS) <= 1 - band(len(SEEDS))[0]


def test_a_campus_far_below_the_others_is_named(data: Data) -> None:
    true = {"East": (0.8, 120), "North": (0.8, 120), "South": (0.5, 120)}
    named = [
        told(data, drawn(np.random.default_rng(seed), true, "campus"), "campus").facts["statement"]
        for seed in SEEDS[:60]
    ]
    assert np.mean([one.key == "renewal.group.lower" and one.facts["group"]["en"] == "South" for one in named]) > 0.9
