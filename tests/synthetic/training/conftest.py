from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest

from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.state import World
from churnlab.synthetic.training.telling import Trained, train, training_tables
from churnlab.synthetic.training.training_truth import TrainingTruth, training_truth

SEEDS = range(20)


@dataclass(frozen=True, eq=False)
class Told:
    """An institution's trainings: where, what lies behind them, their tables and their truth."""

    world: World
    trained: Trained
    tables: dict[str, pd.DataFrame]
    truth: TrainingTruth

    def training(self, name: str) -> str:
        """Return the id of a training."""
        rows = self.truth.programmes
        return str(rows.loc[rows["name"] == name, "training_id"].iloc[0])

    def of(self, table: str, name: str) -> pd.DataFrame:
        """Return the rows of a table that belong to a training."""
        rows = self.tables[table]
        return rows[rows["training_id"] == self.training(name)]


@cache
def tell(seed: int, students: int = 5000) -> Told:
    _, world = begin(Institution(students=students, seed=seed))
    trained = train(world)
    assert trained is not None
    tables = training_tables(world, trained)
    truth = training_truth(world, trained, tables["training_costs"])
    assert truth is not None
    return Told(world, trained, tables, truth)


@pytest.fixture(scope="session")
def told() -> Told:
    return tell(11)


@pytest.fixture(scope="session")
def many() -> list[Told]:
    """Twenty institutions that differ by their seeds."""
    return [tell(seed) for seed in SEEDS]
