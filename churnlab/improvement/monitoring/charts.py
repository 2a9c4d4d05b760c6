"""How did what is watched go, week by week, within its limits?"""

from churnlab.churn.counts import Campus
from churnlab.finding import Finding
from churnlab.improvement.monitoring.alerts import held_at, usual_facts, watch
from churnlab.improvement.monitoring.series import DAILY
from churnlab.tables.door import Data

_MOST_DRAWN = 4  # of a measure: more charts side by side cannot be read


def charts(data: Data, *, campus: Campus = None) -> Finding:
    """Return the control charts of the last weeks, each week with what was expected of it and its limit.

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.
    campus : str, sequence of str, optional
        Whose charts; None: all.

    Returns
    -------
    Finding
        `watch.charts`, one row per measure, campus and week in order of time: `watch_measure`, `campus`, `week_on`,
        `week_count`, `expected` (by the baseline before it), `limit` (the highest count that raises no alert by itself)
        and `is_alarm` (by itself or with the weeks before it). Weeks that are not judged are not here: those in a
        holiday season of which no earlier year is held, and those without enough weeks before them.

    Raises
    ------
    NotEnoughData
        If no chart has a baseline of `watching.least_baseline_weeks` weeks yet.
    """
    found = watch(data)
    looks = found.looks[found.looks["watch_measure"] != DAILY]
    looks = looks[held_at(looks, campus, found.series)]
    order = {name: place for place, name in enumerate(looks["watch_measure"].drop_duplicates())}
    looks = looks.assign(order=looks["watch_measure"].map(order)).sort_values(["order", "campus", "period_on"])
    table = looks.rename(columns={"period_on": "week_on", "high": "limit", "counted": "week_count"})
    table = table[["watch_measure", "campus", "week_on", "week_count", "expected", "limit", "is_alarm"]]
    places = table.groupby("watch_measure")["campus"].nunique()
    facts = {
        "drawn": int(places.clip(upper=_MOST_DRAWN).sum()),
        "charts": len(table.drop_duplicates(["watch_measure", "campus"])),
        "alarms": int(table["is_alarm"].sum()),
        "weeks": data.settings.watching.told_weeks,
        "false_alarm_share": data.settings.watching.false_alarm_share,
        **usual_facts(found, data.settings),
    }
    return Finding(
        key="watch.charts",
        table=table.astype({"week_count": "int64", "limit": "int64"}).reset_index(drop=True),
        facts=facts,
        sentences=("sentence", "drawn") if places.max() > _MOST_DRAWN else ("sentence",),
        caveats=("watch_usual", "watch_holidays"),
    )
