"""Which cells of an Excel sheet are shown as percentages?

A spreadsheet keeps 95 % as 0.95 and a format; the value alone would be read as less than one percent. So such a cell
comes as what it shows, `95%`, as it would in a csv of the same sheet.
"""

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation

_SHEET_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_FORMAT_ID = re.compile(rb"""\snumFmtId=["'](\d+)["']""")
_OWN = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_CODE = re.compile(rb"""\sformatCode=(?:"([^"]*)"|'([^']*)')""")
_IN_PERCENT = frozenset({9, 10})  # 0% and 0.00%, which every workbook has [ECMA-376-1, 18.8.30]
# Quoted or escaped, a sign is only a word beside the number.
_QUOTED = re.compile(rb"""&quot;.*?&quot;|".*?"|\\.""")
_CELL = rb"""<((?:\w+:)?c)\b([^>]*?\ss=["'](?:%b)["'][^>]*)(?<!/)>((?:(?!</\1>).)*?<((?:\w+:)?v)>)([^<]+)(</\4>)"""
_NUMERIC = re.compile(rb"""\st=["']n["']""")
_TYPE = re.compile(rb"""\st=["']""")
_DIGITS = 10  # 0.07000000000000001 is how a spreadsheet keeps 0.07


def shows_percent(code: bytes) -> bool:
    """Tell whether a number format multiplies by a hundred and writes a percent sign."""
    return b"%" in _QUOTED.sub(b"", code)


def percent_formats(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell formats (`s` of a cell) that show percentages.

    Parameters
    ----------
    styles : bytes
        The workbook's `xl/styles.xml`; empty where it has none.
    """
    own = set(_IN_PERCENT)
    for declared in _OWN.findall(styles):
        number, code = _FORMAT_ID.search(declared), _CODE.search(declared)
        if number and code and shows_percent(code[1] or code[2] or b""):
            own.add(int(number[1]))
    formats = _SHEET_FORMATS.search(styles)
    found = _FORMAT.findall(formats[0]) if formats else []
    numbers = [_FORMAT_ID.search(one) for one in found]
    return frozenset(str(place).encode() for place, one in enumerate(numbers) if one and int(one[1]) in own)


def with_signs(content: bytes, formats: Collection[bytes]) -> bytes:
    """Return a sheet whose cells of these formats hold what they show: 0.95 becomes the text `95%`.

    Parameters
    ----------
    content : bytes
        The sheet's XML.
    formats : collection of bytes
        From `percent_formats`.
    """
    there = sorted(one for one in formats if b's="' + one + b'"' in content or b"s='" + one + b"'" in content)
    return re.sub(_CELL % b"|".join(there), _signed, content, flags=re.DOTALL) if there else content


def percent_text(value: str) -> str:
    """Write a share as it is shown: `0.95` as `95%`."""
    return f"{round(Decimal(value) * 100, _DIGITS).normalize():f}%"


def _signed(cell: re.Match[bytes]) -> bytes:
    attributes = _NUMERIC.sub(b"", cell[2])
    if _TYPE.search(attributes):
        return cell[0]  # a text, an error, or an empty cell
    try:
        shown = percent_text(cell[5].decode("ascii"))
    except (InvalidOperation, UnicodeDecodeError):
        return cell[0]
    return b'<%b%b t="str">%b%b%b' % (cell[1], attributes, cell[3], shown.encode(), cell[6])
