"""What does a cell of text say?

Every parser takes cleaned text and returns a value, a `Fault` (the row is set aside) or a `Noted` value (taken, but
worth telling). Each distinct text is parsed once, so that half a million rows cost what their distinct texts cost.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from unicodedata import normalize

from churnlab.tables.contract import Column, Kind

# Soft hyphen, direction marks, zero-width spaces and joiners, byte order mark: nobody typed them on purpose.
_UNSEEN = [0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_CONTROL = [code for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\t\n\r"]
_DROPPED: dict[int, str | None] = dict.fromkeys([*_UNSEEN, *_CONTROL])
_SHORT: dict[int, str | None] = {**_DROPPED, 0x3000: None}
_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum() or code == 0xFF20}
_LONG: dict[int, str | None] = {**_DROPPED, **_HALF, 0x3000: " "}

# A stroke for "nothing here". `NA` and `None` are not among them: they are names, and ids are sometimes names.
_NOTHING = frozenset(
    {"-", "--", "---", "–", "—", "——", "/", "\\", "无", "空", "NULL", "null", "N/A", "n/a", "nan", "NaN"}
)
_NO_NUMBER = frozenset({"NA", "na", "None", "none", "Null", "NaT", "暂无", "未填"})
_YES = frozenset({"是", "y", "yes", "1", "1.0", "true", "t", "√", "✓", "✔", "☑", "对"})
_NO = frozenset({"否", "n", "no", "0", "0.0", "false", "f", "×", "✗", "✘", "☐", "错", "不是"})

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_WAS_NUMBER = re.compile(r"(\d+)\.0+")
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(\.\d*)?([eE][+-]?\d{1,3})?")
_CURRENCY = re.compile(r"人民币|rmb|cny|[¥￥]|元整|元|圆|块", re.IGNORECASE)
_UNITS: dict[Kind, re.Pattern[str]] = {
    "hours": re.compile(r"(?:课时|小时|节|h)$", re.IGNORECASE),
    "count": re.compile(r"[次人个名位节]$"),
}
_CENT = Decimal("0.01")
_FLOAT_NOISE = Decimal("0.0005")  # 99.99000000000001 is how a spreadsheet keeps 99.99; nobody rounded anything.
_LARGEST = Decimal(10) ** 12  # the store's decimal(14, 2)
_EXCEL_DIGITS = 15  # a spreadsheet keeps no more digits of a number
_NATURAL_SHARE = 0.01  # of long numbers one in a thousand ends in 000 by chance; ten times that is rounding


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be taken: its sentence below `set_aside.`, and what the sentence needs beside the value."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Noted:
    """A value that was taken, and the warning to count."""

    value: Any
    note: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be read.

    Attributes
    ----------
    column : Column
        Its declaration.
    words : mapping of str to str
        The institution's own words for it, to canonical value; compared without case, width or blanks at the ends.
    known : frozenset of str
        For an open list, the values that the institution's mapping names; others are taken, and told.
    timezone : str
        Zone into which times that carry one are brought.
    day_first : bool, optional
        How 03/04/2025 is meant; None: not told.
    """

    column: Column
    words: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    timezone: str = "Asia/Shanghai"
    day_first: bool | None = None


def short(cell: str) -> str:
    """Return a short text (id, word, code, name) as it is compared: half-width, without unseen characters.

    Unicode NFKC; zero-width, control and ideographic spaces dropped; runs of blanks made one; trimmed.
    """
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split()) if " " in cell else cell
    return " ".join(normalize("NFKC", cell.translate(_SHORT)).split())


def long(cell: str) -> str:
    """Return a sentence without unseen characters, its digits and letters half-width, its punctuation as it was."""
    return cell.strip() if cell.isascii() and cell.isprintable() else cell.translate(_LONG).strip()


def folded(cell: str) -> str:
    """Return a word as words are looked up: short, without case."""
    return short(cell).casefold()


def is_missing(word: str, column: Column) -> bool:
    """Tell whether a cleaned cell says nothing.

    An empty cell always does. `-`, `/`, `无`, `NULL`, `N/A` and their like do everywhere but in names and sentences;
    `NA` and `None` only where a number, date, flag or code is expected.
    """
    if not word or column.kind == "text":
        return not word
    return word in _NOTHING or (column.kind not in ("id", "word") and word in _NO_NUMBER)


def parser(asked: Asked) -> Callable[[str], Any]:
    """Return how one cleaned cell of this column is read (dates are read by the column: `dates.read`)."""
    column = asked.column
    if column.kind == "code":
        return _code_reader(asked)
    if column.kind == "word" and column.codes:
        return _word_reader(column)
    readers: dict[Kind, Callable[[str], Any]] = {
        "id": _id,
        "word": str,
        "text": str,
        "money": _money,
        "hours": lambda word: _float(word, "hours"),
        "number": lambda word: _float(word, "number"),
        "percent": lambda word: _float(word.removesuffix("%"), "percent"),
        "count": _count,
        "flag": _flag_reader(column),
    }
    return readers[column.kind]


