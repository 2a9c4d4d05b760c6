"""Which names does the store know, and which of them stand in a text?

The store holds no name, only keyed pseudonyms: of every name that a load brought, of the given name where that stands
for the person, and of the two characters with which each begins. A later load may lack the table that declares its
names (跟进记录 alone): the short runs of characters or words in its texts are made pseudonyms too, and looked up. What
is found is a name like any that the load itself declares.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from duckdb import DuckDBPyConnection

from churnlab.tables.given_names import given_name, names_nobody
from churnlab.tables.pseudonym import normal_name, pseudonym
from churnlab.tables.values import short
from churnlab.tables.versions import CATALOG

TABLE = "_names"
PERSON, OTHER, HEAD = "person", "other", "head"
"""Kinds of pseudonyms: of persons, of what else is personal (schools), of the two characters with which they begin."""
SPAN = 6  # characters or words: a compound family name (欧阳) with three more, and one to spare
_DOTTED_SPAN = 16  # 迪丽热巴·迪力木拉提: a name with a dot between its parts is spelt out by sound
_WHOLE = 60  # characters: a whole cell that is no longer may be a name by itself
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_LETTERS = rf"[^\W_{_HAN}]+"
_PART = re.compile(rf"[{_HAN}]|{_LETTERS}(?:['’-]{_LETTERS})*")
_DOTS = "·•・‧."
_JOINTS = frozenset(["", " ", *_DOTS, *(f"{dot} " for dot in _DOTS)])


@dataclass(frozen=True, kw_only=True, eq=False)
class Brought:
    """The names that a load brings.

    Attributes
    ----------
    told : mapping of str to frozenset of str
        By kind, the pseudonyms that the store did not have.
    persons, shown : frozenset of str
        Names that they are of, in clear: those that texts are rid of, and those that whatever is shown is rid of.
    """

    told: Mapping[str, frozenset[str]] = field(default_factory=dict)
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    shown: frozenset[str] = field(default=frozenset(), repr=False)


def make(engine: DuckDBPyConnection) -> None:
    """Make the table of pseudonyms, empty."""
    engine.execute(f"CREATE TABLE {TABLE} (kind VARCHAR, told VARCHAR)")


def remember(engine: DuckDBPyConnection, names: Brought) -> None:
    """Write down what the store did not have, in the transaction of the load."""
    rows = [(kind, told) for kind in sorted(names.told) for told in sorted(names.told[kind])]
    engine.register("_brought", pa.table({"kind": [kind for kind, _ in rows], "told": [told for _, told in rows]}))
    engine.execute(f"INSERT INTO {TABLE} SELECT kind::VARCHAR, told::VARCHAR FROM _brought")
    engine.unregister("_brought")


def pseudonyms(engine: DuckDBPyConnection) -> Mapping[str, frozenset[str]]:
    """Return the pseudonyms of all names that loads brought, by kind; the store is attached to the engine."""
    rows = engine.execute(f"SELECT kind, told FROM {CATALOG}.{TABLE}").fetchall()
    return {kind: frozenset(told for of, told in rows if of == kind) for kind in (PERSON, OTHER, HEAD)}


def brought(
    persons: Collection[str], others: Collection[str], stored: Mapping[str, Collection[str]], key: bytes
) -> Brought:
    """Tell which names of a load the store does not know.

    Parameters
    ----------
    persons, others : collection of str
        What stands in columns of names, and in other personal columns, of rows that are set aside too. What can be no
        name (a number, a sentence, 妈妈) is left out.
    stored : mapping of str to collection of str
        From `pseudonyms`.
    key : bytes
        The institution's key.
    """
    forms = {
        PERSON: {name: {normal_name(name), given_name(name) or normal_name(name)} for name in persons if _may_be(name)},
        OTHER: {name: {normal_name(name)} for name in others if _may_be(name)},
    }
    heads = {pseudonym(_head(form), key) for of in forms.values() for said in of.values() for form in said}
    told, fresh = {HEAD: frozenset(heads.difference(stored.get(HEAD, ())))}, {}
    for kind, of in forms.items():
        known = frozenset(stored.get(kind, ()))
        made = {name: {pseudonym(form, key) for form in said} - known for name, said in of.items()}
        told[kind] = frozenset().union(*made.values())
        fresh[kind] = frozenset(name for name, new in made.items() if new)
    return Brought(told=told, persons=fresh[PERSON], shown=fresh[PERSON] | fresh[OTHER])


def _may_be(value: str) -> bool:
    return len(value) <= _WHOLE and not names_nobody(value) and not re.search(r"\d", value)


def _head(name: str) -> str:
    return name.replace(" ", "")[:2]


def known_in(
    texts: Iterable[str], stored: Mapping[str, Collection[str]], key: bytes, *, kinds: Collection[str] = (PERSON,)
) -> frozenset[str]:
    """Return the names in these texts whose pseudonyms are stored, as the texts write them.

    Parameters
    ----------
    texts : iterable of str
        As they stand in the export.
    stored : mapping of str to collection of str
        From `pseudonyms`.
    key : bytes
        The key that made them.
    kinds : collection of str
        Which kinds are looked for.
    """
    wanted, heads = frozenset().union(*(stored.get(kind, ()) for kind in kinds)), stored.get(HEAD, ())
    begins: dict[str, bool] = {}  # nearly all that a text holds begins no name: looked up once, and not any further

    def may_begin(head: str) -> bool:
        if head not in begins:
            begins[head] = pseudonym(head, key) in heads
        return begins[head]

    runs = {run for text in set(texts) for run in _runs(short(text), may_begin)} if wanted else set()
    return frozenset(run for run in runs if pseudonym(normal_name(run), key) in wanted)


def _runs(text: str, may_begin: Callable[[str], bool]) -> Iterator[str]:
    """Cut out whatever may be a name: some Chinese characters or Latin words in a row, or all of a short text."""
    if 1 < len(text) <= _WHOLE and may_begin(_head(normal_name(text))):
        yield text
    parts = [part.span() for part in _PART.finditer(text)]
    for first, (start, _) in enumerate(parts):
        if may_begin(_head(text[start : start + 4].casefold())):
            yield from _runs_from(text, parts[first : first + _DOTTED_SPAN])


def _runs_from(text: str, parts: list[tuple[int, int]]) -> Iterator[str]:
    start, end = parts[0]
    if end - start > 1 and not text[start:end].isdecimal():
        yield text[start:end]
    dotted = False
    for size, (opens, closes) in enumerate(parts[1:], start=2):
        joint = text[end:opens]
        if joint not in _JOINTS:
            break
        dotted |= joint.strip() != ""
        if size <= SPAN or dotted:
            yield text[start:closes]
        end = closes
