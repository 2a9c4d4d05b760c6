"""What is on record of what each of a role does, month by month and in the eyes of others?"""

import pandas as pd

from churnlab.kirkpatrick.evaluation import staff
from churnlab.tables.door import Data, fetch

DAYS_PER_MONTH = 365.25 / 12
_SCALE = ["scale_min", "scale_max"]


def counted(data: Data, people: pd.DataFrame) -> pd.DataFrame:
    """Return how often each did what is counted, over the whole months of `people.performance_months`.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    people : pandas.DataFrame
        `staff_id` and `role`.

    Returns
    -------
    pandas.DataFrame
        One row per person and thing that anybody of her role did, with 0 for who did not: `staff_id`, `role`,
        `source` (`incident`: its kinds; `documents`: days on which she used any of the knowledge base; `training`:
        hours of trainings concluded), `thing`, `many`, and `months` at work in the time.
    """
    start, end = window(data)
    incidents = _between(fetch(data.table("incidents")), "at", start, end).rename(columns={"kind": "thing"})
    used = _between(fetch(data.table("documents")), "at", start, end).dropna(subset="staff_id")
    used = used.assign(day=pd.to_datetime(used["at"]).dt.normalize()).drop_duplicates(["staff_id", "day"])
    taught = fetch(data.table("trainees"))
    taught = _between(taught[taught["arm"] != "comparison"], "concluded_on", start, end)
    parts = [
        incidents.assign(source="incident", many=1.0),
        used.assign(source="documents", thing="document_days", many=1.0),
        taught.assign(source="training", thing="training_hours", many=taught["hours"].astype(float)),
    ]
    columns = ["staff_id", "source", "thing", "many"]
    told = pd.concat([part[columns] for part in parts], ignore_index=True).merge(people, on="staff_id")
    many = told.groupby(["staff_id", "source", "thing"], as_index=False)["many"].sum()
    everyone = people.merge(told[["role", "source", "thing"]].drop_duplicates(), on="role")
    found = everyone.merge(many, on=["staff_id", "source", "thing"], how="left").merge(at_work(data), on="staff_id")
    found["many"] = found["many"].fillna(0.0)
    return found[found["months"] > 0].sort_values(["role", "source", "thing", "staff_id"], ignore_index=True)


def rated(data: Data, people: pd.DataFrame) -> pd.DataFrame:
    """Return each rating by others in the time, beside those of the same kind.

    Parameters
    ----------
    data, people
        As for `counted`.

    Returns
    -------
    pandas.DataFrame
        One row a rating of behaviour or competency: `staff_id`, `role`, `thing` (the dimension), `rater_id`, `score`
        on the scale of the dimension, and `off`: less the mean of those of her role rated on the same occasion by
        raters of the same kind. Where these are fewer than two people there is none.
    """
    start, end = window(data)
    rows = data.table("ratings")
    told = fetch(rows.filter((rows.rater_role != "self") & rows.kind.isin(["behavior", "competency"])))
    told = _between(told, "at", start, end).rename(columns={"dimension": "thing"})
    told = told[["staff_id", "rater_id", "rater_role", "kind", "occasion", "thing", "score", *_SCALE]]
    told = told.merge(people[["staff_id", "role"]], on="staff_id").astype({"score": float})
    beside = told.groupby(["role", "kind", "thing", "rater_role", "occasion", *_SCALE])
    told = told.assign(off=told["score"] - beside["score"].transform("mean"))
    told = told[beside["staff_id"].transform("nunique") > 1]
    return told[["staff_id", "role", "thing", "rater_id", "score", "off"]].reset_index(drop=True)


def window(data: Data) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first day of the months that are looked at, and the first after them."""
    end = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    return end - pd.DateOffset(months=data.settings.people.performance_months), end


def at_work(data: Data) -> pd.DataFrame:
    """Return how many `months` of the time each `staff_id` was at work."""
    start, end = window(data)
    people = staff(data)
    until = people["left_on"].where(people["left_on"] < end, end)
    since = people["hired_on"].where(people["hired_on"] > start, start)
    days = (until - since).dt.days.clip(lower=0)
    return people[["staff_id"]].assign(months=days / DAYS_PER_MONTH)


def _between(rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    on = pd.to_datetime(rows[column])
    return rows[(on >= start) & (on < end)]
