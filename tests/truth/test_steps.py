"""Are the chances of each step found again, and where one has become worse, is it named, and only there?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.seasons import funnel_change
from churnlab.churn.funnel.steps_by import steps_by
from churnlab.finding import Finding
from churnlab.synthetic.steps import STEPS, WORSE_STEP
from churnlab.wording import Said
from tests.truth.asked import Asked, holds, only
from tests.truth.coverage import SURE, assert_covers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("asked")]

WORSE_AT = "浦东校区"
UNCERTAIN = ("trial_booked", "trial_done", "enrolled")
"""Of the other steps nearly everybody takes each: there intervals of a difference are longer than they need to be."""


@pytest.fixture(name="chances", scope="module")
def chances_by_channel(asked: Asked) -> pd.DataFrame:
    """One row a campus, channel and step of which a rate is told: the `true` chance, and `low` and `high` of what is.

    Estimand: the mean chance of the step, over those of the cohort who took the one before; of a first lesson, over
    those of them who were due.
    """
    found = []
    for campus, everybody in asked.requests.items():
        with only(everybody, asked.newcomers[campus]):
            table = steps_by(asked.data, by="channel").table
            cohort = ripe_cohort(asked.data, "first_lesson")
        table = table[table["of_previous_rate"].notna() & table["channel"].map(lambda name: isinstance(name, str))]
        told = table.set_index(["channel", "funnel_step"])
        for before, step in zip(cohort.steps, STEPS, strict=False):
            asked_of = cohort.passed[before] & (cohort.due if step == "first_lesson" else True)
            there = cohort.rows[asked_of]
            true = asked.leads.loc[there["lead_id"], f"p_{step}"].groupby(there["channel"].to_numpy()).mean()
            for channel in sorted(set(true.index) & set(told.xs(step, level="funnel_step").index)):
                low, high = (told.at[(channel, step), f"of_previous_rate_{end}"] for end in ("low", "high"))
                known = {"true": true[channel], "low": low, "high": high}
                found.append({"campus": campus, "figure": (channel, step)} | known)
    return pd.DataFrame(found)


def test_the_chances_of_each_step_are_found_by_channel(chances: pd.DataFrame) -> None:
    assert chances["figure"].nunique() == 25
    held = chances.assign(held=chances["true"].between(chances["low"], chances["high"]))
    assert_covers(held.pivot(index="campus", columns="figure", values="held"))


@pytest.fixture(name="changes", scope="module")
def against_the_year_before(asked: Asked) -> dict[str, Finding]:
    return {campus: changed(asked, rows, asked.newcomers[campus]) for campus, rows in asked.requests.items()}


def changed(asked: Asked, rows: pd.DataFrame, new: pd.DataFrame) -> Finding:
    with only(rows, new):
        return funnel_change(asked.data)


def named(finding: Finding) -> str | None:
    """Return which step is said to have changed, if any."""
    step = finding.facts.get("step")
    # Where none has changed the sentence names the one of which least can be told.
    changed = finding.sentences[0] in ("worse", "better")
    return step.key.rpartition(".")[2] if changed and isinstance(step, Said) else None


def test_the_difference_from_a_year_before_is_found(asked: Asked, changes: dict[str, Finding]) -> None:
    """Estimand: the mean chance of the step over those of this season who took the one before, less that of a year ago.

    Both seasons end as many days after asking; who goes on later is missed in both.
    """
    hits = {}
    for campus, found in changes.items():
        table = found.table.set_index("funnel_step")
        hits[campus] = {
            step: holds(table.loc[step], "difference_points", true_difference(asked, campus, found, step))
            for step in UNCERTAIN
        }
    assert_covers(pd.DataFrame.from_dict(hits, orient="index"))


def seasons(found: Finding) -> dict[str, Mapping[str, Any]]:
    """Return the months that each step is told of; they are told once where all have the same."""
    table = found.table.set_index("funnel_step")
    return {step: table.at[step, "season"].facts if "season" in table else found.facts for step in table.index}


def true_difference(asked: Asked, campus: str, found: Finding, step: str) -> float:
    rows = asked.requests[campus]
    month, true = rows["asked_on"].dt.strftime("%Y-%m"), asked.leads.loc[rows["lead_id"]].set_index(rows.index)
    there, season = true["reached"] >= STEPS.index(step), seasons(found)[step]
    now, before = (
        month.between(str(season[f"{when}from_month"]), str(season[f"{when}to_month"])) for when in ("", "before_")
    )
    return float(true.loc[there & now, f"p_{step}"].mean() - true.loc[there & before, f"p_{step}"].mean())


def test_where_no_step_has_changed_one_is_seldom_named(changes: dict[str, Finding]) -> None:
    """At most 5 % of campuses at which none has changed: no step is worse there, none better, so any name is false."""
    names = [named(found) for campus, found in changes.items() if not campus.endswith(WORSE_AT)]
    assert len(names) == 225
    assert sum(name is not None for name in names) <= binom.ppf(SURE, len(names), 0.05)


def test_the_step_that_has_become_worse_is_named(asked: Asked, changes: dict[str, Finding]) -> None:
    """A chance that falls from 0.80 to 0.63: of some 300 trials a season in four of five, of some 55 in one of six.

    There five campuses count as one. Another step is named in at most 5 %.
    """
    small = [found for campus, found in changes.items() if campus.endswith(WORSE_AT)]
    alone = [(rows, asked.newcomers[campus]) for campus, rows in asked.requests.items() if campus.endswith(WORSE_AT)]
    fives = [alone[first : first + 5] for first in range(0, len(alone), 5)]
    large = [
        changed(asked, *(pd.concat(parts, ignore_index=True) for parts in zip(*five, strict=True))) for five in fives
    ]
    for found, least_share in ((small, 1 / 6), (large, 4 / 5)):
        told = pd.Series([(named(each), each.sentences[0]) for each in found])
        assert (told == (WORSE_STEP, "worse")).mean() >= least_share, told.value_counts()
        wrong = told.map(lambda one: one[0] not in (None, WORSE_STEP)).sum()
        assert wrong <= binom.ppf(SURE, len(told), 0.05), told.value_counts()
