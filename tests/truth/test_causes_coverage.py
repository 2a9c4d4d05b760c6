"""Do shares of causes and rates of teachers hold the truth as often as they say; are campuses told apart that differ?

In the simple mode a cause is drawn with probabilities that hang on the campus alone; here even that is taken out, so
that no campus differs from another in why students leave. What is stated of it then has probabilities that are known:
some give an excuse instead, and some are filed under 其他.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab import churn
from churnlab.churn.causes import people
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import DEPARTMENTS, UNSTATED
from churnlab.finding import Finding, attempt
from churnlab.settings import Settings
from churnlab.synthetic import Hazards, Institution
from churnlab.synthetic import causes as why
from churnlab.synthetic.stated import OTHER_SHARE
from tests.truth.coverage import SURE, assert_covers, band
from tests.truth.many import SEEDS, Many, many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("causes")]

TABLES = ("students", "enrolments", "lessons", "refunds", "exits", "courses")
SMALL = Institution(
    students=300, opening=0.0, simple=True, hazards=Hazards(simple_per_week=0.012, personal_per_week=0.002)
)
FIRST = pd.Timestamp(SMALL.first_month).date()
# Who was asked said why, and so did who wanted money back; complaints and scores are guesses, texts are for a model.
SAID = Settings.model_validate({
    "causes": {"sources": ("interview", "phone", "survey", "form", "exit", "refund"), "text_filed": 10**6},
})  # fmt: skip


@pytest.fixture(name="alike", scope="module")
def without_differences() -> Many:
    """Three hundred institutions at whose campuses students leave for the same reasons."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(why, "SCHEDULING_RATIO", 1.0)
        patch.setattr(why, "SAFETY_RATIO", 1.0)
        return many(SMALL, SEEDS, tables=TABLES, settings=SAID, risk=by_month)


def by_month(risk: pd.DataFrame) -> pd.DataFrame:
    """Return how likely each student was to churn in each month, given all before each of its lessons."""
    start = risk["on"].astype("datetime64[ns]").dt.to_period("M").dt.start_time
    return risk.assign(start=start).groupby(["student_id", "start"], as_index=False)["probability"].sum()


def campuses(name: str, institution: Institution = SMALL) -> list[str]:
    return [f"{name}{campus}" for campus in institution.campus_names]


def said_shares(truth: pd.DataFrame) -> dict[str, float]:
    """Return with which probability each department is named by those who say why."""
    named = dict.fromkeys(DEPARTMENTS, 0.0)
    for code, department in why.DEPARTMENT_OF.items():
        excuse = why.MISREPORTED_SHARE * why.EXCUSES.get(code, 0.0)
        said = (1 - why.MISREPORTED_SHARE) * truth[f"p_{code}"].mean() + excuse
        named[department] += (1 - OTHER_SHARE) * said
    return named


def test_shares_of_what_was_stated_are_those_of_the_process(alike: Many) -> None:
    """Among those who said why, the mean of the probabilities with which each department is named by who does."""
    rows = churned(stated(alike.data, start=FIRST))
    told = {name: part for name, part in one_by_one(rows[rows["department"] != UNSTATED])}
    hits = []
    for name, truth in alike.truths.items():
        own = told[name].assign(student_id=told[name]["student_id"].str[len(name) :])
        asked = truth.causes.merge(own[["student_id", "episode"]], on=["student_id", "episode"])
        assert len(asked) > 0.95 * len(own)
        table = churn.stated_causes(alike.data, start=FIRST, campus=campuses(name)).table.set_index("department")
        hits.append({
            department: table["told_share_low"][department] <= share <= table["told_share_high"][department]
            for department, share in said_shares(asked).items()
        })  # fmt: skip
    assert_covers(pd.DataFrame(hits))


def test_campuses_that_do_not_differ_are_seldom_said_to(alike: Many) -> None:
    """Not one false contrast in at least 95 % of institutions: none differs, so every contrast is false."""
    found = [attempt(churn.cause_contrasts, alike.data, start=FIRST, campus=campuses(name)) for name in alike.truths]
    apart = np.array([finding.facts["apart"] for finding in found if len(finding.table)])
    assert len(apart) >= 250
    assert (apart > 0).mean() <= binom.ppf(SURE, len(apart), 0.05) / len(apart)


