"""Does a text name somebody, and how is that taken out?

Taken out: names known from the load, mobile and landline numbers, resident and passport numbers, emails, WeChat and QQ
ids. What nobody declared to be a name cannot be known to be one: a scrubbed text is safer, not public.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add

from churnlab.tables.contract import Column
from churnlab.tables.given_names import given_name, names_nobody
from churnlab.tables.values import long, short

MASK = "***"
NAME_MASK = "[name]"
_LONGEST_SHOWN = 80  # characters of a cell that tell which one is meant

_D = r"[-\s.·－]?"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_RESIDENT = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}{_D}[0-9]{{8}}{_D}[0-9]{{3}}[0-9Xx](?![0-9Xx])"
    r"|(?<![0-9])[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])"
)
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[EGHMeghm][A-Za-z]?[0-9]{8}(?![0-9])")
_MOBILE = re.compile(rf"(?<![0-9])(?:\+?(?:00)?86{_D})?1[3-9][0-9]{_D}[0-9]{{4}}{_D}[0-9]{{4}}(?![0-9])")
_MOBILE_IN_THREES = re.compile(rf"(?<![0-9])1[3-9][0-9]{_D}[0-9]{{3}}{_D}[0-9]{{3}}{_D}[0-9]{{2}}(?![0-9])")
_MOBILE_IN_HAN = re.compile(r"[一幺][三四五六七八九][零〇一幺二三四五六七八九]{9}")
_LANDLINE_DASHED = re.compile(
    r"(?<![0-9])(?:\(0[1-9][0-9]{1,2}\)\s?|0[1-9][0-9]{1,2}[-－\s])[2-9][0-9]{2,3}[-\s]?[0-9]{4}(?![0-9])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])0[1-9][0-9]{1,2}[2-9][0-9]{6,7}(?![0-9])|(?<![0-9])400[-\s]?[0-9]{3}[-\s]?[0-9]{4}(?![0-9])"
)
_CALLED = re.compile(r"(?:电话|座机|手机号?码?|联系方式|tel|phone)[：:是为\s]*[0-9][0-9\s-]{5,}[0-9]", re.IGNORECASE)
_CHAT_ID = r"[A-Za-z0-9][-_A-Za-z0-9]{4,19}"
_CHAT = re.compile(
    rf"(?:微信|薇信|威信|v信|wechat|weixin|wx|vx|扣扣|qq)\s*(?:号码?|id)?\s*[：:是为号]\s*{_CHAT_ID}|wxid_[A-Za-z0-9]+",
    re.IGNORECASE,
)
# In a sentence whatever follows is an id; in a word, `WeChat moments` is a channel.
_CHAT_IN_SENTENCE = re.compile(rf"(?:微信|薇信|威信|v信|加v|扣扣|\bwx|\bvx|qq)号?\s*{_CHAT_ID}", re.IGNORECASE)
_ALL: tuple[tuple[re.Pattern[str], str], ...] = (
    (_EMAIL, "[email]"),
    (_CHAT, "[chat]"),
    (_RESIDENT, "[id number]"),
    (_PASSPORT, "[id number]"),
    (_MOBILE, "[phone]"),
    (_MOBILE_IN_THREES, "[phone]"),
    (_MOBILE_IN_HAN, "[phone]"),
    (_LANDLINE_DASHED, "[phone]"),
    (_LANDLINE, "[phone]"),
    (_CALLED, "[phone]"),
)
_OF_A_PERSON = (_EMAIL, _RESIDENT, _MOBILE, _LANDLINE_DASHED, re.compile("wxid_"))
_NUMBERED = re.compile(
    r"[0-9@]|[一幺][三四五六七八九][零〇一幺二三四五六七八九]{9}|微信|薇信|威信|v信|weixin|wechat|vx|wx|qq|扣扣",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTER = re.compile("[A-Za-z0-9]")


def without_numbers(text: str) -> str:
    """Return a cleaned text with a word in brackets in the place of each phone, id number, email and chat id."""
    if not _NUMBERED.search(text):
        return text
    for pattern, mask in _ALL:
        text = pattern.sub(mask, text)
    return text


def holds_number_of_a_person(value: str) -> bool:
    """Tell whether an id holds a phone number, a resident number, an email or a WeChat id."""
    return any(pattern.search(value) for pattern in _OF_A_PERSON)


def is_han(value: str) -> bool:
    """Tell whether there is a Chinese character in it."""
    return bool(_HAN.search(value))


def scrubber(names: Iterable[str]) -> Callable[[str], str]:
    """Return what takes these names, and every number of a person, out of a text; names as of `nameless`."""
    take_names = nameless(names)

    def scrub(text: str) -> str:
        return _CHAT_IN_SENTENCE.sub("[chat]", without_numbers(take_names(long(text))))

    return scrub


def nameless(names: Iterable[str]) -> Callable[[str], str]:
    """Return what takes these names out of a cleaned text.

    Parameters
    ----------
    names : iterable of str
        As they stand in the export. The given name alone is taken out as well, as `given_names` has it (that is how a
        teacher speaks of a child), and the name with a blank after the family name.

    Notes
    -----
    A text is looked through pair by pair of characters for those with which a name begins, so that the time does not
    grow with the number of names.
    """
    known: dict[str, set[str]] = {}
    for form in {_lower(form) for name in names for form in _forms(short(name))}:
        known.setdefault(form[:2], set()).add(form)
    return lambda text: _without_names(text, known)


def _forms(name: str) -> Iterable[str]:
    if names_nobody(name):
        return
    yield name
    if is_han(name):
        bare = name.replace(" ", "")
        yield bare
        yield f"{bare[0]} {bare[1:]}"
        yield f"{bare[:2]} {bare[2:]}" if len(bare) > 2 else bare  # 欧阳 明月
        yield given_name(bare) or bare


def _lower(text: str) -> str:
    """Return a text without case, as long as it was: `İ` has no lower case of one character."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := mark.lower()) == 1 else mark for mark in text)


