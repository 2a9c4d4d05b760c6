"""nbconvert finds our exporter and makes the same PDF."""

import nbformat
from nbconvert.exporters import get_exporter

from churnlab.i18n import LANGUAGES, Lang
from churnlab.report.exporter import PdfExporter
from tests.report.demo import demo, notebook, prose


def test_nbconvert_knows_it_by_name() -> None:
    assert get_exporter("churnlab-pdf") is PdfExporter


def test_it_speaks_the_notebooks_language(reports: dict[Lang, bytes], words: None) -> None:
    for lang in LANGUAGES:
        made, resources = PdfExporter().from_notebook_node(demo(lang))
        assert made == reports[lang]
        assert resources["output_extension"] == ".pdf"
        assert resources["churnlab"] == {"missing_characters": []}


def test_it_names_what_no_font_has() -> None:
    _, resources = PdfExporter().from_notebook_node(notebook([prose("𠮷老师")], lang="zh"))
    assert resources["churnlab"] == {"missing_characters": ["𠮷"]}


def test_it_reads_a_file(tmp_path) -> None:
    file = tmp_path / "report.ipynb"
    nbformat.write(notebook([prose("# 报告")], lang="zh"), file)
    made, _ = PdfExporter().from_filename(str(file))
    assert made.startswith(b"%PDF")
