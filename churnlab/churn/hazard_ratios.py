"""Who leaves sooner, other things equal?"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats as distributions

from churnlab.churn.levels import comparable, compared_columns
from churnlab.churn.stays import CHURNED, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from churnlab.stats.cox import Cox, NoFitError, fit_cox
from churnlab.stats.hazards import Test, proportionality
from churnlab.stats.multiplicity import holm
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data
from churnlab.wording import Said, cell

# A log hazard ratio with this standard error lies within a factor of 10,000 either way: the groups are mixed up so that
# one factor stands for another, or all ends of a group came where only it was at risk.
_SAYS_NOTHING = 5.0


def hazard_ratios(data: Data, *, campus: str | None = None) -> Finding:
    """Compare the hazard of churn between campuses, courses and channels, each with the others held equal.

    Cox's model of the first stay of each unit over the last `retention.period_days`, stays that began earlier entering
    late; completion and personal reasons end the watch. Where a student has several units the errors, and the test of
    proportionality, are by student. A ratio is an association: nobody was assigned to a campus. Levels with few stays,
    or fewer than `retention.cox_min_level_events` churned, are pooled within their factor; where all of them together
    have fewer, they are left out: their ratio would be 0, or any number.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `retention.hazard_ratios`, one row a level: `factor`, `level` (`POOLED[factor]` for those pooled), `reference`,
        `stays`, `hazard_ratio` with interval against the factor's largest level, `adjusted_p_value` (Holm over all
        rows), `proportionality_p_value`.

    Raises
    ------
    NotEnoughData
        With fewer than `retention.cox_min_events` churned, or if the groups cannot be told apart.

    References
    ----------
    Cox 1972; Efron 1977 for ties; Lin & Wei 1989 for errors by student; Grambsch & Therneau 1994 for the test of
    proportionality, by student as `churnlab.stats.hazards.proportionality` says.
    """
    rows = stays(data, campus=campus, period_days=data.settings.retention.period_days)
    return ratios_of(rows[rows["episode"] == 1].reset_index(drop=True), data.settings)


def ratios_of(rows: pd.DataFrame, rules: Settings) -> Finding:
    """Compare the hazards of these stays, one a unit; see `hazard_ratios`."""
    _need_ends(rows, rules)
    pooled = comparable(rows, rules)
    compared = rows.loc[pooled.index]
    X, described = compared_columns(pooled)
    if X.empty:
        raise NotEnoughData("retention.one_group", n=1)
    churned = _need_ends(compared, rules)
    fitted = _fit(compared, X)
    proportional = _proportional(compared, X, fitted)
    table = _table(fitted, _errors(compared, fitted), described, proportional, rules.uncertainty.level)
    broken = table.loc[holm(table["proportionality_p_value"]) < 1 - rules.uncertainty.level, "level"]
    differing = table[table["adjusted_p_value"] < 1 - rules.uncertainty.level].sort_values("hazard_ratio")
    left_out = len(rows) - len(compared)
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "stays": len(compared), "churned": churned, "n": len(table), "left_out": left_out,
        "all_p_value": proportional[-1].p_value, "differing": len(differing), "broken": _listed(broken),
    }  # fmt: skip
    caveats = (
        "association",
        *(("hazards_not_proportional",) if len(broken) else ()),
        *(("too_few_ends_left_out",) if left_out else ()),
    )
    return Finding(
        key="retention.hazard_ratios",
        table=table,
        facts=facts | (_furthest(differing) if len(differing) else {}),
        sentences=("differs",) if len(differing) else ("alike",),
        caveats=caveats,
    )


def _furthest(differing: pd.DataFrame) -> dict[str, Any]:
    """Return what the sentence says of the level whose ratio lies furthest from 1: a third is as far as three times."""
    most = differing.loc[np.log(differing["hazard_ratio"]).abs().idxmax()]
    return {
        "level": most["level"], "reference": most["reference"], "ratio": float(most["hazard_ratio"]),
        "low": float(most["hazard_ratio_low"]), "high": float(most["hazard_ratio_high"]),
    }  # fmt: skip


def _need_ends(rows: pd.DataFrame, rules: Settings) -> int:
    churned = int((rows["cause"] == CHURNED).sum())
    if churned < rules.retention.cox_min_events:
        raise NotEnoughData(
            "retention.too_few_ends", unit=rules.outcome.unit, n=churned, needed=rules.retention.cox_min_events
        )
    return churned


def _listed(levels: Iterable[str | Said]) -> dict[str, str]:
    return {
        lang: {"zh": "、", "en": ", "}[lang].join(cell(level, "level", lang) for level in levels) for lang in LANGUAGES
    }


def _fit(rows: pd.DataFrame, X: pd.DataFrame) -> Cox:
    stays_ = _only_churn(rows)
    try:
        fitted = fit_cox(stays_.entry, stays_.exit, stays_.cause > 0, X, clusters=stays_.cluster)
    except NoFitError as fault:
        raise NotEnoughData("retention.no_ratios") from fault
    if (fitted.standard_errors > _SAYS_NOTHING).any():
        raise NotEnoughData("retention.no_ratios")
    return fitted


def _proportional(rows: pd.DataFrame, X: pd.DataFrame, fitted: Cox) -> list[Test]:
    return proportionality(_only_churn(rows), X.to_numpy(dtype=float), fitted.coefficients)


def _errors(rows: pd.DataFrame, fitted: Cox) -> np.ndarray:
    return fitted.standard_errors if rows["cluster"].is_unique else fitted.robust_errors


def _only_churn(rows: pd.DataFrame) -> Stays:
    return watched(rows.assign(cause=(rows["cause"] == CHURNED).astype(int)))


def _table(
    fitted: Cox, error: np.ndarray, described: pd.DataFrame, proportional: list[Test], level: float
) -> pd.DataFrame:
    z = distributions.norm.ppf(0.5 + level / 2)
    beta = fitted.coefficients
    table = described.assign(
        hazard_ratio=np.exp(beta),
        hazard_ratio_low=np.exp(beta - z * error),
        hazard_ratio_high=np.exp(beta + z * error),
        adjusted_p_value=holm(2 * distributions.norm.sf(np.abs(beta / error))),
        proportionality_p_value=[test.p_value for test in proportional[:-1]],
    )
    return table.reset_index(drop=True)
