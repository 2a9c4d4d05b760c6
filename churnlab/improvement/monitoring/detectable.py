"""How large must a rise be for the charts of this institution to find it soon?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.improvement.monitoring.alerts import Watch, held_at, watch
from churnlab.improvement.monitoring.limits import standing
from churnlab.improvement.monitoring.series import DAILY
from churnlab.settings import Settings
from churnlab.stats.detection import found_share, smallest_rise
from churnlab.tables.door import Data
from churnlab.wording import Said

_SHOWN = ["watch_measure", "campus", "usual_count", "alert_from", "found_rise", "doubling_found_share"]
_DOUBLED = 2.0
_SEED = 4  # the same week is told the same
_JOINS = {"zh": "；", "en": "; "}


def detectable(data: Data, *, campus: Campus = None) -> Finding:
    """Tell of each weekly chart what is usual, from which count on it raises an alert, and which rise it finds.

    Worked out from the limits of these charts and the spread of their own weeks: a lasting rise in ordinary weeks,
    found by a week alone or by the EWMA within `watching.found_within_weeks` weeks. Falls are never told.

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.
    campus : str, sequence of str, optional
        Whose charts; None: all.

    Returns
    -------
    Finding
        `watch.detectable`, one row per measure and campus: `watch_measure`, `campus`, `usual_count` (of a week),
        `alert_from` (the count of a single week that raises an alert), `found_rise` (times the usual, which is found
        with a probability of `watching.found_share`; missing: none up to 64 times) and `doubling_found_share` (how
        likely a doubling is found). Both are simulated, within about 0.02.

    Raises
    ------
    NotEnoughData
        If no chart has a baseline yet.
    """
    found, rules = watch(data), data.settings.watching
    table = _table(found, data.settings)
    table = table[held_at(table, campus, found.series)].reset_index(drop=True)
    blind = int((table["doubling_found_share"] < rules.found_share).sum())
    facts: dict[str, Any] = {
        "charts": len(table), "blind": blind, "weeks": rules.found_within_weeks, "share": rules.found_share,
        "each": _each(table),
    }  # fmt: skip
    return Finding(
        key="watch.detectable", table=table, facts=facts, sentences=("sentence", "doubling"),
        caveats=("watch_detectable",),
    )  # fmt: skip


def _table(found: Watch, settings: Settings) -> pd.DataFrame:
    rules, rows = settings.watching, []
    for name, series in found.series.rows.groupby("watch_measure", sort=False):
        charts = {} if name == DAILY else standing(series, limits=found.limits, settings=settings)
        for place, chart in charts.items():
            rng = np.random.default_rng(_SEED)
            rise = smallest_rise(chart, within=rules.found_within_weeks, share=rules.found_share, rng=rng)
            rows.append({
                "watch_measure": str(name),
                "campus": place,
                "usual_count": chart.baseline.rate * chart.exposure,
                "alert_from": chart.alert_from,
                "found_rise": rise if np.isfinite(rise) else np.nan,
                "doubling_found_share": found_share(chart, _DOUBLED, within=rules.found_within_weeks, rng=rng),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=_SHOWN)


def _each(table: pd.DataFrame) -> dict[str, str]:
    """Say of each measure what its chart of most counts finds: that of all campuses, where there is one."""
    most = table.loc[table.groupby("watch_measure", sort=False)["usual_count"].idxmax()]
    said = [
        Said(
            "watch.detectable.each",
            {
                "measure": Said(f"code.watch_measure.{row['watch_measure']}"), "usual": row["usual_count"],
                "alert_from": row["alert_from"], "rise": row["found_rise"], "doubling": row["doubling_found_share"],
            },
        )
        for row in most.to_dict("records")
    ]  # fmt: skip
    return {lang: _JOINS[lang].join(one.say(lang) for one in said) for lang in LANGUAGES}
