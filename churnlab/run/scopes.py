"""Of what does each report tell: a campus, a training, or all?"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from churnlab.errors import OrderError
from churnlab.kirkpatrick.due import due
from churnlab.kirkpatrick.evaluation import course_of
from churnlab.run.orders import Order, file_stem
from churnlab.run.parameters import Value
from churnlab.tables.door import Data

CAMPUS, TRAINING = "campus", "training"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What one report is about.

    Attributes
    ----------
    parameters : mapping of str to str
        Those of the notebook that say so; none where it tells of everything.
    stem : str
        Of its files, without language and ending.
    called : str
        How progress calls it; empty: all.
    subtitle : str
        A line below the report's title.
    """

    parameters: Mapping[str, str]
    stem: str
    called: str = ""
    subtitle: str = ""


def scopes_of(order: Order, asked: Mapping[str, Value], opened: Callable[[], Data]) -> list[Scope]:
    """Return what is to be reported on, a report each.

    Parameters
    ----------
    order : Order
        What was asked for.
    asked : mapping
        The notebook's parameters: one report for each campus if it has `campus`, for each training if `training`.
    opened : callable
        Opens the store as of the report's date; called only where trainings must be looked up.

    Raises
    ------
    OrderError
        If a campus or training was ordered of a notebook that tells of none, or there is no such training.
    NotEnoughData
        If no training was ordered, and none has ended.
    """
    for parameter, wanted in ((CAMPUS, order.campuses), (TRAINING, order.trainings)):
        if wanted and parameter not in asked:
            raise OrderError(f"run.not_by_{parameter}", notebook=order.report)
    if TRAINING in asked:
        with closing(opened()) as data:
            courses = [course_of(data, one) for one in order.trainings] or due(data)
        return [
            Scope(
                parameters={TRAINING: course.training_id}, stem=file_stem(course.training_id),
                called=course.training_id, subtitle=f"{course.training_id} {course.name}",
            )
            for course in courses
        ]  # fmt: skip
    if CAMPUS in asked:
        return [
            Scope(parameters={CAMPUS: campus}, stem=file_stem(campus), called=campus)
            for campus in order.campuses or ("",)
        ]
    return [Scope(parameters={}, stem=file_stem(""))]
