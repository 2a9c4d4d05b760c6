"""Is the truth true?"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import AalenJohansenFitter, CoxPHFitter
from scipy.stats import chi2, norm

from churnlab.churn.outcome import episodes, settled_before
from churnlab.synthetic import Effects, Institution, Made, make
from churnlab.synthetic.hazard import COVARIATES

CHURN = ["not_renewed", "refunded", "dormant", "withdrawn"]
SERVED = ("present", "late")
SURE = norm.ppf(0.995)


def test_left_on_is_the_last_day_of_service(made: Made) -> None:
    lessons = made.frames["lessons"]
    gone = lessons[lessons["reverses_id"].notna()]
    lessons = lessons[~lessons["lesson_id"].isin([*gone["lesson_id"], *gone["reverses_id"]])]
    served = lessons[lessons["status"].isin(SERVED)]
    served = served.assign(on=served["starts_at"].dt.normalize())[["student_id", "on"]]
    told = made.truth.episodes.merge(served, on="student_id")
    inside = told[(told["on"] >= told["entered_on"]) & ~(told["on"] > told["left_on"])]
    # Every lesson attended lies in one episode, …
    assert len(inside.drop_duplicates(["student_id", "on"])) == len(served.drop_duplicates())
    by_episode = inside.groupby(["student_id", "episode"])["on"].agg(["min", "max"])
    truth = made.truth.episodes.set_index(["student_id", "episode"])
    assert len(by_episode) == len(truth)
    # … the first on the day of the first lesson and, if it ended, the last on its last.
    assert (by_episode["min"] == truth["first_lesson_on"]).all()
    over = truth["left_on"].dropna()
    assert (by_episode["max"].reindex(over.index) == over).all()


def test_months_count_what_the_episodes_say(made: Made) -> None:
    truth = made.truth.episodes
    for month in made.truth.months.query("campus == ''").itertuples():
        start, stop = month.month, month.month + pd.offsets.MonthBegin(1)
        there = truth[(truth["entered_on"] < start) & ~(truth["left_on"] < start)]
        assert month.at_risk == len(there)
        assert month.churned == ((there["left_on"] < stop) & there["end_kind"].isin(CHURN)).sum()


def test_campuses_add_up_to_all(made: Made) -> None:
    months = made.truth.months
    parts = months[months["campus"] != ""].groupby("month")[["at_risk", "churned", "expected_churned"]].sum()
    whole = months[months["campus"] == ""].set_index("month")[["at_risk", "churned", "expected_churned"]]
    pd.testing.assert_frame_equal(parts, whole, check_dtype=False)


@pytest.fixture(scope="module", params=[False, True], ids=["full", "simple"])
def many_risks(request: pytest.FixtureRequest) -> pd.DataFrame:
    seeds = range(20)
    return pd.concat([make(Institution(students=300, seed=seed, simple=request.param)).truth.risk for seed in seeds])


def test_as_many_leave_each_week_as_their_hazards_say(many_risks: pd.DataFrame) -> None:
    """Leavers less probabilities is a martingale: each week's is normal with the binomials' variance."""
    risk = many_risks.assign(week=many_risks["on"].dt.to_period("W"))
    risk = risk.assign(
        left=risk["end_kind"].isin(CHURN), variance=risk["probability"] * (1 - risk["probability"])
    ).astype({"probability": float, "variance": float})
    weeks = risk.groupby("week")[["left", "probability", "variance"]].sum()
    weeks = weeks[weeks["variance"] > 3]
    z = (weeks["left"] - weeks["probability"]) / np.sqrt(weeks["variance"])
    assert len(z) > 80
    assert chi2.ppf(0.005, len(z)) < (z**2).sum() < chi2.ppf(0.995, len(z))
    assert abs(z.sum() / np.sqrt(len(z))) < SURE


@pytest.mark.parametrize("kind", [*CHURN, "personal", "completed"])
def test_each_kind_of_end_comes_as_often_as_its_hazard_says(many_risks: pd.DataFrame, kind: str) -> None:
    risk = many_risks
    total = risk[[*CHURN, "personal", "completed"]].sum(axis=1).astype(float)
    chance = (risk[kind] / total.where(total > 0, 1)) * -np.expm1(-total)
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs((risk["end_kind"] == kind).sum() - chance.sum()) < SURE * max(spread, 1)


def test_cox_on_what_is_fixed_at_entry_recovers_the_ratios(simple: Made) -> None:
    rows = simple.truth.episodes
    last = pd.Timestamp(simple.institution.end) - pd.Timedelta(days=1)
    fixed = pd.get_dummies(rows[["campus", "channel", "course_id"]], prefix_sep="=").astype(float)
    fixed = fixed.drop(columns=["campus=徐汇校区", "channel=自然到访", "course_id=数学思维"])
    days = (rows["left_on"].fillna(last) - rows["entered_on"]).dt.days.clip(lower=0.5)
    frame = fixed.assign(
        weak_teacher=rows["weak_teacher"].astype(float), days=days, churned=rows["end_kind"].isin(CHURN)
    )
    fit = CoxPHFitter().fit(frame, "days", "churned")
    truth = pd.Series(simple.truth.log_hazard_ratios).reindex(fit.params_.index)
    z = (fit.params_ - truth) / fit.standard_errors_
    # Taken together, with their covariance, as Wald's test takes them.
    wald = (fit.params_ - truth) @ np.linalg.solve(fit.variance_matrix_, fit.params_ - truth)
    assert len(z) == 11
    assert wald < chi2.ppf(0.99, len(z))


def test_a_model_of_each_lesson_recovers_what_changes() -> None:
    """A complementary log-log model with the baseline hazard as offset: grouped proportional hazards."""
    nothing: dict[str, float] = {}
    effects = Effects(campus=nothing, channel=nothing, course=nothing, month={}, month_noise=0)
    made = make(Institution(students=3000, seed=4, effects=effects))
    risk = made.truth.risk
    hazard = risk[CHURN].sum(axis=1).astype(float)
    risk, hazard = risk[hazard > 0], hazard[hazard > 0]
    baseline = np.log(hazard) - risk["predictor"]
    changing = sm.add_constant(risk[list(COVARIATES)].astype(float))
    truth = pd.Series({"const": 0.0} | made.truth.log_hazard_ratios)[list(changing)]
    link = sm.families.Binomial(link=sm.families.links.CLogLog())
    model = sm.GLM(risk["end_kind"].isin(CHURN).astype(float), changing, family=link, offset=baseline)
    fit = model.fit(start_params=np.zeros(len(truth)))
    off = fit.params - truth
    assert off @ np.linalg.solve(fit.cov_params(), off) < chi2.ppf(0.99, len(off))


def test_what_changes_is_what_the_tables_show(made: Made) -> None:
    """Each covariate, worked out again from the lessons and complaints before the lesson."""
    risk = made.truth.risk
    once = made.truth.episodes.groupby("student_id")["episode"].max().loc[lambda n: n == 1].index
    risk = risk[risk["student_id"].isin(once)]
    some = sorted(risk.loc[risk["teacher_change"] > 0, "student_id"].unique())[:8]
    complained = made.frames["complaints"].assign(
        opened=lambda t: t["opened_at"].dt.normalize(), closed=lambda t: t["resolved_at"].dt.normalize()
    )
    some += sorted(complained["student_id"].dropna().unique())[:8]
    for row in risk[risk["student_id"].isin(some)].itertuples():
        mine = complained[(complained["student_id"] == row.student_id) & (complained["opened"] < row.on)]
        assert row.open_complaint == (mine["closed"].isna() | (mine["closed"] > row.on)).any()
        before = _lessons_of(made, row.student_id).loc[lambda t, on=row.on: t["on"] < on].tail(4)  # type: ignore[misc]
        assert row.missed_lessons == pytest.approx((~before["status"].isin(SERVED)).sum() / 4)
        met = _lessons_of(made, row.student_id).loc[lambda t, on=row.on: t["on"] <= on]  # type: ignore[misc]
        changed = met.loc[met["teacher_id"].ne(met["teacher_id"].shift()) & (met.index > 0), "on"]
        assert row.teacher_change == (changed >= row.on - pd.Timedelta(days=84)).any()


@cache
def _lessons_of(made: Made, student: str) -> pd.DataFrame:
    """Return the lessons of a student's main course; what was taken back left out."""
    lessons, enrolments = made.frames["lessons"], made.frames["enrolments"]
    beside = enrolments.loc[enrolments["kind"] == "expansion", "enrolment_id"]
    back = lessons[lessons["reverses_id"].notna()]
    gone = [*back["lesson_id"], *back["reverses_id"]]
    mine = lessons[(lessons["student_id"] == student) & ~lessons["enrolment_id"].isin(beside)]
    mine = mine[~mine["lesson_id"].isin(gone)].sort_values("starts_at", ignore_index=True)
    return mine.assign(on=mine["starts_at"].dt.normalize())