def _without_names(text: str, known: Mapping[str, Iterable[str]]) -> str:
    lower, parts, start, done = _lower(text), [], 0, 0
    if known.keys().isdisjoint(map(add, lower, lower[1:])):
        return text
    while start < len(lower):
        forms = known.get(lower[start : start + 2], ())
        sizes = (len(form) for form in forms if lower.startswith(form, start) and _whole(lower, start, len(form)))
        size = max(sizes, default=0)
        if size:
            parts += [text[done:start], NAME_MASK]
            done = start + size
        start += size or 1
    return "".join([*parts, text[done:]])


def _whole(text: str, start: int, size: int) -> bool:
    """Tell whether a match does not begin or end inside a Latin word: `Ann` is not in `annual`."""
    end = start + size
    opens = not (start and _LETTER.match(text[start]) and _LETTER.match(text[start - 1]))
    return opens and not (end < len(text) and _LETTER.match(text[end - 1]) and _LETTER.match(text[end]))


def masked(cells: Sequence[tuple[str, Column]], *, names: Iterable[str] = ()) -> list[str]:
    """Return cells as they may be shown to whoever mends them.

    Parameters
    ----------
    cells : sequence of (str, Column)
        What stood in the file, and in which column.
    names : iterable of str
        Names that may have slipped into other columns.

    Returns
    -------
    list of str
        `***` for what stood in a personal column; elsewhere the value without names and numbers of persons.
    """
    scrub = scrubber(names)
    return [(MASK if cell.strip() else "") if column.personal else _cut(scrub(cell)) for cell, column in cells]


def _cut(cell: str) -> str:
    return cell if len(cell) <= _LONGEST_SHOWN else cell[: _LONGEST_SHOWN - 1] + "…"
