"""What would a model say that nobody can read?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from churnlab.churn.encoding import KEYS, OUTCOME
from churnlab.churn.train import month_weights

Floats = NDArray[np.float64]

# Fixed beforehand, not tuned: six months are judged within seconds. Thirty trees of eight leaves can bend each feature
# and combine up to seven, which a line of log odds cannot.
_TREES, _LEAVES, _LEARNING_RATE = 30, 8, 0.2
_BINS = 32
_ROWS_PER_LEAF = 20
_L2 = 1.0


def challenge(known: pd.DataFrame, now: pd.DataFrame) -> Floats:
    """Return the probabilities that gradient-boosted trees give to rows, taught by the rows that were known before.

    They see the same rows and weights as the readable model, and all features, also where few leavers let that have
    fewer (`affordable.unaffordable`): what to make of each is their own affair. An unknown value goes to whichever side
    of a split fits better; a word is a category. It runs in one thread, so that the same rows give the same bytes.

    Parameters
    ----------
    known : pandas.DataFrame
        As for `train`: keys, features, `churned`; both outcomes must be there.
    now : pandas.DataFrame
        Rows with the same features.

    Returns
    -------
    numpy.ndarray, shape (len(now),)
        0–1.

    References
    ----------
    Friedman J H, Ann Stat 2001;29:1189–1232; with histograms: Ke G et al., NeurIPS 2017;30:3146–3154.
    """
    features = [str(name) for name in known if name not in (*KEYS, OUTCOME) and known[name].nunique(dropna=False) > 1]
    # Of a feature with one known value, only whether it is known says anything.
    flags = [name for name in features if known[name].nunique() == 1]
    words = [name for name in features if name not in flags and not pd.api.types.is_numeric_dtype(known[name])]
    levels = {name: _levels(known[name]) for name in words}

    def numbers(frame: pd.DataFrame) -> Floats:
        told = {name: _number(frame[name], flag=name in flags, levels=levels.get(name)) for name in features}
        return np.column_stack([np.empty((len(frame), 0)), *told.values()])

    trees = HistGradientBoostingClassifier(
        learning_rate=_LEARNING_RATE,
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        max_bins=_BINS,
        min_samples_leaf=_ROWS_PER_LEAF,
        l2_regularization=_L2,
        early_stopping=False,
        categorical_features=[name in words for name in features],
        random_state=0,
    )
    with threadpool_limits(limits=1):
        trees.fit(numbers(known), known[OUTCOME].to_numpy(bool), sample_weight=month_weights(known))
        return np.asarray(trees.predict_proba(numbers(now))[:, 1], dtype=np.float64)


def _levels(values: pd.Series) -> list[str]:
    """Return the commonest words, as many as there are bins; the others count as unknown."""
    counts = values.astype(object).value_counts()
    return sorted(sorted(counts.index, key=lambda word: (-counts[word], word))[: _BINS - 1])


def _number(values: pd.Series, *, flag: bool, levels: list[str] | None) -> Floats:
    """Return a feature as numbers; of a word its place among the levels."""
    if flag:
        return np.asarray(values.notna(), dtype=np.float64)
    told = values if levels is None else values.map({word: at for at, word in enumerate(levels)})
    return np.asarray(told.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
