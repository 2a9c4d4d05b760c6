"""Institutions of which only the staff, their trainings and what they do are made: quick enough for many seeds."""

from dataclasses import replace

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.state import World
from churnlab.synthetic.training import telling
from churnlab.synthetic.training.delivery import attendance, check_ins, sessions, trainee_table
from churnlab.synthetic.training.programmes import PROGRAMMES, Programme, Training
from churnlab.tables import dating
from churnlab.tables.door import Data, engine_schema, from_frames, to_arrow
from churnlab.tables.schemas import TABLES

# Of an interval by drawing nothing here depends, but it takes its time.
QUICK = Settings.model_validate({"uncertainty": {"bootstrap": 50}})
# Half of the service staff, drawn by lot: of them incidents are written down.
IN_VAIN = replace(PROGRAMMES[3], begins=52, learning_gain=0.0)
# The lowest of three months are trained, to no avail: they come back to their usual level by themselves.
WEAKEST = replace(PROGRAMMES[0], begins=62)
TEACHING = replace(PROGRAMMES[4], kpi_effects={}, behavior_effect=0.0, learning_gain=0.0)


class Maker:
    """Makes one institution after the other in one engine: the one before cannot be asked any more."""

    def __init__(self) -> None:
        self.empty = from_frames({}, as_of=Institution().as_of, settings=QUICK)

    def made(self, seed: int, *programmes: Programme, students: int = 2500) -> Data:
        """Make the staff of an institution with these trainings: PX001 and so on."""
        _, world = begin(Institution(seed=seed, students=students, training=Training(programmes=programmes)))
        tables = _tables(world)
        engine = self.empty.versions["staff"].get_backend()
        versions = {
            name: engine.create_table(
                f"{name}_of_one", to_arrow(rows, TABLES[name]), schema=engine_schema(TABLES[name]), overwrite=True
            )
            for name, rows in tables.items()
        }
        return replace(self.empty, versions={**self.empty.versions, **dating.every(versions)})

    def evaluated(self, seed: int, *programmes: Programme, students: int = 2500) -> Evaluation:
        """Make such an institution, and ask for the first of its trainings."""
        return Evaluation(self.made(seed, *programmes, students=students), "PX001")


def _tables(world: World):
    trained = telling.train(world)
    assert trained
    staff, held = trained.staff, trained.held
    rows = sessions(world, held, world.rng)
    came = attendance(world, staff, held, rows, world.rng)
    told = telling._of_staff(world, trained) | {
        "trainings": telling._training_table(world, held),
        "training_sessions": rows,
        "training_attendance": came,
        "trainees": trainee_table(world, staff, held, rows, came),
        "check_ins": check_ins(world, staff, held, world.rng),
        "staff": staff[[name for name in TABLES["staff"].stored_names if name in staff]],
    }
    return {name: telling.in_form(name, frame) for name, frame in told.items() if name != "promotions"}
