"""Does a group lose more because it loses faster, or because fewer leave another way first?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats as distributions

from churnlab.churn.levels import comparable, compared_columns
from churnlab.churn.stays import CHURNED, COMPLETED, PERSONAL, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.cox import Cox, NoFitError, fit_cox
from churnlab.stats.fine_gray import fit_fine_gray
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data

# A log ratio with this standard error lies within a factor of 10,000 either way: it says nothing. So it is where groups
# were hardly ever there at the same time; the fit exists, and the errors by student, of so few, are far too small.
_SAYS_NOTHING = 5.0
_OTHERS = {"completed_ratio": COMPLETED, "personal_ratio": PERSONAL}


def competing_ratios(data: Data, *, campus: str | None = None) -> Finding:
    """Put side by side, for each campus, course and channel, how fast and how many leave.

    The hazard ratio compares how fast those still here churn; completion and personal reasons end the watch. The
    subdistribution ratio compares how many have churned by a day, counting those who left another way among those who
    did not churn. They part where a group loses more, or fewer, in other ways: whose hazard ratios stand beside them.
    Of the first stay of each unit over the last `retention.period_days`, the other factors held.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.ratios`, one row a level: `factor`, `level`, `reference`, `stays`, `hazard_ratio` and
        `subdistribution_ratio` of churn, `completed_ratio` and `personal_ratio` (hazard ratios of these ends, where at
        least `retention.cox_min_events` left so). The intervals are by student, and wide enough to hold all of them
        together (Bonferroni over the table).

    Raises
    ------
    NotEnoughData
        With fewer than `retention.cox_min_events` churned, or if the groups cannot be told apart.

    References
    ----------
    Cox 1972; Fine J P, Gray R J, J Am Stat Assoc 1999;94:496–509. Which question each answers: Lau B et al., Am J
    Epidemiol 2009;170:244–256.
    """
    rows = stays(data, campus=campus, period_days=data.settings.retention.period_days)
    return ratios_side_by_side(rows[rows["episode"] == 1].reset_index(drop=True), data.settings)


def ratios_side_by_side(rows: pd.DataFrame, rules: Settings) -> Finding:
    """Compare these stays, one a unit; see `competing_ratios`.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.
    """
    pooled = comparable(rows, rules)
    compared = rows.loc[pooled.index]
    churned, needed = int((compared["cause"] == CHURNED).sum()), rules.retention.cox_min_events
    if churned < needed:
        raise NotEnoughData("retention.too_few_ends", unit=rules.outcome.unit, n=churned, needed=needed)
    X, described = compared_columns(pooled)
    if X.empty:
        raise NotEnoughData("retention.one_group", n=1)
    fits = dict(_fits(watched(compared), X.to_numpy(dtype=float), needed))
    if not {"hazard_ratio", "subdistribution_ratio"} <= set(fits):
        raise NotEnoughData("retention.no_ratios")
    level = 1 - (1 - rules.uncertainty.level) / (len(described) * len(fits))
    table = described.reset_index(drop=True)
    for name, fit in fits.items():
        table = table.join(_ratios(fit, name, level))
    left_out = len(rows) - len(compared)
    untold = [end.removesuffix("_ratio") for end in _OTHERS if end not in fits]
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "stays": len(compared), "churned": churned, "left_out": left_out, "n": len(table),
        "ratios": len(described) * len(fits), "level": rules.uncertainty.level, "needed": needed,
    }  # fmt: skip
    sentence, more = _said(table)
    return Finding(
        key="competing.ratios",
        table=table,
        facts=facts | more,
        sentences=(sentence,),
        caveats=(
            "association", "which_ratio", *(("ratios_jointly",) if sentence == "alike" else ()),
            *(("too_few_ends_left_out",) if left_out else ()), *(f"no_{end}_ratio" for end in untold),
        ),
    )  # fmt: skip


def _fits(stays_: Stays, X: np.ndarray, needed: int) -> Iterator[tuple[str, Cox]]:
    """Fit each model that has enough ends and an answer."""
    asked = {"hazard_ratio": CHURNED, "subdistribution_ratio": CHURNED} | _OTHERS
    for name, cause in asked.items():
        if (stays_.cause == cause).sum() < needed:
            continue
        try:
            if name == "subdistribution_ratio":
                fit = fit_fine_gray(stays_, X, cause=cause)
            else:
                fit = fit_cox(stays_.entry, stays_.exit, stays_.cause == cause, X, clusters=stays_.cluster)
        except NoFitError:
            continue  # as where nobody of a group left this way; the caveat says that it is not told
        if fit.standard_errors.max() < _SAYS_NOTHING:
            yield name, fit


def _ratios(fit: Cox, name: str, level: float) -> pd.DataFrame:
    spread = distributions.norm.ppf(0.5 + level / 2) * fit.robust_errors
    return pd.DataFrame({
        name: np.exp(fit.coefficients), f"{name}_low": np.exp(fit.coefficients - spread),
        f"{name}_high": np.exp(fit.coefficients + spread),
    })  # fmt: skip


def _said(table: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """Say of the level furthest from its reference what both ratios are; say so if none is."""
    clear = table[(table["hazard_ratio_low"] > 1) | (table["hazard_ratio_high"] < 1)]
    if clear.empty:
        return "alike", {}
    row = clear.loc[np.abs(np.log(clear["hazard_ratio"])).idxmax()]
    names = ("hazard_ratio", "subdistribution_ratio")
    facts = {f"{name}{end}": float(row[f"{name}{end}"]) for name in names for end in ("", "_low", "_high")}
    return "differs", facts | {"level_name": row["level"], "reference": row["reference"]}
