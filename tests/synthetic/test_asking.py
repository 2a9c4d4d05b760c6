"""Do those who ask go as far as they are said to?"""

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, norm

from churnlab.churn.outcome import episodes
from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.asking import AHEAD_DAYS
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.leads import MARKED_SHARE
from churnlab.synthetic.steps import STEPS, WAITING_DAYS, probabilities

KINDS = {"contacted": "follow_up", "trial_booked": "trial_booked", "trial_done": "trial_done"}
DECIDED_DAYS = dict.fromkeys(STEPS, 90) | {"first_lesson": AHEAD_DAYS}
"""After which whoever will take a step has taken it; the first lesson may be booked ahead, and put off."""


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def on_record(made: Made) -> pd.DataFrame:
    """Return when each step of each lead was taken, from the tables alone."""
    leads, contacts, signed = (made.frames[name] for name in ("leads", "contacts", "enrolments"))
    signed = signed[(signed["kind"] == "new") & (signed["status"] != "void")]
    served = made.frames["lessons"].loc[lambda rows: rows["status"].isin(["present", "late"])]
    by_lead = {step: contacts[contacts["kind"] == kind].groupby("lead_id")["at"].min() for step, kind in KINDS.items()}
    found = leads.assign(**{step: leads["lead_id"].map(at) for step, at in by_lead.items()})
    return found.assign(
        enrolled=leads["student_id"].map(signed.groupby("student_id")["signed_at"].min()),
        first_lesson=leads["student_id"].map(served.groupby("student_id")["starts_at"].min()),
    )


@cache
def many() -> pd.DataFrame:
    """Return the leads of ten institutions that had time to decide, with what the tables tell and what is true."""
    parts = []
    for seed in range(10):
        made = make(Institution(students=800, seed=seed))
        truth = made.truth.leads.drop(columns=["campus", "channel", "campaign_id", "owner_id"])
        rows = on_record(made).merge(truth, on="lead_id", validate="one_to_one")
        days = (pd.Timestamp(made.institution.end) - rows["created_at"]).dt.days
        parts.append(rows.assign(seed=seed, days=days)[days >= DECIDED_DAYS["enrolled"]])
    return pd.concat(parts, ignore_index=True)


def decided(step: str) -> pd.DataFrame:
    """Return those who had time enough for this step."""
    return many().loc[lambda rows: rows["days"] >= DECIDED_DAYS[step]]


def test_log_odds_of_a_step_add_up() -> None:
    # 地推 (channel 3) at the worse campus, in the last half year, with the second adviser, by a campaign of +0.5.
    world, _ = begin(Institution(students=40))
    found = probabilities(
        world, channel=np.array([3]), campus=np.array([1]), asked=np.array([700.0]), adviser=1, campaign=0.5
    )[0]
    wanted = [
        logit(0.95) - 0.7, logit(0.70) - 0.5 + 0.5, logit(0.82) - 0.3 - 0.9, logit(0.62) - 0.3 - 0.3, logit(0.97) - 0.8,
    ]  # fmt: skip
    np.testing.assert_allclose(np.log(found / (1 - found)), wanted)


def test_the_funnel_never_grows_and_no_step_comes_before_another(made: Made) -> None:
    rows = on_record(made)
    steps = ["created_at", "contacted", "trial_booked", "trial_done", "enrolled", "first_lesson"]
    for before, after in pairwise(steps):
        taken = rows[rows[after].notna()]
        assert taken[before].notna().all(), after
        # Some sign after their first lesson, on the same day.
        last = taken[after] if after != "first_lesson" else taken[after].dt.ceil("D")
        assert (taken[before] <= last).all(), after


def test_each_new_student_asked_once_under_name_and_phone(made: Made) -> None:
    leads, students = made.frames["leads"], made.frames["students"]
    known = leads[leads["student_id"].notna()].merge(students, on="student_id", suffixes=("", "_of_student"))
    assert len(known) == leads["student_id"].nunique() == leads["student_id"].notna().sum()
    assert (known["name"] == known["name_of_student"]).all()
    assert (known["phone"] == known["phone_of_student"]).all()
    assert (known["channel"] == known["channel_of_student"]).all()
    new = students[students["registered_on"] >= pd.Timestamp(made.institution.first_day) + pd.Timedelta(days=60)]
    assert set(new["student_id"]) <= set(known["student_id"])


def test_the_tables_tell_what_is_true_of_those_who_decided() -> None:
    for number, step in enumerate(STEPS):
        rows = decided(step)
        assert (rows[step].notna() == (rows["reached"] > number)).all(), step


