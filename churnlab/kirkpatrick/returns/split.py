"""How is learning split over the work itself, others, and courses, beside the 70/20/10 rule?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.returns.hours import attended
from churnlab.kirkpatrick.returns.spent import recent, spent
from churnlab.settings import Returns
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

JOB, OTHERS, FORMAL = "on_the_job", "from_others", "formal"
PARTS = (JOB, OTHERS, FORMAL)
_HOUR = 60.0


def budget_split(data: Data) -> Finding:
    """Split money and hours of learning of the last months over the work itself, others, and courses.

    What the tables tell: of the money, a cost whose item has a word of the settings for learning on the job or from
    others; all other costs are formal. Of the hours, weekly tasks done (check-ins) are on the job, uses of a document
    whose author is somebody else are from others, hours at sessions are formal; tasks and uses at the minutes of the
    settings. Learning that nobody books or writes down is in neither.

    Returns
    -------
    Finding
        `returns.split`, one row a `learning_source`: `cost_cny`, `cost_share`, `learning_hours`, `learning_hours_share`
        and `standard_share`, what the rule has.

    Raises
    ------
    NotEnoughData
        If no cost is told of a training of these months.
    """
    need(data, "training_costs")
    rules = data.settings.returns
    money = _money(data).reindex(PARTS, fill_value=0.0)
    if not money.sum() > 0:
        raise NotEnoughData("returns.no_recent", months=rules.cost_months)
    hours = pd.Series(_hours(data)).reindex(PARTS, fill_value=0.0)
    standard = {JOB: rules.on_the_job_share, OTHERS: rules.from_others_share}
    standard[FORMAL] = 1 - standard[JOB] - standard[OTHERS]
    table = pd.DataFrame(
        {
            "learning_source": PARTS, "cost_cny": money.to_numpy(dtype=float),
            "cost_share": (money / money.sum()).to_numpy(dtype=float), "learning_hours": hours.to_numpy(),
            "learning_hours_share": (hours / hours.sum() if hours.sum() else hours * float("nan")).to_numpy(),
            "standard_share": [standard[part] for part in PARTS],
        }
    )  # fmt: skip
    shares = table.set_index("learning_source")
    facts: dict[str, Any] = {
        "months": rules.cost_months, "cost": float(money.sum()), "hours": float(hours.sum()),
        **{f"{part}_cost": float(shares["cost_share"][part]) for part in PARTS},
        **{f"{part}_hours": float(shares["learning_hours_share"][part]) for part in PARTS},
        **{f"{part}_rule": standard[part] for part in PARTS},
        "task_minutes": rules.check_in_minutes, "document_minutes": rules.document_minutes,
    }  # fmt: skip
    unsplit = money[JOB] == 0 and money[OTHERS] == 0
    sentences = ("all_formal" if unsplit else "sentence", *(("hours",) if hours.sum() else ()))
    return Finding(key="returns.split", table=table, facts=facts, sentences=sentences, caveats=("returns_split",))


def source_of(item: str, rules: Returns) -> str:
    """Return where a cost's money went, by the words in what it was for."""
    said = item.lower()
    if any(word.lower() in said for word in rules.on_the_job_words):
        return JOB
    return OTHERS if any(word.lower() in said for word in rules.from_others_words) else FORMAL


def _money(data: Data) -> pd.Series:
    """Return the money of the last months by where it went; wages that are reckoned are those of courses."""
    rules, these = data.settings.returns, recent(data)
    booked = fetch(data.table("training_costs"))
    booked = booked[booked["training_id"].isin(these)]
    source = pd.Series([source_of(str(one or ""), rules) for one in booked["item"]], index=booked.index, dtype=object)
    money = booked["amount_cny"].astype(float).groupby(source).sum().reindex(PARTS, fill_value=0.0)
    whole = spent(data)
    money[FORMAL] += whole.loc[whole["training_id"].isin(these), "cost_cny"].sum() - money.sum()
    return money


def _hours(data: Data) -> dict[str, float]:
    rules = data.settings.returns
    since = pd.Timestamp(data.as_of) - pd.DateOffset(months=rules.cost_months)
    tasks, uses = fetch(data.table("check_ins")), fetch(data.table("documents"))
    done = tasks[tasks["done"].eq(True) & (pd.to_datetime(tasks["week"]) >= since)]
    others = uses["staff_id"].notna() & (uses["staff_id"] != uses["author_id"]) & (uses["event"] != "shared")
    used = uses[others & (uses["at"] >= since)]
    at_sessions = attended(data)
    return {
        JOB: len(done) * rules.check_in_minutes / _HOUR,
        OTHERS: len(used) * rules.document_minutes / _HOUR,
        FORMAL: float(at_sessions.loc[at_sessions["training_id"].isin(recent(data)), "hours"].sum()),
    }
