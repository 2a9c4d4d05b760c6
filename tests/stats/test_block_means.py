"""Is a mean over months that are alike as uncertain as it is?"""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from churnlab.stats.block_means import block_means


def test_by_hand():
    # a: blocks (1, 3) and (5, 7), means 2 and 6 about 4: 2 · 4 + 2 · 4 = 16; b: one block, which tells nothing.
    found = block_means([1, 3, 5, 7, 9], ["a", "a", "a", "a", "b"], [1, 1, 2, 2, 1])
    expected = {
        "person": ["a", "b"],
        "mean": [4.0, 9.0],
        "error": [np.sqrt(16 / 1 / 4), np.sqrt(16 / 1 / 1)],
        "n": [4, 1],
        "blocks": [2, 1],
    }
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected), check_dtype=False)


def test_with_one_block_each_nobody_knows():
    assert block_means([1, 2], ["a", "b"], [1, 1])["error"].isna().all()


def test_months_that_are_alike_make_a_mean_less_sure():
    rng = np.random.default_rng(3)
    months = lfilter([1.0], [1.0, -0.2], rng.normal(size=(2000, 60)), axis=1)[:, -12:]
    true = float(np.std(months.mean(axis=1)))
    people, block = np.repeat(np.arange(2000), 12), np.tile(np.arange(12) // 3, 2000)
    assert block_means(months.ravel(), people, block)["error"][0] == pytest.approx(true, rel=0.08)
    plain = float(np.sqrt(months.var(axis=1, ddof=1).mean() / 12))
    assert plain < 0.87 * true


def test_the_order_of_rows_changes_nothing():
    values, people, block = [1.0, 3, 5, 7, 9, 2], list("aabbcc"), [1, 2, 1, 2, 1, 2]
    turned = block_means(values[::-1], people[::-1], block[::-1])
    pd.testing.assert_frame_equal(block_means(values, people, block), turned)
