"""What is each student now with us still worth?"""

from math import ceil
from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus, chosen
from churnlab.churn.renewal.at_risk import worth
from churnlab.churn.renewal.prepaid import prepaid_by_unit
from churnlab.churn.renewal.value import prospects, remaining_value
from churnlab.finding import Finding
from churnlab.tables.door import Data

_MOST_ROWS = 5_000  # beyond it is no list any more; a workbook of 100,000 is read by no one
_FEWEST_FOR_A_TENTH = 10
_SHOWN = [
    "student_id", "campus", "course_id", "expected_months", "monthly_margin_cny", "remaining_value_cny",
    "remaining_value_cny_low", "remaining_value_cny_high", "prepaid_cny",
]  # fmt: skip


def student_worth(data: Data, campus: Campus = None) -> Finding:
    """List the students now in service by the margin still expected of each, the highest first.

    Those whom a lot holds out of calls stand here like all others: nobody is to act on a place in this list, and gaps
    in it would tell who is held out.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `renewal.student_worth`: one row per unit in service with a contract running or just ended whose price is known
        (the fact `unpriced` counts contracts without), at most 5,000 and then those worth most: `student_id`, `campus`,
        `course_id` (of the contract that brings most a month), `expected_months`, `monthly_margin_cny` and
        `remaining_value_cny` as `remaining_value` has them, the interval that of the mean of many like her;
        `prepaid_cny`, what is paid and not used yet, which is in no worth (missing where the store holds no payments).
        A list for the workbook. Its facts are of all, listed or not.

    Raises
    ------
    NotEnoughData
        As `worth`.
    """
    total = worth(data, campus)  # its sum is of the same students, with the same interval
    rows = _rows(data, campus)
    facts: dict[str, Any] = dict(total.facts) | _spread(rows["remaining_value_cny"])
    facts |= {"unit": data.settings.outcome.unit, "listed": min(len(rows), _MOST_ROWS)}
    holds = {
        "sentence": True,
        "tenth": facts["top_share"] is not None,
        "listed": facts["listed"] < len(rows),
    }
    return Finding(
        key="renewal.student_worth",
        table=rows[_SHOWN].head(_MOST_ROWS),
        facts=facts,
        sentences=tuple(name for name, is_so in holds.items() if is_so),
        caveats=(*total.caveats, "renewal_student"),
    )


def _rows(data: Data, campus: Campus) -> pd.DataFrame:
    rows = chosen(remaining_value(data), campus)
    chains = prospects(data).chains.sort_values(["monthly_margin_cny", "enrolment_id"], ascending=[False, True])
    course = chains.drop_duplicates("unit_id").set_index("unit_id")["course_id"]
    rows = rows.assign(
        course_id=rows["unit_id"].map(course), prepaid_cny=prepaid_by_unit(data, rows["unit_id"]).to_numpy()
    )
    return rows.sort_values(["remaining_value_cny", "unit_id"], ascending=[False, True], ignore_index=True)


def _spread(values: pd.Series) -> dict[str, Any]:
    """Tell how the worth is spread; of fewer than ten there is no tenth."""
    top = ceil(len(values) / 10)
    told = len(values) >= _FEWEST_FOR_A_TENTH and values.sum() > 0
    return {
        "students": len(values),
        "median_cny": float(values.median()),
        "top": top,
        "top_share": float(values.nlargest(top).sum() / values.sum()) if told else None,
    }
