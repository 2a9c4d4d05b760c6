"""Which sections have something to tell?

Where data are missing an analysis says so in its place. A section in which nothing else would stand goes, with its
heading; one closing list names what went, and why. In a section that tells something else the reason stays where it is.
"""

import re

from churnlab.i18n import Lang, text
from churnlab.report import markup
from churnlab.report.markup import Block

_FIRST_SENTENCE = re.compile(r".+?(?:[。！？]|[.!?](?=\s|$)|$)", re.DOTALL)


def told(blocks: list[Block], lang: Lang) -> list[Block]:
    """Leave out sections that tell nothing, and list at the end those for which data are missing.

    Parameters
    ----------
    blocks : list of dict
        Blocks as of `churnlab.report.document`; where one says that data are missing, its `missing` says why.
    lang : {"zh", "en"}
        In which the list is introduced.
    """
    kept, left_out = list[Block](), list[tuple[Block, str]]()
    place = 0
    while place < len(blocks):
        block = blocks[place]
        end = _end(blocks, place)
        inside = [below for below in blocks[place + 1 : end] if below["kind"] != "heading"]
        if block["kind"] == "heading" and inside and all("missing" in below for below in inside):
            left_out.append((block, inside[0]["missing"]))
            place = end
        else:
            kept.append(block)
            place += 1
    return _without_empty(_once(kept)) + _listed(left_out, lang)


def _end(blocks: list[Block], place: int) -> int:
    """Return where the section ends whose heading stands here."""
    for later in range(place + 1, len(blocks)):
        if blocks[later]["kind"] == "heading" and blocks[later]["level"] <= blocks[place].get("level", 0):
            return later
    return len(blocks)


def _once(blocks: list[Block]) -> list[Block]:
    # A reason that stood in a section now gone is said where it stands next; a second time nowhere.
    kept, said = list[Block](), set[str]()
    for block in blocks:
        if "missing" not in block:
            kept.append(block)
        elif block["text"] not in said:
            said.add(block["text"])
            kept.append({"kind": block["kind"], "text": block["text"]})
    return kept


def _without_empty(blocks: list[Block]) -> list[Block]:
    """Leave out headings below which nothing is told: everything there was said before, or stands in the workbook."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1] if kept else None
        is_empty = below is None or (below["kind"] == "heading" and below["level"] <= block.get("level", 0))
        if block["kind"] != "heading" or not is_empty:
            kept.append(block)
    return kept[::-1]


def _listed(left_out: list[tuple[Block, str]], lang: Lang) -> list[Block]:
    if not left_out:
        return []
    items = [
        [_par(text("report.left_out_one", lang, heading=markup.plain(heading["content"]), why=_short(why)))]
        for heading, why in left_out
    ]
    return [_par(text("report.left_out", lang)), {"kind": "list", "ordered": False, "start": 1, "items": items}]


def _short(why: str) -> str:
    found = _FIRST_SENTENCE.match(why)
    return found[0] if found else why


def _par(said: str) -> Block:
    return {"kind": "par", "content": [{"kind": "text", "text": said}]}
