"""Imports point down the house, functions' own imports too, and churnlab starts quietly."""

import ast
import importlib
import inspect
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.sources import PACKAGE, ROOT, nodes, trees

# From the ground up; rooms on one floor do not know each other.
FLOORS = (
    {"i18n"},
    {"errors", "wording", "toml_faults"},
    {"finding", "settings", "language", "usage", "commands", "terminal"},
    {"tables", "stats"},
    {"synthetic"},
    {"churn"},
    {"improvement"},
    {"kirkpatrick"},
    {"oulad"},
    {"plots"},
    {"report"},
    {"run"},
    {"cli"},
    {"__main__"},
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
# Seen by whoever draws or prints: an answer, never where it came from.
FINDINGS_ONLY = {"i18n", "errors", "wording", "finding", "settings", "plots", "report"}
# Of the schemas the list is a mapping: each table stands in it under its own name.
FRONTS = [file for file in trees() if file.endswith("__init__.py") and file != "churnlab/tables/schemas/__init__.py"]
VAGUE = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core", "tools", "lib")


def modules() -> dict[str, str]:
    """Return every module by its dotted name, with its file."""
    return {dotted(file): file for file in trees()}


def dotted(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def room(module: str) -> str:
    """Return the room of a module: `tables` of `churnlab.tables.files.grid`, "" of the house itself."""
    return [*module.split("."), ""][1]


def imports() -> list[tuple[str, str]]:
    """Return each import of ours by ours: importing and imported module, wherever in the file it stands."""
    known, found = modules(), []
    for file, node in nodes():
        if isinstance(node, ast.Import):
            found += [(dotted(file), alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(dotted(file), name if name in known else str(node.module)) for name in names]
    return [(importing, imported) for importing, imported in found if imported.split(".")[0] == "churnlab"]


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in modules()} - {""} == set(HEIGHT)


def test_many_imports_were_read_those_in_functions_too() -> None:
    assert len(imports()) > 300
    assert ("churnlab.cli", "churnlab.run.reports") in imports()


def test_imports_point_down() -> None:
    up = [
        (importing, imported)
        for importing, imported in imports()
        if importing != "churnlab" and room(importing) != room(imported)
        if room(imported) == "" or HEIGHT[room(imported)] >= HEIGHT[room(importing)]
    ]
    assert up == []


def test_the_front_door_opens_on_what_an_analyst_starts_with_only() -> None:
    assert {room(imported) for importing, imported in imports() if importing == "churnlab"} <= {
        "errors", "finding", "language", "settings", "tables"
    }  # fmt: skip


def test_charts_and_reports_see_findings_only() -> None:
    seen = {room(imported) for importing, imported in imports() if room(importing) in ("plots", "report")}
    assert seen <= FINDINGS_ONLY


def test_estimators_know_no_table_and_no_word() -> None:
    assert {room(imported) for importing, imported in imports() if room(importing) == "stats"} <= {"stats"}


def test_no_module_imports_itself_by_way_of_others() -> None:
    after: dict[str, set[str]] = {module: set() for module in modules()}
    for importing, imported in imports():
        # `from churnlab.churn import x` inside churn runs its __init__, which runs everybody.
        if imported != importing:
            after[importing].add(imported)
    done: set[str] = set()

    def walk(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join([*way[way.index(module) :], module])
        if module not in done:
            for one in sorted(after[module]):
                walk(one, (*way, module))
            done.add(module)

    for module in after:
        walk(module, ())


def test_no_import_hides_behind_type_checking() -> None:
    hidden = [
        file
        for file, node in nodes()
        if (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING")
        or (isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING")
    ]
    assert hidden == []


def test_no_file_is_named_after_nothing() -> None:
    names = {part for file in trees() for part in Path(file).with_suffix("").parts}
    assert {name for name in names if name.strip("_") in VAGUE or name.endswith(tuple(f"_{v}" for v in VAGUE))} == set()


def test_the_files_of_a_package_are_at_most_two_folders_deep() -> None:
    assert max(len(Path(file).parts) for file in trees()) <= 4


@pytest.mark.parametrize("file", FRONTS)
def test_a_package_lists_names_and_does_nothing(file: str) -> None:
    body = trees()[file].body
    allowed = (ast.Import, ast.ImportFrom)
    rest = [node for node in body if not isinstance(node, allowed) and not is_text(node) and not is_list_of_names(node)]
    assert [ast.unparse(node) for node in rest] == []


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_list_of_names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


@pytest.mark.parametrize("file", FRONTS)
def test_a_package_lists_exactly_what_it_imports(file: str) -> None:
    imported = {
        alias.asname or alias.name
        for node in trees()[file].body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    listed = [
        ast.literal_eval(node.value)
        for node in trees()[file].body
        if isinstance(node, ast.Assign) and is_list_of_names(node)
    ]
    assert [*(listed[0] if listed else [])] == sorted(
        imported, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )


def test_no_module_stands_before_a_function_of_its_name() -> None:
    # A function `churn.at_risk` is lost as soon as somebody imports a module `churnlab.churn.at_risk`.
    loaded = {
        module: importlib.import_module(module) for module in sorted(modules()) if not module.endswith("__main__")
    }
    fronts = [module for module in loaded.values() if hasattr(module, "__all__")]
    assert len(fronts) > 5
    assert [f"{m.__name__}.{name}" for m in fronts for name in m.__all__ if inspect.ismodule(getattr(m, name))] == []


# Starting


def started(code: str) -> subprocess.CompletedProcess[str]:
    """Run this in a fresh Python; warnings are errors of ours only where we are the cause."""
    home = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=home, cwd=ROOT, text=True, capture_output=True, check=True
    )


def test_importing_churnlab_reads_no_locale_sets_nothing_and_says_nothing() -> None:
    told = started("""
        import logging, sys
        read = []
        sys.addaudithook(lambda event, facts: read.append(str(facts[0])) if event == "open" else None)
        import pandas as pd, numpy as np
        before = {name: pd.get_option(name) for name in ("display.max_rows", "mode.copy_on_write", "display.precision")}
        state = np.random.get_state()[1].tolist()
        handlers, level = list(logging.root.handlers), logging.root.level
        import churnlab
        assert {name: pd.get_option(name) for name in before} == before, "an option of pandas was set"
        assert np.random.get_state()[1].tolist() == state, "a seed was drawn"
        assert (logging.root.handlers, logging.root.level) == (handlers, level), "logging was set up"
        assert not [file for file in read if file.endswith((".toml", ".csv", ".ipynb"))], "a file was read"
        assert "matplotlib" not in sys.modules and "sklearn" not in sys.modules, "more was imported than is needed"
    """)
    assert (told.stdout, told.stderr) == ("", "")


def test_importing_churnlab_brings_nothing_that_is_slow_to_import_and_not_needed_yet() -> None:
    told = started("""
        import sys
        import churnlab
        slow = {"matplotlib", "sklearn", "scipy", "lifelines", "papermill", "nbconvert", "IPython", "typst"}
        print(sorted(slow & set(sys.modules)))
    """)
    assert told.stdout.strip() == "[]"


def test_the_command_line_starts_without_what_it_does_not_need_yet() -> None:
    told = started("""
        import sys
        import churnlab.cli
        late = {"matplotlib", "sklearn", "lifelines", "papermill", "nbconvert", "typst", "seaborn"} & set(sys.modules)
        print(sorted(late))
    """)
    assert told.stdout.strip() == "[]"


def test_the_house_stands_where_the_tests_think() -> None:
    assert (PACKAGE / "__init__.py").is_file()
