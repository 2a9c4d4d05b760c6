"""Do intervals of the ratios of competing ends hold the true ones where these are known exactly?

Stays are drawn by numpy, student by student, and handed to what makes the report's table. Completion is not asked of
made-up institutions: 300 students of one complete too seldom in a year to be told of.

Estimands, for campus B against campus A:

- `completed_ratio`, `hazard_ratio`: ratios of cause-specific hazards, which are constant here.
- `subdistribution_ratio`: where it is a ratio at all, as Fine and Gray drew it (J Am Stat Assoc 1999;94:496–509,
  section 5): P(churned by t) = 1 − (1 − p (1 − exp(−t)))^exp(β), the others complete after a time of their own. The
  truth is exp(β), by no integral and no larger sample.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from churnlab.churn.competing.ratios import ratios_side_by_side
from churnlab.churn.stays import CHURNED, COMPLETED
from churnlab.settings import Settings
from tests.truth.coverage import LEVEL, assert_covers
from tests.truth.many import SEEDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

N = 600
DAYS = 300.0  # the unit of time: a mean stay
CHURN, COMPLETE = np.log(1.6), np.log(0.6)


def rows(campus: np.ndarray, days: np.ndarray, cause: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return stays as the report has them; some are still going on when the records end."""
    seen = np.ceil(rng.uniform(0.5, 3.0, N) * DAYS).astype(int)
    ended = np.maximum(np.ceil(days * DAYS).astype(int), 1)
    return pd.DataFrame({
        "unit_id": np.arange(N).astype(str), "episode": 1, "campus": np.where(campus, "B", "A"), "course": "one",
        "channel": "one", "entry": 0, "exit": np.minimum(ended, seen), "cause": np.where(ended <= seen, cause, 0),
        "cluster": np.arange(N),
    })  # fmt: skip


def by_cause(seed: int) -> pd.DataFrame:
    """Draw stays of which both ends have constant hazards."""
    rng = np.random.default_rng(seed)
    campus = rng.random(N) < 0.4
    churn, complete = 0.6 * np.exp(CHURN * campus), 0.4 * np.exp(COMPLETE * campus)
    days, is_churn = rng.exponential(1 / (churn + complete)), rng.random(N) < churn / (churn + complete)
    return rows(campus, days, np.where(is_churn, CHURNED, COMPLETED), rng)


def by_share(seed: int) -> pd.DataFrame:
    """Draw stays as Fine and Gray did: the share of those who have churned by a day is what is proportional."""
    rng, p = np.random.default_rng(seed), 0.6
    campus = rng.random(N) < 0.4
    ratio = np.exp(CHURN * campus)
    churns = 1 - (1 - p) ** ratio  # in the end
    is_churn = rng.random(N) < churns
    part = rng.random(N) * churns  # P(churned by t), given that she will churn
    day = -np.log(1 - (1 - (1 - part) ** (1 / ratio)) / p)
    return rows(campus, np.where(is_churn, day, rng.exponential(np.exp(-COMPLETE * campus))),
                np.where(is_churn, CHURNED, COMPLETED), rng)  # fmt: skip


def told(stays: pd.DataFrame, ratio: str) -> tuple[float, float]:
    """Return the logarithm of B's ratio against A and its error, as the table's interval for all together has it."""
    table = ratios_side_by_side(stays, Settings()).table
    (row,) = table.to_dict("records")
    assert (str(row["level"]), str(row["reference"])) == ("B", "A")
    ratios = sum(f"{name}_low" in table for name in table)
    half = np.log(row[f"{ratio}_high"] / row[f"{ratio}_low"]) / 2
    return float(np.log(row[ratio])), half / norm.ppf(1 - (1 - LEVEL) / ratios / 2)


def found(draw: Callable[[int], pd.DataFrame], ratio: str, true: float) -> pd.DataFrame:
    rows = pd.DataFrame([told(draw(seed), ratio) for seed in SEEDS], columns=["told", "error"])
    return rows.assign(held=(rows["told"] - true).abs() <= norm.ppf((1 + LEVEL) / 2) * rows["error"])


@pytest.mark.parametrize(("ratio", "true"), [("completed_ratio", COMPLETE), ("hazard_ratio", CHURN)])
def test_ratios_of_hazards_cover_the_true_ones_whichever_end_it_is(ratio: str, true: float) -> None:
    each = found(by_cause, ratio, true)
    assert_covers(each[["held"]])
    assert abs(each["told"].mean() - true) < 3 * each["told"].sem()
    assert each["error"].mean() == pytest.approx(each["told"].std(), rel=0.15)


def test_the_subdistribution_ratio_covers_the_true_one() -> None:
    each = found(by_share, "subdistribution_ratio", CHURN)
    assert_covers(each[["held"]])
    assert abs(each["told"].mean() - CHURN) < 3 * each["told"].sem()
    assert each["error"].mean() == pytest.approx(each["told"].std(), rel=0.15)


def test_it_is_no_ratio_of_hazards() -> None:
    """Where fewer of B complete, more are left to churn: the share that churns there is higher than its hazard says."""
    stays = pd.concat([by_cause(seed) for seed in SEEDS[:40]], ignore_index=True)
    stays = stays.assign(unit_id=stays.index.astype(str), cluster=stays.index)
    assert told(stays, "subdistribution_ratio")[0] > told(stays, "hazard_ratio")[0] + 0.05
