"""Which dice does each tale throw, so that it moves no other?"""

from dataclasses import replace

import numpy as np

from churnlab.synthetic.state import World

_TALES = (
    "campaigns", "spending", "asking", "leads", "contacts", "never_came", "causes", "said", "refunds", "spoken",
    "complaints", "inspections", "measures", "giving_up", "hindsight", "starting",
    "hinting_complaints", "hinting_scores", "hinting_calls", "complained",
    *(
        f"training_{what}"
        for what in (
            "workforce", "kpis", "trainings", "competencies", "behaviors", "assessments", "incidents", "documents",
            "meetings", "sessions", "attendance", "reactions", "answers", "check_ins", "certificates",
            "blind_tests", "selling", "signing", "waiting",
        )
    ),
)  # fmt: skip
_FIRST = 100  # children of the seed before it are those of the history


def with_own_dice(world: World, tale: str) -> World:
    """Return the same world with dice that only this tale throws."""
    seed = np.random.SeedSequence(world.institution.seed, spawn_key=(_FIRST + _TALES.index(tale),))
    return replace(world, rng=np.random.default_rng(seed))
