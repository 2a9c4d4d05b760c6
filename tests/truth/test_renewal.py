"""Is the renewal curve from which an institution was made found again, as surely as its intervals say?

Estimand: (β + t − 1) / (α + β + t − 1), the chance to renew of those who reach the end of their t-th contract, and the
share of starters who renew each of the first t; α and β are those from which each student's chance to leave was drawn.
"""

import importlib

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.renewal.by_term import renewal_by_term
from churnlab.churn.renewal.curve import asked
from churnlab.finding import Finding
from churnlab.stats.beta_geometric import fit_beta_geometric
from churnlab.synthetic import Institution
from churnlab.synthetic.planted import BetaGeometric
from tests.truth.conftest import STANDING
from tests.truth.coverage import assert_covers
from tests.truth.many import SEEDS, Many, many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

TRUE = BetaGeometric(alpha=0.9, beta=2.4)
MADE = Institution(students=80, renewal=TRUE)
CURVES = [importlib.import_module(f"churnlab.churn.renewal.{name}") for name in ("by_term", "curve")]


@pytest.fixture(scope="module")
def institutions() -> Many:
    return many(MADE, SEEDS, tables=STANDING)


@pytest.fixture(scope="module")
def parts(institutions: Many) -> dict[str, pd.DataFrame]:
    return dict(one_by_one(asked(institutions.data)))


@pytest.fixture(scope="module")
def found(institutions: Many, parts: dict[str, pd.DataFrame]) -> dict[str, Finding]:
    told = {}
    for name, rows in parts.items():
        with pytest.MonkeyPatch.context() as patch:
            # Each institution's own contracts, under data of its own, as what was fitted is remembered.
            for module in CURVES:
                patch.setattr(module, "asked", lambda _, rows=rows: rows)
            # Whether the years differ asks for the terms of all institutions, each time anew.
            patch.setattr(CURVES[0], "years_differ", lambda _: (1, np.nan))
            data = institutions.data.before(institutions.data.as_of)
            told[name] = renewal_by_term(data)
    return told


@pytest.fixture(scope="module")
def tables(found: dict[str, Finding]) -> dict[str, pd.DataFrame]:
    return {name: one.table.set_index("term") for name, one in found.items()}


def test_the_curve_its_forecast_and_what_was_seen_hold_the_truth_as_often_as_they_say(tables):
    rows = []
    for table in tables.values():
        row = {}
        for term in (1, 2, 3, 6):
            for name, true in (("fitted_rate", TRUE.retention(term)), ("kept_share", TRUE.survival(term))):
                row[name, term] = table.at[term, f"{name}_low"] <= true <= table.at[term, f"{name}_high"]
        rows.append(row)
    assert_covers(pd.DataFrame(rows).drop(columns=[("kept_share", 1)]))  # it is the first fitted rate


def test_the_observed_rate_holds_the_truth_as_often_as_it_says(tables):
    rows = [
        {
            term: table.at[term, "renewal_rate_low"] <= TRUE.retention(term) <= table.at[term, "renewal_rate_high"]
            for term in (1, 2, 3)
        }
        for table in tables.values()
    ]
    assert_covers(pd.DataFrame(rows))


def test_the_parameters_intervals_hold_the_truth_as_often_as_they_say(found):
    rows = [
        {
            name: one.facts[f"{name}_low"] <= true <= one.facts[f"{name}_high"]
            for name, true in (("alpha", TRUE.alpha), ("beta", TRUE.beta))
        }
        for one in found.values()
    ]
    assert_covers(pd.DataFrame(rows))


def test_all_institutions_together_give_the_parameters(parts):
    rows = pd.concat(parts.values())
    counts = rows[rows["term_is_known"]].groupby("term")["renewed"].agg(["size", "sum"])
    fit = fit_beta_geometric(counts.index.to_numpy(), counts["size"], counts["sum"])
    assert [fit.alpha, fit.beta] == pytest.approx([TRUE.alpha, TRUE.beta], rel=0.05)
    assert fit.fit_quality()[2] > 0.01
    assert np.all(np.abs(fit.renewal([1, 4, 8]) - [TRUE.retention(term) for term in (1, 4, 8)]) < 0.01)
