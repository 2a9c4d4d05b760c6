"""What is planted in an institution beside its effects: calls, renewals by chance, sudden changes?"""

from dataclasses import dataclass
from typing import Literal

from scipy.special import hyp2f1

What = Literal["churn", "complaints", "absence", "refunds"]


@dataclass(frozen=True, kw_only=True)
class Calling:
    """Retention calls with a known effect, and a hold-out drawn by lot.

    In the first half-week of each month each campus lists those of its students who look likely to leave by a rule that
    anybody can follow in the tables: lessons missed of the last four, plus 1 if the contract is near its end; at least
    0.5. Nobody is listed again before the rest is over. At her first list a student is drawn into an arm, and keeps it.

    Attributes
    ----------
    from_month : int
        Month of the history with the first list, from 0.
    capacity : int
        Most students on a campus's list, those held out included.
    hold_out_share : float
        Probability of the hold-out arm; with 0 nothing is drawn by lot.
    log_hazard_ratio : float
        Added to the predictor of churn of every kind, after the day of a call that reached the student.
    lasts_days : int
        How many days after the call it does so.
    within_days : int
        A call is made 1 to so many days after the list, each as likely.
    reached_share : float
        Probability that the student is reached. Who is not is not called again from this list.
    rest_days : int
        Days from one list to the next on which the same student may stand; no call is made before the one before has
        worn off.
    """

    from_month: int = 15
    capacity: int = 60
    hold_out_share: float = 0.3
    log_hazard_ratio: float = -0.6
    lasts_days: int = 84
    within_days: int = 5
    reached_share: float = 0.8
    rest_days: int = 91

    def __post_init__(self) -> None:
        assert self.from_month >= 1, self.from_month
        assert 0 <= self.hold_out_share <= 1, self.hold_out_share
        assert 0 <= self.reached_share <= 1, self.reached_share
        assert self.within_days >= 1, self.within_days
        assert self.capacity >= 1, self.capacity
        assert self.rest_days >= self.lasts_days + self.within_days, self.rest_days


@dataclass(frozen=True, kw_only=True)
class BetaGeometric:
    """Renewals by chance: each student leaves with a probability of her own at contracts' ends, and at no other time.

    The shifted beta-geometric model of Fader and Hardie (2007), "How to project customer retention", Journal of
    Interactive Marketing 21(1), 76–90.

    Attributes
    ----------
    alpha, beta : float
        The probability of not renewing is drawn once per student from Beta(alpha, beta); both above 0.
    weeks : int
        Length of every contract, by period; two of a student follow each other at most one lesson apart.
    early_share : float
        Of the renewals, those signed 31 to 60 days before the contract ends; the others come in its last fortnight.
    """

    alpha: float
    beta: float
    weeks: int = 12
    early_share: float = 0.3

    def __post_init__(self) -> None:
        assert self.alpha > 0, self.alpha
        assert self.beta > 0, self.beta
        assert self.weeks >= 10, self.weeks
        assert 0 <= self.early_share <= 1, self.early_share

    def retention(self, term: int) -> float:
        """Return who renews of those whose `term`-th contract (from 1) ends, a share: (β + t − 1) / (α + β + t − 1)."""
        return (self.beta + term - 1) / (self.alpha + self.beta + term - 1)

    def survival(self, term: int) -> float:
        """Return the share of all who renew their first `term` contracts: the product of the retentions."""
        return self.retention(term) * self.survival(term - 1) if term else 1.0

    def remaining_terms(self, term: int, *, discount: float = 0.0) -> float:
        """Return how many more terms a student in her `term`-th contract will renew, expected and discounted.

        Times the margin of a term, it is her expected remaining value. The next term counts 1, each later one 1 / (1 +
        discount) of the one before it: the discounted expected residual lifetime of Fader and Hardie (2010),
        "Customer-base valuation in a contractual setting", Marketing Science 29(1), 85–93, equation 8.

        Parameters
        ----------
        term : int
            From 1; she has renewed `term` − 1 times.
        discount : float
            Per term, at least 0. Without one the expectation is finite for alpha above 1 only.
        """
        assert discount > 0 or self.alpha > 1, (discount, self.alpha)
        later = hyp2f1(1.0, self.beta + term, self.alpha + self.beta + term, 1 / (1 + discount))
        return self.retention(term) * float(later)


@dataclass(frozen=True, kw_only=True)
class Shock:
    """A sudden change that lasts: from a month on, something comes `ratio` times as often.

    Attributes
    ----------
    campus : str
        Where; an empty one is everywhere.
    from_month : int
        First month of the history, from 0, in which it does.
    what : str
        `churn`: the hazards of churn of every kind. `refunds`: that of leaving by a refund alone. `complaints`: the
        probability of a complaint after a lesson (none in the simple mode). `absence`: the probability of missing a
        lesson, at most 1, before those are brought back who would be silent for too long; in the full mode more churn
        follows, since missed lessons drive students away.
    ratio : float
        Above 0.
    """

    campus: str = ""
    from_month: int
    what: What
    ratio: float

    def __post_init__(self) -> None:
        assert self.ratio > 0, self.ratio
        assert self.from_month >= 0, self.from_month
