"""What must be known before a table of odds ratios is believed?"""

from collections.abc import Iterable
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.reasons import label
from churnlab.churn.shapes import shapes
from churnlab.settings import Settings
from churnlab.stats.collinearity import variance_inflation
from churnlab.wording import Said

_HOURS, _CONTRACT = "weeks_of_hours_left", "days_to_contract_end"


def collinear(X: NDArray[np.float64], owners: NDArray[np.str_], settings: Settings) -> Said | None:
    """Name the features that the others tell nearly, taken as a whole, whatever the number of their columns.

    Parameters
    ----------
    X : numpy.ndarray, shape (n, p)
        Independent columns.
    owners : numpy.ndarray of str, shape (p,)
        The feature of each.
    settings : Settings
        `model.max_vif`.
    """
    inflation = variance_inflation(X, features=owners.tolist())
    return _listed(label(name) for name in dict.fromkeys(owners[inflation > settings.model.max_vif].tolist()))


def against(table: pd.DataFrame) -> Said | None:
    """Name the features of which a clear ratio goes the other way than is expected (`shapes.worse`).

    Parameters
    ----------
    table : pandas.DataFrame
        feature, against, driver_note.
    """
    clearly = table["against"] & (table["driver_note"] == "clear")
    return _listed(label(name) for name in table.loc[clearly, "feature"].unique())


def unknown(rows: pd.DataFrame) -> Said | None:
    """Tell the ratios of unknown values that are clear.

    Parameters
    ----------
    rows : pandas.DataFrame
        driver, odds_ratio with bounds, driver_note.
    """
    clear = rows[rows["driver_note"] == "clear"]
    ratios = zip(clear["driver"], clear["odds_ratio"], clear["odds_ratio_low"], clear["odds_ratio_high"], strict=True)
    return _listed(
        Said("churn.drivers.unknown", {"value": driver, "ratio": ratio, "low": low, "high": high})
        for driver, ratio, low, high in ratios
    )


def used_up(panel: pd.DataFrame, table: pd.DataFrame, settings: Settings) -> float | None:
    """Return how many of those with no hours left have a contract beyond the horizon, where few hours look worse.

    They go on without these hours, and draw the ratio of all whose hours are used up towards 1.

    Parameters
    ----------
    panel : pandas.DataFrame
        The features.
    table : pandas.DataFrame
        feature, driver, odds_ratio.
    settings : Settings
        `outcome.horizon_days`.

    Returns
    -------
    float or None
        Share, 0–1; None where used-up hours go with at least as much leaving as few hours, or nobody goes on so.
    """
    ratios = table.loc[table["feature"] == _HOURS, "odds_ratio"]
    if _CONTRACT not in panel or ratios.empty or not ratios.iloc[0] < ratios.max():
        return None
    none_left = panel[_HOURS] < min(shapes(settings)[_HOURS].thresholds)
    share = float((panel.loc[none_left, _CONTRACT] >= settings.outcome.horizon_days).mean())
    return share if share > 0 else None


def _listed(items: Iterable[Said]) -> Said | None:
    said = list(items)
    return (
        reduce(lambda before, item: Said("churn.drivers.list", {"before": before, "item": item}), said)
        if said
        else None
    )
