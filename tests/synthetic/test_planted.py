"""Are renewals by chance those of the beta-geometric model?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, chi2, kstest, norm

from churnlab.synthetic import BetaGeometric, Institution, Made, make
from churnlab.synthetic.planted import Calling, Shock

CHANCE = BetaGeometric(alpha=0.9, beta=2.4)
SURE = norm.ppf(0.995)


def test_half_leave_at_first_and_a_third_of_the_rest() -> None:
    # Chances of leaving spread evenly over 0 to 1:
    #
    #   term        1        2        3
    #   here    1 ----> 1/2 ---> 1/3 ---> 1/4
    even = BetaGeometric(alpha=1, beta=1)
    assert [even.retention(term) for term in (1, 2, 3)] == [1 / 2, 2 / 3, 3 / 4]
    assert [even.survival(term) for term in (0, 1, 2, 3)] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])


def test_survival_is_as_published() -> None:
    """Fader and Hardie (2007): customers left of 1,000 after each year, and the fit to the first four of them."""
    left = [631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
    fit = BetaGeometric(alpha=0.764, beta=1.296)
    assert [1000 * fit.survival(year) for year in range(1, 13)] == pytest.approx(left, abs=15)


@pytest.mark.parametrize("term", [1, 4])
@pytest.mark.parametrize("discount", [0.05, 0.3])
def test_what_remains_is_the_discounted_sum_of_all_renewals_to_come(term: int, discount: float) -> None:
    later = np.cumprod([CHANCE.retention(term + number) for number in range(1000)])
    assert CHANCE.remaining_terms(term, discount=discount) == pytest.approx(
        (later / (1 + discount) ** np.arange(1000)).sum(), rel=1e-4
    )


def test_without_a_discount_what_remains_is_a_mean_or_refused() -> None:
    # E[(1 − p) / p] with p ~ Beta(3, 2) is 2 / (3 − 1).
    assert BetaGeometric(alpha=3, beta=2).remaining_terms(1) == pytest.approx(2 / 2)
    with pytest.raises(AssertionError):
        BetaGeometric(alpha=0.9, beta=2).remaining_terms(1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: BetaGeometric(alpha=0, beta=1),
        lambda: Calling(rest_days=30),
        lambda: Calling(hold_out_share=1.2),
        lambda: Shock(from_month=3, what="churn", ratio=0.0),
        lambda: Institution(shocks=(Shock(campus="火星校区", from_month=3, what="churn", ratio=2.0),)),
    ],
)
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(AssertionError):
        wrong()


@pytest.fixture(scope="module")
def several() -> list[Made]:
    return [make(Institution(students=500, seed=seed, renewal=CHANCE)) for seed in range(8)]


@pytest.fixture(scope="module")
def terms(several: list[Made]) -> pd.DataFrame:
    """One row per contract that ended within the history: its term, whether and when it was renewed, her chance."""
    tables = []
    for made in several:
        rows = made.frames["enrolments"]
        rows = rows[rows["status"] != "void"].sort_values(["student_id", "starts_on"])
        rows = rows.assign(
            seed=made.institution.seed,
            term=rows.groupby("student_id").cumcount() + 1,
            renewed_at=rows["enrolment_id"].map(rows.dropna(subset="renews_id").set_index("renews_id")["signed_at"]),
        ).merge(made.truth.not_renewing, on="student_id")
        tables.append(rows[rows["ends_on"] < pd.Timestamp(made.institution.end)])
    return pd.concat(tables, ignore_index=True).assign(renewed=lambda rows: rows["renewed_at"].notna())


def test_renewals_by_term_come_as_often_as_the_formula_says(terms: pd.DataFrame) -> None:
    """Given how many reach a term, those who renew it are binomial, uncorrelated from term to term."""
    found = terms.groupby("term")["renewed"].agg(["size", "sum"])
    found = found[found["size"] > 50]
    rate = np.array([CHANCE.retention(int(term)) for term in found.index])
    z = (found["sum"] - found["size"] * rate) / np.sqrt(found["size"] * rate * (1 - rate))
    assert len(z) >= 5
    assert (z**2).sum() < chi2.ppf(0.99, len(z))


def test_each_student_leaves_with_her_own_chance(terms: pd.DataFrame, several: list[Made]) -> None:
    drawn = pd.concat([made.truth.not_renewing["probability"] for made in several])
    assert kstest(drawn, "beta", args=(CHANCE.alpha, CHANCE.beta)).pvalue > 0.01
    sure = terms["probability"] > 0.5
    for part in (terms[sure], terms[~sure]):
        chance = part["probability"]
        off = (~part["renewed"]).sum() - chance.sum()
        assert abs(off) < SURE * np.sqrt((chance * (1 - chance)).sum())


def test_nobody_leaves_but_at_a_contracts_end(several: list[Made]) -> None:
    for made in several:
        left = made.truth.episodes.dropna(subset="left_on")
        assert set(left["end_kind"]) == {"not_renewed"}
        ends = made.frames["enrolments"].groupby("student_id")["ends_on"].max()
        assert (left["left_on"].to_numpy() == ends.reindex(left["student_id"]).to_numpy()).all()
        assert made.truth.months["churn_rate"].isna().all()


def test_contracts_are_of_equal_length(terms: pd.DataFrame) -> None:
    days = (terms["ends_on"] - terms["starts_on"]).dt.days
    # To the lesson on the day on which so many weeks are over, or the next one.
    assert days.min() == 7 * CHANCE.weeks
    assert (days == 7 * CHANCE.weeks).mean() > 0.8
    assert days.max() <= 7 * CHANCE.weeks + 28
    assert set(terms["billing"]) == {"by_period"}


def test_a_share_of_the_renewals_is_signed_early(terms: pd.DataFrame) -> None:
    renewed = terms[terms["renewed"]]
    ahead = (renewed["ends_on"] - renewed["renewed_at"].dt.normalize()).dt.days
    early = ahead > 30
    assert binomtest(int(early.sum()), len(early), CHANCE.early_share).pvalue > 0.01
    assert ahead[early].between(31, 60).all()
    assert ahead[~early].between(0, 14).all()


def test_renewals_by_chance_go_on_top_of_the_simple_mode() -> None:
    institution = Institution(renewal=CHANCE)
    assert institution.simple
    assert institution.opening == 0
    assert institution.calling is None
    assert not institution.has_formula


def test_the_same_seed_draws_the_same_chances(several: list[Made]) -> None:
    again = make(several[3].institution)
    pd.testing.assert_frame_equal(again.truth.not_renewing, several[3].truth.not_renewing)
    pd.testing.assert_frame_equal(again.frames["enrolments"], several[3].frames["enrolments"])
