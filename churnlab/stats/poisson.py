"""Is this week's count more than usual, and how far may it vary?"""

from scipy import stats


def usual_range(events: int, periods: int, level: float) -> tuple[int, int]:
    """Return the range in which the count of one more period lies, if nothing changes.

    Counts are Poisson with one unknown rate; with Jeffreys' prior the next count is negative binomial with shape
    `events` + 1/2 and success probability `periods` / (`periods` + 1). Read it as "a week outside of it is unusual";
    do not trust it where periods differ by season, or events come in clusters (a class that is closed).

    Parameters
    ----------
    events : int
        How many in all the periods before.
    periods : int
        How many periods, at least 1.
    level : float
        Probability that it holds, 0–1; the limits are whole numbers, so that it is at least this.

    Returns
    -------
    (int, int)
        Lowest and highest usual count.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, §2.6 (the predictive distribution of a Poisson count).
    """
    if periods < 1:
        raise ValueError("no period to compare with")
    coming = stats.nbinom(events + 0.5, periods / (periods + 1))
    return int(coming.ppf((1 - level) / 2)), int(coming.ppf((1 + level) / 2))


def more_than_usual(count: int, events: int, periods: int) -> float:
    """Return how likely a count as high or higher would be, had its rate not changed.

    Given all `count` + `events` together, each fell into the last of `periods` + 1 equal periods with the same chance:
    the exact conditional test.

    Parameters
    ----------
    count : int
        In the last period.
    events : int
        In all the periods before together.
    periods : int
        How many periods before, at least 1.

    Returns
    -------
    float
        One-sided p-value, 0–1; 1 where there is no event at all.

    References
    ----------
    Przyborowski J, Wilenski H, Biometrika 1940;31:313–323.
    """
    if periods < 1:
        raise ValueError("no period to compare with")
    together = count + events
    return float(stats.binom.sf(count - 1, together, 1 / (periods + 1))) if together else 1.0
