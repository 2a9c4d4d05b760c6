"""What must be known before a table of odds ratios is believed?"""

from collections.abc import Iterable
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.reasons import label
from churnlab.settings import Settings
from churnlab.stats.collinearity import variance_inflation
from churnlab.wording import Said


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


def _listed(items: Iterable[Said]) -> Said | None:
    said = list(items)
    return (
        reduce(lambda before, item: Said("churn.drivers.list", {"before": before, "item": item}), said)
        if said
        else None
    )
