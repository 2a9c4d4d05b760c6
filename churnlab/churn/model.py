"""How likely is it that someone leaves, and what adds to it?"""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Floats = NDArray[np.float64]


class ChurnModel(ClassifierMixin, BaseEstimator):
    """Logistic regression on standardised columns, shrunk by an L2 penalty, that can explain each of its answers.

    The log odds of a row are `intercept_` plus its `contributions`: what each column adds in comparison with the mean
    row of the training data. Contributions tell of association, not of cause; of two columns that say nearly the same,
    each gets a part.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty; smaller shrinks more. The loss is a sum over rows, so with more data the same
        `C` shrinks less.
    errors : bool
        Whether `covariance_` is wanted; without it the fit takes two thirds of the time.

    Attributes
    ----------
    classes_ : numpy.ndarray, shape (2,)
        The two classes; probabilities and contributions are of the second.
    mean_, scale_ : numpy.ndarray, shape (n_features,)
        Weighted mean and standard deviation of each column; a constant column has scale 1.
    coef_ : numpy.ndarray, shape (n_features,)
        Log odds per standard deviation.
    intercept_ : float
        Log odds of the mean row.
    covariance_ : numpy.ndarray, shape (n_features + 1, n_features + 1)
        Of intercept and coefficients: the inverse curvature of the penalised likelihood at its top; where clusters were
        given, the sandwich of their scores in it.
    """

    def __init__(self, C: float = 0.1, *, errors: bool = True) -> None:
        self.C = C
        self.errors = errors

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, clusters: ArrayLike | None = None
    ) -> Self:
        """Learn from rows whose outcome is known.

        Parameters
        ----------
        X : array_like, shape (n_rows, n_features)
            Numbers, none missing.
        y : array_like, shape (n_rows,)
            Two classes; the larger one is "left".
        sample_weight : array_like, shape (n_rows,), optional
            Weight 2 is as good as writing the row twice.
        clusters : array_like, shape (n_rows,), optional
            Whose row it is: `covariance_` then allows for likeness within a cluster.

        Raises
        ------
        ValueError
            If there are not exactly two classes.
        """
        rows, left = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(left)
        if type_of_target(left) == "multiclass":
            raise ValueError("Only binary classification is supported. The type of the target is multiclass.")
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        self.classes_ = np.unique(left[weight > 0])
        if len(self.classes_) < 2:
            raise ValueError("Classifier can't train when only one class is present.")
        return self._fit(rows, left, weight, clusters)

    def _fit(self, X: Floats, y: NDArray[Any], weight: Floats, clusters: ArrayLike | None) -> Self:
        self.mean_ = np.average(X, axis=0, weights=weight)
        spread = np.sqrt(np.average((X - self.mean_) ** 2, axis=0, weights=weight))
        self.scale_ = np.where(spread > 0, spread, 1.0)
        inner = LogisticRegression(C=self.C, solver="newton-cholesky", tol=1e-8).fit(
            self._standardised(X), y, sample_weight=weight
        )
        self.coef_, self.intercept_ = inner.coef_[0], float(inner.intercept_[0])
        self.n_iter_ = int(inner.n_iter_[0])
        if self.errors:
            self.covariance_ = self._covariance(X, weight, y == self.classes_[1], clusters)
        return self

    def _standardised(self, X: Floats) -> Floats:
        standardised: Floats = (X - self.mean_) / self.scale_
        return standardised

    def _covariance(self, X: Floats, weight: Floats, left: NDArray[np.bool_], clusters: ArrayLike | None) -> Floats:
        wide = _with_constant(self._standardised(X))
        p = expit(wide @ np.concatenate([[self.intercept_], self.coef_]))
        penalty = np.diag(np.concatenate([[0.0], np.full(len(self.coef_), 1 / self.C)]))
        bread: Floats = np.linalg.pinv((wide * (weight * p * (1 - p))[:, None]).T @ wide + penalty, hermitian=True)
        if clusters is None:
            return bread
        codes = pd.factorize(np.asarray(clusters))[0]
        of_cluster = csr_matrix((weight * (left - p), (codes, np.arange(len(codes)))))
        scores = of_cluster @ wide
        # The penalty counts as what was known before: with rows that are all alike but for chance, this is the bread.
        robust: Floats = bread @ (scores.T @ scores + penalty) @ bread
        return robust

    def contributions(self, X: ArrayLike) -> Floats:
        """Return what each column adds to the log odds of each row.

        Parameters
        ----------
        X : array_like, shape (n_rows, n_features)
            Numbers, none missing.

        Returns
        -------
        numpy.ndarray, shape (n_rows, n_features)
            Log odds; with `intercept_` they add up to `decision_function`.
        """
        check_is_fitted(self)
        contributions: Floats = self._standardised(validate_data(self, X, dtype=np.float64, reset=False)) * self.coef_
        return contributions

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return the log odds of the second class for each row."""
        odds: Floats = self.contributions(X).sum(axis=1) + self.intercept_
        return odds

    def standard_error(self, X: ArrayLike) -> Floats:
        """Return how far the log odds of each row may be off for want of data, in standard errors.

        It covers what the coefficients do not know, within the model; not that the model may be wrong, and not the
        chance of what a person then does.

        References
        ----------
        MacKay D J C, Neural Comput 1992;4:720–736 (the curvature of the penalised likelihood).
        """
        check_is_fitted(self, "covariance_")
        wide = _with_constant(self._standardised(validate_data(self, X, dtype=np.float64, reset=False)))
        return np.sqrt(np.einsum("ij,jk,ik->i", wide, self.covariance_, wide, optimize=True))

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probability of each class, shape (n_rows, 2)."""
        left = expit(self.decision_function(X))
        return np.column_stack([1 - left, left])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row; for a list of names use probabilities."""
        likelier = (self.decision_function(X) > 0).astype(int)
        return np.asarray(self.classes_[likelier])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _with_constant(X: Floats) -> Floats:
    return np.column_stack([np.ones(len(X)), X])
