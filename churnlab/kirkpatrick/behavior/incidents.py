"""Do striking incidents, good and bad, happen less or more often after a training?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.exposure import claim, compare, service, started
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.multiplicity import holm
from churnlab.tables.door import fetch
from churnlab.tables.there import need
from churnlab.wording import Said

_SHOWN = (
    "before", "after", "compared", "events_before", "events_after", "events_compared", "rate_ratio", "rate_ratio_low",
    "rate_ratio_high",
)  # fmt: skip


def incident_rates(evaluated: Evaluation) -> Finding:
    """Compare how often incidents happened per month in service, each person with herself and beside others.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.incidents`, first the rows of all bad and of all good incidents, then one per kind where there is
        more than one of its sort: `incident_kind`, `good` (missing: not told), `before`, `after` and `compared`
        (events per person-month in service), their counts, `rate_ratio` with its interval (after over before, less
        what changed for those compared), and `adjusted_p_value` (Holm over the kinds; of a total the p-value itself).

    Raises
    ------
    NotEnoughData
        If no incident was written down, or nobody of the training had any.
    """
    need(evaluated.data, "incidents")
    days = started(evaluated, service(evaluated), "incidents")
    rows = evaluated.data.table("incidents").select("staff_id", "at", "kind", "good")
    told = fetch(rows)
    told = told[told["staff_id"].isin(set(days["staff_id"]))]
    told = told.assign(day=pd.to_datetime(told["at"]).dt.normalize())
    if told.empty:
        raise NotEnoughData("behavior.no_incidents", training_id=evaluated.course.training_id)
    level = evaluated.data.settings.uncertainty.level
    table = _corrected(pd.DataFrame([
        {"incident_kind": name, "good": good, **compare(evaluated, days, part, level=level)}
        for name, good, part in _sorts(told)
    ]))  # fmt: skip
    return _told(evaluated, table, level)


def _sorts(told: pd.DataFrame) -> list[tuple[Any, bool | None, pd.DataFrame]]:
    """Return the incidents that are counted together: all bad, all good, and each kind."""
    good = told["good"].astype(object)
    sorts: list[tuple[Any, bool | None, pd.DataFrame]] = []
    for value, name in ((False, "bad"), (True, "good_ones")):
        if (good == value).any():
            sorts.append((Said(f"behavior.incidents.{name}"), value, told[good == value]))
    for sort in (False, True, None):
        part = told[good.isna()] if sort is None else told[good == sort]
        kinds = sorted(part["kind"].unique())
        if len(kinds) > 1 or sort is None:
            sorts += [(kind, sort, part[part["kind"] == kind]) for kind in kinds]
    return sorts


def _corrected(table: pd.DataFrame) -> pd.DataFrame:
    is_total = table["incident_kind"].map(lambda kind: isinstance(kind, Said))
    adjusted = pd.Series(float("nan"), index=table.index)
    adjusted[is_total] = table.loc[is_total, "p_value"]  # good and bad are two questions
    adjusted[~is_total] = holm(table.loc[~is_total, "p_value"])
    return table.assign(adjusted_p_value=adjusted, is_total=is_total)


def _told(evaluated: Evaluation, table: pd.DataFrame, level: float) -> Finding:
    totals = table[table["is_total"]]
    main = (totals if len(totals) else table).iloc[0]
    known = pd.notna(main["rate_ratio"])
    design = claim(evaluated)
    alone = design is Design.BEFORE_AFTER_ONLY
    sure = known and main["adjusted_p_value"] < 1 - level
    facts: dict[str, Any] = {
        "kind": main["incident_kind"], "ratio": main["rate_ratio"], "low": main["rate_ratio_low"],
        "high": main["rate_ratio_high"], "before": main["before"], "after": main["after"], "level": level,
        "events_before": int(main["events_before"]), "events_after": int(main["events_after"]),
        "years_before": main["days_before"] / 365.25, "years_after": main["days_after"] / 365.25,
        "months": evaluated.data.settings.behavior.window_months,
    }  # fmt: skip
    way = "unknown" if not known else "open" if not sure else "fewer" if main["rate_ratio"] < 1 else "more"
    sentences = ["counts", way if way == "unknown" else f"{way}_alone" if alone else way]
    if len(totals) == 2 and pd.notna(totals["rate_ratio"].iloc[1]):
        other = totals.iloc[1]
        facts |= {f"good_{name}": other[f"rate_{name}"] for name in ("ratio", "ratio_low", "ratio_high")}
        sentences += ["good_sure" if other["adjusted_p_value"] < 1 - level else "good_open"]
    shown = table[["incident_kind", *_SHOWN, "adjusted_p_value"]]
    shown = shown.rename(columns={"before": "before_month", "after": "after_month", "compared": "compared_month"})
    caveats = ("behavior_incidents",) if len(shown) > len(totals) else ()
    return Finding(
        key="behavior.incidents", table=shown, facts=facts, sentences=tuple(sentences), caveats=caveats, design=design
    )
