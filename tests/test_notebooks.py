"""A notebook reads in both languages, runs from its parameters, and keeps nothing of its last run."""

import ast
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.sources import ROOT

FILES = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 10
QUESTION = re.compile(r"[?？]$")


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def notebook(file: Path) -> NotebookNode:
    return nbformat.read(file, as_version=4)


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def headings(cell: NotebookNode) -> list[tuple[int, str]]:
    """Return level and words of the headings of a markdown cell."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.*)$", cell.source, flags=re.MULTILINE)]


def test_there_are_notebooks() -> None:
    assert "monthly-churn" in [file.stem for file in FILES]


def test_it_is_a_valid_notebook_with_an_id_for_every_cell(notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_it_says_which_kernel_and_language_it_is_for(notebook: NotebookNode) -> None:
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.kernelspec.language == "python"
    assert notebook.metadata.language_info.name == "python"


def test_it_keeps_nothing_of_its_last_run(notebook: NotebookNode) -> None:
    assert [cell.id for cell in code(notebook) if cell.outputs or cell.execution_count is not None] == []
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert [cell.id for cell in notebook.cells if set(cell.metadata) - {"tags"}] == []
    assert [cell.id for cell in notebook.cells if cell.get("attachments")] == []


def test_it_has_one_parameters_cell_of_plain_defaults_before_all_other_code(notebook: NotebookNode, file: Path) -> None:
    first, *others = code(notebook)
    assert tags(first) == ["parameters"]
    assert [cell.id for cell in others if "parameters" in tags(cell)] == []
    names = []
    for line in ast.parse(first.source).body:
        assert isinstance(line, ast.AnnAssign)
        assert isinstance(line.target, ast.Name)
        assert isinstance(line.value, ast.Constant)
        assert type(line.value.value).__name__ == ast.unparse(line.annotation)
        names.append(line.target.id)
    assert {"store", "lang", "known_by"} <= set(names)
    assert ("campus" in names) != ("training" in names or "training" in file.stem), "of campuses, or of trainings"
    assert len({"month", "week"} & set(names)) == 1, "a report tells of months or of weeks"


def test_every_cell_has_code_of_one_to_ten_lines_without_functions(notebook: NotebookNode) -> None:
    for cell in code(notebook):
        assert 1 <= len(cell.source.splitlines()) <= MOST_LINES, cell.source
        tree = ast.parse(cell.source)
        wide = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert [node for node in ast.walk(tree) if isinstance(node, wide)] == [], cell.source
        compile(tree, cell.id, "exec")


def test_prose_stands_in_pairs_chinese_then_english_with_the_same_headings(notebook: NotebookNode) -> None:
    prose = [(place, cell) for place, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"]
    assert len(prose) % 2 == 0
    for (place, zh), (after, en) in zip(prose[::2], prose[1::2], strict=True):
        assert (tags(zh), tags(en)) == (["zh"], ["en"]), zh.source
        assert after == place + 1, zh.source
        assert [level for level, _ in headings(zh)] == [level for level, _ in headings(en)]
        assert zh.source.count("\n\n") == en.source.count("\n\n"), "paragraphs"
        assert zh.source.count("**") == en.source.count("**"), "bold"


def test_each_language_is_written_in_itself(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert bool(re.search(r"[\u4e00-\u9fff]", cell.source)) == (tags(cell) == ["zh"]), cell.source


def test_headings_are_questions_but_for_the_title(notebook: NotebookNode) -> None:
    for lang in ("zh", "en"):
        told = [heading for cell in notebook.cells if tags(cell) == [lang] for heading in headings(cell)]
        assert told[0][0] == 1, "the first heading is the title"
        assert [words for _, words in told[1:] if not QUESTION.search(words)] == []
        assert [words for level, words in told[1:] if level == 1] == []
        assert all(after <= before + 1 for (before, _), (after, _) in pairwise(told)), "a level was skipped"


def test_no_number_stands_in_prose(notebook: NotebookNode) -> None:
    # Numbers come from Findings; what the method always is (one minus the curve) may be told.
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d+(\.\d+)?\s*[%％]|\d{2,}", cell.source), cell.source


def test_ruff_has_nothing_to_say(file: Path) -> None:
    for asked in (["check"], ["format", "--check", "--line-length", "200"]):
        told = subprocess.run(
            [sys.executable, "-m", "ruff", *asked, "--no-cache", str(file)], capture_output=True, text=True, cwd=ROOT
        )
        assert told.returncode == 0, told.stdout + told.stderr


def test_the_file_is_written_as_jupyter_writes_it(file: Path, notebook: NotebookNode) -> None:
    # Else the first save by an analyst changes every line.
    content = file.read_text("utf-8")
    assert content == json.dumps(json.loads(content), indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    assert content == nbformat.writes(notebook) + "\n" or content == nbformat.writes(notebook)


def test_it_opens_the_data_by_its_parameters(notebook: NotebookNode) -> None:
    # The campus too: where the data are opened, one that the store does not know is refused.
    calls = [node for cell in code(notebook) for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    opened = [ast.unparse(call) for call in calls if ast.unparse(call.func).startswith("churnlab.open")]
    asked = code(notebook)[0].source
    period = "week" if "week: str" in asked else "month"
    campus = ", campus=campus" if "campus: str" in asked else ""
    assert opened == [f"churnlab.open_{period}(store, {period}, known_by=known_by{campus})"]