@pytest.fixture(name="trends", scope="module")
def of_quarters(alike: Many) -> dict[str, Finding]:
    found = {name: attempt(churn.cause_trend, alike.data, campus=campuses(name)) for name in alike.truths}
    return {name: finding for name, finding in found.items() if len(finding.table)}


def test_reasons_that_do_not_change_are_seldom_said_to(trends: dict[str, Finding]) -> None:
    """A department's share of what is stated is the same in every quarter: each change that is told is a false one."""
    changed = [finding.sentences[0] != "alike" for finding in trends.values()]
    assert len(changed) >= 250
    assert np.mean(changed) <= binom.ppf(SURE, len(changed), 0.05) / len(changed)


def test_the_interval_of_a_quarter_holds_the_share_of_all(alike: Many, trends: dict[str, Finding]) -> None:
    """Estimand: the probability with which a department is named.

    Shares are drawn towards their mean, so that intervals hold it at least at the nominal rate, quarters on average.
    """
    held = []
    for name, finding in trends.items():
        true = said_shares(alike.truths[name].causes)
        lies = {
            department: finding.table[f"{department}_share_low"].le(share)
            & finding.table[f"{department}_share_high"].ge(share)
            for department, share in true.items()
        }
        held.append({department: inside.mean() for department, inside in lies.items()})
    assert len(held) >= 250
    assert pd.DataFrame(held).mean().ge(band(len(held), len(DEPARTMENTS))[0]).all()


def test_the_campus_that_cannot_keep_its_timetable_is_found() -> None:
    """Of 6,000 students, with three times the weight of lesson times at 闵行: in at least seven of ten institutions."""
    large = replace(SMALL, students=6000)
    some = many(large, SEEDS[:10], tables=TABLES, settings=SAID)
    found = 0
    for name in some.truths:
        table = churn.cause_contrasts(some.data, start=FIRST, campus=campuses(name, large)).table
        cell = table[(table["campus"] == f"{name}闵行校区") & (table["department"] == "service")].iloc[0]
        found += bool(cell["adjusted_p_value"] < 0.05 and cell["difference_points"] > 0)
    assert found >= 7


@pytest.fixture(name="teachers", scope="module")
def rates_of_teachers(alike: Many) -> pd.DataFrame:
    """One row a teacher that is told of: her `institution`, the estimate with its interval, her raw and her true rate.

    Estimand: the mean probability of churning of the student-months that are counted for her. Some teachers are worse,
    and their students differ.
    """
    months, found = people._student_months(alike.data, "teacher", None), []
    for name, part in one_by_one(months, by="student_id"):
        own = part.assign(student_id=part["student_id"].str[len(name) :])
        risk = own.merge(alike.truths[name].risk, on=["student_id", "start"], how="left").fillna({"probability": 0.0})
        true = risk.groupby("whose")["probability"].mean()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "_student_months", lambda *_, part=part: part)
            table = churn.churn_per(alike.data, by="teacher").table
        found.append(table.assign(institution=name, true=table["teacher_id"].map(true)))
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(raw=rows["churned"] / rows["student_months"])


def test_intervals_of_teachers_hold_the_rates_of_their_students_on_average(teachers: pd.DataFrame) -> None:
    held = teachers["true"].between(teachers["monthly_churn_rate_low"], teachers["monthly_churn_rate_high"])
    by_institution = held.groupby(teachers["institution"]).mean()
    assert len(by_institution) >= 300
    low, high = band(len(by_institution))
    assert low <= by_institution.mean() <= high, by_institution.mean()


def test_estimates_of_teachers_are_nearer_to_the_truth_than_their_own_counts(teachers: pd.DataFrame) -> None:
    """By the mean squared error: less than half of it, and smaller in two institutions of three."""
    errors = teachers[["monthly_churn_rate", "raw"]].sub(teachers["true"], axis=0) ** 2
    mean = errors.groupby(teachers["institution"]).mean()
    assert mean["monthly_churn_rate"].mean() < mean["raw"].mean() / 2
    assert (mean["monthly_churn_rate"] < mean["raw"]).mean() > 2 / 3
