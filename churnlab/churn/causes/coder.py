"""Which code would people have given to a text?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

_PENALTY = 3.0
"""scikit-learn's C; on made-up texts 1 to 30 agree with people alike."""
_CLOSE = 1e-3
"""scikit-learn's `tol`: closer, three made-up texts in a thousand got another answer."""
_LEAST_TEXTS = 2
"""A word of one text only says nothing of others."""


class Coder:
    """A multinomial logistic regression on the words of texts, weighted by how rare they are.

    What a text says is in its words (`words.words`): a word counts once in a text, weighted by its inverse document
    frequency in the texts that were learned from; each text has length 1. Nothing is drawn by chance: the same texts
    give the same coder.

    Parameters
    ----------
    least : int
        Codes with fewer texts are not learned, and so never given.

    Attributes
    ----------
    codes_ : ndarray of str
        What it has learned, sorted.

    References
    ----------
    Salton G, Buckley C, Inf Process Manag 1988;24:513–523 (weights of words).
    """

    def __init__(self, *, least: int) -> None:
        self.least = least

    def fit(self, counts: csr_matrix, codes: ArrayLike) -> "Coder":
        """Learn.

        Parameters
        ----------
        counts : csr_matrix, shape (texts, words)
            Which words each text has: 1 or nothing.
        codes : array_like of str, shape (texts,)
            What people gave.

        Returns
        -------
        Coder
            Itself; `codes_` is empty where fewer than two codes have enough texts.
        """
        given = np.asarray(codes, dtype=object)
        names, many = np.unique(given.astype(str), return_counts=True)
        enough = np.isin(given.astype(str), names[many >= self.least])
        learned = counts[enough]
        self._columns = np.flatnonzero(np.asarray(learned.sum(axis=0)).ravel() >= _LEAST_TEXTS)
        self.codes_: NDArray[np.object_] = np.array([], dtype=object)
        if (many >= self.least).sum() < 2 or not len(self._columns):
            return self
        self._weights = TfidfTransformer().fit(learned[:, self._columns])
        self._model = LogisticRegression(C=_PENALTY, solver="newton-cg", max_iter=200, tol=_CLOSE)
        self._model.fit(self._weighted(learned), given[enough].astype(str))
        self.codes_ = self._model.classes_.astype(object)
        return self

    def probabilities(self, counts: csr_matrix) -> NDArray[np.float64]:
        """Return the probability of each code, shape (texts, codes); zeros for a text without a word that it knows."""
        if not len(self.codes_) or not counts.shape[0]:
            return np.zeros((counts.shape[0], len(self.codes_)))
        weighted = self._weighted(counts)
        known = np.diff(weighted.indptr) > 0
        found: NDArray[np.float64] = np.zeros((counts.shape[0], len(self.codes_)))
        if known.any():
            found[known] = self._model.predict_proba(weighted[known])
        return found

    def likeliest(self, counts: csr_matrix, among: ArrayLike | None = None) -> tuple[np.ndarray, NDArray[np.float64]]:
        """Return the likeliest code of each text and its probability.

        Parameters
        ----------
        counts : csr_matrix, shape (texts, words)
            As for `fit`.
        among : array_like of bool, shape (texts, codes), optional
            Which codes each text may get, the probability being given one of them; default: all.

        Returns
        -------
        codes : ndarray of object
            None where no code may be given or no word is known.
        probability : ndarray of float
            0 there.
        """
        found = self.probabilities(counts)
        if not found.shape[1]:
            return np.full(len(found), None, dtype=object), np.zeros(len(found))
        if among is not None:
            found = found * np.asarray(among)
            found = found / np.maximum(found.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        best, chance = found.argmax(axis=1), found.max(axis=1)
        return np.where(chance > 0, self.codes_[best], np.array(None, dtype=object)), chance

    def _weighted(self, counts: csr_matrix) -> csr_matrix:
        return self._weights.transform(counts[:, self._columns])
