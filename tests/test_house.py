"""The rules of the house that a machine can see."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpydoc.validate import validate

import churnlab
from churnlab import churn, improvement, plots, stats, synthetic, tables
from tests.sources import PACKAGE, ROOT, nodes, trees

TESTS = ROOT / "tests"
LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 400, 500, 40
IN_PUBLIC = ("churnlab", "tests", "notebooks", "docs", ".ci")


def places(found: list[tuple[str, ast.AST]]) -> list[str]:
    return [f"{file}:{getattr(node, 'lineno', 1)}" for file, node in found]


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Return the calls of methods or functions of these names in churnlab."""
    all_calls = [(file, node) for file, node in nodes() if isinstance(node, ast.Call)]
    return [
        (file, node)
        for file, node in all_calls
        if (isinstance(node.func, ast.Attribute) and node.func.attr in names)
        or (isinstance(node.func, ast.Name) and node.func.id in names)
    ]


def given(node: ast.Call) -> dict[str | None, str]:
    return {word.arg: ast.unparse(word.value) for word in node.keywords}


# Shape


@pytest.mark.parametrize(("folder", "most"), [(PACKAGE, LONGEST_FILE), (TESTS, LONGEST_TEST_FILE)])
def test_no_file_is_long(folder: Path, most: int) -> None:
    lines = {file: len((ROOT / file).read_text("utf-8").splitlines()) for file in trees(folder)}
    assert {file: many for file, many in lines.items() if many > most} == {}


def test_no_function_is_long() -> None:
    long = {}
    for file, node in nodes():
        if isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node, clean=False) or ""
            many = (node.end_lineno or 0) - node.lineno + 1 - len(said.splitlines())
            if many > LONGEST_FUNCTION:
                long[f"{file}: {node.name}"] = many
    assert long == {}


@pytest.mark.parametrize("file", [file for file in trees() if not file.endswith(("__init__.py", "__main__.py"))])
def test_a_files_first_line_is_its_question(file: str) -> None:
    first = (ast.get_docstring(trees()[file]) or "").splitlines()[0]
    assert "?" in first
    assert first[0].isupper()


def test_no_banner_no_promise_and_no_blanket_silence_stands_in_a_comment() -> None:
    found = []
    for file in trees():
        for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1):
            banner = re.search(r"#\s*[-=*#]{3,}", line)
            promise = re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
            silence = re.search(r"# noqa(?!: [A-Z])|# type: ignore(?!\[)", line)
            if banner or promise or silence:
                found.append(f"{file}:{number}: {line.strip()}")
    assert found == []


# Code


def test_nobody_catches_everything() -> None:
    wide = []
    for file, node in nodes():
        if isinstance(node, ast.ExceptHandler):
            kinds = "" if node.type is None else ast.unparse(node.type)
            passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            # To tidy up and pass on is no catching.
            if kinds in ("", "Exception") or (re.search(r"\bBaseException\b", kinds) and not passes_on):
                wide.append((file, node))
    assert places(wide) == []


def test_pandas_is_written_as_one_sentence() -> None:
    frames = calls("iterrows", "query", "applymap", "eval")
    frames += [(file, node) for file, node in calls("apply") if given(node).get("axis")]
    frames += [
        (file, node) for file, node in nodes() if isinstance(node, ast.Call) and given(node).get("inplace") == "True"
    ]
    assert places(frames) == []


def test_only_the_command_line_asks_what_time_it_is() -> None:
    clocks = calls(
        "today", "now", "utcnow", "time_ns", "monotonic", "perf_counter", "process_time", "localtime", "ctime"
    )
    clocks += [(file, node) for file, node in calls("time") if ast.unparse(node) == "time.time()"]
    assert {file for file, _ in clocks} <= {"churnlab/cli.py"}
    assert clocks, "the command line does ask"


def test_chance_has_a_seed_and_nothing_hangs_on_the_order_of_hashes() -> None:
    drawn = [
        (file, node)
        for file, node in nodes()
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in ("np.random", "numpy.random")
        and node.attr not in ("default_rng", "Generator", "SeedSequence")
    ]
    unseeded = [(file, node) for file, node in calls("default_rng") if not (node.args or node.keywords)]
    plain_imports = [(file, node) for file, node in nodes() if isinstance(node, ast.Import)]
    imported = [(file, node) for file, node in plain_imports if any(alias.name == "random" for alias in node.names)]
    hashed = [(file, node) for file, node in calls("hash") if isinstance(node.func, ast.Name)]
    assert places([*drawn, *unseeded, *imported, *hashed]) == []


