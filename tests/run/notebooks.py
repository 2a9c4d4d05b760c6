"""Notebooks of a few cells, written by hand."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def write(place: Path, *cells: str, parameters: str | None = 'month: str = "2026-01"\nlang: str = "zh"') -> Path:
    """Write a notebook with a parameters cell and these code cells."""
    notebook = new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    if parameters is not None:
        notebook.cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    notebook.cells += [new_markdown_cell("# A heading"), *(new_code_cell(cell) for cell in cells)]
    nbformat.write(notebook, place)
    return place
