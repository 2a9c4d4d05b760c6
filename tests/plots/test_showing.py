"""A shown chart carries its Finding, and is the same each time."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab.finding import FINDING_MIME, Finding
from churnlab.plots import showing, style
from tests.report.demo import demo_words

mpl.use("Agg")


@pytest.fixture
def finding():
    with demo_words():
        yield Finding(key="demo.kind", table=pd.DataFrame({"end_kind": ["dormant"], "churned": [3]}))


def chart(label: str = "各校区流失率") -> Axes:
    with style.styled():
        _, axes = plt.subplots(figsize=(3, 2))
        axes.bar(["南山", "福田"], [3, -1])
        axes.set_title(label)
    return axes


def test_it_carries_caption_words_and_table(finding: Finding) -> None:
    data, metadata = showing.bundle(chart(), finding, "zh")
    assert metadata["churnlab"] == {
        "finding": "demo.kind",
        "alt": "近一半流失是到期未续，其次是不再来上课。",
        "caption": "流失的方式",
    }
    assert data[FINDING_MIME] == finding.as_json("zh")
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])]))


def test_show_displays_the_bundle_in_the_language_asked_for(finding: Finding, monkeypatch) -> None:
    displayed = []
    monkeypatch.setattr(showing, "display", lambda data, **more: displayed.append((data, more)))
    showing.show(chart(), finding, lang="en")
    ((data, more),) = displayed
    assert data["text/plain"].startswith("Nearly half")
    assert more["raw"] is True
    assert more["metadata"]["churnlab"]["caption"] == "How students left"


def test_the_figure_is_closed_so_that_it_is_not_shown_twice(finding: Finding) -> None:
    axes = chart()
    assert plt.get_fignums()
    showing.bundle(axes.figure, finding, "zh")
    assert plt.get_fignums() == []


def test_the_same_chart_gives_the_same_svg_without_a_date(finding: Finding) -> None:
    one, other = (showing.bundle(chart(), finding, "zh")[0]["image/svg+xml"] for _ in range(2))
    assert one == other
    assert "dc:date" not in one


def test_text_stays_text_in_our_font_and_the_width_is_the_reports(finding: Finding) -> None:
    svg = showing.bundle(chart(), finding, "zh")[0]["image/svg+xml"]
    root = ElementTree.fromstring(svg)
    texts = [item.text for item in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "各校区流失率" in texts
    assert "南山" in texts
    assert set(re.findall(r"font-family: ([^;]+);", svg)) == {"'Noto Sans SC', sans-serif"}
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(style.WIDTH_INCHES * 72, abs=0.01)


@pytest.mark.parametrize("label", [r"$\frac{1}", "<script>", "a & b", '"quoted"'])
def test_a_hostile_label_is_a_label(finding: Finding, label: str) -> None:
    root = ElementTree.fromstring(showing.bundle(chart(label), finding, "zh")[0]["image/svg+xml"])
    assert label in [item.text for item in root.iter("{http://www.w3.org/2000/svg}text")]


def test_draw_shows_the_chart_of_a_finding_in_the_language_asked_for(finding: Finding, monkeypatch) -> None:
    displayed, asked = [], []

    def bars(told: Finding, *, lang: str, by: str) -> Axes:
        asked.append((told, lang, by))
        return chart()

    monkeypatch.setattr(showing, "display", lambda data, **more: displayed.append(data))
    showing.draw(bars, finding, lang="en", by="campus")
    assert asked == [(finding, "en", "campus")]
    assert displayed[0][FINDING_MIME] == finding.as_json("en")


def test_draw_says_why_where_a_finding_has_no_rows(monkeypatch) -> None:
    displayed = []
    monkeypatch.setattr(showing, "display", displayed.append)
    empty = Finding(key="missing", table=pd.DataFrame(), facts={"why": "x"})
    showing.draw(lambda *_, **__: pytest.fail("nothing to draw"), empty, lang="zh")
    assert displayed == [empty]
    assert plt.get_fignums() == []
