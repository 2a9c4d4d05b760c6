"""Under which name does each table stand in the workbook?"""

import re

_LONGEST = 31  # Excel's own limit
_FORBIDDEN = str.maketrans({letter: "_" for letter in "[]:*?/\\"})
_CLAUSE = re.compile(r"[,;，；：]|[（(].*")  # what stands in brackets is one
_LEADING_ON = re.compile(r" (a|an|and|by|for|from|in|of|on|since|the|to|with)$")


def sheet_names(titles: list[str]) -> list[str]:
    """Return a name Excel takes for each title: at most 31 characters, none forbidden, no two alike.

    A longer title loses its last clause, or its last words and has "…" instead.
    """
    names: list[str] = []
    for title in titles:
        stem = title.translate(_FORBIDDEN).strip("' ")
        stem = stem if stem and stem.lower() != "history" else f"{stem}_"
        name, number = _cut(stem, ""), 1
        while name.lower() in {taken.lower() for taken in names}:
            number += 1
            name = _cut(stem, f" ({number})")
        names.append(name)
    return names


def _cut(stem: str, end: str) -> str:
    room = _LONGEST - len(end)
    if _units(stem) <= room:
        return stem + end
    kept = _within(stem, room)
    clauses = [found.start() for found in _CLAUSE.finditer(kept) if found.start() >= room // 2]
    if clauses:
        return kept[: clauses[-1]].rstrip("' ") + end
    return _whole_words(stem, room - 1) + "…" + end


def _whole_words(stem: str, room: int) -> str:
    """Return the beginning that ends with a word, not with one that only leads on to the next."""
    kept = _within(stem, room)
    blanks = [place for place in range(room // 2, len(kept) + 1) if stem[place : place + 1] == " "]
    kept = kept[: blanks[-1]] if blanks else kept
    while len(kept) > room // 2 and _LEADING_ON.search(kept):
        kept = _LEADING_ON.sub("", kept)
    return kept.rstrip(" ,")


def _within(stem: str, room: int) -> str:
    while _units(stem) > room:
        stem = stem[:-1]
    return stem


def _units(text: str) -> int:
    # Excel counts UTF-16 units: a rare character takes two.
    return len(text.encode("utf-16-le")) // 2