def test_the_cumulative_incidence_is_what_happens(simple: Made) -> None:
    rows = simple.truth.episodes
    last = pd.Timestamp(simple.institution.end) - pd.Timedelta(days=1)
    days = (rows["left_on"].fillna(last) - rows["entered_on"]).dt.days + 0.01
    kind = np.select([rows["end_kind"].isin(CHURN), rows["end_kind"] == "personal"], [1, 2], 0)
    jitter = days + np.arange(len(days)) * 1e-6  # lifelines' estimator wants no ties
    fit = AalenJohansenFitter().fit(jitter, kind, event_of_interest=1)
    truth = simple.truth.cumulative_incidence.query("campus == ''").set_index("day")["churned"]
    for day in (90, 112, 180, 364, 588):
        found = fit.cumulative_density_.loc[: day + 1].iloc[-1].item()
        spread = np.sqrt(found * (1 - found) / (rows["entered_on"] + pd.Timedelta(days=day) <= last).sum())
        assert abs(found - truth[day]) < SURE * spread


def test_the_rate_of_the_process_is_what_happens_on_average(simple: Made) -> None:
    months = simple.truth.months.query("campus == '' and at_risk > 0")
    expected = months["churn_rate"] * months["at_risk"]
    assert abs(months["churned"].sum() - expected.sum()) < SURE * np.sqrt(expected.sum())
    # The sum of hazards while there is the same but for those who left in the middle of the month.
    assert months["expected_churned"].sum() == pytest.approx(expected.sum(), rel=0.02)


def test_the_full_mode_has_no_formula_for_rates(made: Made) -> None:
    assert made.truth.months["churn_rate"].isna().all()
    assert made.truth.cumulative_incidence.empty


@pytest.mark.parametrize("is_simple", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_analysis_that_never_saw_it_finds_every_end(is_simple: bool, seed: int) -> None:
    made = make(Institution(students=700, seed=seed, simple=is_simple))
    data = made.data()
    found, settled = episodes(data), settled_before(data)
    # Who paid and had no lesson has no episode in the truth: nothing of her was ever at risk.
    truth = made.truth
    found = found[~found["student_id"].isin([*truth.never_came["student_id"], *truth.to_come["student_id"]])]
    both = made.truth.episodes.merge(found, on=["student_id", "episode"], how="outer", suffixes=("", "_found"))
    assert (both["entered_on"] == both["entered_on_found"]).all()
    over = both[(both["left_on"] < settled) | (both["left_on_found"] < settled)]
    assert (over["left_on"] == over["left_on_found"]).all()
    assert (over["end_kind"] == over["end_kind_found"]).all()
