"""How sure is a hazard ratio where few clusters tell it?"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.cox import fit_cox

Floats = NDArray[np.float64]


def jackknife_errors(
    entry: ArrayLike, exit: ArrayLike, ended: ArrayLike, X: ArrayLike, *, coefficients: ArrayLike, clusters: ArrayLike,
    strata: ArrayLike | None = None, ties: Literal["efron", "breslow"] = "efron",
) -> Floats:  # fmt: skip
    """Return standard errors of Cox's coefficients by leaving out each cluster in turn.

    The sandwich of `fit_cox` takes each cluster's pull at the coefficients that this very cluster has helped to fit: of
    few clusters it is too small. The jackknife fits anew without it, and errs on the wide side. It costs a fit for each
    cluster; of a hundred and more both say nearly the same.

    Parameters
    ----------
    entry, exit, ended, X
        As for `fit_cox`.
    coefficients : array_like, shape (p,)
        Of the fit with all clusters.
    clusters : array_like, shape (n,)
        Whose row it is.
    strata, ties
        As for `fit_cox`.

    Returns
    -------
    ndarray of float, shape (p,)
        sqrt((G − 1)/G · Σ (β₍₋g₎ − β)²) over G clusters.

    Raises
    ------
    NoFitError
        If there are no coefficients without some cluster: it alone tells them.

    References
    ----------
    Lipsitz S R, Dear K B G, Zhao L, Biometrics 1994;50:842–846; about the fit with all clusters, which is no narrower
    than about the mean: MacKinnon J G, Nielsen M Ø, Webb M D, J Appl Econometrics 2023;38:671–694 (CV3).
    """
    start, end, gone = (np.asarray(one) for one in (entry, exit, ended))
    columns, whose = np.asarray(X, dtype=float), np.unique(np.asarray(clusters), return_inverse=True)[1]
    stratum = np.zeros(len(end), dtype=int) if strata is None else np.asarray(strata)
    many = int(whose.max()) + 1
    squares = np.zeros(columns.shape[1])
    for one in range(many):
        kept = whose != one
        without = fit_cox(start[kept], end[kept], gone[kept], columns[kept], strata=stratum[kept], ties=ties)
        squares += (without.coefficients - np.asarray(coefficients)) ** 2
    errors: Floats = np.sqrt((many - 1) / many * squares)
    return errors
