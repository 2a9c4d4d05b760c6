"""What does a notebook tell of an institution? Its cells run here, without a kernel."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

import churnlab
from churnlab.finding import FINDING_MIME
from churnlab.i18n import Lang
from churnlab.plots import showing, style
from churnlab.settings import Settings
from churnlab.synthetic import Institution, Made, make
from churnlab.tables.door import Data, from_frames
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.schemas import TABLES
from tests.languages import speaking

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MONTH = "2025-12"
# Few students and months, so few leavings: enough to teach a model here.
RULES = Settings.model_validate(
    {
        "model": {"min_events": 10, "test_months": 3},
        "uncertainty": {"bootstrap": 50, "replay_months": 3},
        "retention": {"min_at_risk": 5, "cox_min_events": 10},
    }
)


def made(*, students: int = 130, campuses: int = 2) -> Made:
    """Make a small institution of 14 months up to the end of `MONTH`."""
    return make(Institution(students=students, seed=3, campuses=campuses, months=14))


def opened(frames: dict[str, pd.DataFrame], *, rules: Settings = RULES) -> Data:
    """Open tables as a store would."""
    stored = {name: protect(frame, TABLES[name], PUBLIC_KEY) for name, frame in frames.items()}
    return from_frames(stored, as_of=date(2026, 1, 1), settings=rules, made_up=True)


def told(
    data: Data, *, campus: str = "", lang: Lang = "zh", report: str = "monthly-churn", period: str = MONTH
) -> NotebookNode:
    """Return a notebook as it is once executed; `period` is a month, or of the weekly notebook a week."""
    notebook = nbformat.read(NOTEBOOKS / f"{report}.ipynb", as_version=4)
    spell = "week" if "W" in period else "month"
    held: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, style.styled(), speaking(lang):
        patch.setattr(churnlab, f"open_{spell}", lambda *_, **__: (data, period))
        for count, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
            if "parameters" in cell.metadata.get("tags", []):
                cell.source += f"\ncampus, lang, {spell} = {campus!r}, {lang!r}, {period!r}"
            cell.execution_count = count
            cell.outputs = _run(cell.source, held, patch)
    notebook.metadata["churnlab"] = {
        "lang": lang, spell: period, "campus": campus, "as_of": data.as_of.isoformat(), "institution": "",
        "made_up": True,
    }  # fmt: skip
    return notebook


def _run(source: str, held: dict[str, Any], patch: pytest.MonkeyPatch) -> list[NotebookNode]:
    outputs: list[NotebookNode] = []

    def display(shown: Any, raw: bool = False, metadata: Any = None) -> None:
        data = shown if raw else shown._repr_mimebundle_()
        outputs.append(new_output("display_data", data=data, metadata=metadata or {}))

    patch.setattr(showing, "display", display)
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), held)
    if last:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), held)
        if hasattr(value, "_repr_mimebundle_"):
            display(value)
    return outputs


def findings(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return all that was found, in the form that reports are made of."""
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", [])]
    return [data[FINDING_MIME] for data in shown if FINDING_MIME in data]


def words(notebook: NotebookNode) -> str:
    """Return everything that a reader sees on the screen."""
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(
        data[mime] for data in shown for mime in ("text/plain", "text/html", "image/svg+xml") if mime in data
    )
