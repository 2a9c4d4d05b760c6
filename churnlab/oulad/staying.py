"""How long do the students of each module stay?"""

from dataclasses import replace

import pandas as pd

from churnlab.churn.retention import retention_by, retention_curves
from churnlab.finding import Finding, attempt
from churnlab.tables.door import Data

# Four weeks in, then every eight; the last while every presentation still runs.
MARKS_DAYS = (28, 84, 140, 196, 224)
_ALL_DAYS = 3650  # ten years, more than was published
_SHARE = "still_here_share"


def staying(data: Data) -> tuple[Finding, Finding]:
    """Return the retention curves of the modules, read off at a few days, and their comparison.

    All presentations count alike, whatever period a monthly report looks back on.

    Parameters
    ----------
    data : Data
        Open as of a day after the last presentation.

    Returns
    -------
    tuple of Finding
        `oulad.staying`, one row per module: `course`, `students` (at risk on day 0), `day_28_share`, … with intervals;
        then `retention.by_course`. Either says so where there are too few students.
    """
    whole = data.settings.retention.model_copy(update={"period_days": _ALL_DAYS})
    data = replace(data, settings=data.settings.model_copy(update={"retention": whole}))
    return attempt(_curves, data), attempt(_compared, data)


def _curves(data: Data) -> Finding:
    curves = retention_curves(data, by="course")
    points = curves.table.set_index(["group", "days_with_us"])
    courses = sorted(curves.table["group"].unique())
    first = points["under_observation"].groupby("group").first()
    table = pd.DataFrame({"course": courses, "students": first.reindex(courses).to_numpy()})
    for day in MARKS_DAYS:
        at = points.reindex([(course, day) for course in courses])
        for end in ("", "_low", "_high"):
            table[f"day_{day}_share{end}"] = at[f"{_SHARE}{end}"].to_numpy()
    facts: dict[str, str | int] = {"unit": "enrolment", "modules": len(courses)}
    return Finding(key="oulad.staying", table=table, facts=facts, caveats=("oulad_start",))


def _compared(data: Data) -> Finding:
    found = retention_by(data, by="course")
    return replace(found, caveats=(*found.caveats, "oulad_median"))
