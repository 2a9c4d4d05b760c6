"""Does a sudden change change what it says, by its ratio, and nothing else?"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from churnlab.synthetic import Institution, Made, Shock, make, quiet

CHURN = ["not_renewed", "refunded", "dormant", "withdrawn"]
HERE, ELSEWHERE = "浦东校区", "徐汇校区"
MONTH, SINCE = 12, pd.Timestamp("2025-11-01")
QUIET = quiet(Institution(students=400, months=20))


def shocked(what: str, ratio: float, *, campus: str = HERE, simple: bool = False, seed: int = 1) -> Made:
    shock = Shock(campus=campus, from_month=MONTH, what=what, ratio=ratio)
    return make(Institution(**{**vars(QUIET), "simple": simple, "seed": seed, "shocks": (shock,)}))


def rows_of(made: Made, table: str, time: str, campus: str) -> pd.DataFrame:
    # Suggestions from the box are nobody's.
    rows = made.frames[table].dropna(subset="student_id")
    return rows[(rows[time] >= SINCE) & (rows["campus"] == campus)]


def test_a_quiet_institution_has_the_same_hazard_every_week() -> None:
    risk = make(Institution(**{**vars(QUIET), "simple": True})).truth.risk
    risk = risk[risk["weeks"] > 0]
    weekly = (risk[CHURN].sum(axis=1) / risk["weeks"]).groupby(risk["student_id"])
    assert (weekly.max() / weekly.min()).max() < 1 + 1e-5
    assert (QUIET.calling, QUIET.shocks) == (None, ())
    # In the full mode, given what happens to a student, no month is like no other.
    full = make(QUIET).truth.risk
    assert full["predictor"].groupby(full["on"].dt.month).mean().std() < 0.05


def test_a_shock_to_churn_multiplies_its_hazards_from_its_month_at_its_campus() -> None:
    made = shocked("churn", 2.5, simple=True)
    risk = made.truth.risk.merge(made.truth.episodes[["student_id", "campus"]], on="student_id")
    risk = risk[risk["weeks"] > 0]
    weekly = risk[CHURN].sum(axis=1) / risk["weeks"]
    felt = (risk["on"] >= SINCE) & (risk["campus"] == HERE)
    before = weekly[~felt].groupby(risk["student_id"]).first()
    times = weekly / risk["student_id"].map(before)
    assert times[felt].dropna().to_numpy() == pytest.approx(2.5, rel=1e-5)
    assert times[~felt].to_numpy() == pytest.approx(1, rel=1e-5)
    personal = risk["personal"] / risk["weeks"]
    assert personal.max() / personal.min() == pytest.approx(1, rel=1e-5)
    assert made.truth.months["churn_rate"].isna().all()


def test_a_shock_to_refunds_leaves_the_other_kinds_as_they_were() -> None:
    made = shocked("refunds", 4.0, simple=True)
    risk = made.truth.risk.merge(made.truth.episodes[["student_id", "campus"]], on="student_id")
    risk = risk[risk["weeks"] > 0]
    felt = (risk["on"] >= SINCE) & (risk["campus"] == HERE)
    share = risk["refunded"] / risk["dormant"]
    assert share[felt].to_numpy() == pytest.approx(4 * share[~felt].iloc[0], rel=1e-5)
    assert share[~felt].to_numpy() == pytest.approx(share[~felt].iloc[0], rel=1e-5)


@pytest.mark.parametrize("what", ["churn", "complaints", "absence", "refunds"])
def test_until_its_month_nothing_is_changed(what: str) -> None:
    plain, other = make(QUIET), shocked(what, 3.0, seed=QUIET.seed)
    before = [made.truth.risk[made.truth.risk["on"] < SINCE] for made in (plain, other)]
    pd.testing.assert_frame_equal(*before)
    assert not plain.truth.risk.equals(other.truth.risk)


@pytest.fixture(scope="module")
def plain() -> list[Made]:
    return [make(Institution(**{**vars(QUIET), "seed": seed})) for seed in range(6)]


def test_complaints_come_so_many_times_as_often(plain: list[Made]) -> None:
    """Of the complaints of both worlds, as many fall into the shocked one as its lessons times the ratio say."""
    loud = [shocked("complaints", 3.0, seed=seed) for seed in range(6)]
    counts = {
        (name, campus): np.sum(
            [
                (
                    len(rows_of(made, "complaints", "opened_at", campus)),
                    len(rows_of(made, "lessons", "starts_at", campus)),
                )
                for made in worlds
            ],
            axis=0,
        )
        for name, worlds in (("plain", plain), ("loud", loud))
        for campus in (HERE, ELSEWHERE)
    }
    for campus, ratio in ((HERE, 3.0), (ELSEWHERE, 1.0)):
        (few, lessons), (many, other_lessons) = counts["plain", campus], counts["loud", campus]
        share = ratio * other_lessons / (ratio * other_lessons + lessons)
        assert few + many > 60
        assert binomtest(int(many), int(few + many), share).pvalue > 0.01


def test_lessons_are_missed_so_many_times_as_often() -> None:
    """Engagement differs from student to student: the ratio is that of the means, within its spread over seeds."""
    ratios = {HERE: [], ELSEWHERE: []}
    for seed in range(6):
        usual = make(Institution(**{**vars(QUIET), "simple": True, "seed": seed}))
        worse = shocked("absence", 1.5, simple=True, seed=seed)
        for campus, found in ratios.items():
            share = [
                rows_of(made, "lessons", "starts_at", campus)["status"].isin(["leave", "absent"]).mean()
                for made in (usual, worse)
            ]
            found.append(math.log(share[1] / share[0]))
    for campus, ratio in ((HERE, 1.5), (ELSEWHERE, 1.0)):
        mean, spread = np.mean(ratios[campus]), np.std(ratios[campus], ddof=1) / math.sqrt(6)
        # A few who would be silent for too long come after all; so a little less than the ratio.
        assert abs(mean - math.log(ratio)) < max(4 * spread, 0.04)
        assert spread < 0.05


def test_an_empty_campus_is_everywhere_and_shocks_multiply() -> None:
    both = (
        Shock(from_month=MONTH, what="churn", ratio=2.0),
        Shock(campus=HERE, from_month=MONTH + 2, what="churn", ratio=1.5),
    )
    made = make(Institution(**{**vars(QUIET), "simple": True, "shocks": both}))
    risk = made.truth.risk.merge(made.truth.episodes[["student_id", "campus"]], on="student_id")
    predictor = risk["predictor"] - risk.groupby("student_id")["predictor"].transform("first")
    late = (risk["on"] >= "2026-01-01") & (risk["campus"] == HERE)
    new = risk.groupby("student_id")["on"].transform("first") < SINCE
    assert predictor[late & new].to_numpy() == pytest.approx(math.log(3), abs=1e-5)
    assert predictor[~late & new & (risk["on"] >= SINCE)].to_numpy() == pytest.approx(math.log(2), abs=1e-5)
    # A month that the history does not reach changes nothing.
    never = make(Institution(**{**vars(QUIET), "shocks": (Shock(from_month=40, what="churn", ratio=9.0),)}))
    pd.testing.assert_frame_equal(never.truth.risk, make(QUIET).truth.risk)
