"""What does a PDF say to those who read it with a program?"""

import re
from io import BytesIO

import pypdf


def reader(pdf: bytes) -> pypdf.PdfReader:
    """Open a PDF."""
    return pypdf.PdfReader(BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    """Return each page's text, without white space: where a line breaks is a matter of looks."""
    return [squeezed(page.extract_text()) for page in reader(pdf).pages]


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return re.sub(r"\s+", "", text)
