"""What is a table, and what is a column, before any file is read?

A declaration says everything that reading, checking, privacy, the store, the door and the data dictionary need; none of
them knows a table by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "word", "text", "code", "date", "time", "money", "hours", "count", "number", "percent", "flag"]
Personal = Literal["pseudonym", "text", "age_band"]
Period = Literal["month", "week"]
CURRENT = "current"
ROW = "row"
ALWAYS = "always"
STUDENT_ID = "student_id"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of an export.

    Attributes
    ----------
    name : str
        Canonical name; the store has it too, unless `stored_as` says otherwise.
    kind : str
        `id` (text, never a number), `word` (free but short), `text` (sentences), `code` (one of `codes`; campuses and
        channels are codes whose list the institution decides), `date`, `time` (naive local), `money` (CNY, decimal),
        `hours` (lesson hours), `count`, `number`, `percent` (30 is 30 %), `flag`.
    zh : tuple of str
        Chinese headers, the usual one first.
    en : tuple of str
        English headers beside the canonical name.
    required : bool
        A row without a value is set aside; a file without the header is refused.
    personal : str, optional
        Never stored in clear: made a keyed `pseudonym`, scrubbed `text`, or an `age_band`.
    known : str
        When its value became known: `row` (with its row), the name of a date column of the row, `current` (only true at
        export: the past must not see it), or `always` (a definition, as a course's name).
    codes : mapping
        Canonical code to the words that mean it, in any language; empty for an open list. A `word` column takes any
        other word too, as it is; a `flag` has `yes` and `no`, words for them in this column beside the usual ones.
    low, high : float, optional
        Smallest and largest believable value; beyond them the row is set aside.
    references : str, optional
        Table whose key this is; a value not found there is a warning, never a lost row.
    stored_as : str, optional
        Name in the store where it differs.
    spare : bool
        Decides nothing: a value that cannot be read is left blank, with a warning, and the row stays.
    period : str, optional
        Of a date that means the `month` or `week` in which it lies (2026-03 will do): kept as its last day, since what
        is told of a month is known when it is over.
    person_when : mapping
        Column to code: in such rows the id says who somebody is, and a name in its place is made a pseudonym.
    """

    name: str
    kind: Kind
    zh: tuple[str, ...]
    en: tuple[str, ...] = ()
    required: bool = False
    personal: Personal | None = None
    known: str = ROW
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    references: str | None = None
    stored_as: str | None = None
    spare: bool = False
    period: Period | None = None
    person_when: Mapping[str, str] = field(default_factory=dict)

    @property
    def stored_name(self) -> str:
        """Its name in the store."""
        return self.stored_as or self.name

    @property
    def stored_kind(self) -> Kind:
        """What it is in the store: a pseudonym is an id, an age band a word."""
        return {"pseudonym": "id", "age_band": "word", "text": "text"}.get(self.personal or "", self.kind)  # type: ignore[return-value]

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header it is known by, before folding of case and blanks."""
        return (self.name, *self.zh, *self.en, self.name.replace("_", " "))


@dataclass(frozen=True, kw_only=True)
class Order:
    """A check within a row: `earlier` must not lie after `later`."""

    earlier: str
    later: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the contract.

    Attributes
    ----------
    name, zh, en : str
        Canonical name, usual Chinese sheet name, English title.
    row : str
        What one row is, in English; `row_zh` in Chinese.
    key : tuple of str
        Columns of the id; a row without an id is keyed by `natural_key`.
    natural_key : tuple of str
        Columns that tell rows apart in exports without ids.
    dated_by : str, optional
        Date or time column that says when the row happened; None for definitions, that are always known.
    recorded_by : str, optional
        Date column that says when the row was written down, where that may be later than it happened: until then nobody
        knew of it. A row without that day counts as written down when it happened.
    dates_from : mapping
        Date column to a column that points to another table, and date columns there: where the row has no such day of
        its own, the first of them that is told counts (`dating`).
    orders : tuple of Order
        Checks of dates and numbers within a row.
    required : bool
        No churn without it: an institution must hand it in, with rows.
    void_when : mapping
        Column to code: such a row never was (作废); kept in the store, never seen through the door.
    reverses : str, optional
        Column that names the row which this row takes back (撤销); neither is seen through the door.
    apart_when : mapping
        Column to code: such a row stands beside the one of the same key that is not such, and takes no other's place.
    asks : tuple of str
        Columns that are to be filled in on a worksheet whose rows are such (`apart_when`): where all of them are blank
        nobody filled the row in, and it is none.
    fills : tuple of str
        Columns that people fill in on worksheets that churnlab wrote, the one first that says when; of a row that is
        known they alone are taken, each for itself, and a blank says nothing (`filled_in`).
    who : tuple of Column
        Columns that tell the student where `student_id` is missing (`who.Students`); read, never stored.
    """

    name: str
    zh: str
    en: str
    row: str
    row_zh: str
    key: tuple[str, ...]
    natural_key: tuple[str, ...]
    columns: tuple[Column, ...]
    dated_by: str | None = None
    recorded_by: str | None = None
    dates_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    required: bool = False
    void_when: Mapping[str, str] = field(default_factory=dict)
    reverses: str | None = None
    apart_when: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    who: tuple[Column, ...] = ()

    def column(self, name: str) -> Column:
        """Return a column of its exports by its canonical name."""
        return next(column for column in self.exported if column.name == name)

    @property
    def exported(self) -> tuple[Column, ...]:
        """Columns that its exports may have: what is stored, then what only tells who it is."""
        return (*self.columns, *self.who)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names of the columns that it keeps."""
        return tuple(column.name for column in self.columns)

    @property
    def stored_names(self) -> tuple[str, ...]:
        """Names of its columns in the store."""
        return tuple(column.stored_name for column in self.columns)
