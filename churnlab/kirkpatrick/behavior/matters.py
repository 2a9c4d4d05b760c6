"""Are requests and disputes between departments closed sooner after a training?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.meetings import told_of
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.cox import NoFitError, fit_cox
from churnlab.stats.intervals import normal_quantile
from churnlab.stats.multiplicity import holm
from churnlab.stats.survival import Stays, kaplan_meier, median
from churnlab.wording import Said

KINDS = ("request", "dispute")


def matter_durations(evaluated: Evaluation) -> Finding:
    """Compare how soon requests and disputes are closed, before and after; open ones are counted until the date.

    Where departments without trained people have matters of their own, the change of theirs is taken out: the ratio is
    of how much more the hazard of being closed changed where trained people take part.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.matters`, one row per `matter_kind`, `departments_of` (`trained`, `others`) and `before_or_after`:
        `matters`, `still_open`, `half_closed_days` with its interval (missing: fewer than half closed so soon), and, in
        the row of the trained after, `hazard_ratio` with its interval (above 1: closed sooner) and
        `adjusted_p_value` (Holm over the kinds).

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` matters of any kind were opened after, or before.
    """
    rows, level = _timed(evaluated), evaluated.data.settings.uncertainty.level
    least = evaluated.data.settings.uncertainty.min_group
    parts = [
        one for kind in KINDS
        if len(one := rows[(rows["kind"] == kind)]) and one[one["concerns"]].groupby("is_after").size().reindex(
            [False, True], fill_value=0).min() >= least
    ]  # fmt: skip
    if not parts:
        raise NotEnoughData("behavior.few_matters", least=least)
    table = pd.concat([_rows(part, level, least) for part in parts], ignore_index=True)
    table["adjusted_p_value"] = holm(table["p_value"])
    return _told(table.drop(columns="p_value"), evaluated, level)


def matter_curves(evaluated: Evaluation) -> Finding:
    """Return how many matters in which trained people take part are still open, day by day, before and after.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.matter_curves`, one row per `matter_kind`, `before_or_after` and `open_day` (days since it was
        opened, while at least `uncertainty.min_group` are still watched): `still_open_share` with its
        interval. Sentences and facts as `matter_durations`.

    Raises
    ------
    NotEnoughData
        As `matter_durations`.
    """
    found, rows = matter_durations(evaluated), _timed(evaluated)
    level, least = evaluated.data.settings.uncertainty.level, evaluated.data.settings.uncertainty.min_group
    parts = []
    for kind in found.table["matter_kind"].unique():
        for after in (False, True):
            curve = kaplan_meier(_stays(rows[(rows["kind"] == kind) & rows["concerns"] & (rows["is_after"] == after)]))
            low, high = curve.interval(level)
            many = int((curve.at_risk >= least).sum())
            parts.append(pd.DataFrame({
                "matter_kind": kind, "before_or_after": "after" if after else "before", "open_day": np.arange(many),
                "still_open_share": curve.value[:many], "still_open_share_low": low[:many],
                "still_open_share_high": high[:many],
            }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return Finding(
        key="behavior.matter_curves", table=table, facts=found.facts, sentences=found.sentences, design=found.design
    )


def _timed(evaluated: Evaluation) -> pd.DataFrame:
    rows, as_of = told_of(evaluated, KINDS), pd.Timestamp(evaluated.data.as_of)
    closed = pd.to_datetime(rows["closed_at"])
    days = (closed.fillna(as_of) - rows["opened"]).dt.total_seconds() / 86_400
    return rows.assign(days=days, ended=closed.notna())[days > 0]


def _stays(part: pd.DataFrame) -> Stays:
    n = len(part)
    return Stays(
        entry=np.full(n, -1), exit=np.ceil(part["days"].to_numpy()).astype(int),
        cause=part["ended"].to_numpy().astype(int), cluster=np.arange(n),
    )  # fmt: skip


def _rows(part: pd.DataFrame, level: float, least: int) -> pd.DataFrame:
    beside = part[~part["concerns"]].groupby("is_after").size().reindex([False, True], fill_value=0).min() >= least
    rows = []
    for concerns in (True, False) if beside else (True,):
        for after in (False, True):
            here = part[(part["concerns"] == concerns) & (part["is_after"] == after)]
            middle, low, high = median(kaplan_meier(_stays(here)), level)
            rows.append({
                "matter_kind": here["kind"].iloc[0], "departments_of": "trained" if concerns else "others",
                "before_or_after": "after" if after else "before", "matters": len(here),
                "still_open": int((~here["ended"]).sum()), "half_closed_days": middle, "half_closed_days_low": low,
                "half_closed_days_high": high, **_ratio(part, beside, level, tell=concerns and after),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _ratio(part: pd.DataFrame, beside: bool, level: float, *, tell: bool) -> dict[str, float]:
    names = ("hazard_ratio", "hazard_ratio_low", "hazard_ratio_high", "p_value")
    unknown = dict.fromkeys(names, np.nan)
    if not tell:
        return unknown
    rows = part if beside else part[part["concerns"]]
    after, concerns = rows["is_after"].astype(float), rows["concerns"].astype(float)
    X = np.column_stack([after * concerns, after, concerns] if beside else [after])
    try:
        fit = fit_cox(np.full(len(rows), -np.inf), rows["days"], rows["ended"], X)
    except NoFitError:
        return unknown
    value, error = fit.coefficients[0], fit.standard_errors[0]
    half = normal_quantile(level) * error
    found = (*np.exp([value, value - half, value + half]), 2 * norm.sf(abs(value) / error))
    return {name: float(number) for name, number in zip(names, found, strict=True)}


def _told(table: pd.DataFrame, evaluated: Evaluation, level: float) -> Finding:
    beside = bool((table["departments_of"] == "others").any())
    main = table.dropna(subset=["hazard_ratio"])
    design = Design.COMPARISON_GROUP if beside else Design.BEFORE_AFTER_ONLY
    if main.empty:
        return Finding(key="behavior.matters", table=table, sentences=("unknown",), design=design)
    row = main.iloc[0]
    before = table[(table["matter_kind"] == row["matter_kind"]) & (table["departments_of"] == "trained")].iloc[0]
    sure, alone = row["adjusted_p_value"] < 1 - level, not row["hazard_ratio_low"] <= 1 <= row["hazard_ratio_high"]
    way = "open" if not sure else "sooner" if row["hazard_ratio"] > 1 else "later"
    facts: dict[str, Any] = {
        "kind": Said(f"code.matter_kind.{row['matter_kind']}"), "ratio": row["hazard_ratio"],
        "low": row["hazard_ratio_low"], "high": row["hazard_ratio_high"], "level": level,
        "before_days": before["half_closed_days"], "after_days": row["half_closed_days"], "n": int(row["matters"]),
        "tests": len(main),
        "before_n": int(before["matters"]),
    }  # fmt: skip
    known = np.isfinite([before["half_closed_days"], row["half_closed_days"]]).all()
    sentences = (*(("medians",) if known else ()), f"{way}_beside" if beside else f"{way}_alone")
    sentences += ("lone",) if alone and not sure else ()
    return Finding(key="behavior.matters", table=table, facts=facts, sentences=sentences, design=design)
