"""How much of what the trained sold would not have been sold without the training?"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.results.kpi_effects import KpiEffect
from churnlab.kirkpatrick.returns.sales import Sales, drawn


def effect(value, error=1.0, design=Design.RANDOMISED, degrees=10.0):
    """Return an effect of which only what a return needs is told."""
    blank = dict.fromkeys((field.name for field in dataclasses.fields(KpiEffect)), 0)
    told = {
        "effect": value,
        "error": error,
        "design": design,
        "degrees_of_freedom": degrees,
        "by_month": pd.DataFrame(),
    }
    return KpiEffect(**(blank | told))


def sales(share=0.5, value=1_000.0, design=Design.RANDOMISED):
    return Sales(
        asked=200.0, share=share, value_cny=value, months=4.0, share_effect=effect(0.1),
        value_effect=effect(100.0, design=design),
    )  # fmt: skip


def test_what_would_not_have_been_sold():
    # 200 asked: half buy at 1,000 = 100,000. Without the effects 0.4 buy at 900: 200 · 0.4 · 900 = 72,000.
    assert sales().gained(0.1, 100.0) == pytest.approx(100_000 - 72_000)
    assert sales().gained(0.0, 0.0) == pytest.approx(0)
    assert sales().gained(np.array([0.1, 0.0]), np.array([0.0, 100.0])).tolist() == pytest.approx(
        [200 * 0.1 * 1_000, 200 * 0.5 * 100]
    )


def test_the_weaker_design_counts():
    assert sales().design is Design.RANDOMISED
    assert sales(design=Design.TIME_SERIES).design is Design.TIME_SERIES


def test_effects_are_drawn_from_the_distribution_of_their_interval():
    found = drawn(effect(5.0, error=2.0, degrees=8.0), 200_000, np.random.default_rng(1))
    low, high = np.quantile(found, [0.025, 0.975])
    # t with 8 degrees of freedom: ± 2.306 errors.
    assert low == pytest.approx(5 - 2.306 * 2, abs=0.1)
    assert high == pytest.approx(5 + 2.306 * 2, abs=0.1)
