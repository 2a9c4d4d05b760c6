"""Did more of a group do something than of others who are like them?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats


@dataclass(frozen=True, kw_only=True)
class Stratified:
    """A group beside others of the same strata.

    Attributes
    ----------
    observed : int
        How many of the group did.
    expected : float
        How many would have, had each stratum's rows the same chance; others and the group's own count for it.
    p_value : float
        Two-sided; NaN where no stratum holds the group and others, so that nobody is like them.
    """

    observed: int
    expected: float
    p_value: float


def beside_their_like(
    did: ArrayLike, inside: ArrayLike, strata: ArrayLike, *, clusters: ArrayLike | None = None
) -> Stratified:
    """Compare a group with the others of its strata, exactly.

    Given how many did in each stratum, how many of the group did is a sum of independent hypergeometric counts, if
    the group has nothing to do with it: its distribution is worked out whole. The p-value is twice the smaller tail.
    Strata without the group, or without others, say nothing. Without `clusters` rows are taken as independent; that
    holds as well of a student's months of which only the last can be the one in which she leaves.

    Parameters
    ----------
    did : array_like of bool, shape (n,)
        Which rows did.
    inside : array_like of bool, shape (n,)
        Which rows are the group's.
    strata : array_like, shape (n,)
        What rows that are alike have in common, as a campus and a month.
    clusters : array_like, shape (n,), optional
        Whose row it is. Where some have several, the p-value is the larger of the exact one and of a score test with
        sums over students, less half the rows of one student, by which the count jumps (Yates); with fewer than some 30
        students that finds too much.

    Returns
    -------
    Stratified
        What was seen, what was to be expected, and how likely so much is by chance.

    References
    ----------
    Mantel N, Haenszel W, J Natl Cancer Inst 1959;22:719–748, the strata; Gart J J, Biometrika 1970;57:471–475, the
    exact conditional test, as R's `mantelhaen.test(exact = TRUE)`; Boos D D, Am Stat 1992;46:327–333, the score test;
    Yates F, Suppl J R Stat Soc 1934;1:217–235, the half.
    """
    rows = pd.DataFrame({"did": np.asarray(did, dtype=bool), "inside": np.asarray(inside, dtype=bool)})
    rows["both"], rows["stratum"] = rows["did"] & rows["inside"], pd.factorize(np.asarray(strata))[0]
    counts = rows.groupby("stratum").agg(
        n=("did", "size"), did=("did", "sum"), inside=("inside", "sum"), both=("both", "sum")
    )
    expected = float((counts["did"] * counts["inside"] / counts["n"]).sum())
    compared = counts[(counts["inside"] > 0) & (counts["inside"] < counts["n"])]
    found: dict[str, Any] = {"observed": int(rows["both"].sum()), "expected": expected}
    if compared.empty:
        return Stratified(**found, p_value=np.nan)
    at, chance = int(compared["both"].sum()), _chances(*(compared[name].to_numpy() for name in ("n", "did", "inside")))
    p_value = float(min(1.0, 2 * min(chance[: at + 1].sum(), chance[at:].sum())))
    if clusters is not None:
        is_compared = rows["stratum"].isin(compared.index)
        p_value = max(p_value, _score(rows[is_compared], np.asarray(clusters)[is_compared.to_numpy()]))
    return Stratified(**found, p_value=p_value)


def _chances(n: np.ndarray, did: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return with which probability 0, 1, … of those inside did, over all strata together."""
    most = np.minimum(did, inside)
    by_stratum = stats.hypergeom.pmf(np.arange(most.max() + 1), n[:, None], did[:, None], inside[:, None])
    chance = np.ones(1)
    for each, last in zip(by_stratum, most, strict=True):
        chance = np.convolve(chance, each[: last + 1])
    return chance


def _score(rows: pd.DataFrame, clusters: np.ndarray) -> float:
    """Return the p-value of the score of the group, its variance by the sums over clusters; 0 if all stand alone."""
    codes, names = pd.factorize(clusters)
    if len(names) == len(codes):
        return 0.0
    of = rows.groupby("stratum")
    apart = (rows["did"] - of["did"].transform("mean")) * (rows["inside"] - of["inside"].transform("mean"))
    sums = np.bincount(codes, weights=apart.to_numpy(dtype=float))
    error = np.sqrt((sums**2).sum() * len(names) / max(len(names) - 1, 1))
    beyond = max(abs(sums.sum()) - len(codes) / len(names) / 2, 0.0)
    return float(2 * stats.norm.sf(beyond / error)) if error > 0 else 1.0
