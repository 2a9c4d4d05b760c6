"""What is installed is the same by pip and conda, pinned, declared, and free to be passed on."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.sources import ROOT, nodes

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
# The seven that the institution asked for by name come from conda, the rest from pip.
THE_SEVEN = {"pandas", "scikit-learn", "lifelines", "seaborn", "jupyterlab", "papermill", "pytest"}
RUN_NOT_IMPORTED = {
    "ipykernel",  # papermill starts it
    "jupyterlab",  # `make lab` opens it
    "lifelines",  # asked for by name, for analysts' own fits; ours are held against it in the tests
    "sqlglot",  # Ibis imports it; only the bound is ours
}
# Licences that would bind those who pass churnlab on; a package that offers another one to choose is free.
BINDING = re.compile(r"\b[AL]?GPL|GNU .*General Public|EUPL|SSPL|Proprietary", re.IGNORECASE)


def bounds(lines: list[str]) -> dict[str, tuple[frozenset[str], str]]:
    """Return extras and version bounds by package name."""
    told = [Requirement(line) for line in lines]
    found = {canonicalize_name(one.name): (frozenset(one.extras), str(one.specifier)) for one in told}
    assert len(found) == len(told), "a package is named twice"
    return found


DIRECT = bounds(PROJECT["dependencies"])
DEV = bounds(PROJECT["optional-dependencies"]["dev"])


@cache
def closure(*names: str) -> frozenset[str]:
    """Return these packages and, on this machine, all that they require."""
    found: set[str] = set()
    waiting = [(name, DIRECT.get(name, DEV.get(name, (frozenset(), "")))[0]) for name in names]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(name)
        for line in distribution(name).requires or []:
            asked = Requirement(line)
            wanted = ("", *extras)
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in wanted):
                waiting.append((canonicalize_name(asked.name), frozenset(asked.extras)))
    return frozenset(found)


# The same by pip and by conda


def test_conda_and_pip_install_the_same_packages_within_the_same_bounds() -> None:
    under_pip = next(item["pip"] for item in CONDA if isinstance(item, dict))
    under_conda = [item for item in CONDA if isinstance(item, str) and item not in ("pip",)]
    python = [item for item in under_conda if Requirement(item).name == "python"]
    assert [str(Requirement(item).specifier) for item in python] == [PROJECT["requires-python"]]
    named = [item for item in [*under_conda, *under_pip] if item not in python and item != "-e ."]
    assert bounds(named) == DIRECT | DEV
    assert under_pip.count("-e .") == 1


def test_the_seven_that_were_asked_for_come_from_conda() -> None:
    names = {Requirement(item).name for item in CONDA if isinstance(item, str)} - {"python", "pip"}
    assert names == THE_SEVEN


def test_one_python_version_is_the_oldest_everywhere() -> None:
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert PYPROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")


# Pinned


def pins() -> dict[str, Version]:
    lines = [line for line in CONSTRAINTS if line and not line.startswith("#")]
    told = dict(line.split("==") for line in lines)
    assert len(told) == len(lines), "a package is pinned twice"
    return {canonicalize_name(name): Version(version) for name, version in told.items()}


def test_every_package_that_is_needed_is_pinned_to_one_version_within_its_bounds() -> None:
    pinned = pins()
    needed = closure(*DIRECT, *DEV)
    assert needed - {"pip", "setuptools"} - set(pinned) == set()
    wide = [(name, specifier) for name, (_, specifier) in (DIRECT | DEV).items()
            if not Requirement(f"{name}{specifier}").specifier.contains(pinned[name])]  # fmt: skip
    assert wide == []


def test_pins_of_the_packages_that_others_require_satisfy_them() -> None:
    pinned = pins()
    broken = []
    for name in sorted(closure(*DIRECT, *DEV)):
        for line in distribution(name).requires or []:
            asked = Requirement(line)
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                pin = pinned.get(canonicalize_name(asked.name))
                if pin and not asked.specifier.contains(pin, prereleases=True):
                    broken.append(f"{name} asks for {asked}, pinned {pin}")
    assert broken == []


def test_constraints_name_no_host_file_or_option() -> None:
    lines = [line for line in CONSTRAINTS if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    assert not re.search(r"https?:|//|@|index", "\n".join(CONSTRAINTS))


# Declared


def imported() -> dict[str, set[str]]:
    """Return the packages that churnlab imports, with the files that do."""
    owners, found = packages_distributions(), {}
    for file, node in nodes():
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        for top in {module.split(".")[0] for module in modules} - set(sys.stdlib_module_names) - {"churnlab"}:
            for owner in owners[top]:
                found.setdefault(canonicalize_name(owner), set()).add(file)
    return found


def test_what_is_imported_is_declared_or_required_by_what_is_declared() -> None:
    direct = {
        canonicalize_name(Requirement(line).name) for name in DIRECT for line in distribution(name).requires or []
    }
    assert {name: files for name, files in imported().items() if name not in {*DIRECT, *direct}} == {}


def test_what_is_declared_is_used() -> None:
    assert set(DIRECT) - set(imported()) == RUN_NOT_IMPORTED


# Free to be passed on


def licences(name: str) -> list[str]:
    about = distribution(name).metadata
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return [one for one in (about.get("License-Expression"), (about.get("License") or "")[:200], *classifiers) if one]


@pytest.mark.parametrize("name", sorted(closure(*DIRECT)))
def test_no_package_that_churnlab_needs_binds_those_who_pass_it_on(name: str) -> None:
    told = licences(name)
    assert told, f"{name} states no licence"
    assert [one for one in told if BINDING.search(one)] == []


def test_churnlab_itself_is_free() -> None:
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")


def test_tools_that_would_bind_are_not_even_in_the_tests() -> None:
    for name in ("pingouin", "krippendorff", "scikit-survival"):
        with pytest.raises(PackageNotFoundError):
            distribution(name)
