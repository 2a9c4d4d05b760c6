"""How is a made-up institution made, whole, with its truth?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from churnlab.settings import Settings
from churnlab.synthetic import (
    calling,
    campaigns,
    complaints,
    customers,
    inspections,
    leads,
    measures,
    places,
    sales,
    service,
    teaching,
)
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.behind import Behind, look_behind
from churnlab.synthetic.blanks import with_more
from churnlab.synthetic.history import History, history
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.not_started import on_file
from churnlab.synthetic.state import World
from churnlab.synthetic.training.telling import train, training_tables
from churnlab.synthetic.training.training_truth import training_truth
from churnlab.synthetic.truth import Truth, truth
from churnlab.tables.contract import Table
from churnlab.tables.door import Data, from_frames
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.schemas import TABLES


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A made-up institution.

    Attributes
    ----------
    institution : Institution
        Its parameters.
    frames : mapping of str to pandas.DataFrame
        All tables in the contract's form: every column in its order; dates and times `datetime64[ns]`, money, hours
        and numbers float, counts int, flags boolean, missing None/NaT/NaN. Names and phones are in clear.
    truth : Truth
        The answers, never to be read by an analysis.
    """

    institution: Institution
    frames: Mapping[str, pd.DataFrame]
    truth: Truth

    def data(self, as_of: date | str | None = None, *, settings: Settings | None = None) -> Data:
        """Open it as a store would be opened, without files; names and phones are pseudonyms by the public key.

        Parameters
        ----------
        as_of : date or str, optional
            Default: the end of the history.
        settings : Settings, optional
            Default: the defaults.
        """
        on = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of or self.institution.as_of
        stored = {name: _stored(frame, TABLES[name]) for name, frame in self.frames.items()}
        return from_frames(stored, as_of=on, settings=settings, made_up=True)


def make(institution: Institution) -> Made:
    """Make the institution: its history, its tables, its truth.

    The same parameters give the same rows; nothing is taken from the clock or the environment.

    Parameters
    ----------
    institution : Institution
        Its size, its months, what drives its students away, and the seed.
    """
    world, telling = begin(institution)
    past = history(world)
    trained = train(telling)
    behind = look_behind(telling, past, trained)
    frames = _tables(telling, past, behind) | training_tables(telling, trained)
    assert set(frames) == set(TABLES)
    ordered = {name: frames[name][list(table.names)].reset_index(drop=True) for name, table in TABLES.items()}
    of_training = training_truth(telling, trained, ordered["training_costs"])
    return Made(institution=institution, frames=ordered, truth=truth(world, past, behind, of_training))


def _tables(world: World, past: History, behind: Behind) -> dict[str, pd.DataFrame]:
    """Write down what happened, table by table; the order decides which random numbers each gets."""
    asked = leads.lead_table(world, behind.askers, behind.plan, behind.not_started)
    more = on_file(world, behind.askers, behind.not_started)
    price = sales.prices(world, past)
    paid = sales.payments(world, past, price)
    return {
        "campuses": places.campus_table(world.institution),
        "courses": places.course_table(),
        "classes": places.class_table(world.institution, world.place),
        "campaigns": campaigns.campaign_table(world, behind.plan, asked),
        "leads": asked,
        "students": with_more(customers.student_table(world, past), more["students"]),
        "contacts": customers.contacts(world, past, leads.lead_contacts(world, behind.askers), behind.causes),
        "enrolments": with_more(sales.enrolments(world, past, price, paid, behind.signers), more["enrolments"]),
        "payments": with_more(sales.payment_table(world, past, paid), more["payments"]),
        "lessons": teaching.lessons(world, past, price),
        "activity": teaching.activity(world, past),
        "suspensions": teaching.suspensions(world, past),
        "refunds": service.refunds(world, past, paid, behind.causes),
        "complaints": complaints.complaint_table(world, past, behind.causes),
        "surveys": service.surveys(world, past, behind.causes),
        "exits": service.exits(world, past, behind.causes),
        "calls": calling.calls(world, past, behind.causes),
        "inspections": inspections.inspection_table(world),
        **measures.measure_tables(world),
    }


def _stored(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return protect(frame, table, PUBLIC_KEY) if any(column.personal for column in table.columns) else frame
