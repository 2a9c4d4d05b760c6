"""Do intervals hold the truth as often as they say?"""

import pandas as pd
from scipy.stats import binom, norm

LEVEL = 0.95
SURE = 0.99
Z = float(norm.ppf((1 + SURE) / 2))


def band(n: int, figures: int = 1) -> tuple[float, float]:
    """Return between which shares of `n` intervals hold the truth with 99 % probability, if each does with 95 %.

    Of several figures told side by side, all lie in their bands with that probability (Bonferroni).
    """
    tail = (1 - SURE) / figures / 2
    return float(binom.ppf(tail, n, LEVEL)) / n, float(binom.ppf(1 - tail, n, LEVEL)) / n


def assert_covers(hits: pd.DataFrame) -> None:
    """Make sure that the intervals of every figure, and of all on average, hold the truth at their nominal rate.

    Parameters
    ----------
    hits : pandas.DataFrame of bool
        One row a seed, one column a figure: whether its interval held the truth; missing where nothing was told. The
        figures of a seed are not independent, so that on average they are judged as one interval a seed.
    """
    assert len(hits) >= 300, len(hits)
    told, held = hits.notna().sum(), hits.astype(float).mean()
    bands = [band(int(n), len(held)) for n in told]
    outside = {
        str(name): round(share, 3)
        for (name, share), (low, high) in zip(held.items(), bands, strict=True)
        if not low <= share <= high
    }
    assert not outside, outside
    low, high = band(len(hits))
    assert low <= held.mean() <= high, held.mean()
