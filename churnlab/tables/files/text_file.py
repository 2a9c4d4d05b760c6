"""Which text do the bytes of a file spell?

Strictly UTF-8 (with or without its mark), else strictly GB18030, else nothing: text read in the wrong encoding looks
like text, and its names would be lost without a word.
"""

import re

from churnlab.errors import InputError

_MARK = b"\xef\xbb\xbf"
_WINDOW = 32_768  # bytes on both sides of the first that is no UTF-8; what is damaged shows close to the damage
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_BEYOND = re.compile("[\u0800-\U0010ffff]")


def decode(data: bytes, file: str) -> str:
    """Return the text of a file.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.

    Raises
    ------
    InputError
        If it is neither UTF-8 nor GB18030, if it could as well be the other, or if it holds NUL bytes.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("reading.encoding", file=file)
    if 0 in data:
        raise InputError("reading.nul", file=file, row=data.count(b"\n", 0, data.index(0)) + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return _gb18030(data, file, wrong.start)
    if _spells_han_otherwise(data, text):
        raise InputError("reading.encoding_ambiguous", file=file)
    return text


def _gb18030(data: bytes, file: str, wrong_at: int) -> str:
    if data.startswith(_MARK) or _is_damaged_utf8(data, wrong_at):
        row = data.count(b"\n", 0, wrong_at) + 1
        raise InputError("reading.encoding_damaged", file=file, row=row)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise InputError("reading.encoding", file=file) from None


def _is_damaged_utf8(data: bytes, wrong_at: int) -> bool:
    # Chinese in GB18030 hardly ever spells Chinese in UTF-8; where most of it does, the file is UTF-8 with bytes lost.
    text = data[max(0, wrong_at - _WINDOW) : wrong_at + _WINDOW].decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    return len(_HAN.findall(text)) >= lost > 0


def _spells_han_otherwise(data: bytes, text: str) -> bool:
    # Two-byte UTF-8 only (no Chinese at all) that is Chinese throughout in GB18030: "һ" (U+04BB) or 一?
    if data.startswith(_MARK) or text.isascii() or _BEYOND.search(text):
        return False
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all(_HAN.match(letter) for letter in other if not letter.isascii())