def test_only_the_command_line_speaks() -> None:
    said = [(file, node) for file, node in calls("print", "input", "pprint") if isinstance(node.func, ast.Name)]
    assert {file for file, _ in said} <= {"churnlab/cli.py"}


def test_text_is_read_and_written_as_utf_8_on_every_machine() -> None:
    bare = [(f, node) for f, node in calls("read_text", "write_text") if "encoding" not in given(node)]
    for file, node in calls("open"):
        is_path = isinstance(node.func, ast.Attribute)
        if is_path and ast.unparse(node.func.value).split(".")[-1] in ("os", "churnlab", "zipfile", "archive", "zip"):  # type: ignore[attr-defined]
            continue
        modes = [
            part.value for part in [*node.args, *(w.value for w in node.keywords)] if isinstance(part, ast.Constant)
        ]
        if not any(isinstance(mode, str) and "b" in mode for mode in modes) and "encoding" not in given(node):
            bare.append((file, node))
    assert places(bare) == []


def test_nobody_keeps_what_may_run_when_it_is_read() -> None:
    loaded = [
        (file, node)
        for file, node in nodes()
        if (isinstance(node, ast.Import) and any(a.name in ("pickle", "joblib", "shelve") for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in ("pickle", "joblib", "shelve"))
    ]
    assert places(loaded) == []


# Words


def front_names() -> Iterator[tuple[str, Any]]:
    """Return what the packages show, and the public names of the estimators, by dotted name."""
    shown = [
        getattr(door, name)
        for door in (churnlab, churn, improvement, plots, tables, synthetic)
        for name in door.__all__
    ]
    inside = [
        one for module in modules_of(stats) for name, one in vars(module).items() if is_public_in(module, name, one)
    ]
    for one in [*shown, *inside]:
        if inspect.isfunction(one) or inspect.isclass(one):
            yield f"{one.__module__}.{one.__qualname__}", one


def modules_of(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]


def is_public_in(module: ModuleType, name: str, one: object) -> bool:
    return not name.startswith("_") and getattr(one, "__module__", "") == module.__name__


FRONT = dict(front_names())
FUNCTIONS = [name for name, one in FRONT.items() if inspect.isfunction(one)]
# No docstring; summary not imperative, over one line, missing; parameters not said, unknown, out of order.
NUMPYDOC = {"GL08", "SS01", "SS02", "SS05", "SS06", "PR01", "PR02", "PR03", "PR08", "PR10", "RT03", "YD01"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_is_described_as_numpydoc_asks(name: str) -> None:
    faults = [(code, said) for code, said in validate(name)["errors"] if code in NUMPYDOC]
    if [*inspect.signature(FRONT[name]).parameters] == ["data"]:
        faults = [fault for fault in faults if fault[0] != "PR01"]  # what `data` is, is said where it is opened
    assert faults == []


@pytest.mark.parametrize("name", [name for name, one in FRONT.items() if is_dataclass(one)])
def test_a_public_record_says_what_each_field_is(name: str) -> None:
    said = FRONT[name].__doc__ or ""
    assert [field.name for field in fields(FRONT[name]) if not re.search(rf"\b{field.name}\b", said)] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_takes_data_first_and_choices_by_name(name: str) -> None:
    kinds = [p.kind for p in inspect.signature(FRONT[name]).parameters.values()]
    many = [kind for kind in kinds if kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert len(many) <= 4


def test_there_is_something_to_hold_to_these_rules() -> None:
    assert len(FUNCTIONS) > 40


# What is published


def published() -> Iterator[tuple[str, str]]:
    """Return each text file of the project, as a clone has it."""
    inside = [file for folder in IN_PUBLIC for file in sorted((ROOT / folder).rglob("*")) if file.is_file()]
    for file in [*inside, *sorted(file for file in ROOT.iterdir() if file.is_file())]:
        hidden = [part for part in file.relative_to(ROOT).parts if part in ("__pycache__", ".ipynb_checkpoints")]
        if not hidden and file.suffix not in (".png", ".xls", ".xlsx", ".pdf", ".pyc", ".zip", ".otf"):
            yield file.relative_to(ROOT).as_posix(), file.read_text("utf-8")


@pytest.mark.parametrize(
    "forbidden",
    [
        r"(?<![\w.])/(work|root|tmp|home|Users|mnt|opt)/\w",  # a path of one machine
        r"[A-Z]:\\Users",
        r"pypi\.org|pythonhos[t]ed|anaconda\.(org|com)|tuna\.|ali[y]un|index[-]url",  # where packages come from
        r"\.\./shared|\bissue #?\d",  # what a reader of the project does not have
        r"BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_\w{30}",
    ],
)
def test_nothing_published_names_a_machine_a_host_or_a_secret(forbidden: str) -> None:
    found = [(file, match[0]) for file, content in published() for match in re.finditer(forbidden, content)]
    assert found == []


def test_files_end_their_lines_as_unix_does_and_hold_no_tabs_or_trailing_blanks() -> None:
    odd = []
    for file, content in published():
        if file.endswith((".py", ".toml", ".yml", ".typ", ".ipynb")):
            wrong = "\r" in content or re.search(r"[ \t]$", content, re.MULTILINE) or "\t" in content
            odd += [file] if wrong or (content and not content.endswith("\n")) else []
    assert odd == []


# Tests


def test_no_test_is_skipped_or_known_to_fail() -> None:
    passed_over = []
    for file, node in nodes(TESTS):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in ("skip", "xfail", "importorskip"):
            passed_over.append((file, node))
        asks = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("skipif")
        # What only another system has cannot be tested here.
        if asks and not re.search(r"platform|os\.name|hasattr", ast.unparse(node.args[0])):  # type: ignore[attr-defined]
            passed_over.append((file, node))
    assert places(passed_over) == []


def test_tests_are_named_in_sentences_and_none_hides_another() -> None:
    for file, tree in trees(TESTS).items():
        for body in [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]:
            names = [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
            assert len(names) == len(set(names)), file
            assert [name for name in names if name.count("_") < 2] == [], file


# What is not tested in a file of its own, and where it is instead.
TESTED_ELSEWHERE = {
    "__main__.py": ("test_cli.py",),  # one line, run as a user runs it
    "churn/calling/listed.py": ("churn/calling/test_lists.py",),  # the list that is told is the one that is made
    "tables/undated.py": ("tables/test_filled_in.py", "run/test_interviews.py"),  # of calls, and of talks
    "improvement/monitoring/charts.py": ("improvement/monitoring/test_alerts.py",),
    # Whom the causes are told of: worked out by hand where they are counted.
    "churn/causes/leavers.py": ("churn/causes/test_shares.py",),
    "churn/causes/guesses.py": ("churn/causes/test_indirect.py",),  # how far sources agree, and what is said of it
    # Which texts are coded, and how far that agrees, is worked out where they are coded.
    **{f"churn/causes/{name}.py": ("churn/causes/test_coding.py",) for name in ("texts", "coding_quality")},
    "churn/causes/portraits.py": ("churn/causes/test_cases.py",),
    "settings/causes.py": ("churn/causes/test_taxonomy.py", "churn/causes/test_stated.py"),
    "settings/kpis.py": ("kirkpatrick/test_metrics.py",),
    "settings/loop.py": ("kirkpatrick/loop/test_students_effect.py",),
    "settings/staff_outcomes.py": ("kirkpatrick/results/test_steps.py", "kirkpatrick/results/test_complaint_types.py"),
    "settings/people.py": ("kirkpatrick/people/test_plan.py", "kirkpatrick/people/test_mentors.py"),
    # Each takes its features from the engine; only the table that they make together can be worked out by hand.
    "churn/declarations.py": ("churn/test_features.py", "churn/test_feature_dictionary.py"),
    "churn/feature_sources/activity.py": ("churn/test_features_habits.py",),
    "churn/feature_sources/company.py": ("churn/test_features_company.py",),
    "churn/feature_sources/counts.py": ("churn/test_features_counts.py",),
    "churn/feature_sources/habits.py": ("churn/test_features_habits.py",),
    "churn/feature_sources/people.py": ("churn/test_features_counts.py",),
    "churn/feature_sources/terms.py": ("churn/test_features_terms.py",),
    "churn/feature_sources/attendance.py": ("churn/test_features_attendance.py",),
    "churn/feature_sources/contracts.py": ("churn/test_features_contracts.py",),
    "churn/feature_sources/family.py": ("churn/test_features_service.py",),
    "churn/feature_sources/holds.py": ("churn/test_features_attendance.py", "churn/test_features_contracts.py"),
    "churn/feature_sources/lessons.py": ("churn/test_features_attendance.py",),
    "churn/feature_sources/service.py": ("churn/test_features_service.py",),
    "churn/feature_sources/snapshots.py": ("churn/test_features.py",),
    "churn/feature_sources/teachers.py": ("churn/test_features_service.py",),
    # One small institution, worked out by hand, has all their figures, and another future is tried on all of them.
    **{
        f"churn/renewal/{name}.py": ("churn/renewal/test_findings.py",)
        for name in (
            "at_risk", "by_term", "coming", "curve", "groups", "in_service", "prepaid", "rates", "value",
        )
    },
    **{f"churn/renewal/{name}.py": ("churn/renewal/test_replays.py",) for name in ("consumption", "looks")},
    "churn/weekly/counts.py": ("churn/weekly/test_losses.py",),
    "tables/opening.py": ("tables/test_months.py", "tables/test_weeks.py"),
    # Sections without a line that does anything: they are read, bounded and refused as one file.
    **{
        f"settings/{name}.py": ("settings/test_whole.py",)
        for name in (
            "behavior", "churn", "competing", "funnel", "institution", "kinds", "learning", "reaction", "renewal",
            "results", "returns", "watching", "weekly",
        )
    },
    # Declarations without a line that does anything; a file of each form is read, a file of each fault refused.
    "tables/schemas/customers.py": ("tables/test_contract.py", "tables/test_dictionary.py"),
    "tables/schemas/institution.py": ("tables/test_contract.py", "tables/test_dictionary.py"),
    "tables/schemas/people.py": ("tables/test_contract.py", "tables/test_who.py"),
    "tables/schemas/reasons.py": ("tables/test_contract.py", "tables/test_exit_reasons.py"),
    "tables/schemas/service.py": ("tables/test_contract.py", "tables/test_dictionary.py"),
    "tables/schemas/teaching.py": ("tables/test_contract.py", "tables/test_dictionary.py"),
    **{
        f"tables/schemas/{name}.py": ("tables/test_contract.py", "tables/test_dictionary.py")
        for name in ("calls", "campaigns", "inspections", "measures")
    },
    **{
        f"tables/schemas/{name}.py": ("tables/test_contract.py", "tables/test_training_tables.py")
        for name in ("assessment", "budgets", "performance", "training")
    },
    **{
        f"tables/files/{name}.py": ("tables/test_reading_files.py", "faults/test_files.py")
        for name in (
            "csv_file", "excel_file", "grid", "html_file", "lines", "naming", "opening", "strange", "text_file",
            "xls_file",
        )
    },
    "tables/files/percents.py": ("tables/test_percents.py",),
    # Steps of one draw: what they make is held to the contract and to life, and its truth is found again.
    **{
        f"synthetic/{name}.py": ("synthetic/test_made.py", "synthetic/test_truth.py")
        for name in (
            "beginning", "contracting", "customers", "events", "history", "incidence", "institution", "life", "people",
            "places", "sales", "service", "students", "teaching",
        )
    },
    # Who asks, and what leavers say, are found again from the tables alone.
    **{
        f"synthetic/{name}.py": ("synthetic/test_asking.py",)
        for name in ("asking_truth", "behind", "campaigns", "dice", "leads", "not_started", "starting", "steps")
    },
    **{f"synthetic/{name}.py": ("synthetic/test_causes.py",) for name in ("said", "sayings", "stated")},
    "synthetic/exports.py": ("synthetic/test_cells.py", "synthetic/test_sample.py"),
    "synthetic/writing.py": ("synthetic/test_sample.py",),
}  # fmt: skip


def modules() -> list[str]:
    """Return churnlab's files below its folder; a package's front only lists names, which test_purity reads."""
    return [file.removeprefix("churnlab/") for file in trees() if not file.endswith("__init__.py")]


def mirror(module: str) -> Path:
    room, name = ("/" + module).rsplit("/", 1)
    return TESTS / room.removeprefix("/") / f"test_{name}"


def test_every_module_has_a_test_file_of_its_own_or_is_said_to_be_tested_elsewhere() -> None:
    alone = [module for module in modules() if module not in TESTED_ELSEWHERE and not mirror(module).exists()]
    assert alone == []


def test_what_is_said_of_modules_that_are_tested_elsewhere_is_so() -> None:
    assert set(TESTED_ELSEWHERE) <= set(modules())
    assert [module for module in TESTED_ELSEWHERE if mirror(module).exists()] == []
    assert {file for files in TESTED_ELSEWHERE.values() for file in files if not (TESTS / file).exists()} == set()


def test_a_package_front_only_lists_names() -> None:
    busy = {
        file: [ast.unparse(node).splitlines()[0] for node in tree.body if not _lists(node)]
        for file, tree in trees().items()
        if file.endswith("__init__.py")
    }
    # The list of all tables stands at their front.
    assert {file for file, lines in busy.items() if lines} <= {"churnlab/tables/schemas/__init__.py"}


def _lists(node: ast.stmt) -> bool:
    named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__")
    return named or isinstance(node, ast.ImportFrom | ast.Import | ast.Expr)


def test_folders_of_tests_mirror_the_house() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    folders = {path.name for path in TESTS.iterdir() if path.is_dir() and any(path.glob("test_*.py"))}
    # What goes wrong with files and loads goes across rooms; so does whether the truth is found again.
    assert folders - rooms <= {"faults", "truth"}
