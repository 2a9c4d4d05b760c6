"""How does a made-up institution hand in its exports?"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from churnlab.errors import InputError
from churnlab.synthetic.bad_rows import MONTHS_WITH_BAD_LESSONS, spoil
from churnlab.synthetic.cells import short_campus, written
from churnlab.synthetic.exports import CHANNEL_WORDS, EXPORTS, Export
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.made import Made, make
from churnlab.synthetic.writing import write as write_file
from churnlab.tables.places import make_folder, need_folder
from churnlab.tables.schemas import TABLES

MAPPING = "mapping.toml"
TRUTH_BESIDE = "-truth"
_TABLES_OF_TRUTH = (
    "episodes",
    "months",
    "risk",
    "cumulative_incidence",
    "calls",
    "leads",
    "steps",
    "never_came",
    "to_come",
    "starting",
    "causes",
    "cause_shares",
    "pass_probabilities",
)
_TABLES_OF_TRAINING = ("programmes", "trained", "kpi_effects", "reactions", "ratings", "items", "abilities")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was written.

    Attributes
    ----------
    folder, truth_folder : pathlib.Path
        Where the exports and, beside them, their truth are.
    files, students, lessons : int
        How many.
    """

    folder: Path
    truth_folder: Path
    files: int
    students: int
    lessons: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """One file.

    Attributes
    ----------
    table : str
        What it holds.
    rows : int
        Its rows, bad ones included; not the header, note and 合计 lines.
    set_aside : mapping of str to int
        How many of them are bad, by reason.
    """

    table: str
    rows: int
    set_aside: Mapping[str, int]


def make_sample(folder: Path, *, students: int = 5000, seed: int = 20261) -> Sample:
    """Make an institution and write its exports into a folder, and its truth beside it (`<folder>-truth`).

    Both folders are replaced whole. The truth is for tests: no export, no notebook and no report reads it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that does not exist, is empty, or holds an older sample.
    students : int
        How many students are on file.
    seed : int
        The same seed makes the same bytes.

    Raises
    ------
    InputError
        If the folder holds something that is no sample, or there can be no folder, or nobody may write there.
    """
    truth_folder = folder.with_name(folder.name + TRUTH_BESIDE)
    need_folder(folder, truth_folder)
    if not _is_ours(folder):
        raise InputError("synthetic.folder_taken", folder=folder.as_posix(), mapping=MAPPING)
    make_folder(folder.parent)
    fresh, fresh_truth = (place.with_name(f".{place.name}.new") for place in (folder, truth_folder))
    for place in (fresh, fresh_truth):
        shutil.rmtree(place, ignore_errors=True)
        make_folder(place)
    made = make(Institution(students=students, seed=seed))
    try:
        files = write(made, fresh)
        write_truth(made, files, fresh_truth)
        _replace(truth_folder, fresh_truth)
        _replace(folder, fresh)
    except OSError as error:
        raise InputError("places.not_writable", place=folder.as_posix(), what=error.strerror) from None
    return Sample(
        folder=folder,
        truth_folder=truth_folder,
        files=len(files),
        students=len(made.frames["students"]),
        lessons=len(made.frames["lessons"]),
    )


def write(made: Made, folder: Path) -> dict[str, Written]:
    """Write the institution's exports, with their faults, and the `mapping.toml` that explains its own words.

    Parameters
    ----------
    made : Made
        From `make`.
    folder : pathlib.Path
        Made where it is missing; must not hold any of the files.

    Returns
    -------
    dict of str to Written
        By file name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for export in EXPORTS:
        for name, part, is_spoilt in _files(made.frames[export.table], export):
            cells, reasons = spoil(written(part, export), export.table) if is_spoilt else (written(part, export), {})
            write_file(cells, export, folder / name, float(part[export.total].sum()) if export.total else None)
            files[name] = Written(table=export.table, rows=len(cells), set_aside=reasons)
    (folder / MAPPING).write_text(mapping(made.institution), encoding="utf-8")
    return files


def _files(frame: pd.DataFrame, export: Export) -> Iterator[tuple[str, pd.DataFrame, bool]]:
    """Split a table into its files; only the first months of a table that comes monthly have bad rows."""
    if not export.by_month:
        yield export.file, frame, True
        return
    months = frame[export.by_month].to_numpy().astype("datetime64[M]").astype(str)
    for number, (month, rows) in enumerate(frame.groupby(months, sort=True)):
        yield export.file.format(month=month), rows.reset_index(drop=True), number < MONTHS_WITH_BAD_LESSONS


def mapping(institution: Institution) -> str:
    """Return the `mapping.toml` that turns the institution's headers and words into ours."""
    lines = ["# 本文件说明导出文件中的自有表头和用词。此机构纯属虚构。", "made_up = true"]
    for export in EXPORTS:
        headers = {own: name for name, own in export.headers.items() if own not in TABLES[export.table].column(name).zh}
        lines += _section(f"headers.{export.table}", headers)
        for column, words in export.words.items():
            if column != "channel":
                lines += _section(f"words.{export.table}.{column}", {own: code for code, own in words.items()})
    lines += _section(
        "campuses", {own: name for name in institution.campus_names for own in (short_campus(name), name)}
    )
    lines += _section("channels", {own: name for name, said in CHANNEL_WORDS.items() for own in (said, name)})
    return "\n".join(lines) + "\n"


def _section(title: str, words: Mapping[str, str]) -> list[str]:
    quoted = [
        f"{json.dumps(own, ensure_ascii=False)} = {json.dumps(name, ensure_ascii=False)}" for own, name in words.items()
    ]
    return ["", f"[{title}]", *quoted] if words else []


def write_truth(made: Made, files: Mapping[str, Written], folder: Path) -> None:
    """Write what is true of the institution and of its files: a JSON file, and a parquet file for each table of truth.

    Parameters
    ----------
    made : Made
        From `make`.
    files : mapping of str to Written
        From `write`.
    folder : pathlib.Path
        Made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "students": made.institution.students,
        "seed": made.institution.seed,
        "first_day": str(made.institution.first_day),
        "end": str(made.institution.end),
        "log_hazard_ratios": dict(made.truth.log_hazard_ratios),
        "worse_step": {name: str(value) for name, value in made.truth.worse_step.items()},
        "training": dict(made.truth.training.facts) if made.truth.training else None,
        "files": {name: asdict(file) for name, file in files.items()},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, default=dict)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    for name in _TABLES_OF_TRUTH:
        getattr(made.truth, name).to_parquet(folder / f"{name}.parquet", index=False)
    for name in _TABLES_OF_TRAINING if made.truth.training else ():
        getattr(made.truth.training, name).to_parquet(folder / f"training_{name}.parquet", index=False)


def _is_ours(folder: Path) -> bool:
    if not folder.exists():
        return True
    file = folder / MAPPING
    return not any(folder.iterdir()) or (file.exists() and "made_up = true" in file.read_text(encoding="utf-8-sig"))


def _replace(place: Path, fresh: Path) -> None:
    """Put a folder in its place; one that is there stands until the new one is whole."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        os.replace(place, old)
    os.replace(fresh, place)
    shutil.rmtree(old, ignore_errors=True)
