"""Everything that can be asked about trainings, asked of one institution."""

import inspect
from collections.abc import Callable, Iterator

from churnlab import kirkpatrick
from churnlab.finding import Finding, attempt
from churnlab.kirkpatrick import Evaluation
from churnlab.tables.door import Data, fetch

Question = Callable[..., Finding]


def questions() -> dict[str, Question]:
    """Return the public analyses by name."""
    return {name: getattr(kirkpatrick, name) for name in kirkpatrick.__all__ if name != "Evaluation"}


def is_of_one_training(question: Question) -> bool:
    """Tell whether an analysis is asked of one training, or of all data."""
    first, *_ = inspect.signature(question, eval_str=True).parameters.values()
    return first.annotation is Evaluation


def asked(data: Data) -> Iterator[tuple[str, Finding]]:
    """Ask everything: of the data, and of each training; where too little is known, the Finding says so."""
    trainings = [Evaluation(data, one) for one in sorted(fetch(data.table("trainings"))["training_id"])]
    for name, question in questions().items():
        if is_of_one_training(question):
            for one in trainings:
                yield f"{name} {one.course.training_id}", attempt(question, one)
        elif "staff_id" in inspect.signature(question).parameters:
            for one in sorted(set(trainings[0].people["staff_id"]))[:2]:
                yield f"{name} {one}", attempt(question, data, one)
        else:
            yield name, attempt(question, data)
