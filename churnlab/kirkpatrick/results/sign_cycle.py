"""How soon do those whom the trained spoke with first sign, and did the training make it sooner?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.groups import groups
from churnlab.kirkpatrick.results.outcomes import outcome_effects, told_outcomes
from churnlab.kirkpatrick.results.steps import SIGNED_DAYS, not_across, staff_requests
from churnlab.kirkpatrick.results.telling import told
from churnlab.stats.survival import CENSORED, Stays, kaplan_meier, window

_PARTS = 6
_COLUMNS = (
    "sign_group", "days_since_contact", "signed_share", "signed_share_low", "signed_share_high", "requests_watched"
)  # fmt: skip
_SIGNED = 1


def sign_cycle(evaluated: Evaluation) -> Finding:
    """Say how soon customers sign after the first contact, of the trained and of those compared, before and after.

    Who has not signed yet is not left out, else the slow would be missing and every cycle look short: the curves are
    Kaplan and Meier's, each request watched until the date, one person's requests taken as one whole. Who never signs
    stays unsigned. The effect is on the days signed, of the first `staff_outcomes.sign_days` after the first contact,
    by the comparison of `kpi_effects` and with the verdict it has among all of `outcomes`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `results.sign_cycle`: one row per `sign_group` (trained or compared, before or after) and
        `days_since_contact`: `signed_share` with its interval, `requests_watched` (still unsigned and in view on that
        day). Facts: `sooner` with its interval, days.

    Raises
    ------
    NotEnoughData
        If no `results.fewest_people` of those trained spoke with customers first, before and after.
    """
    settings = evaluated.data.settings
    days = settings.staff_outcomes.sign_days
    found = {one.metric: one for one in outcome_effects(evaluated)}
    if SIGNED_DAYS not in found:
        raise NotEnoughData("results.no_first_contacts", least=settings.results.fewest_people, days=days)
    family = told_outcomes(evaluated, list(found.values())).table.set_index("metric")
    effect, verdict = found[SIGNED_DAYS], str(family.loc[SIGNED_DAYS, "effect_verdict"])
    alone = told(evaluated, [effect], "results.sign_cycle")
    curves = _curves(evaluated, days)
    facts: dict[str, Any] = {
        **alone.facts,
        "days": days,
        **{f"sooner{end}": float(getattr(effect, end.strip("_") or "effect")) for end in ("", "_low", "_high")},
        "before_signed": effect.baseline_mean,
        "after_signed": effect.observed_mean,
        "requests": int(curves.loc[curves["days_since_contact"] == 0, "requests_watched"].sum()),
    }
    return replace(alone, table=curves, facts=facts, sentences=(verdict,), hidden=())


def _curves(evaluated: Evaluation, days: int) -> pd.DataFrame:
    requests = staff_requests(evaluated.data)
    requests = requests.assign(month=requests["contacted_on"].dt.to_period("M").dt.to_timestamp())
    series = requests.groupby(["staff_id", "month"], as_index=False).agg(n=("month", "size"))
    series = not_across(evaluated, series.assign(value=0.0, n=series["n"].astype(float)), days)
    told_groups = groups(evaluated, series)
    rows = requests.merge(told_groups.rows[["staff_id", "month", "is_trained", "after"]], on=["staff_id", "month"])
    level, least = evaluated.data.settings.uncertainty.level, evaluated.data.settings.retention.min_at_risk
    watched = (pd.Timestamp(evaluated.data.as_of) - rows["contacted_on"]).dt.days - 1
    rows = rows.assign(signed=rows["days_to_sign"] <= watched.clip(upper=days))
    rows = rows.assign(last=rows["days_to_sign"].where(rows["signed"], watched.clip(upper=days)).astype(int))
    parts = [
        _curve(_stays(part), days, level, least).assign(
            sign_group=f"{'trained' if is_trained else 'compared'}_{'after' if after else 'before'}"
        )
        for (is_trained, after), part in sorted(rows.groupby(["is_trained", "after"]), key=_trained_first)
    ]
    return pd.concat(parts, ignore_index=True)[list(_COLUMNS)]


def _trained_first(part: tuple[Any, pd.DataFrame]) -> tuple[bool, bool]:
    (is_trained, after), _ = part
    return not is_trained, bool(after)


def _stays(rows: pd.DataFrame) -> Stays:
    return Stays(
        entry=np.full(len(rows), -1), exit=rows["last"].to_numpy(), cause=np.where(rows["signed"], _SIGNED, CENSORED),
        cluster=rows["staff_id"].astype("category").cat.codes.to_numpy(),
    )  # fmt: skip


def _curve(stays: Stays, days: int, level: float, least: int) -> pd.DataFrame:
    """Tell a curve at some days, as far as enough are in view."""
    inside = window(stays, least)
    last = -1 if inside is None or inside[0] > 0 else min(inside[1], days)
    at = [day for day in np.linspace(0, days, _PARTS + 1).round().astype(int) if day <= last]
    if not at:
        return pd.DataFrame(columns=["days_since_contact"])
    curve = kaplan_meier(stays, first_day=0, last_day=last)
    low, high = curve.interval(level)
    return pd.DataFrame(
        {
            "days_since_contact": at,
            "signed_share": 1 - curve.value[at],
            "signed_share_low": 1 - high[at],
            "signed_share_high": 1 - low[at],
            "requests_watched": curve.at_risk[at].astype(int),
        }
    )
