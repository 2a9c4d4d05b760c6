"""Institutions of which only the staff and their trainings are made: quick enough for many seeds."""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.estimates import Estimate, estimate
from churnlab.kirkpatrick.results.window import begun_elsewhere, window
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.training.costs import benefit
from churnlab.synthetic.training.programmes import PROGRAMMES, Training, share_left
from churnlab.synthetic.training.telling import train, training_tables
from churnlab.tables.door import Data, from_frames

ASKED = ("staff", "trainings", "trainees", "training_sessions", "training_attendance", "kpis", "training_costs")
# The weakest are trained late enough that months before those they were chosen for are left.
LATER = replace(PROGRAMMES[0], begins=62)
MOVED = {
    f"PX{number:03d}": (dict(one.kpi_effects), one.skill_life_months)
    for number, one in enumerate((LATER, *PROGRAMMES[1:5]), 1)
}


def made(seed: int) -> Data:
    """Make an institution's staff, their trainings and KPIs: the weakest, two lots, a waiting list, a lot."""
    return with_benefits(seed)[0]


def with_benefits(seed: int) -> tuple[Data, dict[str, float]]:
    """Make such an institution, and say what each training truly earned by the end; NaN where that has no price."""
    training = Training(programmes=(LATER, *PROGRAMMES[1:5]))
    _, world = begin(Institution(seed=seed, training=training))
    trained = train(world)
    assert trained
    tables, months = training_tables(world, trained), world.institution.months
    benefits = {one.training_id: benefit(one, trained.drawn, months) for one in trained.held}
    return from_frames({name: tables[name] for name in ASKED}, as_of=world.institution.as_of), benefits


def estimates(data: Data, training_id: str) -> dict[str, Estimate]:
    """Return the estimate of each KPI of a training's people."""
    evaluated = Evaluation(data, training_id)
    kpis = staff_kpis(data)
    of_trained = kpis[kpis["staff_id"].isin(evaluated.trained["staff_id"])]
    # Of a lot other trainings are not left out, so that they need not be asked for.
    elsewhere = begun_elsewhere(evaluated) if evaluated.design is not Design.RANDOMISED else pd.DataFrame()
    return {
        metric: estimate(window(evaluated, kpis[kpis["metric"] == metric], elsewhere), data.settings)
        for metric in sorted(of_trained["metric"].unique())
    }


def truth(training_id: str, metric: str, found: Estimate) -> float:
    """Return what was planted, the mean over the person-months of those trained that told the estimate."""
    effects, life = MOVED[training_id]
    after = found.rows[found.rows["is_trained"] & (found.rows["period"] >= found.rows["start"])]
    since = after["period"] - after["start"] + 1
    return float(np.average(effects.get(metric, 0.0) * share_left(since, life), weights=after["weight"]))
