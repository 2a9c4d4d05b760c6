"""Which list of this very morning was already made?"""

from datetime import date

import pandas as pd

from churnlab.tables.door import Data, fetch

_COLUMNS = (
    "call_id", "list_id", "student_id", "campus", "made_on", "arm", "assigned_at_random", "experiment", "position",
    "churn_probability", "saved_value_cny",
)  # fmt: skip


def list_name(made_on: date) -> str:
    """Return the id of the lists made on a day, of all campuses."""
    return f"CL{made_on:%Y%m%d}"


def recorded(data: Data) -> pd.DataFrame:
    """Return the lists that `churnlab call-list` made for `data.as_of`, as they were drawn.

    They were made of what was known before that day, as a report of that day is, and are loaded after it. A list that
    anybody else wrote on the day is none of them.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per student and list, by campus and position: `call_id`, `list_id`, `student_id`, `campus`, `made_on`,
        `arm`, `assigned_at_random`, `experiment`, `position`, `churn_probability`, `saved_value_cny`.
    """
    rows = data.drawn("calls", list_name(data.as_of)).select(*_COLUMNS)
    numbers = dict.fromkeys(("position", "churn_probability", "saved_value_cny"), "float64")
    return fetch(rows.order_by("campus", "position", "call_id")).astype({"made_on": "datetime64[ns]", **numbers})
