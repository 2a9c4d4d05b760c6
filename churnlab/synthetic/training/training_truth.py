"""Which answers about the trainings are right?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World
from churnlab.synthetic.training.assessments import recording_icc
from churnlab.synthetic.training.costs import benefit, benefit_per_person
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import INSTRUCTORS, share_left
from churnlab.synthetic.training.quizzes import item_truth, kuder_richardson, score_gain
from churnlab.synthetic.training.ratings import LENIENCY, OCCASIONS, behavior_truth, effect_at
from churnlab.synthetic.training.reactions import reaction_truth
from churnlab.synthetic.training.records import DECISION_DONE_SHARE, ITEM_DONE_SHARE, MEAN_DAYS
from churnlab.synthetic.training.telling import Trained
from churnlab.synthetic.training.workforce import PROMOTED_PER_ABILITY, PROMOTED_PER_HOUR


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingTruth:
    """The answers about the trainings of a made-up institution; only tests read them.

    What is planted is exact as it stands. Where a number is an expectation, that is said. In the tables of students
    trainings change churn, where `churn_hazard_ratio` is not 1, and which adviser signs whom, where `close_log_odds` is
    not 0; the KPIs of the staff do not add up with contracts and complaints.

    Attributes
    ----------
    programmes : pandas.DataFrame
        One row a training: `training_id`, `name`, `role`, `chosen` (see `Programme`), `learning_gain` (standard
        deviations of ability, right after; `kept_gain` at the delayed test), `score_gain` and `kept_score_gain` (of
        the share of right answers, expected for standard normal ability: who is chosen for ability or for low scores
        is not so, but there the gain is 0 or nobody is compared), `rate_ratio` (of bad incidents),
        `churn_hazard_ratio` (of the students of trained teachers), `close_log_odds` (of signing after a trial, with a
        trained adviser, just after; see `share_left`), `cost_cny`,
        `benefit_cny`, `net_cny`, `roi` and `benefit_cost_ratio`. The benefit is

        Σ over trained person-months until the end of n · ((c + Δc)(v + Δv) − c v) · margin,

        expected over the binomial noise of sales and the noise of orders, everything else as it was drawn: n asked, c
        and v the probability of a sale and the mean order without this training, Δ its effects in that month, margin
        0.12; `net_cny` = benefit − cost, `roi` = net / cost, `benefit_cost_ratio` = benefit / cost. NaN where a KPI is
        moved that has no price, 0 where none is. `benefit_per_person_cny`: the same over the skill's whole life for
        one who stays, at the means of an ordinary month.
    trained : pandas.DataFrame
        One row a training and person, as in the table `trainees`: `training_id`, `staff_id`, `arm`, `trained_from`
        (first day of her cohort) and `works_from` (first month with an effect; both NaT: never trained). Effects are
        of being in a cohort, however often she came.
    kpi_effects : pandas.DataFrame
        One row per `training_id`, `metric` and `month_since` (1: the first whole month after the training) with the
        `effect` on the KPI, in its own unit; a share moves by so much in probability. It is 0 in all months and
        metrics that are not named. Effects of several trainings of one person add up.
    reactions : pandas.DataFrame
        One row per `training_id` and `instructor_id`, expected, see `reactions.reaction_truth`: `alpha`,
        `alpha_answered`, `mean_score`, `mean_answered`, `instructor_mean`, `instructor_answered`, `answer_rate`,
        `promoter_score`, and `instructor_effect` on the latent answers about the instructor.
    ratings : pandas.DataFrame
        One row per `training_id`, `occasion` and `rater_role`: `latent_effect` on the 360-degree rating, `score_change`
        against before (expected, of the scale as printed), `icc`: ICC(1) of single ratings on one dimension before.
    items : pandas.DataFrame
        One row an item of the tests, the same in each: `item_id`, `discrimination`, `difficulty`, `key`, `flaw` and
        the `option` that has it.
    abilities : pandas.DataFrame
        One row a person: `staff_id`, `ability`, `further`.
    facts : mapping of str to float
        `kr20` of the tests before (standard normal ability), `recording_icc` (ICC(2,1); expected over assessors),
        `promotion_per_ability` and `promotion_per_hour` (log odds), `decision_done_share`, `item_done_share`,
        `request_mean_days` (before any training; exponential), `request_hazard_ratio` (after), `dispute_mean_days`.
    """

    programmes: pd.DataFrame
    trained: pd.DataFrame
    kpi_effects: pd.DataFrame
    reactions: pd.DataFrame
    ratings: pd.DataFrame
    items: pd.DataFrame
    abilities: pd.DataFrame
    facts: Mapping[str, float]


def training_truth(world: World, trained: Trained | None, costs: pd.DataFrame) -> TrainingTruth | None:
    """Tell what was planted; None where the institution trains nobody.

    Parameters
    ----------
    world : World
        Where.
    trained : Trained, optional
        What lies behind the tables.
    costs : pandas.DataFrame
        The table `training_costs`.
    """
    if trained is None:
        return None
    held, staff = trained.held, trained.staff
    spent = costs.groupby("training_id")["amount_cny"].sum()
    months = world.institution.months
    ratios = [one.programme.request_hazard_ratio for one in held]
    return TrainingTruth(
        programmes=_frame(
            [_programme(one, float(spent[one.training_id]), benefit(one, trained.drawn, months)) for one in held]
        ),
        trained=pd.concat([_trained(world, staff, one) for one in held], ignore_index=True) if held else pd.DataFrame(),
        kpi_effects=_frame([row for one in held for row in _kpi_effects(one)]),
        reactions=_frame([row for one in held for row in _reactions(one)]),
        ratings=_frame([row for one in held if one.programme.kind == "skills" for row in _ratings(one)]),
        items=item_truth(),
        abilities=staff[["staff_id", "ability", "further"]].copy(),
        facts={
            "kr20": kuder_richardson(),
            "recording_icc": recording_icc(),
            "promotion_per_ability": PROMOTED_PER_ABILITY,
            "promotion_per_hour": PROMOTED_PER_HOUR,
            "decision_done_share": DECISION_DONE_SHARE,
            "item_done_share": ITEM_DONE_SHARE,
            "request_mean_days": MEAN_DAYS["request"],
            "request_hazard_ratio": float(np.prod(ratios)),
            "dispute_mean_days": MEAN_DAYS["dispute"],
        },
    )


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows)


def _programme(one: Held, cost: float, gained: float) -> dict[str, object]:
    what = one.programme
    return {
        "training_id": one.training_id,
        "name": what.name,
        "role": what.role,
        "chosen": what.chosen,
        "learning_gain": what.learning_gain,
        "kept_gain": what.learning_gain * what.kept_share,
        "score_gain": score_gain(what.learning_gain),
        "kept_score_gain": score_gain(what.learning_gain * what.kept_share),
        "rate_ratio": what.rate_ratio,
        "churn_hazard_ratio": what.churn_hazard_ratio,
        "close_log_odds": what.close_log_odds,
        "cost_cny": cost,
        "benefit_cny": gained,
        "net_cny": gained - cost,
        "roi": (gained - cost) / cost,
        "benefit_cost_ratio": gained / cost,
        "benefit_per_person_cny": benefit_per_person(what),
    }


def _trained(world: World, staff: pd.DataFrame, one: Held) -> pd.DataFrame:
    who = one.trainees
    is_trained = who["cohort"] > 0
    month = world.institution.first_day.astype("datetime64[M]") + who["first_month"].to_numpy()
    return pd.DataFrame(
        {
            "training_id": one.training_id,
            "staff_id": staff["staff_id"].to_numpy()[who["person"]],
            "arm": who["arm"].astype(object),
            "trained_from": pd.Series(world.days.date(who["starts"].to_numpy())).where(is_trained),
            "works_from": pd.Series(month.astype("datetime64[ns]")).where(is_trained),
        }
    )


def _kpi_effects(one: Held) -> list[dict[str, object]]:
    life = one.programme.skill_life_months
    return [
        {"training_id": one.training_id, "metric": metric, "month_since": since, "effect": full * left}
        for metric, full in one.programme.kpi_effects.items()
        for since, left in enumerate(share_left(np.arange(1, life + 1), life), 1)
    ]


def _reactions(one: Held) -> list[dict[str, object]]:
    return [
        {
            "training_id": one.training_id,
            "instructor_id": instructor,
            "instructor_effect": INSTRUCTORS[instructor],
            **reaction_truth(one.programme, instructor),
        }
        for instructor in one.programme.instructors
    ]


def _ratings(one: Held) -> list[dict[str, object]]:
    return [
        {
            "training_id": one.training_id,
            "occasion": occasion,
            "rater_role": role,
            "latent_effect": effect_at(one, occasion),
            **behavior_truth(effect_at(one, occasion), role),
        }
        for occasion in OCCASIONS
        for role in LENIENCY
    ]
