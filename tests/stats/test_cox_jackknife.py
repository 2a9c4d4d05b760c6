"""Are errors by leaving out one cluster after the other right?"""

import numpy as np
import pytest

from churnlab.stats.cox import NoFitError, fit_cox
from churnlab.stats.cox_jackknife import jackknife_errors

# Four teachers, all students at risk on one day; with Breslow's ties the ratio is that of the shares who leave.
#   teacher   trained   students   left
#      a         1          4        1
#      b         1          8        4
#      c         0          4        2
#      d         0          8        2
WHO = {"a": (1, 4, 1), "b": (1, 8, 4), "c": (0, 4, 2), "d": (0, 8, 2)}


def rows(*teachers):
    return [(name, WHO[name][0], one < WHO[name][2]) for name in teachers for one in range(WHO[name][1])]


def error(told):
    clusters, X, ended = (np.array(part) for part in zip(*told, strict=True))
    day = np.ones(len(told))
    fit = fit_cox(day - 1, day, ended, X[:, None], ties="breslow")
    return fit, jackknife_errors(
        day - 1, day, ended, X[:, None], coefficients=fit.coefficients, clusters=clusters, ties="breslow"
    )


def test_a_case_worked_by_hand():
    fit, errors = error(rows("a", "b", "c", "d"))
    whole = np.log((5 / 12) / (4 / 12))
    assert fit.coefficients == pytest.approx([whole])
    without = np.log([(4 / 8) / (4 / 12), (1 / 4) / (4 / 12), (5 / 12) / (2 / 8), (5 / 12) / (2 / 4)])
    assert errors == pytest.approx([np.sqrt(3 / 4 * np.sum((without - whole) ** 2))])


def test_of_many_clusters_it_is_the_sandwich():
    rng = np.random.default_rng(7)
    X, whose = rng.normal(size=(600, 2)), np.arange(600) // 3
    exit = rng.exponential(np.exp(-X @ [0.4, -0.2])).round(2) + 0.01
    told = (np.zeros(600), exit, rng.random(600) < 0.7, X)
    fit = fit_cox(*told, clusters=whose)
    errors = jackknife_errors(*told, coefficients=fit.coefficients, clusters=whose)
    assert errors == pytest.approx(fit.robust_errors, rel=0.04)
    assert (errors > fit.robust_errors).all()


def test_what_one_cluster_alone_tells_has_no_error():
    with pytest.raises(NoFitError):
        error(rows("a", "c", "d"))
