"""Where did each stand, month by month, until she was promoted?"""

import pandas as pd

from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.standing import monthly_index
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has

_DAYS_PER_YEAR = 365.25
_COLUMNS = [
    "staff_id", "role", "month", "number", "promoted", "hours_10", "tenure_years", "kpi_level", "rating_level",
]  # fmt: skip


def careers(data: Data) -> pd.DataFrame:
    """Return one row per person and whole month at work, up to and with that of her first promotion on record.

    Months begin with the first of KPIs or trainings on record. Everything is as of the month's first day.

    Returns
    -------
    pandas.DataFrame
        `staff_id`, `role`, `month` (timestamp) with its `number` from 0, `promoted` (in this month), `hours_10` (tens
        of hours of trainings concluded since records begin), `tenure_years`, `kpi_level` (mean index of the
        `people.promotion_kpi_months` before, in standard deviations of months; missing: none) and `rating_level` (last
        ratings by others, in standard deviations between people; missing: none).
    """
    people, index = staff(data), monthly_index(data)
    last = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    begin = min(index["month"].min(), pd.to_datetime(fetch(data.table("trainings"))["starts_on"]).min())
    begin = begin.to_period("M").to_timestamp()
    months = pd.DataFrame({"month": pd.date_range(begin, last, freq="MS", inclusive="left")})
    months["number"] = range(len(months))
    rows = people[["staff_id", "role", "hired_on", "left_on"]].merge(months, how="cross")
    first = promotions(data).groupby("staff_id")["on"].min()
    on = rows["staff_id"].map(first)
    here = (rows["hired_on"] < rows["month"]) & (rows["left_on"].isna() | (rows["left_on"] >= rows["month"]))
    rows = rows[here & (on.isna() | (on >= rows["month"]))].assign(promoted=on.dt.to_period("M"))
    rows["promoted"] = (rows["promoted"] == rows["month"].dt.to_period("M")).fillna(False).astype(bool)
    rows = rows.sort_values(["month", "staff_id"], ignore_index=True)
    rows["tenure_years"] = (rows["month"] - rows["hired_on"]).dt.days / _DAYS_PER_YEAR
    rows["hours_10"] = as_of_each(rows, _hours(data), "hours").fillna(0.0).to_numpy() / 10
    rows["kpi_level"] = kpi_levels(rows, index, data.settings.people.promotion_kpi_months).to_numpy()
    rows["rating_level"] = as_of_each(rows, _ratings(data), "rating").to_numpy()
    columns = [
        "staff_id",
        "role",
        "month",
        "number",
        "promoted",
        "hours_10",
        "tenure_years",
        "kpi_level",
        "rating_level",
    ]
    return rows[columns]


def first_training(data: Data) -> pd.DataFrame:
    """Return one row per person who concluded a training: her first on record, as of the day she concluded it.

    Returns
    -------
    pandas.DataFrame
        `staff_id`, `training_id`, `month` (the day), `hours` (of that training), `tenure_years`, `kpi_level` and
        `rating_level` as `careers`, `test_share_before` (right answers in its test before), `promoted` (after that
        day; who was promoted before is left out).
    """
    done = _concluded(data).sort_values(["on", "training_id"]).drop_duplicates("staff_id")
    people = staff(data)[["staff_id", "role", "hired_on"]]
    rows = done.merge(people, on="staff_id").rename(columns={"on": "month"})
    on = rows["staff_id"].map(promotions(data).groupby("staff_id")["on"].min())
    rows = rows.assign(promoted=on > rows["month"])[~(on <= rows["month"])]
    rows = rows.sort_values(["month", "staff_id"], ignore_index=True)
    rows["tenure_years"] = (rows["month"] - rows["hired_on"]).dt.days / _DAYS_PER_YEAR
    rows["kpi_level"] = kpi_levels(rows, monthly_index(data), data.settings.people.promotion_kpi_months).to_numpy()
    rows["rating_level"] = as_of_each(rows, _ratings(data), "rating").to_numpy()
    if not has(data, "test_answers"):
        return rows.assign(test_share_before=float("nan"))
    answers = data.table("test_answers")
    answers = answers.filter(answers.occasion == "pre").group_by(["training_id", "staff_id"])
    tests = fetch(answers.aggregate(test_share_before=lambda group: group.score.sum() / group.max_score.sum()))
    return rows.merge(tests, on=["training_id", "staff_id"], how="left")


def promotions(data: Data) -> pd.DataFrame:
    """Return the promotions: `staff_id`, `on` (timestamp), `from_grade`, `to_grade`."""
    told = fetch(data.table("promotions"))
    return told.assign(on=pd.to_datetime(told["on"]).astype("datetime64[ns]"))


def as_of_each(rows: pd.DataFrame, events: pd.DataFrame, column: str) -> pd.Series:
    """Return the last value of each person before each row's day, in the order of the rows.

    Parameters
    ----------
    rows : pandas.DataFrame
        `staff_id` and `month`, sorted by `month`.
    events : pandas.DataFrame
        `staff_id`, `on` and the column.
    column : str
        What is looked up.
    """
    days = rows[["staff_id", "month"]].assign(on=rows["month"].astype("datetime64[ns]"))
    events = events.sort_values(["on", "staff_id"])[["staff_id", "on", column]]
    return pd.merge_asof(days, events, on="on", by="staff_id", allow_exact_matches=False)[column]


def kpi_levels(rows: pd.DataFrame, index: pd.DataFrame, months: int) -> pd.Series:
    """Return the mean KPI index of each person over the so many whole months before each row's day."""
    wide = index.pivot(index="month", columns="staff_id", values="index")
    wide = wide.reindex(pd.date_range(wide.index.min(), wide.index.max() + pd.DateOffset(months=1), freq="MS"))
    means = wide.rolling(months, min_periods=1).mean().shift(1).rename_axis("month")
    level = means.reset_index().melt(id_vars="month", value_name="level")
    keys = pd.DataFrame({"month": rows["month"].dt.to_period("M").dt.to_timestamp(), "staff_id": rows["staff_id"]})
    return keys.merge(level, on=["month", "staff_id"], how="left")["level"]


def _concluded(data: Data) -> pd.DataFrame:
    told = fetch(data.table("trainees"))
    on = pd.to_datetime(told["concluded_on"]).astype("datetime64[ns]")
    told = told.assign(on=on, hours=told["hours"].astype(float))
    return told[told["on"].notna() & (told["hours"] > 0)][["staff_id", "training_id", "on", "hours"]]


def _hours(data: Data) -> pd.DataFrame:
    done = _concluded(data).groupby(["staff_id", "on"], as_index=False).agg(hours=("hours", "sum")).sort_values("on")
    return done.assign(hours=done.groupby("staff_id")["hours"].cumsum())


def _ratings(data: Data) -> pd.DataFrame:
    """Return each person's mean rating by others a month, in standard deviations between people of the same kind."""
    rows = data.table("ratings")
    told = fetch(rows.filter((rows.rater_role != "self") & rows.kind.isin(["behavior", "competency"])))
    width = told["scale_max"] - told["scale_min"]
    told = told.assign(rating=(told["score"] - told["scale_min"]) / width, month=told["at"].dt.to_period("M"))
    found = told.groupby(["staff_id", "kind", "month"], as_index=False).agg(rating=("rating", "mean"), on=("at", "max"))
    beside = found.groupby("kind")["rating"]
    spread = beside.transform("std")
    rating = (found["rating"] - beside.transform("mean")) / spread.where(spread > 0)
    return found.assign(rating=rating, on=found["on"].astype("datetime64[ns]")).dropna(subset="rating")
