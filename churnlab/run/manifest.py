"""From what, by what and with which settings was a report made?

No clock: the same store, versions and arguments give the same manifest. It is put in its place last, and says of every
file how long it is and its SHA-256: so a reader can tell whether a folder is whole.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from churnlab.settings import Settings

MANIFEST = "manifest.json"
_PACKAGES = (
    "churnlab", "pandas", "numpy", "scikit-learn", "lifelines", "seaborn", "matplotlib",
    "ibis-framework", "duckdb", "papermill", "typst", "pylopdf-fonts-zh-cn",
)  # fmt: skip


def entry(
    files: Mapping[str, Path],
    *,
    arguments: Mapping[str, Any],
    store: Mapping[str, Any],
    settings: Settings,
    notebook: Path | None = None,
) -> dict[str, Any]:
    """Describe one run, for its folder's manifest.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        Finished file by the name it is published under.
    arguments : mapping
        Report, month, `as_of`, `known_by`, campus, languages.
    store : mapping
        What the store says of its content.
    settings : Settings
        Everything the institution decided, printed whole.
    notebook : pathlib.Path, optional
        The notebook as written, where there is one.
    """
    return {
        "arguments": dict(arguments),
        "store": dict(store),
        "settings": settings.model_dump(mode="json", exclude={"paths"}),
        **({"notebook": {"name": notebook.name, "sha256": sha256(notebook)}} if notebook else {}),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "files": {name: _described(file) for name, file in sorted(files.items())},
    }


def merged(new: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return one manifest for a folder: of earlier runs it keeps what they say of files not replaced by this one."""
    runs = [dict(new)]
    for run in (earlier or {"runs": []})["runs"]:
        files = {name: said for name, said in run["files"].items() if name not in new["files"]}
        if files:
            runs.append({**run, "files": files})
    return {"version": 1, "runs": sorted(runs, key=lambda run: sorted(run["files"]))}


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder; None if it has none: nothing was published there, or it is on its way."""
    file = folder / MANIFEST
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _described(file: Path) -> dict[str, Any]:
    return {"sha256": sha256(file), "bytes": file.stat().st_size}


def sha256(file: Path) -> str:
    """Return a file's fingerprint."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
