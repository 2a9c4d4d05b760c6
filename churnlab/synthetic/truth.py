"""Which answers are right?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.asking_truth import lead_truth, step_truth, worse_step
from churnlab.synthetic.behind import Behind
from churnlab.synthetic.calling_truth import call_truth
from churnlab.synthetic.causes import cause_shares, cause_truth
from churnlab.synthetic.hazard import COVARIATES, weak
from churnlab.synthetic.history import History
from churnlab.synthetic.incidence import cumulative_incidence, probabilities
from churnlab.synthetic.inspections import pass_probabilities
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.starting import starting_truth
from churnlab.synthetic.state import CHURN, KINDS, World
from churnlab.synthetic.training.training_truth import TrainingTruth

_KIND_OR_NONE = np.array([*KINDS, None], dtype=object)
ALL = ""
"""Stands for all campuses together."""
_WAITING = ["student_id", "signed_at", "starts_on", "first_lesson_on"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """The answers of a made-up institution; only tests read them.

    Attributes
    ----------
    episodes : pandas.DataFrame
        One row per student and episode that began, what really happened: `student_id`, `episode` (from 1),
        `entered_on` (first lesson, or the start planned if that was earlier), `first_lesson_on`, `left_on` (last lesson
        attended; NaT: in service at the end), `end_kind` (None likewise). Then the covariates with which the first
        episode began, the only ones that matter in the simple mode: `campus`, `channel`, `course_id`, `weak_teacher`.
    months : pandas.DataFrame
        One row per month and campus (`""`: all together). A student counts at the campus of the latest lesson attended
        before the month.

        - `at_risk`: in service on the morning of the first day: entered before it and did not leave before it
        - `churned`: of those, how many left within the month by a kind of churn; the rate of the finite list is
          `churned` / `at_risk`
        - `expected_churned`: the sum of their probabilities of churning at each lesson of the month at which they
          were still there, given all that had happened until then. `churned` − `expected_churned` is a martingale
          difference: its mean is 0, its variance at most `expected_churned`
        - `churn_rate`: in the simple mode the probability of churning within the month, averaged over those at risk:
          the rate of the process, that intervals are for. NaN in the full mode, where it has no closed form
    risk : pandas.DataFrame
        One row per student and lesson at which leaving could be decided: `student_id`, `on`, `weeks` of exposure since
        the last such lesson, `predictor` (sum of the true log hazard ratios), `finishing` (the contract's last lesson),
        a column per kind of end with its cause-specific cumulative hazard over the exposure, `probability` (of churning
        at this lesson, given all before it), `called` (a call is in effect), `end_kind` (None: stayed), and in the full
        mode the covariates that change, as they stood before the lesson. The kinds compete: P(leave) = 1 − exp(−sum),
        each kind in proportion.
    log_hazard_ratios : mapping of str to float
        Exact, for the hazard of churn of every kind, of all effects together in one model: `campus=浦东校区` against a
        campus with 0, likewise `channel=…`, `course_id=…`; in the simple mode `weak_teacher` (a Cox model of time
        since entry with all four, ends by `personal` censored, is correctly specified; without one of them the others
        are nearer to 0 by a few hundredths at most); in the full mode the covariates of `risk` (a model of each
        lesson's decision with them and the calendar month). With calls also `called`, for lessons in their effect.
    cumulative_incidence : pandas.DataFrame
        In the simple mode the probability to have churned by a day since entry, `personal` competing: `campus`
        (`""`: all), `day` (from 0 to the length of the history), `churned`, `personal`, averaged over the students who
        started. Exact for the days on which their classes met: leaving falls on lessons. Empty in the full mode, and
        with calls, renewals by chance or shocks to churn.
    leads : pandas.DataFrame
        One row per lead, as in the table: `lead_id`, `campus`, `channel`, `campaign_id`, `owner_id` (the adviser),
        `asked_at`; `reached`, how many of the steps contacted, trial_booked, trial_done, enrolled, first_lesson are
        taken in the end, perhaps after the history; `contacted_at`, `trial_booked_at`, `trial_done_at`, `enrolled_at`,
        also those after the end (NaT: never); `lost_on`, the day on which it is marked as lost, likewise;
        `first_lesson_on` (NaT: not in the history); and `p_contacted`, …, `p_first_lesson`, the true probability of
        each step given the one before. Given the leads, whether each takes a step is drawn independently with it.
        Students who signed before the history's first weeks have no lead.
    steps : pandas.DataFrame
        One row per `campus` and `channel` (`""`: all together) and `step`: `before` (leads that take the step before
        in the end), `taken` (that take this one too), `probability` (mean of theirs), `mean_days` (of the gamma
        distribution of the time since the step before; NaN for the first lesson, which the lives decide).
    worse_step : mapping
        Which step loses more than a year before: `campus`, `step`, `from` (first day of asking), `log_odds`.
    never_came : pandas.DataFrame
        One row per student who signed, paid and never has a lesson: `student_id`, `signed_at`, `starts_on`. No rows in
        the simple mode. They are in no other table of the truth; an analysis sees an episode that ends as it begins.
    to_come : pandas.DataFrame
        One row per student who had signed and paid by the end and has the first lesson after it: `student_id`,
        `signed_at`, `starts_on`, `first_lesson_on`. No rows in the simple mode. Nothing in the tables tells them from
        those who never come; they too are in no other table but `leads`.
    starting : pandas.DataFrame
        The law of the delay of those who come. One row per `month` of the first lesson (1 to 12) and number of `days`:
        `since_signing` and `since_start`, the probabilities that the first lesson is at most so many days after the
        contract was signed, and after the start that was planned. A start put off for `d` days or more without a
        lesson: 1 − `since_start` at `d` − 1 of those who come, beside all who never come, for they planned alike.
    causes : pandas.DataFrame
        One row per churned episode: `student_id`, `episode`, `left_on`, `end_kind`, `campus` (of the last lesson),
        `department` and `cause` (why she left), `stated` (what she says if anybody asks: the cause, or an excuse), and
        `p_price`, …: the probabilities from which the cause was drawn, given all that had happened to her.
    cause_shares : pandas.DataFrame
        One row per `campus` (`""`: all) and `cause`: its `department`, `left` (churned episodes there), `drawn` (of
        this cause), and `share`, the mean of its probabilities over them: the share of the process.
    pass_probabilities : pandas.DataFrame
        One row per `campus` and `item` of inspections: `is_safety`, `probability` of passing, each independently.
    calls : pandas.DataFrame
        One row per row of the table `calls`, in its order: `call_id`, `list_id`, `student_id`, `made_on`, `arm`,
        `is_first` (her first list, the one that drew her arm), `called_on` (NaT: held out), `reached`. Then for each
        horizon of 30, 60 and 90 days, what is meant by the effect of calling: `if_called_30d` and `if_held_out_30d`,
        the probabilities that she has her last lesson within [made_on, made_on + 30 days) and leaves by a kind of
        churn, given all that had happened before the list, had the lot put her into that arm. To be called is to be
        called for, reached or not: the difference is by intention to treat. Told in the simple mode without shocks to
        churn, for horizons within the rest and the history, and exact; NaN elsewhere: see `calling_effect`. Compare
        arms at first lists only: who stands on a second one has stayed, and the calls had a hand in that.
    not_renewing : pandas.DataFrame
        Where renewals are by chance: `student_id` and `probability` of not renewing, drawn once from the beta
        distribution of `Institution.renewal`, which has the formulas. Empty elsewhere.
    training : TrainingTruth, optional
        What trainings of the staff truly change, and what they truly return; None where nobody is trained.
    """

    episodes: pd.DataFrame
    months: pd.DataFrame
    risk: pd.DataFrame
    log_hazard_ratios: Mapping[str, float]
    cumulative_incidence: pd.DataFrame
    leads: pd.DataFrame
    steps: pd.DataFrame
    worse_step: Mapping[str, object]
    never_came: pd.DataFrame
    to_come: pd.DataFrame
    starting: pd.DataFrame
    causes: pd.DataFrame
    cause_shares: pd.DataFrame
    pass_probabilities: pd.DataFrame
    calls: pd.DataFrame
    not_renewing: pd.DataFrame
    training: TrainingTruth | None


def truth(world: World, past: History, behind: Behind, training: TrainingTruth | None) -> Truth:
    """Work out the answers from the history, and from what lies behind the tables beside it, and add those told."""
    risk = _risk(world, past)
    reasons = cause_truth(world, behind.causes)
    leads = lead_truth(world, past, behind.askers, behind.plan)
    waiting = behind.not_started
    return Truth(
        leads=leads,
        steps=step_truth(leads),
        worse_step=worse_step(world),
        causes=reasons,
        cause_shares=cause_shares(reasons),
        pass_probabilities=pass_probabilities(world),
        never_came=waiting.loc[waiting["first_lesson_on"].isna(), _WAITING[:-1]].reset_index(drop=True),
        to_come=waiting.loc[waiting["first_lesson_on"].notna(), _WAITING].reset_index(drop=True),
        starting=starting_truth(world),
        episodes=_episodes(world, past),
        months=_months(world, past, risk["probability"].to_numpy(dtype=float)),
        risk=risk,
        log_hazard_ratios=_ratios(world),
        cumulative_incidence=cumulative_incidence(world, past),
        calls=call_truth(world, past),
        not_renewing=_not_renewing(world, past),
        training=training,
    )


def _episodes(world: World, past: History) -> pd.DataFrame:
    rows, days, who = past.episodes, world.days, world.students
    student, left = rows["student"].to_numpy(), rows["left"].to_numpy()
    return pd.DataFrame(
        {
            "student_id": student_ids(world)[student],
            "episode": rows["episode"].to_numpy(),
            "entered_on": days.date(_began(past)),
            "first_lesson_on": days.date(rows["entered"].to_numpy()),
            "left_on": pd.Series(days.date(left)).where(left >= 0).to_numpy(),
            "end_kind": _KIND_OR_NONE[rows["kind"].to_numpy()],
            "campus": np.array(world.institution.campus_names, dtype=object)[who.campus[student]],
            "channel": np.array(CHANNELS, dtype=object)[who.channel[student]],
            "course_id": np.array(COURSES, dtype=object)[who.course[student]],
            "weak_teacher": weak(world, past.first_teacher[student]),
        }
    )


def _began(past: History) -> npt.NDArray[np.int64]:
    """Return on which day each episode began: with the first lesson, or as planned if that was earlier."""
    rows, first = past.episodes, past.contracts.groupby("student")["planned"].min()
    planned = first.reindex(rows["student"]).to_numpy()
    entered = rows["entered"].to_numpy()
    found: npt.NDArray[np.int64] = np.where(rows["episode"] == 1, np.fmin(planned, entered), entered).astype(np.int64)
    return found


def _risk(world: World, past: History) -> pd.DataFrame:
    rows = past.risk
    hazards = rows[list(KINDS)].to_numpy(dtype=float)
    total = hazards.sum(axis=1)
    share = np.divide(hazards[:, : len(CHURN)].sum(axis=1), total, out=np.zeros(len(rows)), where=total > 0)
    table = pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "on": world.days.date(rows["day"].to_numpy()),
            "weeks": rows["weeks"].to_numpy(),
            "predictor": rows["predictor"].to_numpy(),
            "finishing": rows["finishing"].to_numpy(dtype=bool),
            **{kind: rows[kind].to_numpy() for kind in KINDS},
            "probability": (share * -np.expm1(-total)).astype(np.float32),
            "called": rows["called"].to_numpy(dtype=bool),
            "end_kind": _KIND_OR_NONE[rows["kind"].to_numpy()],
        }
    )
    changing = () if world.institution.simple else COVARIATES
    return table.assign(**{name: rows[name].to_numpy() for name in changing})


def _months(world: World, past: History, probability: npt.NDArray[np.float64]) -> pd.DataFrame:
    days, rows, risk = world.days, past.episodes, past.risk
    entered, kind = _began(past), rows["kind"].to_numpy()
    left = np.where(rows["left"] < 0, days.days, rows["left"])
    churn = (kind >= 0) & (kind < len(CHURN))
    latest = _LatestCampus(world, past)
    month_of = days.month(risk["day"].to_numpy())
    tables = []
    for month in range(world.institution.months):
        start, stop = days.month_starts[month], days.month_starts[month + 1]
        there = (entered < start) & (left >= start)
        student = rows["student"].to_numpy()[there]
        inside = month_of == month
        expected = np.bincount(
            risk["student"].to_numpy()[inside], weights=probability[inside], minlength=len(world.students)
        )
        tables.append(
            pd.DataFrame(
                {
                    "month": days.date(start),
                    "campus": latest.before(start)[student],
                    "at_risk": 1,
                    "churned": (churn & (left < stop))[there].astype(int),
                    "expected_churned": expected[student],
                    "churn_rate": probabilities(world, past, student, entered[there], start, stop),
                }
            )
        )
    return _summed(world, pd.concat(tables, ignore_index=True))


class _LatestCampus:
    """At which campus was each student last taught? To be asked month by month."""

    def __init__(self, world: World, past: History) -> None:
        taught = past.lessons[past.lessons["status"] <= 1].sort_values("day", kind="stable")
        self.day, self.student = taught["day"].to_numpy(), taught["student"].to_numpy()
        self.campus = world.place.class_campus[taught["group"].to_numpy()]
        self.latest = world.students.campus.copy()
        self.done = 0

    def before(self, day: int) -> npt.NDArray[np.int64]:
        until = int(np.searchsorted(self.day, day))
        # Of several lessons of one student the last assignment stands.
        self.latest[self.student[self.done : until]] = self.campus[self.done : until]
        self.done = until
        return self.latest


def _summed(world: World, each: pd.DataFrame) -> pd.DataFrame:
    """Sum up by month and campus, and over all campuses; months and campuses with nobody have zeros."""
    names = np.array(world.institution.campus_names, dtype=object)
    each = each.assign(campus=names[each["campus"]])
    both = pd.concat([each, each.assign(campus=ALL)])
    months = pd.DatetimeIndex(world.days.date(world.days.month_starts[:-1]))
    index = pd.MultiIndex.from_product([months, [ALL, *names]], names=["month", "campus"])
    grouped = both.groupby(["month", "campus"])
    total = grouped.agg(
        at_risk=("at_risk", "sum"), churned=("churned", "sum"), expected_churned=("expected_churned", "sum")
    ).reindex(index, fill_value=0)
    return total.assign(churn_rate=grouped["churn_rate"].mean().reindex(index)).reset_index()


def _ratios(world: World) -> dict[str, float]:
    effects = world.institution.effects
    fixed = {
        "campus": (effects.campus, world.institution.campus_names),
        "channel": (effects.channel, CHANNELS),
        "course_id": (effects.course, COURSES),
    }
    found = {f"{name}={level}": ratios.get(level, 0.0) for name, (ratios, levels) in fixed.items() for level in levels}
    changing = ("weak_teacher",) if world.institution.simple else COVARIATES
    calling = world.institution.calling
    called = {"called": calling.log_hazard_ratio} if calling else {}
    return found | {name: float(getattr(effects, name)) for name in changing} | called


def _not_renewing(world: World, past: History) -> pd.DataFrame:
    drawn = pd.DataFrame({"student_id": student_ids(world), "probability": past.not_renewing})
    return drawn.dropna(ignore_index=True)
