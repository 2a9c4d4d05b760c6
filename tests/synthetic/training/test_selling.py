"""Is who sells to whom drawn as it is said, and does training move what it is said to move?"""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from statsmodels.api import GLM, families

from churnlab.synthetic.institution import Institution
from churnlab.synthetic.made import Made, make
from churnlab.synthetic.training.programmes import Programme, Training
from churnlab.synthetic.training.selling import ENROLLED, _with_mean, close_log_odds
from tests.synthetic.training.conftest import Told

PLANTED = 0.9
STRONG = Programme(
    name="成交", kind="skills", format="online", instructors=("JS01",), role="课程顾问", begins=52, weeks=4, sessions=4,
    chosen="lot", skill_life_months=24, close_log_odds=PLANTED,
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Made:
    return make(Institution(students=1500, seed=4))


@pytest.fixture(scope="module")
def strong() -> Made:
    return make(Institution(students=4000, seed=4, training=Training(programmes=(STRONG,))))


def staff_of(made: Made) -> pd.DataFrame:
    return made.frames["staff"].set_index("staff_id")


# Two advisers, of whom the second has log-odds higher by log 3; the mean is to be 1/2.
#   p and 3p / (1 + 2p), together 1: p + 2p² + 3p = 1 + 2p, so 2p² + 2p − 1 = 0: p = (√3 − 1) / 2
def test_log_odds_differ_by_what_is_planted_and_the_mean_stays() -> None:
    found = _with_mean(np.array([0.5]), np.array([[0.0, np.log(3), 5.0]]), np.array([[True, True, False]]))
    low = (np.sqrt(3) - 1) / 2
    assert found[0, :2] == pytest.approx([low, 1 - low])


def test_who_is_trained_wins_more_from_the_first_whole_month_on(told: Told) -> None:
    held = [one for one in told.trained.held if one.programme.name == "FABE销售话术"]
    found = close_log_odds(held, len(told.trained.staff), 24)
    trained = held[0].attending
    begins = trained["first_month"].iloc[0]
    # A third of the way from 1 to the 0.62 of three months.
    assert found[trained["person"], begins] == pytest.approx(0.4 * (1 - 0.38 / 3))
    assert not found[:, :begins].any()
    assert not np.delete(found, trained["person"], axis=0).any()


def test_whoever_looks_after_somebody_works_at_her_campus_all_the_time(made: Made) -> None:
    leads = made.frames["leads"]
    staff = staff_of(made).reindex(leads["owner_id"])
    assert leads["owner_id"].nunique() > 10
    assert (staff["role"] == "课程顾问").all()
    assert (staff["campus"].to_numpy() == leads["campus"].to_numpy()).all()
    asked = leads["created_at"].dt.normalize().to_numpy()
    hired, left = staff["hired_on"].to_numpy(), staff["left_on"].to_numpy()
    assert (hired <= asked).all()
    spoken = made.frames["contacts"].dropna(subset="lead_id")
    owner = leads.set_index("lead_id")["owner_id"].reindex(spoken["lead_id"])
    assert (owner.to_numpy() == spoken["staff_id"].to_numpy()).all()
    until = staff_of(made)["left_on"].reindex(spoken["staff_id"]).to_numpy()
    assert not (spoken["at"].dt.normalize().to_numpy() > until).any()
    assert not (asked > left).any()


def test_a_first_contract_is_signed_by_her_adviser_and_any_contract_by_one_who_is_there(made: Made) -> None:
    contracts, leads = made.frames["enrolments"], made.frames["leads"]
    new = contracts[contracts["kind"] == "new"].merge(leads[["student_id", "owner_id"]].dropna(), on="student_id")
    assert len(new) > 200
    assert (new["staff_id"] == new["owner_id"]).all()
    staff = staff_of(made).reindex(contracts["staff_id"])
    signed = contracts["signed_at"].dt.normalize().to_numpy()
    assert (staff["hired_on"].to_numpy() <= signed).all()
    assert not (signed > staff["left_on"].to_numpy()).any()
    assert contracts.loc[contracts["kind"] == "renewal", "staff_id"].nunique() > 10


def test_the_two_teams_of_a_campus_win_as_differently_as_before(made: Made) -> None:
    advisers = staff_of(made).query("role == '课程顾问'")
    team = advisers.groupby("campus").cumcount() % 2
    truth = made.truth.leads
    mean = truth.groupby(truth["owner_id"].map(team))[f"p_{'enrolled'}"].mean()
    # Log-odds of 0.3 more and 0.3 less about a mean of 0.62, before channels.
    assert logit(mean[0]) - logit(mean[1]) == pytest.approx(0.6, abs=0.1)


def test_what_is_planted_comes_out_of_the_tables(strong: Made) -> None:
    """Of trials: log-odds of a contract on what is planted for the adviser in that month, within 4 errors."""
    truth = strong.truth.leads
    trained = strong.truth.training
    assert trained is not None
    works = trained.trained.set_index("staff_id")["works_from"].dropna()
    rows = truth[truth["reached"] >= ENROLLED]
    since = pd.to_datetime(rows["trial_done_at"])
    is_after = rows["owner_id"].map(works).le(since)
    signed = (rows["reached"] > ENROLLED).to_numpy(dtype=float)
    base = pd.DataFrame({"one": 1.0, "after": is_after.astype(float)}).assign(
        team=rows["owner_id"].map(staff_of(strong).query("role == '课程顾问'").groupby("campus").cumcount() % 2),
        later=(since >= works.min()).astype(float),
    )
    fitted = GLM(signed, base, family=families.Binomial()).fit()
    # The effect fades: half of it is a fair mean of a year.
    assert 0.3 * PLANTED < fitted.params["after"] < 0.9 * PLANTED
    chance = rows["p_enrolled"].to_numpy()
    off = (signed - chance)[is_after].sum() / np.sqrt((chance * (1 - chance))[is_after].sum())
    assert abs(off) < 4
    without = expit(logit(chance) - PLANTED * 0.34)
    assert (signed - without)[is_after].sum() / np.sqrt((chance * (1 - chance))[is_after].sum()) > 4


def test_how_many_ask_and_come_is_not_moved_by_training(strong: Made) -> None:
    plain = make(Institution(students=4000, seed=4, training=None))
    same = [name for name in plain.frames["leads"] if name != "owner_id"]
    pd.testing.assert_frame_equal(strong.frames["leads"][same], plain.frames["leads"][same])
    assert plain.frames["leads"]["owner_id"].nunique() == 2 * plain.institution.campuses
