"""How does a frame of features become numbers?"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.shapes import Shape, shape_of
from churnlab.errors import InputError

Floats = NDArray[np.float64]
KEYS = ("as_of", "unit_id", "student_id")
OUTCOME = "churned"
_NO_SHAPES: Mapping[str, Shape] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One number made of a feature.

    Attributes
    ----------
    feature : str
        The feature it is made of.
    kind : str
        `value` (a missing one becomes `fill`), `below` (1 where the value is below `high`), `missing` (1 where the
        feature is unknown), `level` (1 for the one word in `levels`), `other` (1 for a word that is not in `levels`).
    fill : float
        Median of the training data.
    low, high : float
        Of a `value`, the piece of the line that this column follows; outside it the column stays as at its end.
    begins_at, ends_at : float, optional
        Where the slope turns, at either end of the piece; None at an end of the whole line, beyond which nobody is
        scored as if further out.
    levels : tuple of str
        The word it stands for; for `other`, the words that have a column of their own.
    """

    feature: str
    kind: Literal["value", "below", "missing", "level", "other"]
    fill: float = 0.0
    low: float = 0.0
    high: float = 0.0
    begins_at: float | None = None
    ends_at: float | None = None
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name: `hours_left`, `hours_left (to 8)`, `hours_left < 1`, `course_id = C1` or `course_id (other)`."""
        if self.kind == "value":
            ends = (("from", self.begins_at), ("to", self.ends_at))
            said = " ".join(f"{word} {end:g}" for word, end in ends if end is not None)
            return f"{self.feature} ({said})" if said else self.feature
        if self.kind == "below":
            return f"{self.feature} < {self.high:g}"
        return f"{self.feature} = {self.levels[0]}" if self.kind == "level" else f"{self.feature} ({self.kind})"

    def of(self, values: pd.Series) -> Floats:
        """Return the number for each row of the feature."""
        if self.kind in ("value", "below"):
            told = values.to_numpy(dtype=np.float64, na_value=np.nan)
            if self.kind == "below":
                return (told < self.high).astype(float)
            return np.asarray(np.clip(np.where(np.isnan(told), self.fill, told), self.low, self.high), dtype=np.float64)
        known = values.notna().to_numpy()
        if self.kind == "missing":
            return (~known).astype(float)
        listed = values.isin(self.levels).to_numpy()
        return (listed if self.kind == "level" else known & ~listed).astype(float)


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A column that was left out: `same_as` names the one it equals; without it, it is constant."""

    name: str
    same_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """What was learned about the features: their order, medians and words.

    Attributes
    ----------
    features : tuple of str
        What a frame must have, in any order.
    columns : tuple of Column
        What is made of them.
    dropped : tuple of Dropped
        What said nothing, or nothing new. That nobody's value was missing is not worth a line.
    """

    features: tuple[str, ...]
    columns: tuple[Column, ...]
    dropped: tuple[Dropped, ...]

    def apply(self, frame: pd.DataFrame) -> Floats:
        """Return one row of numbers for each row of the frame, shape (n_rows, n_columns).

        Raises
        ------
        InputError
            If features are missing; all of them are named.
        """
        missing = [name for name in self.features if name not in frame]
        if missing:
            raise InputError("model.columns_missing", missing=", ".join(missing), expected=", ".join(self.features))
        return np.column_stack(
            [np.empty((len(frame), 0)), *(column.of(frame[column.feature]) for column in self.columns)]
        )


def learn(frame: pd.DataFrame, *, min_students: int, shapes: Mapping[str, Shape] = _NO_SHAPES) -> Encoding:
    """Learn how the features of a training panel become numbers.

    A number keeps its value within the range that was seen; an unknown one gets the median, beside a column that says
    so. Where its shape declares turns, each piece of the line between them has a column of its own, and each threshold
    one that says who is below it. A word gets a column of its own when at least `min_students` students had it; the
    rarer ones share `other`, where later an unseen one goes too. Constant columns are left out; of equal columns the
    first is kept. The order of the rows changes nothing.

    Parameters
    ----------
    frame : pandas.DataFrame
        Keys (`as_of`, `unit_id`, `student_id`), features, and `churned`, which is not looked at.
    min_students : int
        Fewest students to a word.
    shapes : mapping of str to Shape
        By feature, its window left out; one that is not there is a straight line.
    """
    kept: list[Column] = []
    dropped: list[Dropped] = []
    seen: dict[bytes, str] = {}
    for column in candidates(frame, min_students=min_students, shapes=shapes):
        values = column.of(frame[column.feature])
        twin = seen.setdefault(values.tobytes(), column.name)
        if np.ptp(values) == 0 and column.kind in ("below", "missing", "other"):
            continue
        if np.ptp(values) == 0:
            dropped.append(Dropped(name=column.name))
        elif twin != column.name:
            dropped.append(Dropped(name=column.name, same_as=twin))
        else:
            kept.append(column)
    return Encoding(features=_features(frame), columns=tuple(kept), dropped=tuple(dropped))


def candidates(
    frame: pd.DataFrame, *, min_students: int, shapes: Mapping[str, Shape] = _NO_SHAPES
) -> tuple[Column, ...]:
    """Return every column that the features can be made into, those too that say nothing, or nothing new.

    Parameters
    ----------
    frame, min_students, shapes
        As for `learn`.
    """
    return tuple(column for name in _features(frame) for column in _columns(frame, name, min_students, shapes))


def _features(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in frame if name not in (*KEYS, OUTCOME))


def _columns(frame: pd.DataFrame, name: str, min_students: int, shapes: Mapping[str, Shape]) -> list[Column]:
    values = frame[name]
    missing = Column(feature=name, kind="missing")
    if pd.api.types.is_numeric_dtype(values):
        shape = shape_of(name, shapes)
        below = [Column(feature=name, kind="below", high=at) for at in (shape.thresholds if shape else ())]
        return [*_pieces(values, name, shape.turns if shape else ()), *below, missing]
    students = frame["student_id"].groupby(values.astype(object)).nunique()
    levels = tuple(sorted(students.index[students >= min_students]))
    own = [Column(feature=name, kind="level", levels=(level,)) for level in levels]
    return [*own, Column(feature=name, kind="other", levels=levels), missing]


def _pieces(values: pd.Series, name: str, turns: tuple[float, ...]) -> list[Column]:
    known = values.dropna().astype(float)
    known = known if len(known) else pd.Series([0.0])
    low, high, fill = float(known.min()), float(known.max()), float(known.median())
    inside = [turn for turn in turns if low < turn < high]
    return [
        Column(
            feature=name,
            kind="value",
            fill=fill,
            low=begins,
            high=ends,
            begins_at=begins if begins in inside else None,
            ends_at=ends if ends in inside else None,
        )
        for begins, ends in pairwise([low, *inside, high])
    ]
