"""A hundred institutions of which only the advisers, their trainings and their sales are made, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from churnlab.settings import Settings
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.training import telling
from churnlab.synthetic.training.costs import benefit, cost_table
from churnlab.synthetic.training.delivery import attendance, sessions, trainee_table
from churnlab.synthetic.training.performance import kpi_table
from churnlab.synthetic.training.plan import effects_on
from churnlab.synthetic.training.programmes import PROGRAMMES, Training
from churnlab.tables import dating
from churnlab.tables.door import Data, engine_schema, from_frames, to_arrow
from churnlab.tables.schemas import TABLES

SELLING = PROGRAMMES[1]
# So cheap that where nothing comes of it, it need only look a little good to seem to pay.
IDLE = replace(SELLING, name="Idle", begins=40, kpi_effects={}, fee_cny=0.0, head_cny=0.0)
WORKS, IN_VAIN = "PX001", "PX002"
SOLD = ("conversion_rate", "order_value_cny")
# Margin and fading planted are just what the settings have: an interval that allows for more would hold the truth too
# often.
KNOWN_MARGIN = Settings.model_validate({"returns": {"margin_error_share": 0.0, "fading_error_share": 0.0}})


def institutions(seeds: Iterable[int], *, selling=SELLING, idle=IDLE) -> Iterator[tuple[Data, dict[str, float]]]:
    """Make institutions in which a training works and another is in vain; with each what both truly earned.

    All use one engine, whose other tables are empty, so that one cannot be asked any more when the next is there.
    """
    empty = from_frames({}, as_of=Institution().as_of, settings=KNOWN_MARGIN)
    engine = empty.versions["staff"].get_backend()
    for seed in seeds:
        tables, earned = _tables(seed, Training(programmes=(selling, idle)))
        versions = {
            name: engine.create_table(
                f"{name}_of_one", to_arrow(rows, TABLES[name]), schema=engine_schema(TABLES[name]), overwrite=True
            )
            for name, rows in tables.items()
        }
        yield replace(empty, versions={**empty.versions, **dating.every(versions)}), earned


def _tables(seed: int, training: Training) -> tuple[dict[str, pd.DataFrame], dict[str, float]]:
    _, world = begin(Institution(seed=seed, training=training))
    trained = telling.train(world)
    assert trained
    staff, held, months = trained.staff, trained.held, world.institution.months
    drawn = {name: trained.drawn[name] for name in SOLD}
    rows = sessions(world, held, world.rng)
    came = attendance(world, staff, held, rows, world.rng)
    told = {
        "kpis": kpi_table(world, staff, drawn, {name: effects_on(staff, held, name, months) for name in SOLD}),
        "trainings": telling._training_table(world, held),
        "training_sessions": rows,
        "training_attendance": came,
        "trainees": trainee_table(world, staff, held, rows, came),
        "training_costs": cost_table(world, held, rows, came),
    }
    tables = {name: telling.in_form(name, frame) for name, frame in told.items()}
    people = telling.in_form("staff", staff[[name for name in TABLES["staff"].stored_names if name in staff]])
    return {**tables, "staff": people}, {one.training_id: benefit(one, drawn, months) for one in held}
