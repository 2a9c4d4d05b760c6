"""Which values of a feature are compared with which?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.encoding import Column
from churnlab.churn.reasons import label, missing_label
from churnlab.churn.shapes import Shape, shape_of, worse
from churnlab.wording import Said

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Contrast:
    """One comparison of a student with another who is like her in all but one feature.

    Attributes
    ----------
    feature : str
        The feature in which they differ.
    driver : Said
        What the first has.
    step : Said or None
        What she is compared with, or by how much she has more; None where the value is unknown.
    weights : numpy.ndarray, shape (n_columns,)
        By how much their columns differ: the log odds ratio is their product with the coefficients.
    expected : int
        1 if it is expected to raise the odds, -1 if to lower them, 0 if neither.
    unknown : bool
        Whether the first one's value is unknown.
    """

    feature: str
    driver: Said
    step: Said | None
    weights: Floats
    expected: int = 0
    unknown: bool = False


def contrasts(
    columns: Sequence[Column],
    *,
    references: Mapping[str, str],
    deviations: Floats,
    shapes: Mapping[str, Shape],
    unknown_beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Contrast]:
    """Return what is worth comparing, by feature in the order of the columns; unknown values after the known.

    A number whose line turns is compared between the declared values of its shape, each brought into the range that was
    seen; a straight one by a step, of a standard deviation if none is declared; each word with the commonest; an
    unknown value with the reference of its feature, or its median. Where others are never known without it they are
    unknown too, for the two compared have to be students that there can be.

    Parameters
    ----------
    columns : sequence of Column
        All that vary, those of one feature together, without those of the commonest words.
    references : mapping of str to str
        The commonest word of each feature of words.
    deviations : numpy.ndarray, shape (n_columns,)
        Standard deviation of each column.
    shapes : mapping of str to Shape
        How each number is read.
    unknown_beside : mapping of str to sequence of str
        Of a feature, those that are never known where it is not.
    """
    found: list[Contrast] = []
    for feature, group in groupby(range(len(columns)), key=lambda at: columns[at].feature):
        places = list(group)
        told = _of_feature([columns[at] for at in places], references.get(feature), deviations[places], shapes)
        found += [_spread(contrast, places, len(columns)) for contrast in told]
    unknown = {contrast.feature: contrast.weights for contrast in found if contrast.unknown}
    beside = {name: [unknown[other] for other in unknown_beside.get(name, ())] for name in unknown}
    return [
        replace(contrast, weights=np.sum([contrast.weights, *beside[contrast.feature]], axis=0))
        if contrast.unknown
        else contrast
        for contrast in found
    ]


def between(columns: Sequence[Column], value: float, reference: float) -> Floats:
    """Return by how much the columns of a number differ between two of its values; NaN is an unknown one."""
    both = pd.Series([value, reference], dtype=float)
    return np.array([np.subtract(*column.of(both)) for column in columns], dtype=np.float64)


def effects(weights: Floats, coefficients: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return the log odds ratio of each comparison with its standard error: w·β, and the root of w·V·w.

    Parameters
    ----------
    weights : numpy.ndarray, shape (m, p)
        By how much the columns differ.
    coefficients, covariance : numpy.ndarray, shape (p,) and (p, p)
        As they were fitted.
    """
    return weights @ coefficients, np.sqrt(np.einsum("ij,jk,ik->i", weights, covariance, weights))


def _spread(contrast: Contrast, places: list[int], n: int) -> Contrast:
    weights = np.zeros(n)
    weights[places] = contrast.weights
    return replace(contrast, weights=weights)


def _of_feature(
    columns: list[Column], commonest: str | None, deviations: Floats, shapes: Mapping[str, Shape]
) -> list[Contrast]:
    feature = columns[0].feature
    line = [column for column in columns if column.kind == "value"]
    shape = shape_of(feature, shapes)
    if not line:
        return _words(columns, commonest)
    if shape and shape.points:
        low, high = line[0].low, line[-1].high
        reference = min(max(shape.reference, low), high)
        points = dict.fromkeys(min(max(point, low), high) for point in shape.points)
        known = [_point(columns, shape, point, reference) for point in points if point != reference]
        return known + _unknown(columns, between(columns, np.nan, reference))
    return [_step(columns, shape, deviations), *_unknown(columns, between(columns, np.nan, line[0].fill))]


def _point(columns: list[Column], shape: Shape, point: float, reference: float) -> Contrast:
    feature = columns[0].feature
    return Contrast(
        feature=feature,
        driver=Said("churn.drivers.column.point", {"feature": label(feature), "point": _value(shape, point)}),
        step=Said("churn.drivers.step.point", {"point": _value(shape, reference)}),
        weights=between(columns, point, reference),
        expected=_expected(feature, point > reference),
    )


def _value(shape: Shape, point: float) -> Said:
    """Below 0 something is past."""
    if point < 0:
        return Said(f"churn.drivers.point.past_{shape.unit}", {"size": -point})
    return Said(f"churn.drivers.point.{shape.unit}", {"size": point})


def _step(columns: list[Column], shape: Shape | None, deviations: Floats) -> Contrast:
    feature = columns[0].feature
    line = np.array([column.kind == "value" for column in columns])
    size = float(shape.step if shape else deviations[line][0])
    words = f"churn.drivers.step.{shape.unit if shape else 'deviation'}"
    return Contrast(
        feature=feature,
        driver=label(feature),
        step=Said(words, {"size": size, "points": round(size * 100)}),
        weights=line * size,
        expected=_expected(feature, True),
    )


def _words(columns: list[Column], commonest: str | None) -> list[Contrast]:
    feature = columns[0].feature
    step = Said("churn.drivers.step.level", {"level": commonest})
    told = [
        Contrast(
            feature=feature,
            driver=Said(f"churn.drivers.column.{column.kind}", {"feature": label(feature), "level": level}),
            step=step,
            weights=np.eye(len(columns))[at],
        )
        for at, column in enumerate(columns)
        if column.kind != "missing"
        for level in (column.levels[0] if column.kind == "level" else None,)
    ]
    return (told if commonest else []) + _unknown(columns, np.array([c.kind == "missing" for c in columns], float))


def _unknown(columns: list[Column], weights: Floats) -> list[Contrast]:
    feature = columns[0].feature
    if not any(column.kind == "missing" for column in columns):
        return []
    return [Contrast(feature=feature, driver=missing_label(feature), step=None, weights=weights, unknown=True)]


def _expected(feature: str, higher: bool) -> int:
    side = worse(feature)
    return 0 if side is None else 1 if (side == "high") == higher else -1
