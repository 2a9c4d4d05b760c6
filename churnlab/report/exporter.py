"""How does nbconvert make our PDF? `jupyter nbconvert --to churnlab-pdf report.ipynb`."""

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from churnlab.i18n import LANGUAGES, language
from churnlab.report.compile import missing, typeset
from churnlab.report.document import read


class PdfExporter(Exporter):
    """An executed notebook as a report, in the language that its metadata name.

    `resources["churnlab"]["missing_characters"]` holds the characters that no font has.
    """

    export_from_notebook = "churnlab PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and nbconvert's resources."""
        notebook, found = super().from_notebook_node(nb, resources, **kw)
        told = notebook.metadata.get("churnlab", {}).get("lang")
        doc = read(notebook, told if told in LANGUAGES else language())
        found["churnlab"] = {"missing_characters": missing(doc)}
        return typeset(doc), found