def rounded_by_excel(words: Sequence[str]) -> list[bool]:
    """Tell which ids of a column a spreadsheet rounded to 15 digits.

    A number of 16 digits or more that ends in 000 has lost its last digits, unless long numbers of the column end so
    no more often than chance would have it.
    """
    long_numbers = [len(word) > _EXCEL_DIGITS and word.isdecimal() for word in words]
    ends = [is_long and word.endswith("000") for word, is_long in zip(words, long_numbers, strict=True)]
    return ends if sum(ends) >= _NATURAL_SHARE * sum(long_numbers) else [False] * len(ends)


def like_shares(words: Sequence[str], answers: Sequence[Any]) -> list[bool]:
    """Tell which cells of a column of percentages may be shares of 1: those above 0, where no cell says more than 1.

    0.95 without a sign is less than one percent, as it stands; but a spreadsheet's 95 % that was copied as a value
    looks so too. A cell with a sign says what it means, and is no share.
    """
    bare = [not word.endswith("%") and isinstance(answer, float) for word, answer in zip(words, answers, strict=True)]
    told = [answer for is_bare, answer in zip(bare, answers, strict=True) if is_bare]
    alike = all(answer <= 1 for answer in told)
    return [alike and is_bare and answer > 0 for is_bare, answer in zip(bare, answers, strict=True)]


def _id(word: str) -> Any:
    if _SCIENTIFIC.fullmatch(word):
        return Fault("id_rounded")
    if ".0" in word and (number := _WAS_NUMBER.fullmatch(word)):
        digits = number.group(1)
        return Fault("id_rounded") if len(digits) > _EXCEL_DIGITS else Noted(digits, "id_was_number")
    return word


def _code_reader(asked: Asked) -> Callable[[str], Any]:
    codes = asked.column.codes
    if not codes:
        return _open_list_reader(asked.known)
    known = {folded(word): code for code, words in codes.items() for word in (code, *words)}
    own = {code: [word for word, meant in asked.words.items() if meant == code] for code in codes}
    listed = ", ".join(f"{code} {'/'.join(dict.fromkeys([*words, *own[code]]))}" for code, words in codes.items())
    return lambda word: known.get(word.casefold()) or Fault("unknown_code", {"known": listed})


def _word_reader(column: Column) -> Callable[[str], Any]:
    usual = {folded(word): code for code, words in column.codes.items() for word in (code, *words)}
    return lambda word: usual.get(word.casefold(), word)


def _open_list_reader(known: Iterable[str]) -> Callable[[str], Any]:
    listed = {folded(word): word for word in known}
    return (lambda word: listed.get(word.casefold()) or Noted(word, "unlisted")) if listed else str


def _decimal(word: str) -> Decimal | None:
    word = word.replace(" ", "").replace("−", "-")
    if word.startswith("(") and word.endswith(")"):
        inner = _decimal(word[1:-1])
        return None if inner is None or inner < 0 else -inner
    times = 10_000 if word.endswith("万") else 1
    number = _NUMBER.fullmatch(word.removesuffix("万"))
    return Decimal(number.group().replace(",", "")) * times if number else None


def _money(word: str) -> Any:
    amount = _decimal(_CURRENCY.sub("", word, count=2))
    if amount is None or abs(amount) >= _LARGEST:
        return Fault("not_money")
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    return cents if abs(cents - amount) < _FLOAT_NOISE else Noted(cents, "money_rounded")


def _float(word: str, kind: Kind) -> Any:
    share = kind == "number" and word.endswith("%")
    unit = _UNITS.get(kind)
    number = _decimal(word.removesuffix("%") if share else unit.sub("", word) if unit else word)
    if number is None or abs(number) >= _LARGEST:
        return Fault("not_a_number")
    return float(number / 100) if share else float(number)


def _count(word: str) -> Any:
    number = _decimal(_UNITS["count"].sub("", word))
    if number is None or abs(number) >= _LARGEST:
        return Fault("not_a_number")
    return int(number) if number == int(number) else Fault("not_whole")


def is_flag(word: str) -> bool:
    """Tell whether a word says yes or no, whatever is asked."""
    return folded(word) in _YES | _NO


def _flag_reader(column: Column) -> Callable[[str], Any]:
    own = {folded(word): code == "yes" for code, words in column.codes.items() for word in words}

    def read(word: str) -> Any:
        answer = own.get(word.casefold())
        return _flag(word) if answer is None else answer

    return read


def _flag(word: str) -> Any:
    told = word.casefold()
    return True if told in _YES else False if told in _NO else Fault("not_a_flag")
