"""Which names stand in columns that nobody declared to be personal, and what is left of the values?

A channel is called 王小明妈妈介绍, a class 王丽丽周六班. Words (and codes of an open list) lose the name as texts do;
an id becomes a pseudonym as a whole, the same in all tables, so that it joins as before. A campus keeps its name, as it
is part of settings and file names; it is only told.

What is a name here is decided by the pseudonyms that the store has after the load (`known_names.WHOLE`, `GIVEN`) and by
nothing else: a value becomes the same in whichever load it comes, before its name is known or after. But where 李明 was
known before 李明哲, what was stored between keeps `[name]哲`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from churnlab.tables import known_names
from churnlab.tables.contract import Column
from churnlab.tables.faults import header
from churnlab.tables.pseudonym import names_a_person, pseudonym, says_who
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import NAME_MASK

Frames = Mapping[str, pd.DataFrame]
Left = Mapping[str, Mapping[str, str]]
Role = Literal["word", "id", "campus"]
CAMPUS = "campus"
# A course may be called 致远, as somebody's child is: so a given name counts beside these only, or as the whole value.
_BEHIND = "|".join(f"(?<={word})" for word in re.findall("..", "学员学生同学老师老生家长朋友客户顾问助教教练"))
_AHEAD = (
    "[妈爸姐哥弟妹舅姑姨]|[父母]亲|父母|爷爷|奶奶|外[公婆]|姥[姥爷]|叔叔|阿姨|家[长属里]|同学|学[员生]|老师|教练|助教|顾问|"
    "介绍|推荐|转介|带来|朋友"
)


def role(column: Column) -> Role | None:
    """Return as what a column may hold a name that nobody declared; None where it cannot, or is personal anyway."""
    if column.personal or says_who(column.name, column.references):
        return None
    if column.name == CAMPUS:
        return "campus"
    if column.kind == "word" or (column.kind == "code" and not column.codes):
        return "word"
    return "id" if column.kind == "id" else None


def places(of: Role) -> Iterator[tuple[str, str]]:
    """Return table and column of every place of this role."""
    for name, table in TABLES.items():
        yield from ((name, column.stored_name) for column in table.columns if role(column) == of)


def may_hold(value: str) -> bool:
    """Tell whether a value has room for a name: a Chinese character, or two words."""
    return " " in value or not value.isascii()


@dataclass(frozen=True, kw_only=True, eq=False)
class Rules:
    """What is left of a value, once its names are known.

    Attributes
    ----------
    word, id : callable
        From a cleaned value to what may be stored of it.
    """

    word: Callable[[str], str]
    id: Callable[[str], str]


def rules(
    stored: Mapping[str, Collection[str]],
    brought: Mapping[str, Collection[str]],
    key: bytes,
    *,
    spared: Collection[str] = (),
) -> Rules:
    """Learn the names that the store will know after a load.

    Parameters
    ----------
    stored, brought : mapping of str to collection of str
        By kind, the pseudonyms that the store has (`known_names.pseudonyms`) and that the load brings.
    key : bytes
        The institution's key.
    spared : collection of str
        What the institution itself calls so, in its settings or its mapping: it stays as it is.
    """
    known = {kind: {*stored.get(kind, ()), *brought.get(kind, ())} for kind in known_names.KINDS}
    whole = known_names.finder(known, key, (known_names.WHOLE,))
    given = known_names.finder(known, key, (known_names.GIVEN,))

    def word(value: str) -> str:
        if value in spared or not may_hold(value):
            return value
        for name in _longest_first(whole(value)):
            value = value.replace(name, NAME_MASK)
        for name in _longest_first(given(value)):
            value = _of_a_person(name).sub(NAME_MASK, value)
        return value

    def of_id(value: str) -> str:
        # As it is written: two ids that were told apart are so still.
        return pseudonym(value, key) if value not in spared and may_hold(value) and whole(value) else value

    return Rules(word=word, id=of_id)


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _of_a_person(given: str) -> re.Pattern[str]:
    name = re.escape(given)
    return re.compile(rf"^{name}$|{name}(?={_AHEAD})|(?:{_BEHIND}){name}")


def left(values: Mapping[str, Collection[str]], by: Rules) -> dict[str, dict[str, str]]:
    """Return what is left of the values that hold a name, for "word" and for "id"."""
    ways = {"word": by.word, "id": by.id}
    return {
        of: {value: told for value in sorted(values.get(of, ())) if (told := way(value)) != value}
        for of, way in ways.items()
    }


def named_again(standing: Frames, spared: Iterable[str], key: bytes) -> dict[str, str]:
    """Return the pseudonyms that stand in the store for ids which the institution itself calls so now, with these."""
    names = {pseudonym(value, key): value for value in sorted(spared) if may_hold(value)}
    columns = [standing[name][part] for name, part in places("id") if name in standing] if names else []
    stand = frozenset().union(*(values[values.isin(names.keys())].unique() for values in columns))
    return {told: names[told] for told in sorted(stand)}


def held(frames: Frames) -> dict[str, dict[str, frozenset[str]]]:
    """Return by table and column the distinct values of a load that have room for a name; columns without are left out.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        `kept` of each table, still in clear.
    """
    of: dict[str, dict[str, frozenset[str]]] = {}
    for name, frame in frames.items():
        for column in TABLES[name].columns:
            values = frame[column.name].dropna().unique() if role(column) else ()
            if found := frozenset(value for value in values if may_hold(value)):
                of.setdefault(name, {})[column.name] = found
    return of


def changed(room: Mapping[str, Mapping[str, Collection[str]]], by: Rules) -> dict[str, dict[str, dict[str, str]]]:
    """Return by table and column what is left of the values of `held` that hold a name; of a campus, what would be."""
    of: dict[str, dict[str, dict[str, str]]] = {}
    for name, part, values in ((name, part, values) for name, parts in room.items() for part, values in parts.items()):
        column = TABLES[name].column(part)
        way = by.word if role(column) == "word" else by.id
        own = (value for value in values if not names_a_person(value, part, column.references))
        if told := {value: left for value in sorted(own) if (left := way(value)) != value}:
            of.setdefault(name, {})[part] = told
    return of


def warnings(frames: Frames, found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[Warned]:
    """Warn of columns in which a name stood, with the number of rows and of values; nobody is named.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        As of `held`.
    found : mapping
        From `changed`.
    """
    campuses: set[str] = set()
    for name, parts in found.items():
        table = TABLES[name]
        for part, told in parts.items():
            column = table.column(part)
            if (of := role(column)) == "campus":
                campuses.update(told)
                continue
            facts = {"table": {"zh": table.zh, "en": table.name}, "column": header(column), "ids": len(told)}
            facts |= {"place": f"{name}.{part}", "n": int(frames[name][part].isin(told.keys()).sum())}
            yield f"warning.undeclared.{of}", facts
    if campuses:
        yield "warning.undeclared.campus", {"n": len(campuses)}


def mended(frames: Frames, of: Left) -> dict[str, pd.DataFrame]:
    """Return rows of the store as they will stand: what holds a name that the load brings is written as from now on."""
    done = dict(frames)
    for role_of, change in of.items():
        for name, part in places(role_of) if change else ():  # type: ignore[arg-type]
            if name in done and (old := done[name][part].isin(change.keys())).any():
                done[name] = done[name].assign(**{part: done[name][part].map(change).where(old, done[name][part])})
    return done
