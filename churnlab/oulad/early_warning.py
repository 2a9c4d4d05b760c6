"""Who of those still enrolled will withdraw, and how well can that be told?

Students of earlier presentations teach; those of the latest one, whom the model has never seen, are judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.encoding import OUTCOME, learn
from churnlab.churn.model import ChurnModel
from churnlab.finding import Finding
from churnlab.oulad.known_by_day import known
from churnlab.oulad.published import Published
from churnlab.settings import Settings
from churnlab.stats.discrimination import Area, delong

DAYS = (50, 100, 150)
JUDGED = "2014J"
# Fixed, not chosen on the data, so that the figures stand beside those published with it.
PENALTY = 0.3
_UNTOLD = Area(auc=np.nan, standard_error=np.nan, low=np.nan, high=np.nan)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How well a model ranked the students of a presentation that it had not seen.

    Attributes
    ----------
    day : int
        Day of the presentation by which it had to tell.
    taught_by, judged_on : int
        Students it learned from, and students it was judged on.
    taught_events, withdrawals : int
        Those of them who withdrew later.
    area : Area
        Area under the ROC curve with DeLong's interval by student; NaN where too few withdrew to learn from.
    """

    day: int
    taught_by: int
    judged_on: int
    taught_events: int
    withdrawals: int
    area: Area


def early_warning(
    published: Published,
    day: int,
    *,
    settings: Settings,
    module: str | None = None,
    with_clicks: bool = False,
    with_withdrawn: bool = False,
) -> Judged:
    """Teach a model on earlier presentations and judge it on the latest, by what was known on a day.

    Parameters
    ----------
    published : Published
        What was published.
    day : int
        Days since the start of the presentation.
    settings : Settings
        `model.min_events`, `uncertainty.min_group` and `uncertainty.level`.
    module : str, optional
        Only this module; default: all.
    with_clicks, with_withdrawn : bool
        See `churnlab.oulad.known_by_day.known`. With clicks, only presentations whose clicks were published.
    """
    panel = known(published, day=day, with_clicks=with_clicks, with_withdrawn=with_withdrawn)
    panel = panel if module is None else panel[panel["module"] == module]
    if with_clicks:
        panel = panel[_clicked(panel, published)]
    is_judged = panel["presentation"] == JUDGED
    panel = panel.drop(columns="presentation")
    earlier, latest = panel[~is_judged], panel[is_judged]
    events = int(earlier[OUTCOME].sum())
    few = min(events, len(earlier) - events) < settings.model.min_events
    return Judged(
        day=day,
        taught_by=len(earlier),
        judged_on=len(latest),
        taught_events=events,
        withdrawals=int(latest[OUTCOME].sum()),
        area=_UNTOLD if few else _area(earlier, latest, settings),
    )


def _clicked(panel: pd.DataFrame, published: Published) -> pd.Series:
    """Mark the rows of presentations with clicks: elsewhere none were published, which is not none made."""
    with_clicks = published.clicks["enrolment_id"].str.rsplit("-", n=1).str[0].unique()
    return panel["unit_id"].str.rsplit("-", n=1).str[0].isin(with_clicks)


def _area(earlier: pd.DataFrame, latest: pd.DataFrame, settings: Settings) -> Area:
    encoding = learn(earlier, min_students=settings.uncertainty.min_group)
    model = ChurnModel(C=PENALTY).fit(encoding.apply(earlier), earlier[OUTCOME].to_numpy(dtype=bool))
    told = model.predict_proba(encoding.apply(latest))[:, 1]
    # A student may take two modules of one presentation.
    return delong(latest[OUTCOME], told, settings.uncertainty.level, clusters=latest["student_id"])


def auc_finding(published: Published, *, settings: Settings, days: Sequence[int] = DAYS) -> Finding:
    """Tell how well later withdrawal can be told among those still enrolled, without clicks, in all modules.

    Returns
    -------
    Finding
        `oulad.auc`, one row per day: `presentation_day`, `taught_by`, `judged_on`, `withdrawals`, `auc` with its
        interval.
    """
    rows = [early_warning(published, day, settings=settings) for day in days]
    return _finding("oulad.auc", rows, settings)


def trap_finding(published: Published, *, settings: Settings, days: Sequence[int] = DAYS) -> Finding:
    """Show what the same model seems to reach when those who had withdrawn already are left in.

    Returns
    -------
    Finding
        `oulad.trap`, columns as in `auc_finding`.
    """
    rows = [early_warning(published, day, settings=settings, with_withdrawn=True) for day in days]
    return _finding("oulad.trap", rows, settings)


def clicks_finding(
    published: Published, *, settings: Settings, module: str = "AAA", days: Sequence[int] = DAYS
) -> Finding:
    """Tell how well it goes with clicks, in the one module whose clicks of two presentations are at hand.

    Returns
    -------
    Finding
        `oulad.clicks`, columns as in `auc_finding`.
    """
    rows = [early_warning(published, day, settings=settings, module=module, with_clicks=True) for day in days]
    found = _finding("oulad.clicks", rows, settings, module=module)
    if found.sentences == ("few",):
        return found
    is_clear = any(row.area.low > 0.5 for row in rows)
    return replace(found, sentences=(*found.sentences, "clear" if is_clear else "unclear"))


def _finding(key: str, rows: Sequence[Judged], settings: Settings, **facts: Any) -> Finding:
    table = pd.DataFrame({
        "presentation_day": [row.day for row in rows],
        "taught_by": [row.taught_by for row in rows],
        "judged_on": [row.judged_on for row in rows],
        "withdrawals": [row.withdrawals for row in rows],
        "auc": [row.area.auc for row in rows],
        "auc_low": [row.area.low for row in rows],
        "auc_high": [row.area.high for row in rows],
    })  # fmt: skip
    told = [row for row in rows if row.area.auc == row.area.auc]
    facts |= {
        "unit": "enrolment",
        "presentation": JUDGED,
        "days": _listed(told),
        "lowest": min((row.area.auc for row in told), default=np.nan),
        "highest": max((row.area.auc for row in told), default=np.nan),
        "untold_days": _listed([row for row in rows if row not in told]),
        "min_events": settings.model.min_events,
    }
    return Finding(
        key=key,
        table=table,
        facts=facts,
        sentences=("sentence",) if told else ("few",),
        caveats=("oulad_few_events",) if 0 < len(told) < len(rows) else (),
    )


def _listed(rows: Sequence[Judged]) -> dict[str, str]:
    days = [str(row.day) for row in rows]
    return {"zh": "、".join(days), "en": ", ".join(days)}
