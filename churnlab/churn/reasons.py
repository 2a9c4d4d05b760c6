"""Why is this student's risk raised?"""

import re

import numpy as np
import pandas as pd

from churnlab.churn.encoding import Encoding
from churnlab.churn.model import ChurnModel
from churnlab.churn.shapes import can_be_reason, worse
from churnlab.i18n import has
from churnlab.wording import Said

# What raises the odds by less than a tenth is no reason to call anyone.
_LEAST_LOG_ODDS = 0.0953


def reasons(
    frame: pd.DataFrame, contributions: pd.DataFrame, encoding: Encoding, model: ChurnModel, *, n: int
) -> pd.Series:
    """Name what raises the risk of each most.

    A feature's parts (value, being unknown, word) count together, but that a value is known is no reason. What raises
    the odds by less than a tenth is not named; an unknown value, or one on the side that is not expected to go with
    leaving (`shapes.worse`), only where nothing else raises them: nobody can act on it. What nobody can talk about
    (`shapes.can_be_reason`) is never named.

    Parameters
    ----------
    frame : pandas.DataFrame
        `unit_id` and the features.
    contributions : pandas.DataFrame
        Log odds by feature, in the order of the frame.
    encoding : Encoding
        How the features became numbers.
    model : ChurnModel
        Its means tell what is high.
    n : int
        Most reasons for one.

    Returns
    -------
    pandas.Series
        Indexed by unit_id: a tuple of `Said` each, the strongest first.
    """
    usual = _usual(encoding, model)
    told = [name for name in encoding.features if any(c.feature == name for c in encoding.columns)]
    adds = contributions[told] - frame[told].notna().to_numpy() * _being_known(encoding, model)[told].to_numpy()
    rows = zip(frame[told].astype(object).to_dict("records"), adds.to_dict("records"), strict=True)
    named = [_named(values, adds, usual, n) for values, adds in rows]
    return pd.Series(named, index=frame["unit_id"].to_numpy(), name="reasons", dtype=object)


def _being_known(encoding: Encoding, model: ChurnModel) -> pd.Series:
    """Return what it adds to the log odds that a feature's value is known, where some are not."""
    parts = model.contributions(np.zeros((1, len(encoding.columns))))[0]
    adds = [part if column.kind == "missing" else 0.0 for part, column in zip(parts, encoding.columns, strict=True)]
    return pd.Series(adds, index=[column.feature for column in encoding.columns]).groupby(level=0).sum()


def _usual(encoding: Encoding, model: ChurnModel) -> dict[str, float]:
    """Return the mean of each number; one in pieces is the first piece and what the others rise above their start."""
    usual: dict[str, float] = {}
    for column, mean in zip(encoding.columns, model.mean_, strict=True):
        if column.kind == "value":
            usual[column.feature] = usual[column.feature] + mean - column.low if column.feature in usual else mean
    return usual


def _named(values: dict, adds: dict, usual: dict[str, float], n: int) -> tuple[Said, ...]:
    raising = (name for name in adds if adds[name] > _LEAST_LOG_ODDS and can_be_reason(name))
    strongest = sorted(raising, key=lambda name: (-adds[name], name))
    plain = [name for name in strongest if _plain(name, values[name], usual.get(name))]
    return tuple(reason(name, values[name], usual.get(name)) for name in (plain or strongest)[:n])


def _plain(feature: str, value: float | str | None, usual: float | None) -> bool:
    """Tell whether it can be understood that this value raises the risk."""
    known = value is not None and value == value
    return known and worse(feature) in (None, "low" if _low(value, usual) else "high")


def _low(value: float | str | None, usual: float | None) -> bool:
    return usual is not None and isinstance(value, float | int) and value < usual


def reason(feature: str, value: float | str | None, usual: float | None) -> Said:
    """Put in words, once the language is known, that this value raises the risk.

    Parameters
    ----------
    feature : str
        Column, as `"hours_left"`; one without sentences of its own gets a general one.
    value : float, str or None
        As it stands in the frame.
    usual : float or None
        What it is compared with; None for words.
    """
    if value is None or value != value:
        return _said(feature, "reason_missing")
    if value == 0 and has(f"feature.{_worded(feature)[0]}.reason_zero"):
        return _said(feature, "reason_zero")
    if isinstance(value, float) and value < 0 and has(f"feature.{feature}.reason_past"):
        return _said(feature, "reason_past", value=-value)
    return _said(feature, "reason_low" if _low(value, usual) else "reason_high", value=value)


def label(feature: str) -> Said:
    """Return a feature's name, to be said once the language is known."""
    stem, days = _worded(feature)
    return Said(f"feature.{stem}.label", days) if stem else Said("model.feature.label", {"feature": feature})


def missing_label(feature: str) -> Said:
    """Return what it means that a feature has no value: `"Never contacted"`."""
    stem, days = _worded(feature)
    if stem:
        return Said(f"feature.{stem}.label_missing", days)
    return Said("churn.drivers.column.missing", {"feature": feature})


def _said(feature: str, part: str, **facts: float | str) -> Said:
    stem, days = _worded(feature)
    if stem:
        return Said(f"feature.{stem}.{part}", {**facts, **days})
    general = f"{part}_word" if any(isinstance(value, str) for value in facts.values()) else part
    return Said(f"model.feature.{general}", {**facts, "feature": feature})


def _worded(feature: str) -> tuple[str | None, dict[str, int]]:
    """Return under which name the locale speaks of a feature; one of another window is named by its days."""
    if has(f"feature.{feature}.label"):
        return feature, {}
    windowed = re.fullmatch(r"(\w+)_(\d+)d", feature)
    if windowed and has(f"feature.{windowed[1]}.label"):
        return windowed[1], {"days": int(windowed[2])}
    return None, {}
