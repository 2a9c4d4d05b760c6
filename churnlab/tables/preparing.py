"""Which rows of the exports are ready for the store?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from churnlab.errors import InputError, SettingsError
from churnlab.settings import Settings
from churnlab.tables import aside, checking, exit_reasons, known_names, mapping, privacy, reading, undeclared, withheld
from churnlab.tables.before import Before
from churnlab.tables.between import between
from churnlab.tables.clashes import clashes
from churnlab.tables.contract import Table
from churnlab.tables.files import strange
from churnlab.tables.filled_in import disagreements, filled_in
from churnlab.tables.given_names import is_word
from churnlab.tables.known_names import Brought
from churnlab.tables.made_students import doubled, strangers
from churnlab.tables.parts import Part, by_table, parts
from churnlab.tables.reading import Warned
from churnlab.tables.replacing import Withheld
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import scrubber
from churnlab.tables.steps import Steps
from churnlab.tables.table_counts import TableCounts, by_day
from churnlab.tables.unfilled import UNFILLED

_LINES = ("header", "note", "blank", "total", UNFILLED)


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """Exports ready for the store.

    Attributes
    ----------
    frames : mapping of str to pandas.DataFrame
        Rows by table in the stored form, in the order in which they were exported.
    seen_before : mapping of str to pandas.Series of bool
        Which of them are from files that were loaded before.
    said : mapping of str to pandas.DataFrame of str
        For each table, digests of what was said where a name may be taken out: see `versions.merge`.
    withheld : mapping of str to Withheld
        Rows set aside of tables that replace their months.
    names : Brought
        Names that the store does not know yet.
    counts : mapping of str to TableCounts
        What became of every physical row.
    set_aside : pandas.DataFrame
        One row per bad cell.
    warnings : tuple of (str, dict)
        Key and facts of a sentence each.
    sources : tuple of mapping
        `file`, `sha256` and `read_as` (a digest of the mapping) of each file.
    made_up : bool
        Whether the mapping says that an invented institution wrote them.
    """

    frames: Mapping[str, pd.DataFrame]
    seen_before: Mapping[str, pd.Series]
    said: Mapping[str, pd.DataFrame]
    withheld: Mapping[str, Withheld]
    names: Brought
    counts: Mapping[str, TableCounts]
    set_aside: pd.DataFrame
    warnings: tuple[Warned, ...]
    sources: tuple[Mapping[str, str], ...]
    made_up: bool


def prepare(
    folder: Path, names_file: Path | None, settings: Settings, before: Before, told: Steps, made_up: bool | None = None
) -> Prepared:
    """Read the exports of a folder, check them, and make pseudonyms of what is personal; write nothing.

    Parameters
    ----------
    folder : pathlib.Path
        Where the exports lie.
    names_file : pathlib.Path or None
        The institution's own names; None: `mapping.toml` in the folder, if there is one.
    settings : Settings
        What the institution decided.
    before : Before
        What the store holds.
    told : Steps
        Told what is being done.
    made_up : bool, optional
        Whether an invented institution wrote them; None: as the mapping says.

    Raises
    ------
    InputError
        If a file cannot be taken, or a required table has no rows here nor in the store.
    PrivacyError
        If the key that pseudonyms need is missing.
    SettingsError
        If the settings name a table that does not exist.
    """
    _refuse_unknown(settings)
    names, key = mapped(folder, names_file, made_up=made_up)
    read = _read(folder, names, told)
    found = _found(read, names, settings, before, told, key)
    clear = {name: pd.concat([p.checked.kept for p in of], ignore_index=True) for name, of in by_table(found).items()}
    people, shown, brought = _people(clear, found, before, key)
    spared = _spared(names, settings)
    rules, room = undeclared.rules(before.pseudonyms, brought.told, key, spared=spared), undeclared.held(clear)
    left = _left(before, rules, spared, key)
    brought, changed = replace(brought, left=left), undeclared.changed(room, rules)
    frames = {of: privacy.protect(clear[of], TABLES[of], key, names=people, left=changed.get(of, {})) for of in clear}
    said = {name: privacy.said(rows, TABLES[name], key, room=room.get(name, ())) for name, rows in clear.items()}
    held = withheld.withheld(by_table(found), before, tables=settings.tables.replace_months, key=key)
    seen = {name: _seen(of, before) for name, of in by_table(found).items()}
    return Prepared(
        frames=frames,
        seen_before=seen,
        said=said,
        withheld=held,
        names=brought,
        counts={name: _counts(of) for name, of in by_table(found).items()},
        set_aside=aside.without_names(_set_aside(found), shown),
        warnings=(
            *read.warnings,
            *_warnings(found, before, shown, held),
            *clashes(frames, clear, said, shown),
            *doubled(clear.get("students"), before.standing, key),
            *strangers(clear, _students(frames, before), key),
            *undeclared.warnings(clear, changed),
            *exit_reasons.warnings(frames, settings),
            *_between(frames, undeclared.mended(before.standing, brought.left), before, seen),
        ),
        sources=tuple(_sources(found)),
        made_up=names.made_up,
    )


def _found(
    read: reading.Reading, names: mapping.Mapping, settings: Settings, before: Before, told: Steps, key: bytes
) -> list[Part]:
    lacking = _lacking(read, settings, before)
    found = filled_in(parts(read, names, settings, before, told, key), before, key)
    _refuse("loading.none_kept", [t for t in lacking if not any(len(p.checked.kept) for p in found if p.table is t)])
    return found


def _read(folder: Path, names: mapping.Mapping, told: Steps) -> reading.Reading:
    told.step("reading", folder.name)
    return reading.read(folder, names)


def mapped(folder: Path, mapping_file: Path | None, *, made_up: bool | None = None) -> tuple[mapping.Mapping, bytes]:
    """Return the institution's own names, and the key: made-up persons have the public one; as of `prepare`.

    Before anything is read: without the key nothing can be stored.
    """
    if mapping_file and not mapping_file.exists():
        raise InputError("loading.no_mapping", file=mapping_file)
    names = mapping.Mapping.read(mapping_file or folder / mapping.FILE)
    if made_up is not None:
        names = names.model_copy(update={"made_up": made_up})
    return names, privacy.PUBLIC_KEY if names.made_up else privacy.read_key(privacy.key_place())


def _refuse_unknown(settings: Settings) -> None:
    named = {*settings.tables.replace_months, *settings.tables.allow_missing}
    unknown = sorted(named - set(TABLES))
    if unknown:
        raise SettingsError("loading.unknown_tables", unknown=", ".join(unknown), known=", ".join(TABLES))


def _spared(names: mapping.Mapping, settings: Settings) -> frozenset[str]:
    """Return what the institution itself calls a course, a class or a reason: the settings have to find it again."""
    rules = settings.outcome
    ids = (
        value
        for table, columns in names.words.items()
        for column, words in columns.items()
        if undeclared.role(TABLES[table].column(column)) == "id"
        for value in words.values()
    )
    return frozenset((*rules.terminal_courses, *rules.graduated_reasons, *rules.personal_reasons, *ids))


def _left(before: Before, rules: undeclared.Rules, spared: frozenset[str], key: bytes) -> dict[str, dict[str, str]]:
    left = undeclared.left(before.undeclared, rules)
    left["id"] |= undeclared.named_again(before.standing, spared, key)
    return left


def _lacking(read: reading.Reading, settings: Settings, before: Before) -> list[Table]:
    """Return the required tables of which the store holds nothing, and refuse to go on where no file has them."""
    required = [t for t in TABLES.values() if t.required and t.name not in settings.tables.allow_missing]
    lacking = [table for table in required if table.name not in before.standing]
    lines = strange.listed(read.warnings)
    missing = [table for table in lacking if all(sheet.table is not table for sheet in read)]
    _refuse("loading.missing_beside" if lines else "loading.missing", missing, files=lines)
    return lacking


def _refuse(key: str, tables: Sequence[Table], **facts: object) -> None:
    if tables:
        zh, en = "、".join(f"{table.zh}（{table.name}）" for table in tables), ", ".join(table.name for table in tables)
        raise InputError(key, tables={"zh": zh, "en": en}, **facts)


def _seen(parts: Sequence[Part], before: Before) -> pd.Series:
    flags = [pd.Series(before.took(part.source), index=part.checked.kept.index) for part in parts]
    return pd.concat(flags, ignore_index=True).astype(bool)


def _counts(parts: Sequence[Part]) -> TableCounts:
    return TableCounts(
        rows_read=sum(part.sheet.rows_read for part in parts),
        kept=sum(len(part.checked.kept) for part in parts),
        days=by_day(pd.concat([checking.days_of(part.checked.kept, part.table) for part in parts])),
        set_aside=sum(part.checked.rows_set_aside for part in parts),
        aside_days=aside.days_by_reason(_set_aside(parts)),
        **{line: sum(part.sheet.lines.get(line, 0) for part in parts) for line in _LINES},
    )


def _set_aside(parts: Sequence[Part]) -> pd.DataFrame:
    told = [part.checked.set_aside for part in parts if len(part.checked.set_aside)]
    rows = pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=list(checking.SET_ASIDE))
    return rows.sort_values(["table", "file", "row"], kind="stable", ignore_index=True)


def _written_as_names(parts: Sequence[Part], columns: Collection[str] | None = None) -> frozenset[str]:
    """Return what stands in the personal columns of all sheets, rows that are set aside among them."""
    return frozenset(
        str(value)
        for part in parts
        for column in part.table.exported
        if column.personal == "pseudonym"
        and column.name in part.sheet.rows
        and (columns is None or column.name in columns)
        for value in part.sheet.rows[column.name].unique()
    )


def _people(
    clear: Mapping[str, pd.DataFrame], parts: Sequence[Part], before: Before, key: bytes
) -> tuple[frozenset[str], frozenset[str], Brought]:
    """Return the names that texts are rid of, those that whatever is shown is rid of, and those to be remembered."""
    named, personal = privacy.names_in(clear), _written_as_names(parts)
    written = _written_as_names(parts, privacy.NAMES)
    people = named | written | _known(clear, parts, before, key)
    # Of a row set aside the columns may have slipped: what is a word as well is none of the names to be remembered.
    lasting = named | frozenset(name for name in written if not is_word(name))
    brought = known_names.brought(lasting, personal, before.pseudonyms, key, sure=privacy.declared_in(clear))
    return people, people | personal | _known_aside(parts, before, key), brought


def _known(clear: Mapping[str, pd.DataFrame], parts: Sequence[Part], before: Before, key: bytes) -> frozenset[str]:
    """Return the names in texts, and in what is shown, that earlier loads declared."""
    return known_names.known_in([*privacy.texts_in(clear), *_shown(parts)], before.pseudonyms, key)


def _known_aside(parts: Sequence[Part], before: Before, key: bytes) -> frozenset[str]:
    kinds = (known_names.PERSON, known_names.OTHER)
    return known_names.known_in(_shown(parts), before.pseudonyms, key, kinds=kinds)


def _shown(parts: Sequence[Part]) -> list[str]:
    """Return the cells and headers that the file of rows set aside and the warnings would show."""
    examples = [str(facts.get("examples", "")) for part in parts for _, facts in part.checked.warnings]
    headers = [header for part in parts for header in (*part.sheet.ignored_columns, *part.checked.headers.values())]
    return [*(str(value) for part in parts for value in part.checked.set_aside["value"]), *examples, *headers]


def _students(frames: Mapping[str, pd.DataFrame], before: Before) -> frozenset[str]:
    of = [tables["students"]["student_id"] for tables in (frames, before.standing) if "students" in tables]
    return frozenset(str(id) for ids in of for id in ids.dropna().unique())


def _sources(parts: Sequence[Part]) -> list[Mapping[str, str]]:
    files = {part.sheet.file: part.source for part in parts}
    return [files[file] for file in sorted(files)]


def _warnings(
    parts: Sequence[Part], before: Before, names: frozenset[str], held: Mapping[str, Withheld]
) -> Iterator[Warned]:
    scrub = scrubber(names)
    for part in parts:
        yield from part.sheet.warnings
        if part.sheet.ignored_columns:
            # Some systems print a column for each student.
            ignored = {"file": part.sheet.file, "columns": scrub(", ".join(part.sheet.ignored_columns))}
            yield "warning.loading.ignored_columns", ignored
        for key, facts in part.checked.warnings:
            column = {lang: scrub(said) for lang, said in facts["column"].items()}
            yield key, facts | {"examples": scrub(facts["examples"]), "column": column}
    yield from withheld.warnings(held)
    yield from disagreements(parts, before)
    seen = [before.took(source) for source in _sources(parts)]
    if any(seen):
        yield "warning.loading.seen_before", {"n": sum(seen), "of": len(seen)}
    otherwise = sum(before.took_otherwise(source) for source in _sources(parts))
    if otherwise:
        yield "warning.loading.other_mapping", {"n": otherwise}


def _between(
    frames: Mapping[str, pd.DataFrame],
    standing: Mapping[str, pd.DataFrame],
    before: Before,
    seen: Mapping[str, pd.Series],
) -> list[Warned]:
    stand = {name: standing.get(name) for name in TABLES if name in standing or name in frames}
    together = {
        name: pd.concat([rows for rows in (earlier, frames.get(name)) if rows is not None], ignore_index=True)
        for name, earlier in stand.items()
    }
    # That files were loaded before is said once, for all of them.
    new = {name: rows[~seen[name].to_numpy()] for name, rows in frames.items() if not seen[name].all()}
    return between(together, loaded_on=before.loaded_at.date(), incoming=new, loaded_until=before.until())
