"""What is a file, whatever its name says?"""

from collections.abc import Callable

from churnlab.errors import InputError
from churnlab.tables.files import csv_file, excel_file, html_file, text_file, xls_file
from churnlab.tables.files.grid import Grid, Row

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".html", ".htm")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def grids(data: bytes, file: str, *, knows: Callable[[Row], int], head_rows: int) -> list[Grid]:
    """Return the sheets of a file by what its bytes are: many an .xls is a web page or tab-separated text.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.
    knows, head_rows
        How many cells of a row are known headers, and within how many rows the header lies; see `csv_file.grid`.

    Raises
    ------
    InputError
        If the file is damaged, locked, of an unknown form, or its encoding is neither UTF-8 nor GB18030.
    """
    if data.startswith(_ZIP):
        return excel_file.grids(data, file)
    if data.startswith(_OLE):
        return xls_file.grids(data, file)
    text = text_file.decode(data, file)
    if html_file.looks_like(text):
        return [html_file.grid(text)]
    if text.lstrip().startswith("<?xml"):
        raise InputError("reading.no_workbook", file=file)
    return [csv_file.grid(text, file, knows=knows, head_rows=head_rows)]
