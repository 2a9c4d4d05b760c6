"""How do all tables of staff and training come about, and from what?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import nothing, where_known, with_more
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.state import World
from churnlab.synthetic.training.assessments import assessments, blind_tests, competencies
from churnlab.synthetic.training.budgets import budget_table
from churnlab.synthetic.training.costs import cost_table
from churnlab.synthetic.training.delivery import attendance, check_ins, sessions, trainee_table
from churnlab.synthetic.training.exams import answer_table, certificates
from churnlab.synthetic.training.performance import METRICS, Drawn, draw, kpi_table
from churnlab.synthetic.training.plan import Held, effects_on, plan
from churnlab.synthetic.training.ratings import behaviors
from churnlab.synthetic.training.reactions import reaction_table
from churnlab.synthetic.training.records import documents, incidents, meetings, promotions
from churnlab.synthetic.training.targets import target_table
from churnlab.synthetic.training.workforce import workforce
from churnlab.tables.periods import last_day
from churnlab.tables.schemas import TABLES

OF_STAFF = ("kpis", "ratings", "incidents", "promotions", "documents", "meetings")
OF_TRAININGS = (
    "trainings", "training_sessions", "training_attendance", "trainees", "reactions", "test_answers", "training_costs",
    "check_ins", "certificates", "training_targets", "budgets",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """What lies behind the tables.

    Attributes
    ----------
    staff : pandas.DataFrame
        The workforce, one row a person.
    held : list of Held
        The trainings.
    drawn : dict of str to Drawn
        KPIs without training, by metric.
    """

    staff: pd.DataFrame
    held: list[Held]
    drawn: dict[str, Drawn]


def train(world: World) -> Trained | None:
    """Hire, measure and choose; None where the institution trains nobody."""
    training = world.institution.training
    if training is None:
        return None
    staff = workforce(world, training, _dice(world, "workforce"))
    drawn = draw(world, staff, _dice(world, "kpis"))
    return Trained(staff=staff, held=plan(world, training, staff, drawn, _dice(world, "trainings")), drawn=drawn)


def training_tables(world: World, trained: Trained | None) -> dict[str, pd.DataFrame]:
    """Return the table `staff`, its further rows last, and all tables of training, each in the contract's form."""
    columns = list(nothing("staff"))
    if trained is None:
        return {"staff": world.place.staff[columns], **{name: nothing(name) for name in (*OF_STAFF, *OF_TRAININGS)}}
    staff = trained.staff
    told = _of_staff(world, trained) | (_of_trainings(world, trained) if trained.held else {})
    tables = {name: in_form(name, told.get(name, pd.DataFrame())) for name in (*OF_STAFF, *OF_TRAININGS)}
    return {"staff": with_more(world.place.staff[columns], staff[staff["further"]]), **tables}


def _of_staff(world: World, trained: Trained) -> dict[str, pd.DataFrame]:
    staff, held, months = trained.staff, trained.held, world.institution.months
    effects = {metric.name: effects_on(staff, held, metric.name, months) for metric in METRICS}
    rated = [
        competencies(world, staff, _dice(world, "competencies")),
        behaviors(world, staff, held, _dice(world, "behaviors")),
        assessments(world, staff, held, _dice(world, "assessments")),
        blind_tests(world, staff, held, _dice(world, "blind_tests")),
    ]
    ratings = pd.concat([in_form("ratings", part) for part in rated], ignore_index=True)
    return {
        "kpis": kpi_table(world, staff, trained.drawn, effects),
        "ratings": ratings.sort_values(["at", "staff_id", "rater_id", "kind", "dimension"], ignore_index=True),
        "incidents": incidents(world, staff, held, trained.drawn["reply_24h_rate"], _dice(world, "incidents")),
        "promotions": promotions(world, staff),
        "documents": documents(world, staff, _dice(world, "documents")),
        "meetings": meetings(world, held, _dice(world, "meetings")),
    }


def _of_trainings(world: World, trained: Trained) -> dict[str, pd.DataFrame]:
    staff, held = trained.staff, trained.held
    rows = sessions(world, held, _dice(world, "sessions"))
    came = attendance(world, staff, held, rows, _dice(world, "attendance"))
    costs = cost_table(world, held, rows, came)
    return {
        "trainings": _training_table(world, held),
        "training_sessions": rows,
        "training_attendance": came,
        "trainees": trainee_table(world, staff, held, rows, came),
        "reactions": reaction_table(world, held, rows, came, _dice(world, "reactions")),
        "test_answers": answer_table(world, staff, held, _dice(world, "answers"), _dice(world, "waiting")),
        "training_costs": costs,
        "check_ins": check_ins(world, staff, held, _dice(world, "check_ins")),
        "certificates": certificates(world, staff, held, _dice(world, "certificates")),
        "training_targets": target_table(world, held),
        "budgets": budget_table(world, costs),
    }


def _training_table(world: World, held: list[Held]) -> pd.DataFrame:
    what = [one.programme for one in held]
    return pd.DataFrame(
        {
            "training_id": [one.training_id for one in held],
            "name": [one.name for one in what],
            "vendor_id": [one.vendor or None for one in what],
            "kind": [one.kind for one in what],
            "format": [one.format for one in what],
            "starts_on": world.days.date(np.array([one.begins for one in held])),
            "ends_on": world.days.date(np.array([one.ends for one in held])),
            "skill_life_months": [float(one.skill_life_months) for one in what],
        }
    )


def in_form(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the contract's columns in their order and of their kinds, blank where nothing is told."""
    form = nothing(name)
    if frame.empty:
        return form
    columns = {}
    for column, values in form.items():
        told = frame[column] if column in frame else pd.Series([None] * len(frame), index=frame.index)
        if values.dtype == np.dtype(object):
            columns[column] = pd.Series(where_known(told.notna(), told), index=frame.index)
        elif values.dtype == np.dtype("int64") and told.isna().any():
            columns[column] = told.astype("Int64")  # counts that are not known everywhere are no plain whole numbers
        else:
            columns[column] = told.astype(values.dtype)
        period = next((one.period for one in TABLES[name].columns if one.stored_name == column), None)
        if period:  # what is told of a month or week is known when it is over, and the store has its last day
            columns[column] = last_day(columns[column], period)
    return pd.DataFrame(columns)


def _dice(world: World, tale: str) -> np.random.Generator:
    return with_own_dice(world, f"training_{tale}").rng
