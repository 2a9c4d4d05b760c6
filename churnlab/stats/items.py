"""Which questions of a test tell those who know from those who do not?

A person's score is the number of right answers; a question that was not reached brings none, as when the test was
marked. Of that question itself, who did not reach it is left out; who saw it and left it blank is wrong, and that is
for the caller to say. The upper and the lower group are the 27 % with the highest and the lowest scores (rounded to
people); who has the same score as the last of a group belongs to it too, and who would belong to both belongs to
neither. So no group hangs on the order of the rows. With fewer than ten people all but the counts is NaN.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, fisher_exact, norm

from churnlab.stats.intervals import wilson
from churnlab.stats.reliability import FEWEST, alpha_of_covariance, item_rest

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TAIL = 0.27
"""Share of people in each group: where the difference of two tails of a normal is surest."""


def items(correct: pd.DataFrame | NDArray[Any], *, level: float) -> pd.DataFrame:
    """Describe each question of a test: how hard it is, and whether it goes with the others.

    Read it as: a question that nearly all or hardly any have right tells little; one whose correlation with the rest is
    near 0 measures something else, is worded badly or has the wrong key; below 0, look at the key first. Ebel calls a
    discrimination of 0.3 reasonable and one below 0.2 poor. All of it is about these people: of a class that was taught
    well, every question is easy and few discriminate. Discrimination counts the question in the score and so is too
    high in a short test; the correlation does not.

    Parameters
    ----------
    correct : DataFrame or numpy.ndarray of bool, shape (n_people, n_items)
        1 right, 0 wrong, NaN not reached.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        A row an item: `n` who reached it, `difficulty` (share right, 0–1) with `difficulty_low` and `_high` (Wilson);
        `correlation` with the score on the others (corrected point-biserial) with `correlation_low` and `_high`
        (Fisher); `discrimination` (share right of the upper less the lower group, −1 to 1) with `n_upper` and
        `n_lower`, who reached it in each; and `alpha_if_dropped`, of those who reached every question.

    References
    ----------
    Kelley T L, J Educ Psychol 1939;30:17–24, the 27 %; Henrysson S, Psychometrika 1963;28:211–218, the corrected
    correlation; Ebel R L, Educ Psychol Meas 1954;14:352–364, how to read discrimination.
    """
    frame = pd.DataFrame(correct).astype(float)
    right = frame.to_numpy()
    assert np.isin(right[~np.isnan(right)], [0, 1]).all(), "an answer is right (1) or wrong (0)"
    points = np.nan_to_num(right)
    total = points.sum(axis=1)
    rows = [
        _one(right[:, place], total - points[:, place], tails=_tails(total), level=level)
        for place in range(right.shape[1])
    ]
    table = pd.DataFrame(rows, index=frame.columns)
    return table.assign(alpha_if_dropped=_alphas(right[~np.isnan(right).any(axis=1)]))


def below_zero(table: pd.DataFrame, *, false_discovery_rate: float) -> pd.DataFrame:
    """Tell of which questions it is beyond chance that those who know more get them wrong more often.

    Parameters
    ----------
    table : DataFrame
        As `items` returns it.
    false_discovery_rate : float
        Which share of the questions said to run against the others may do so by chance, between 0 and 1.

    Returns
    -------
    DataFrame
        By item: `p_value` (that the correlation is not below 0, one-sided, by Fisher's transformation), `q_value`
        (Benjamini and Hochberg's) and `runs_against` (that is at most the rate).

    References
    ----------
    Fisher R A, Metron 1921;1:3–32; Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300.
    """
    assert 0 < false_discovery_rate < 1, false_discovery_rate
    near_one = table["correlation"].clip(-1 + 1e-12, 1 - 1e-12)
    z = np.arctanh(near_one) * np.sqrt((table["n"] - 3).clip(lower=0))
    p_value = pd.Series(norm.cdf(z), index=table.index)
    q_value = _benjamini_hochberg(p_value)
    return pd.DataFrame({"p_value": p_value, "q_value": q_value, "runs_against": q_value <= false_discovery_rate})


def distractors(
    answers: pd.DataFrame,
    key: Mapping[Hashable, Hashable],
    *,
    false_discovery_rate: float,
    options: Mapping[Hashable, Sequence[Hashable]] | None = None,
) -> pd.DataFrame:
    """Describe each option of each question: who chooses it, those who know or those who do not.

    Read it as: a good distractor is chosen by some, and by more of the lower group. One that nobody chooses might as
    well not be there. One that favours the upper group, or goes with the score better than the key's option does, is
    perhaps right as well, or the key is wrong: read the question. That an option beats the key is no test; with few
    people, or an easy question, it is often chance. The groups are made by the score on the other items: the item's own
    point must not put those who chose the key into the upper one.

    Parameters
    ----------
    answers : DataFrame, shape (n_people, n_items)
        The option that each chose; NaN or None for not reached.
    key : mapping
        The right option of every column of `answers`.
    false_discovery_rate : float
        Which share of the distractors said to favour the upper group may do so by chance, between 0 and 1.
    options : mapping, optional
        The options of every item, for those that nobody chose. Default: the chosen ones and the key's.

    Returns
    -------
    DataFrame
        A row an option: `item`, `option`, `is_key`; `n` who reached the item, `chosen` how many chose it, `share` of
        them, `upper` and `lower` share in each group; `correlation` with the score on the other items (NaN where all or
        none chose it); of distractors `p_value` (Fisher's exact test that no more of the upper group choose it) and
        `q_value` (Benjamini and Hochberg's, over the distractors of all items), `favours_upper` (that is at most the
        rate), and `beats_key` (its correlation is above that of the key's option).

    References
    ----------
    Haladyna T M, Rodriguez M C, Developing and Validating Test Items, 2013; Fisher R A, Statistical Methods
    for Research Workers, 1934; Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300; the 27 % as in `items`.
    """
    assert 0 < false_discovery_rate < 1, false_discovery_rate
    assert set(answers.columns) <= set(key), "an item has no key"
    told = {item: answers[item].to_numpy(dtype=object, na_value=np.nan) for item in answers}
    marks = np.column_stack([told[item] == key[item] for item in told]).astype(float)
    total = marks.sum(axis=1)
    rows = []
    for place, (item, column) in enumerate(told.items()):
        reached = ~pd.isna(column)
        seen = {*column[reached], key[item]}
        offered = sorted(seen, key=str) if options is None else options[item]
        assert seen <= set(offered), "somebody chose what is no option"
        for option in offered:
            found = _chosen(np.where(reached, column == option, np.nan), total - marks[:, place])
            rows.append({"item": item, "option": option, "is_key": option == key[item]} | found)
    table = pd.DataFrame(rows)
    p_value = table["p_value"].mask(table["is_key"])
    of_key = table["item"].map(table[table["is_key"]].set_index("item")["correlation"])
    return table.assign(
        p_value=p_value,
        q_value=_benjamini_hochberg(p_value),
        favours_upper=lambda found: found["q_value"] <= false_discovery_rate,
        beats_key=table["correlation"] > of_key,
    )


def _tails(total: Floats) -> tuple[Bools, Bools]:
    """Return who is in the upper and who in the lower group."""
    if len(total) < FEWEST:
        return np.zeros(len(total), dtype=bool), np.zeros(len(total), dtype=bool)
    size, ordered = round(_TAIL * len(total)), np.sort(total)
    upper, lower = total >= ordered[-size], total <= ordered[size - 1]
    return upper & ~lower, lower & ~upper


def _share(did: Floats) -> float:
    """Return the share of those who reached it."""
    return float(np.nanmean(did)) if (~np.isnan(did)).any() else float("nan")


def _one(right: Floats, rest: Floats, *, tails: tuple[Bools, Bools], level: float) -> dict[str, float]:
    n = int((~np.isnan(right)).sum())
    enough = n if n >= FEWEST else 0  # of nobody: NaN
    low, high = wilson(np.nansum(right) if enough else 0, enough, level)
    found = item_rest(right, rest, level=level)
    upper, lower = (right[tail & ~np.isnan(right)] for tail in tails)
    return {
        "n": n, "difficulty": _share(right) if enough else np.nan,
        "difficulty_low": float(low), "difficulty_high": float(high),
        "correlation": found.correlation, "correlation_low": found.low, "correlation_high": found.high,
        "discrimination": _share(upper) - _share(lower) if enough else np.nan,
        "n_upper": len(upper), "n_lower": len(lower),
    }  # fmt: skip


def _alphas(right: Floats) -> list[float]:
    n, k = right.shape
    if n < FEWEST:
        return [float("nan")] * k
    covariance = np.atleast_2d(np.cov(right, rowvar=False))
    return [alpha_of_covariance(np.delete(np.delete(covariance, item, 0), item, 1)) for item in range(k)]


def _chosen(did: Floats, rest: Floats) -> dict[str, float]:
    n = int((~np.isnan(did)).sum())
    upper, lower = (did[tail & ~np.isnan(did)] for tail in _tails(rest))
    square = [[int(tail.sum()), int(len(tail) - tail.sum())] for tail in (upper, lower)]
    able = n >= FEWEST and len(upper) > 0 and len(lower) > 0
    return {
        "n": n, "chosen": int(np.nansum(did)),
        "share": _share(did) if n >= FEWEST else np.nan,
        "upper": _share(upper) if able else np.nan, "lower": _share(lower) if able else np.nan,
        "correlation": item_rest(did, rest, level=0.95).correlation,
        "p_value": float(fisher_exact(square, alternative="greater").pvalue) if able else np.nan,
    }  # fmt: skip


def _benjamini_hochberg(p_value: pd.Series) -> pd.Series:
    tested = p_value.dropna()
    return pd.Series(false_discovery_control(tested) if len(tested) else [], index=tested.index).reindex(p_value.index)
