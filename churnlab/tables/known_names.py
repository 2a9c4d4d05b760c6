"""Which names does the store know, and which of them stand in a text?

The store holds no name, only keyed pseudonyms: of every name that a load brought, of the given name where that stands
for the person, and of the two characters with which each begins; apart, of those that words and ids are rid of too. A
later load may lack the table that declares its names (跟进记录 alone): the short runs of characters or words in its
texts are made pseudonyms too, and looked up. What is found is a name like any that the load itself declares.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from duckdb import DuckDBPyConnection

from churnlab.tables.family_names import looks_like_a_name, may_be_a_word
from churnlab.tables.given_names import given_name, names_nobody
from churnlab.tables.pseudonym import normal_name, pseudonym
from churnlab.tables.scrubbing import is_han
from churnlab.tables.values import short
from churnlab.tables.versions import CATALOG

TABLE = "_names"
PERSON, OTHER, HEAD = "person", "other", "head"
"""Kinds of pseudonyms: of persons, of what else is personal (schools), of the two characters with which they begin."""
WHOLE, GIVEN = "whole", "given"
"""Of those persons whose names can be told from words: the whole name, and the given name of two characters."""
KINDS = (PERSON, WHOLE, GIVEN, OTHER, HEAD)
SPAN = 6  # characters or words: a compound family name (欧阳) with three more, and one to spare
_DOTTED_SPAN = 16  # 迪丽热巴·迪力木拉提: a name with a dot between its parts is spelt out by sound
_PAIR = 2  # characters of a given name
_WHOLE = 60  # characters: a whole cell that is no longer may be a name by itself
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_LETTERS = rf"[^\W_{_HAN}]+"
_PART = re.compile(rf"[{_HAN}]|{_LETTERS}(?:['’-]{_LETTERS})*")
_OF = ("'s", "’s")  # Ann Lee's class
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
    left : mapping of str to mapping of str to str
        What stands in the store and holds one of them, with what is left of it, for "word" and for "id".
    """

    told: Mapping[str, frozenset[str]] = field(default_factory=dict)
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    left: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


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
    return {kind: frozenset(told for of, told in rows if of == kind) for kind in KINDS}


def brought(
    persons: Collection[str],
    others: Collection[str],
    stored: Mapping[str, Collection[str]],
    key: bytes,
    *,
    sure: Collection[str] = (),
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
    sure : collection of str
        Persons who are called so whatever it looks like; of the others, words and ids are rid only of what looks like
        a name.
    """
    told_from_words = [name for name in persons if _may_be(name) and (name in sure or looks_like_a_name(name))]
    forms = {
        PERSON: {name: {normal_name(name), given_name(name) or normal_name(name)} for name in persons if _may_be(name)},
        WHOLE: {name: _whole(name) for name in told_from_words},
        GIVEN: {name: {given for given in _given(name) if len(given) == _PAIR} for name in told_from_words},
        OTHER: {name: {normal_name(name)} for name in others if _may_be(name)},
    }
    heads = {pseudonym(_head(form), key) for of in forms.values() for said in of.values() for form in said}
    told, fresh = {HEAD: frozenset(heads.difference(stored.get(HEAD, ())))}, {}
    for kind, of in forms.items():
        known = frozenset(stored.get(kind, ()))
        made = {name: {pseudonym(form, key) for form in said} - known for name, said in of.items()}
        told[kind] = frozenset().union(*made.values())
        fresh[kind] = frozenset(name for name, new in made.items() if new)
    people = fresh[PERSON] | fresh[WHOLE] | fresh[GIVEN]
    return Brought(told=told, persons=people, shown=people | fresh[OTHER])


def _may_be(value: str) -> bool:
    return len(value) <= _WHOLE and not names_nobody(value) and not re.search(r"\d", value)


def _given(name: str) -> set[str]:
    return {given} if (given := given_name(name)) else set()


def _whole(name: str) -> set[str]:
    """Return the name where it cannot be a word, and of a name with a dot what stands before it."""
    own = normal_name(name)
    told = (len(own) > _PAIR or not may_be_a_word(own)) if is_han(own) else " " in own
    return ({own} if told else set()) | {given for given in _given(name) if len(given) > _PAIR}


def _head(name: str) -> str:
    return name.replace(" ", "")[:2]


def known_in(
    texts: Iterable[str], stored: Mapping[str, Collection[str]], key: bytes, *, kinds: Collection[str] = (PERSON,)
) -> frozenset[str]:
    """Return the names in these texts whose pseudonyms are stored, as the texts write them; the rest as of `finder`."""
    find = finder(stored, key, kinds)
    return frozenset().union(*(find(text) for text in set(texts)))


def finder(
    stored: Mapping[str, Collection[str]], key: bytes, kinds: Collection[str]
) -> Callable[[str], frozenset[str]]:
    """Return what finds the names in a text whose pseudonyms are stored, as the text writes them.

    Parameters
    ----------
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

    def find(text: str) -> frozenset[str]:
        runs = set(_runs(short(text), may_begin)) if wanted else ()
        return frozenset(run for run in runs if pseudonym(normal_name(run), key) in wanted)

    return find


def _runs(text: str, may_begin: Callable[[str], bool]) -> Iterator[str]:
    """Cut out whatever may be a name: some Chinese characters or Latin words in a row, or all of a short text."""
    if 1 < len(text) <= _WHOLE and may_begin(_head(normal_name(text))):
        yield text
    parts = [part.span() for part in _PART.finditer(text)]
    for first, (start, _) in enumerate(parts):
        if may_begin(_head(text[start : start + 4].casefold())):
            for run in _runs_from(text, parts[first : first + _DOTTED_SPAN]):
                yield run
                if run.endswith(_OF):
                    yield run[:-2]


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
