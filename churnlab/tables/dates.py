"""Which day, or which minute, does a cell mean?

Taken: 2025-03-01, 2025/3/1, 2025.3.1, 2025年3月1日, 20250301, a spreadsheet's serial number (1900 system), each with or
without a time of day (9:30, 上午9:30, 9点30分, 9:30-11:00, of which the start counts), and ISO 8601 with a zone.
03/04/2025 is decided by its whole column. 25-3-1 has no century, and nobody guesses one.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from churnlab.tables.values import Asked, Fault

Order = Literal["day", "month", "mixed", "untold"]

_FAST = {0: "%Y-%m-%d", 1: "%Y-%m-%d %H:%M", 2: "%Y-%m-%d %H:%M:%S"}  # by the number of colons
_CLOCK = (
    r"(?:(?:T|\s*)(?P<half>上午|下午|晚上|早上|中午|凌晨)?\s*(?P<hour>\d{1,2})(?:[:时点](?P<minute>\d{1,2})?分?)"
    r"(?::?(?P<second>\d{2})秒?(?:\.\d+)?)?\s*(?P<noon>[ap]m)?(?P<rest>.*))?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})\s?日?" + _CLOCK, re.IGNORECASE
)
_YEAR_LAST = re.compile(
    r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})(?:,?(?=\D|$))" + _CLOCK, re.IGNORECASE
)
_PACKED = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\s?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_NO_CENTURY = re.compile(
    r"'?(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:\s.*)?"
)
_NO_CENTURY_PACKED = re.compile(r"(\d{2})(\d{2})(\d{2})")
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])|\d{4}年?")
_WEEKDAY = re.compile(r"\s*\(?(?:星期|礼拜|周)[一二三四五六日天]\)?\s*")
_ZONE = re.compile(r"(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?", re.IGNORECASE)
_UNTIL = re.compile(r"\s*[-~—–至到]\s*(?:上午|下午|晚上)?\s*\d{1,2}[:时点].*")
_AFTERNOON = frozenset({"下午", "晚上", "pm"})

_NO_END = frozenset({(9999, 12, 31), (2999, 12, 31)})  # how systems write "for ever"
_ZERO = (0, 0, 0)  # how MySQL writes "none"
_FIRST_YEAR, _FIRST_BIRTH_YEAR, _LAST_YEAR = 1990, 1930, 2100
_EXCEL_ORIGIN = datetime(1899, 12, 30)
_CENTURY_TURNS = 70  # only for the example in the message: 70-1-1 is more likely 1970
_FORM = "YYYY-MM-DD"


def read(words: Sequence[str], asked: Asked) -> tuple[pd.Series, dict[int, Fault]]:
    """Read the distinct cells of a date or time column.

    Parameters
    ----------
    words : sequence of str
        Cleaned, none of them missing.
    asked : Asked
        The column, the zone of the institution and how its days and months stand, if told.

    Returns
    -------
    values : pandas.Series
        datetime64[ns], naive and local, seconds at the finest; midnight for `date` columns; NaT where there is a fault
        and where an optional date says that there is none (0000-00-00) or no end (9999-12-31).
    faults : dict of int to Fault
        By position.
    """
    plain = pd.Series(list(words), dtype=object)
    values = _fast(plain)
    low, high = f"{_first_year(asked)}-01-01", f"{_LAST_YEAR + 1}-01-01"
    values = values.where((values >= low) & (values < high))
    slow = np.flatnonzero(values.isna().to_numpy()).tolist()
    order = _order([words[place] for place in slow], asked)
    answers = {place: _one(words[place], asked, order) for place in slow}
    faults = {place: answer for place, answer in answers.items() if isinstance(answer, Fault)}
    if read_slowly := {place: answer for place, answer in answers.items() if isinstance(answer, datetime)}:
        values.iloc[list(read_slowly)] = pd.to_datetime(list(read_slowly.values())).to_numpy("datetime64[ns]")
    return (values.dt.normalize() if asked.column.kind == "date" else values), faults


def _fast(plain: pd.Series) -> pd.Series:
    values = pd.Series(pd.NaT, index=plain.index, dtype="datetime64[ns]")
    dashed, colons = plain.str.replace("/", "-", regex=False), plain.str.count(":")
    for number, form in _FAST.items():
        if (fits := colons == number).any():
            values[fits] = pd.to_datetime(dashed[fits], format=form, errors="coerce")
    return values


def _first_year(asked: Asked) -> int:
    return _FIRST_BIRTH_YEAR if asked.column.personal == "age_band" else _FIRST_YEAR


def _order(words: Sequence[str], asked: Asked) -> Order:
    matches = [found for word in words if (found := _YEAR_LAST.fullmatch(_WEEKDAY.sub(" ", word).strip()))]
    day_first = any(int(found["one"]) > 12 for found in matches)
    month_first = any(int(found["two"]) > 12 for found in matches)
    told: Order = "untold" if asked.day_first is None else "day" if asked.day_first else "month"
    if day_first and month_first:
        return "mixed"
    evident: Order = "day" if day_first else "month" if month_first else "untold"
    return "mixed" if {told, evident} == {"day", "month"} else told if evident == "untold" else evident


def _one(word: str, asked: Asked, order: Order) -> datetime | Fault | None:
    word = _WEEKDAY.sub(" ", word).strip()
    if found := _YEAR_FIRST.fullmatch(word) or _PACKED.fullmatch(word):
        return _dated(int(found["year"]), int(found["month"]), int(found["day"]), found, asked)
    if found := _YEAR_LAST.fullmatch(word):
        return _year_last(found, asked, order)
    if _SERIAL.fullmatch(word):
        return _serial(float(word), asked)
    return _unreadable(word, asked)


def _year_last(found: re.Match[str], asked: Asked, order: Order) -> datetime | Fault | None:
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    if one > 12 or one == two:
        return _dated(year, two, one, found, asked)
    if two > 12:
        return _dated(year, one, two, found, asked)
    if order in ("mixed", "untold"):
        return Fault("day_month_mixed" if order == "mixed" else "day_month_untold")
    month, day = (two, one) if order == "day" else (one, two)
    return _dated(year, month, day, found, asked)


def _dated(year: int, month: int, day: int, found: re.Match[str], asked: Asked) -> datetime | Fault | None:
    if (year, month, day) in _NO_END or (year, month, day) == _ZERO:
        return Fault("no_date") if asked.column.required else None
    if not _first_year(asked) <= year <= _LAST_YEAR:
        return Fault("year_implausible", {"low": _first_year(asked), "high": _LAST_YEAR})
    try:
        return _local(datetime(year, month, day) + _clock(found.groupdict()), found.groupdict().get("rest"), asked)
    except ValueError:
        return Fault("not_a_date")


def _clock(told: dict[str, str | None]) -> timedelta:
    hour, minute, second = (int(told.get(part) or 0) for part in ("hour", "minute", "second"))
    half = (told.get("half") or told.get("noon") or "").lower()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in ("am", "凌晨", "上午", "早上") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _local(moment: datetime, rest: str | None, asked: Asked) -> datetime:
    rest = (rest or "").strip()
    if not rest or _UNTIL.fullmatch(rest):
        return moment
    zone = _ZONE.fullmatch(rest)
    if not zone:
        raise ValueError
    ahead = timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
    offset = timezone(-ahead if zone["sign"] == "-" else ahead)
    return moment.replace(tzinfo=offset).astimezone(ZoneInfo(asked.timezone)).replace(tzinfo=None)


def _serial(days: float, asked: Asked) -> datetime | Fault:
    moment = _EXCEL_ORIGIN + timedelta(seconds=round(days * 86_400))
    return moment if _first_year(asked) <= moment.year <= _LAST_YEAR else Fault("not_a_date")


def _unreadable(word: str, asked: Asked) -> Fault:
    if _NO_DAY.fullmatch(word):
        return Fault("no_day")
    found = _NO_CENTURY.fullmatch(word) or _NO_CENTURY_PACKED.fullmatch(word)
    return Fault("no_century", {"better": _better(found.groups(), asked)}) if found else Fault("not_a_date")


def _better(parts: tuple[str | None, ...], asked: Asked) -> str:
    # A birth date must not come back through the message.
    if asked.column.personal or parts[0] is None:
        return _FORM
    year, month, day = (int(part or 0) for part in parts)
    try:
        return date(year + (1900 if year >= _CENTURY_TURNS else 2000), month, day).isoformat()
    except ValueError:
        return _FORM