@pytest.mark.parametrize("by", ["channel", "campus", "owner_id", "campaign_id"])
def test_steps_are_taken_with_their_probabilities(by: str) -> None:
    rows = many()
    names = rows[by].fillna("") if by == "channel" else rows["seed"].astype(str) + rows[by].fillna("")
    squares, groups = 0.0, 0
    for number, step in enumerate(STEPS):
        before = decided(step).loc[lambda t, number=number: t["reached"] >= number]  # type: ignore[misc]
        chance = before[f"p_{step}"]
        each = pd.DataFrame({"off": before[step].notna() - chance, "variance": chance * (1 - chance)})
        sums = each.groupby(names[before.index]).sum()
        sums = sums[sums["variance"] > 3]
        squares += float((sums["off"] ** 2 / sums["variance"]).sum())
        groups += len(sums)
    assert groups >= 5
    assert chi2.ppf(0.0005, groups) < squares < chi2.ppf(0.9995, groups)


@pytest.mark.parametrize("step", WAITING_DAYS)
def test_steps_take_the_days_they_are_said_to_take(step: str) -> None:
    # Of those who took the next steps too, as of all others: how long one waits says nothing of what one decides.
    shape, mean = WAITING_DAYS[step]
    rows = many()
    before = {**dict(zip(STEPS[1:], STEPS, strict=False)), "contacted": "created_at"}[step]
    taken = rows[rows[step].notna()]
    days = (taken[step].dt.normalize() - taken[before].dt.normalize()).dt.days
    spread = mean / np.sqrt(shape) / np.sqrt(len(taken))
    # Days are counted whole, and signing is dated by the hour: up to half a day of doubt.
    assert abs(days.mean() - mean) < 0.55 + norm.ppf(0.995) * spread


def test_one_campus_loses_more_at_one_step_than_a_year_before() -> None:
    made = make(Institution(students=3000, seed=2))
    worse, leads = made.truth.worse_step, made.truth.leads
    since, number = pd.Timestamp(worse["from"]), STEPS.index(str(worse["step"]))  # type: ignore[arg-type]
    here = leads[(leads["campus"] == worse["campus"]) & (leads["reached"] >= number)]
    share = {}
    for name, on in (("now", since), ("before", since - pd.DateOffset(years=1))):
        inside = here[(here["asked_at"] >= on) & (here["asked_at"] < on + pd.Timedelta(days=182))]
        share[name] = (inside["reached"] > number).mean()
    assert worse["step"] == "trial_done"
    assert share["now"] < share["before"] - 0.08


def test_some_are_still_deciding_at_the_end() -> None:
    made = make(Institution(students=3000, seed=2))
    leads, truth = made.frames["leads"], made.truth.leads
    end = pd.Timestamp(made.institution.end)
    later = truth["enrolled_at"] >= end
    assert later.sum() > 10
    assert set(leads.loc[later, "status"]) <= {"new", "contacting", "trial_booked", "trial_done"}
    assert (truth.loc[later, "asked_at"] < end).all()
    assert leads.loc[truth["enrolled_at"] < end, "status"].eq("enrolled").all()


def test_lost_reasons_are_told_of_some_of_the_lost_and_of_nobody_else(made: Made) -> None:
    leads = made.frames["leads"]
    assert leads.loc[leads["status"] != "lost", "lost_reason"].isna().all()
    lost = leads.loc[leads["status"] == "lost", "lost_reason"]
    assert abs(lost.notna().mean() - 0.7) < norm.ppf(0.9995) * np.sqrt(0.7 * 0.3 / len(lost))


def test_a_lead_came_by_a_campaign_of_its_channel_that_ran(made: Made) -> None:
    leads = made.frames["leads"].dropna(subset="campaign_id")
    rows = leads.merge(made.frames["campaigns"], on="campaign_id", suffixes=("", "_of"))
    assert len(rows) == len(leads) > 50
    assert (rows["channel"] == rows["channel_of"]).all()
    assert (rows["campus_of"].isna() | (rows["campus_of"] == rows["campus"])).all()
    on = rows["created_at"].dt.normalize()
    assert ((rows["starts_on"] <= on) & (on <= rows["ends_on"])).all()


def test_who_paid_and_never_came_has_a_contract_and_no_lesson(made: Made) -> None:
    gone = made.truth.never_came["student_id"]
    contracts = made.frames["enrolments"].loc[lambda rows: rows["student_id"].isin(gone)]
    assert len(gone) > 3
    assert contracts["student_id"].is_unique
    assert set(contracts["student_id"]) == set(gone) <= set(made.frames["students"]["student_id"])
    assert (contracts["amount_paid"] == contracts["amount_due"]).all()
    assert not made.frames["lessons"]["student_id"].isin(gone).any()
    assert not made.truth.episodes["student_id"].isin(gone).any()
    # An analysis sees a stay of the one day on which the contract would have begun.
    found = episodes(made.data()).loc[lambda rows: rows["student_id"].isin(gone)]
    ended = found[found["left_on"].notna()]
    assert len(ended) > 0
    assert (ended["left_on"] == ended["entered_on"]).all()


