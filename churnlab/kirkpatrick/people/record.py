"""What did one person learn, achieve and become, in the order in which it happened?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData, OrderError
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.metrics import named, written
from churnlab.kirkpatrick.people.career import promotions
from churnlab.kirkpatrick.people.standing import performance
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.tables.door import Data, fetch
from churnlab.wording import Said

_COLUMNS = ["event_on", "growth_event", "growth_what", "own_result", "beside_result"]


def growth_record(data: Data, staff_id: str) -> Finding:
    """List everything on record of one person's growth, in order of time.

    Trainings with their hours, tests (share right, beside all who took it), ratings by others (mean over dimensions,
    beside all rated then), KPIs by quarter (mean of its months, beside her role), attempts at certificates, promotions.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    staff_id : str
        Who.

    Returns
    -------
    Finding
        `people.growth_record`: one row an event: `event_on`, `growth_event` (`hired`, `training`, `test`, `rating`,
        `kpi`, `certificate`, `promotion`), `growth_what`, `own_result`, `beside_result`. No name, and nothing that
        anybody wrote freely.

    Raises
    ------
    OrderError
        If nobody of this id was on the list of staff before the date.
    """
    people = staff(data)
    if staff_id not in set(people["staff_id"]):
        raise OrderError("people.no_staff", came=staff_id)
    me = people[people["staff_id"] == staff_id].iloc[0]
    trainings = fetch(data.table("trainings").select("training_id", "name")).set_index("training_id")["name"]
    hired = [(me["hired_on"], "hired", _told(me["role"]), None, None)]
    rows = hired + _trainings(data, staff_id, trainings) + _tests(data, staff_id, trainings)
    rows += _ratings(data, staff_id) + _kpis(data, people, me) + _awards(data, staff_id)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table = table.assign(event_on=pd.to_datetime(table["event_on"]).dt.normalize())
    table = table.sort_values(["event_on", "growth_event"], kind="stable", ignore_index=True, na_position="first")
    counts = table["growth_event"].value_counts()
    facts: dict[str, Any] = {
        "who": staff_id,
        "role": _told(me["role"]),
        **{f"{event}s": int(counts.get(event, 0)) for event in ("training", "test", "certificate", "promotion")},
        "hours": _hours(data, staff_id),
        "level": data.settings.uncertainty.level,
        "months": data.settings.people.performance_months,
    }
    standing, said = _standing(data, staff_id)
    return Finding(key="people.growth_record", table=table, facts=facts | standing, sentences=("sentence", said))


def _standing(data: Data, staff_id: str) -> tuple[dict[str, float], str]:
    try:
        rows = performance(data).table
    except NotEnoughData:
        return {}, "no_standing"
    rows = rows[rows["staff_id"] == staff_id]
    if rows.empty:
        return {}, "no_standing"
    facts = {f"score{end}": float(rows[f"estimate{end}"].iloc[0]) for end in ("", "_low", "_high")}
    return facts, "above" if facts["score_low"] > 0 else "below" if facts["score_high"] < 0 else "level"


def _told(value: Any) -> Any:
    return value if isinstance(value, str) and value else None


def _share(value: float) -> Said | None:
    return None if pd.isna(value) else Said("kpi.share", {"value": float(value)})


def _mine(data: Data, table: str, staff_id: str) -> pd.DataFrame:
    rows = data.table(table)
    return fetch(rows.filter(rows.staff_id == staff_id))


def _hours(data: Data, staff_id: str) -> float:
    return float(_mine(data, "trainees", staff_id)["hours"].astype(float).sum())


def _trainings(data: Data, staff_id: str, names: pd.Series) -> list[tuple[Any, ...]]:
    mine = _mine(data, "trainees", staff_id)
    mine = mine[mine["arm"] != "comparison"]
    return [
        (
            row["enrolled_on"] if pd.isna(row["concluded_on"]) else row["concluded_on"],
            "training",
            names.get(row["training_id"], row["training_id"]),
            None if pd.isna(row["hours"]) else Said("people.hours", {"hours": float(row["hours"])}),
            None,
        )
        for row in mine.to_dict("records")
    ]


def _tests(data: Data, staff_id: str, names: pd.Series) -> list[tuple[Any, ...]]:
    rows = data.table("test_answers")
    keys = ["training_id", "occasion", "staff_id"]
    # Who waited for her turn may have sat a test twice, months apart.
    marks = rows.group_by(*keys, month=rows.taken_at.truncate("M")).aggregate(
        on=rows.taken_at.max(), share=rows.score.sum() / rows.max_score.sum()
    )
    told = fetch(marks)
    told = told.assign(beside=told.groupby(["training_id", "occasion"])["share"].transform("mean"))
    return [
        (
            row["on"],
            "test",
            Said("people.test", {"name": names.get(row["training_id"]), "when": _when(row["occasion"])}),
            _share(row["share"]),
            _share(row["beside"]),
        )
        for row in told[told["staff_id"] == staff_id].to_dict("records")
    ]


def _when(occasion: str) -> Any:
    return Said(f"code.rated_when.{occasion}") if occasion in ("pre", "post", "delayed") else occasion


def _ratings(data: Data, staff_id: str) -> list[tuple[Any, ...]]:
    rows = data.table("ratings")
    told = fetch(rows.filter(rows.rater_role != "self"))
    told = told.assign(part=(told["score"] - told["scale_min"]) / (told["scale_max"] - told["scale_min"]))
    told = told.assign(year=told["at"].dt.year, training_id=told["training_id"].fillna(""))
    keys = ["kind", "occasion", "training_id", "year"]
    told = told.assign(beside=told.groupby(keys)["part"].transform("mean"))
    mine = told[told["staff_id"] == staff_id].groupby(keys, as_index=False).agg(
        at=("at", "max"), part=("part", "mean"), beside=("beside", "first")
    )  # fmt: skip
    return [
        (
            row["at"],
            "rating",
            Said("people.rated", {"kind": Said(f"code.rated.{row['kind']}"), "when": _when(row["occasion"])}),
            _share(row["part"]),
            _share(row["beside"]),
        )
        for row in mine.to_dict("records")
    ]


def _kpis(data: Data, people: pd.DataFrame, me: pd.Series) -> list[tuple[Any, ...]]:
    told = staff_kpis(data).merge(people[["staff_id", "role"]], on="staff_id")
    told = told[told["role"] == me["role"]]
    told = told.assign(quarter=told["month"].dt.to_period("Q"))
    keys = ["metric", "quarter"]
    beside = told.groupby(keys)["value"].mean().rename("beside").reset_index()
    mine = told[told["staff_id"] == me["staff_id"]].groupby(keys, as_index=False).agg(
        value=("value", "mean"), last=("month", "max")
    )  # fmt: skip
    mine = mine.merge(beside, on=keys)
    return [
        (
            row["last"] + pd.offsets.MonthEnd(0),
            "kpi",
            Said("people.kpi", {"metric": named(row["metric"]), "quarter": str(row["quarter"])}),
            written(row["value"], row["metric"], data.settings),
            written(row["beside"], row["metric"], data.settings),
        )
        for row in mine.to_dict("records")
    ]


def _awards(data: Data, staff_id: str) -> list[tuple[Any, ...]]:
    tried = _mine(data, "certificates", staff_id)
    rose = promotions(data)
    found: list[tuple[Any, ...]] = [
        (row["taken_on"], "certificate", row["name"], Said(f"people.{'passed' if row['passed'] else 'failed'}"), None)
        for row in tried.to_dict("records")
    ]
    return found + [
        (row["on"], "promotion", _told(row["from_grade"]), _told(row["to_grade"]), None)
        for row in rose[rose["staff_id"] == staff_id].to_dict("records")
    ]
