"""Do those who renewed often renew again more readily, and how many will?"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.renewal.curve import asked, curve, years_differ
from churnlab.finding import Finding
from churnlab.stats.beta_geometric import BetaGeometric, renewal, survival
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said


def renewal_by_term(data: Data) -> Finding:
    """Return the renewal rate at the end of the first, second, … contract, beside the fitted curve and its forecast.

    The curve is the shifted beta-geometric of all chains on record from their first contract, all years together: what
    it foretells holds as long as renewal goes on as it did. A rate that rises from term to term needs no growing
    loyalty: those likely to leave leave first.

    Parameters
    ----------
    data : Data
        What had happened before a date. The curve is of all campuses: few have enough later renewals.

    Returns
    -------
    Finding
        `renewal.by_term`: one row a term: `term`, `came_due`, `renewed`, `renewal_rate` (Wilson's interval by student;
        missing below `uncertainty.min_group`), `fitted_rate` and `kept_share` (of all who start, those who renewed
        every time up to here) with profile-likelihood intervals. The last `renewal.forecast_terms` rows are forecast.
        Facts: `alpha` and `beta`, the curve's parameters, with profile-likelihood intervals (`_high` may be infinite);
        `years_p_value`: whether those who started in different years share them (`years_differ`).

    Raises
    ------
    NotEnoughData
        As `curve`.
    """
    fit, rules = curve(data), data.settings
    rows = asked(data)
    rows = rows[rows["term_is_known"]]
    seen = int(rows["term"].max())
    enough = rows["term"].value_counts().reindex(range(1, seen + 1), fill_value=0) >= rules.uncertainty.min_group
    last = int(enough[enough].index.max())  # beyond, too few came so far for a rate of their own
    shown = np.arange(1, last + rules.renewal.forecast_terms + 1)
    observed = [_observed(rows[rows["term"] == term], data, is_seen=bool(term <= last)) for term in shown]
    table = pd.DataFrame(observed).assign(**_fitted(fit, shown, rules.uncertainty.level))
    table.insert(0, "term", shown)
    table = table.assign(came_due=table["came_due"].astype("Int64"), renewed=table["renewed"].astype("Int64"))
    quality, (years, alike) = fit.fit_quality()[2], years_differ(data)
    facts = _facts(fit, table, last) | _parameters(fit, rules.uncertainty.level)
    facts |= {
        "level": rules.uncertainty.level,
        "chains": int((rows["term"] == 1).sum()),
        "fit_p_value": quality,
        "years": years,
        "years_p_value": alike,
        "contracts": len(rows),
    }
    known: tuple[str, ...] = ("renewal_forecast", "renewal_older")
    known += ("renewal_curve",) if 0 < fit.leaving < 1 else ()
    known += ("renewal_years",) if alike < 1 - rules.uncertainty.level else ()
    known += ("renewal_misfit",) if quality < 1 - rules.uncertainty.level else ()
    return Finding(key="renewal.by_term", table=table, facts=facts, sentences=_sentences(fit), caveats=known)


def _observed(rows: pd.DataFrame, data: Data, *, is_seen: bool) -> dict[str, Any]:
    told = is_seen and len(rows) >= data.settings.uncertainty.min_group
    low, high = clustered_wilson(rows["renewed"], rows["student_id"], data.settings.uncertainty.level)
    return {
        "came_due": len(rows) if is_seen else None,
        "renewed": int(rows["renewed"].sum()) if is_seen else None,
        "renewal_rate": rows["renewed"].mean() if told else np.nan,
        "renewal_rate_low": low if told else np.nan,
        "renewal_rate_high": high if told else np.nan,
    }


def _fitted(fit: BetaGeometric, shown: np.ndarray, level: float) -> dict[str, np.ndarray]:
    told: dict[str, np.ndarray] = {}
    for name, of in (("fitted_rate", renewal), ("kept_share", survival)):
        low, high = fit.interval(partial(of, term=shown), level)
        best = of(fit.leaving, fit.unlikeness, shown)
        told |= {name: best, f"{name}_low": np.minimum(low, best), f"{name}_high": np.maximum(high, best)}
    return told


def _facts(fit: BetaGeometric, table: pd.DataFrame, last: int) -> dict[str, Any]:
    first, ahead, end = table.iloc[0], table.iloc[last], table.iloc[-1]
    return {
        "first_rate": float(first["fitted_rate"]),
        "last_rate": float(table.iloc[last - 1]["fitted_rate"]),
        "last_term": last,
        "next_term": int(ahead["term"]),
        **{f"next_rate{side}": float(ahead[f"fitted_rate{side}"]) for side in ("", "_low", "_high")},
        "end_term": int(end["term"]),
        **{f"end_share{side}": float(end[f"kept_share{side}"]) for side in ("", "_low", "_high")},
    }


def _parameters(fit: BetaGeometric, level: float) -> dict[str, Any]:
    told: dict[str, Any] = {}
    best = (fit.alpha, fit.beta)
    for name, value, (low, high) in zip(("alpha", "beta"), best, fit.parameter_intervals(level), strict=True):
        said = "between" if np.isfinite(high) else "open" if np.isfinite(value) else "least"
        told |= {name: value, f"{name}_low": low, f"{name}_high": high}
        known = {"value": value, "low": low, "high": high, "level": level}
        told[f"{name}_said"] = Said(f"renewal.parameter.{said}", known)
    return told


def _sentences(fit: BetaGeometric) -> tuple[str, ...]:
    if fit.leaving in (0, 1):
        return ("all_renewed" if fit.leaving == 0 else "none_renewed", "forecast")
    return ("rising" if fit.unlikeness else "alike", "forecast")
