"""How does a chart come into a notebook, so that a report can print it?"""

from collections.abc import Callable
from io import StringIO
from typing import Any
from warnings import catch_warnings, filterwarnings

from IPython.display import display
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from churnlab.finding import FINDING_MIME, Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style


def show(chart: Axes | Figure, finding: Finding, *, lang: Lang | None = None) -> None:
    """Display a chart as SVG, with the Finding that it draws.

    The Finding's title is the caption, its sentence the text for those who cannot see the chart; its table goes along,
    for the workbook. The figure is closed: a notebook would show it a second time.

    Parameters
    ----------
    chart : matplotlib Axes or Figure
        What a function of `churnlab.plots` returned.
    finding : Finding
        What the chart draws.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    """
    data, metadata = bundle(chart, finding, lang or language())
    display(data, raw=True, metadata=metadata)


def draw(chart: Callable[..., Axes], finding: Finding, *, lang: Lang | None = None, **choices: Any) -> None:
    """Draw a Finding and show it; one without rows says why instead.

    Parameters
    ----------
    chart : callable
        A function of `churnlab.plots`.
    finding : Finding
        What it draws.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    **choices
        What else the chart wants to know.
    """
    if finding.table.empty:
        display(finding)
    else:
        show(chart(finding, lang=lang, **choices), finding, lang=lang)


def bundle(chart: Axes | Figure, finding: Finding, lang: Lang) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a notebook stores of a shown chart: its data by MIME type, and its metadata; the figure is closed."""
    figure = chart.figure if isinstance(chart, Axes) else chart
    figure = figure.figure if isinstance(figure, SubFigure) else figure
    assert isinstance(figure, Figure)
    said = finding.sentence(lang)
    data = {"image/svg+xml": svg(figure), "text/plain": said, FINDING_MIME: finding.as_json(lang)}
    about = {"finding": finding.key, "alt": said, "caption": finding.title(lang)}
    plt.close(figure)
    return data, {"churnlab": about}


def svg(figure: Figure) -> str:
    """Return a figure as SVG as wide as the report's text, without a date: the same bytes from the same chart."""
    buffer = StringIO()
    with style.styled(), catch_warnings():
        # A letter that our font lacks stays text: a browser has other fonts, and the PDF prints a mark for it.
        filterwarnings("ignore", message="Glyph .* missing from font")
        figure.set_figwidth(style.WIDTH_INCHES)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches=None)
    return buffer.getvalue()