def test_who_comes_later_is_on_file_as_who_never_comes(made: Made) -> None:
    truth, end = made.truth, pd.Timestamp(made.institution.end)
    later, never = truth.to_come, truth.never_came
    assert len(later) > 0
    assert (later["signed_at"] < end).all()
    assert (later["first_lesson_on"] >= end).all()
    assert (later["first_lesson_on"] >= later["starts_on"]).all()
    assert set(later["student_id"]).isdisjoint(never["student_id"])
    for name in ("lessons", "refunds", "exits"):
        assert not made.frames[name]["student_id"].isin(later["student_id"]).any()
    # Each has a contract, paid in full, and a lead that says enrolled.
    for name, column in (("enrolments", "status"), ("leads", "status")):
        rows = made.frames[name].set_index("student_id")[column]
        assert set(rows[later["student_id"]]) == set(rows[never["student_id"]])


def test_the_first_lesson_comes_as_long_after_the_contract_as_the_law_says() -> None:
    """The statistic is Kolmogorov's against the law of each one's month; 1.95 is its bound at one in a thousand."""
    for column, since in (("since_signing", "signed_at"), ("since_start", "starts_on")):
        spread, waits = [], []
        for seed in range(4):
            made = make(Institution(students=1500, seed=seed))
            came = made.truth.episodes.loc[lambda t: t["episode"] == 1]
            contracts = made.frames["enrolments"].loc[lambda t: t["status"] != "void"].sort_values("signed_at")
            contracts = contracts.drop_duplicates("student_id").set_index("student_id")[["signed_at", "starts_on"]]
            rows = came.join(contracts, on="student_id")
            # Later than 160 days after the history's first day no contract is cut off by it.
            rows = rows[rows["first_lesson_on"] >= pd.Timestamp(made.institution.first_day) + pd.Timedelta(days=160)]
            days = (rows["first_lesson_on"] - rows[since].dt.normalize()).dt.days
            law = made.truth.starting.pivot(index="days", columns="month", values=column)
            waits.append(days)
            spread.append(law[rows["first_lesson_on"].dt.month].mean(axis=1))
        many_days, law = pd.concat(waits), pd.concat(spread, axis=1).mean(axis=1)
        found = law.index.map(lambda day, days=many_days: (days <= day).mean())
        assert len(many_days) > 1000
        assert np.abs(found - law).max() < 1.95 / np.sqrt(len(many_days))


def test_in_the_simple_mode_everybody_who_pays_comes(simple: Made) -> None:
    assert simple.truth.never_came.empty
    assert simple.truth.to_come.empty
    assert (simple.truth.episodes["entered_on"] == simple.truth.episodes["first_lesson_on"]).all()
    assert (simple.truth.leads["p_first_lesson"] == 1).all()


def test_steps_add_up_over_campuses_and_channels(made: Made) -> None:
    steps = made.truth.steps
    whole = steps[(steps["campus"] == "") & (steps["channel"] == "")]
    parts = steps[(steps["campus"] != "") & (steps["channel"] != "")].groupby("step")[["before", "taken"]].sum()
    assert (parts.loc[whole["step"]].to_numpy() == whole[["before", "taken"]].to_numpy()).all()
    assert (whole["taken"].to_numpy()[:-1] == whole["before"].to_numpy()[1:]).all()


def test_the_day_of_the_loss_is_that_of_the_truth_and_after_the_last_contact(made: Made) -> None:
    leads, contacts, truth = made.frames["leads"], made.frames["contacts"], made.truth.leads
    end = pd.Timestamp(made.institution.end)
    np.testing.assert_array_equal(leads["lost_on"], truth["lost_on"].where(truth["lost_on"] < end))
    assert (leads["lost_on"].notna() == (leads["status"] == "lost")).all()
    last = leads["lead_id"].map(contacts.groupby("lead_id")["at"].max()).fillna(leads["created_at"])
    assert (leads["lost_on"] >= last.dt.normalize())[leads["lost_on"].notna()].all()
    given_up = truth["reached"] < STEPS.index("first_lesson")
    assert truth.loc[~given_up, "lost_on"].isna().all()
    marked, share = truth.loc[given_up, "lost_on"].notna(), MARKED_SHARE
    assert abs(marked.mean() - share) < norm.ppf(0.9995) * np.sqrt(share * (1 - share) / len(marked))
