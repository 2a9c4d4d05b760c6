"""Workbooks written by hand, to the letter of their XML."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def cell(place: str, value: str | float) -> str:
    """Write one cell: numbers as numbers, `#REF!` and its like as errors, other text inline."""
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    if value.startswith("#"):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def rows_xml(rows: Sequence[Sequence[str | float]], merged: Sequence[str] = ()) -> str:
    """Write the rows of a sheet from A1 on; an empty text is no cell."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row) if value != "")
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines) + "</sheetData>" + _merged(merged)


def _merged(ranges: Sequence[str]) -> str:
    inside = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return f"<mergeCells>{inside}</mergeCells>" if ranges else ""


def workbook(sheets: dict[str, str], hidden: Sequence[str] = ()) -> bytes:
    """Pack sheets, each given as what `rows_xml` returns."""
    listed = types = related = ""
    for number, name in enumerate(sheets, start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>'
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        types += f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kind}"/>'
        related += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    xml, rels = "application/xml", "application/vnd.openxmlformats-package.relationships+xml"
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as parts:
        parts.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
            f'<Default Extension="xml" ContentType="{xml}"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{book}"/>{types}</Types>',
        )
        parts.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
        )
        for number, content in enumerate(sheets.values(), start=1):
            parts.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{content}</worksheet>',
            )
    return packed.getvalue()
