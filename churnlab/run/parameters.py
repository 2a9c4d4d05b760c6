"""Are these the parameters that the notebook asks for?

papermill only warns of a misspelt parameter, lets a notebook without its `parameters` cell run on the defaults, and
does not escape names. So names and types are checked before a kernel starts.
"""

import ast
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from churnlab.errors import RunError

Value = str | int | float | bool | list[str]


def parameters_of(notebook: NotebookNode, *, name: str) -> dict[str, Value]:
    """Return the notebook's parameters with their defaults, in their order.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook as written.
    name : str
        Its name, for the message.

    Raises
    ------
    RunError
        If not exactly one cell is tagged `parameters`, or it holds anything but `name = literal`.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise RunError("run.parameters_cell", notebook=name, n=len(cells))
    try:
        return dict(_assignment(statement) for statement in ast.parse(cells[0].source).body)
    except (SyntaxError, ValueError):
        raise RunError("run.parameters_not_plain", notebook=name) from None


def _assignment(statement: ast.stmt) -> tuple[str, Value]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, ast.literal_eval(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, ast.literal_eval(value)
    raise ValueError(ast.dump(statement))


def check(given: Mapping[str, Any], asked: Mapping[str, Value], *, name: str) -> None:
    """Refuse parameters that the notebook does not ask for, or of another type; all of them at once.

    Raises
    ------
    RunError
        Naming each wrong parameter, what was expected and what came.
    """
    unknown = sorted(set(given) - set(asked))
    if unknown:
        raise RunError(
            "run.parameter_unknown", notebook=name, unknown=", ".join(map(repr, unknown)), known=", ".join(asked)
        )
    wrong = [
        f"{key}: {type(asked[key]).__name__} ≠ {type(value).__name__} ({value!r})"
        for key, value in given.items()
        if type(value) is not type(asked[key])
    ]
    if wrong:
        raise RunError("run.parameter_type", notebook=name, wrong="; ".join(wrong))
