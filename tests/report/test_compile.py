"""What is in the PDF when it is read back?"""

import io
from copy import deepcopy
from datetime import UTC, datetime

import nbformat
import pandas as pd
import pypdfium2
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from churnlab.errors import RunError
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang
from churnlab.report.compile import missing, render, typeset
from churnlab.report.document import Document
from tests.report.demo import WORDS, code, demo, notebook, prose, said
from tests.report.reading import pages, reader, squeezed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><text x="9" y="30">{}</text></svg>'


def text_of(*blocks: dict, lang: Lang = "zh", **about: object) -> str:
    return "".join(pages(typeset(Document(lang=lang, title="t", body=list(blocks), **about))))


def test_chinese_can_be_searched_in_text_tables_and_figures(reports: dict[Lang, bytes]) -> None:
    found = "".join(pages(reports["zh"]))
    for sought in ("南山校区流失率最高（4.9%）", "连续缺课3次；剩余课时不足4周", "入学天数", "到期未续", "S-07919"):
        assert sought in found


def test_another_reader_finds_the_same_text(reports: dict[Lang, bytes]) -> None:
    page = pypdfium2.PdfDocument(reports["zh"])[1]
    assert "南山校区流失率最高" in squeezed(page.get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("lang", "first", "header"),
    [
        ("zh", "第1页/共4页", "启明教育培训中心·2026年10月·全部校区月度流失报告·示例数据"),
        ("en", "Page1of4", "QimingTrainingCentre·October2026·AllcampusesMonthlychurnreport·Made-updata"),
    ],
)
def test_pages_are_numbered_and_headed(reports: dict[Lang, bytes], lang: Lang, first: str, header: str) -> None:
    found = pages(reports[lang])
    last = len(found)
    assert last == int(first[-2] if lang == "zh" else first[-1]) > 3
    assert first in found[0]
    assert header not in found[0]
    assert all(squeezed(header) in page.replace("•", "·") for page in found[1:])
    assert first.replace("1", str(last), 1) in found[-1]


@pytest.mark.parametrize(("lang", "table", "figure"), [("zh", "表{}", "图{}"), ("en", "Table{}", "Figure{}")])
def test_tables_and_figures_are_numbered_apart(reports: dict[Lang, bytes], lang: Lang, table: str, figure: str) -> None:
    titles = {key: WORDS[lang][f"demo.{key}.title"] for key in ("campus", "effect", "kind", "curve")}
    found = "".join(pages(reports[lang]))
    assert table.format(1) + squeezed(titles["campus"]) in found
    assert table.format(4) + squeezed(titles["effect"]) in found
    assert figure.format(1) + squeezed(titles["kind"]) in found
    assert figure.format(2) + squeezed(titles["curve"]) in found
    assert table.format(5) not in found


def test_bookmarks_and_contents_name_every_section(reports: dict[Lang, bytes]) -> None:
    outline = reader(reports["zh"]).outline
    assert [item.title for item in outline if not isinstance(item, list)] == [
        "谁离开了？",
        "学员能留多久？",
        "谁可能离开？",
        "为什么？",
        "方法与定义",
    ]
    assert [[item.title for item in item] for item in outline if isinstance(item, list)] == [["各校区", "流失方式"]]
    assert "方法与定义" in pages(reports["zh"])[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_metadata_name_language_title_date_and_standard(reports: dict[Lang, bytes], lang: Lang) -> None:
    pdf = reader(reports[lang])
    assert str(pdf.trailer["/Root"]["/Lang"]) == {"zh": "zh-CN", "en": "en-GB"}[lang]
    assert pdf.metadata.title == {"zh": "月度流失报告", "en": "Monthly churn report"}[lang]
    assert pdf.metadata.author == {"zh": "启明教育培训中心", "en": "Qiming Training Centre"}[lang]
    assert pdf.metadata.creation_date == datetime(2026, 11, 1, tzinfo=UTC)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reports[lang]


def test_every_figure_has_words_for_those_who_cannot_see_it(reports: dict[Lang, bytes]) -> None:
    alts = [item["/Alt"] for item in structure(reports["zh"]) if item.get("/S") == "/Figure"]
    assert "近一半流失是到期未续，其次是不再来上课。" in alts
    assert "入学满一年时，仍有约六成学员在读；南山校区低八个百分点。" in alts


def test_table_heads_are_tagged_as_heads(reports: dict[Lang, bytes]) -> None:
    kinds = [item.get("/S") for item in structure(reports["zh"])]
    assert kinds.count("/Table") >= 4
    assert kinds.count("/TH") >= 4 + 3 + 5 + 3


def structure(pdf: bytes) -> list:
    """Return all elements of the PDF's logical structure."""
    found, waiting = [], [reader(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        item = waiting.pop().get_object()
        if isinstance(item, list):
            waiting.extend(item)
        elif hasattr(item, "get"):
            found.append(item)
            waiting.extend([item["/K"]] if "/K" in item else [])
    return found


def test_only_the_packaged_fonts_are_used(reports: dict[Lang, bytes]) -> None:
    names = {
        str(font["/BaseFont"]).split("+")[1]
        for page in reader(reports["zh"]).pages
        for font in (item.get_object() for item in page["/Resources"]["/Font"].values())
    }
    assert names == {"NotoSansSC-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_notebook_gives_the_same_bytes(reports: dict[Lang, bytes], words: None, lang: Lang) -> None:
    assert render(demo(lang), lang) == reports[lang]


def test_the_made_up_banner_stands_only_where_data_are_made_up() -> None:
    banner = "本报告中的机构、学员和数字均为虚构"
    assert banner in text_of(made_up=True)
    assert banner not in text_of(made_up=False)


def test_neither_source_nor_prints_nor_the_other_language_are_shown(reports: dict[Lang, bytes]) -> None:
    found = {lang: "".join(pages(reports[lang])) for lang in LANGUAGES}
    for hidden in ("secret_source", "month=", "printed", "张三", "13800000000"):
        assert hidden not in found["zh"] + found["en"]
    assert "Wholeft?" not in found["zh"]
    assert "Wholeft?" in found["en"]
    assert "谁离开了" not in found["en"]


def test_a_long_table_breaks_over_pages_and_repeats_its_head() -> None:
    rows = [[f"N{number:04d}", str(number)] for number in range(120)]
    table = {
        "kind": "table",
        "caption": "长表",
        "columns": ["学员编号", "次数"],
        "align": ["left", "right"],
        "rows": rows,
    }
    found = pages(typeset(Document(lang="zh", title="t", body=[table])))
    assert len(found) >= 3
    assert all("学员编号次数" in page for page in found)
    assert [name for name, _ in rows if name not in "".join(found)] == []
    assert sum("表1长表" in page for page in found) == 1


def test_a_wide_table_stays_on_the_page() -> None:
    columns = [f"第{number}列" for number in range(1, 16)]
    rows = [[f"{number * 111_111:,}" for number in range(1, 16)]] * 3
    table = {"kind": "table", "caption": "宽表", "columns": columns, "align": ["right"] * 15, "rows": rows}
    pdf = typeset(Document(lang="zh", title="t", body=[table]))
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    right = max(text.get_charbox(place)[2] for place in range(text.count_chars()))
    assert right <= page.get_width() - 60
    assert "1,666,665" in pages(pdf)[0]


def test_a_heading_is_never_left_alone_at_the_foot_of_a_page() -> None:
    line = {"kind": "par", "content": [{"kind": "text", "text": "一行文字。"}]}
    heading = {"kind": "heading", "level": 1, "content": [{"kind": "text", "text": "孤零零的标题"}]}
    for lines in range(24, 44):
        found = pages(typeset(Document(lang="zh", title="t", body=[line] * lines + [heading, line, line])))
        for page in found[:-1]:
            assert not page.split("第")[0].endswith("孤零零的标题")


def test_what_no_font_has_is_a_mark_and_is_named() -> None:
    doc = Document(lang="zh", title="t", body=[{"kind": "sentence", "text": "𠮷老师😀\u200b好"}])
    assert "〓老师〓好" in "".join(pages(typeset(doc)))
    assert missing(doc) == ["😀", "𠮷"]


def test_a_figure_with_an_address_in_it_reads_no_file() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="9" height="9"><image x:href="/etc/passwd" width="9" height="9"/></svg>'  # fmt: skip  # noqa: E501
    with pytest.raises(RunError, match=r"could not be set|无法排版"):
        text_of({"kind": "figure", "svg": svg, "alt": "a", "caption": "c"})


def test_a_report_of_nothing_is_still_a_report(words: None) -> None:
    assert "churnlab" in "".join(pages(render(notebook([]), "en")))
    empty = Finding(key="demo.kind", table=pd.DataFrame({"end_kind": [], "churned": []}))
    found = "".join(pages(render(notebook([code(said(empty, "zh"))]), "zh")))
    assert "近一半流失是到期未续" in found
    assert "表1" not in found


def test_a_twelve_page_report_is_set_once_from_as_much_as_its_cells_say(
    words: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []

    def compiler(source: bytes, *, sys_inputs: dict[str, str], **more: object) -> typst.Compiler:
        said.append(len(sys_inputs["document"]))
        return real(source, sys_inputs=sys_inputs, **more)

    real = typst.Compiler
    monkeypatch.setattr(typst, "Compiler", compiler)
    for many in (1, 5):
        cells = [deepcopy(cell) for _ in range(many) for cell in demo("zh").cells]
        pdf = render(notebook(cells, title="长报告", as_of="2026-11-01"), "zh")
    assert len(reader(pdf).pages) >= 12
    assert len(said) == 2
    assert said[1] <= 5 * said[0]


NASTY = (
    '#read("/etc/passwd")',
    '#eval("1+1")',
    r"$\frac{1}",
    "\\",
    '"',
    '");#panic()',
    "`raw`",
    "*bold* _emph_",
    "= heading",
    "@label <label>",
    "// comment /* */",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    r"\u{41} \n \0",
    "[x](javascript:alert(1))",
    "{page} {pages} {0}",
    "&#x41; &lt;",
    "]]>",
    "~~~ --- ...",
    "'single' “quotes”",
)


def everywhere(text: str) -> Document:
    """Return a document with one text in every place that a notebook's text can reach."""
    content = [{"kind": kind, "text": text} for kind in ("text", "code", "formula")]
    nested = [{"kind": kind, "content": content} for kind in ("strong", "emph", "strike")]
    before = [{"label": text, "value": text, "change": text}]
    blocks = [
        {"kind": "heading", "level": 1, "content": content},
        {"kind": "par", "content": content + nested + [{"kind": "link", "url": "https://a.b", "content": content}]},
        {"kind": "list", "ordered": False, "start": 1, "items": [[{"kind": "par", "content": content}]]},
        {"kind": "quote", "blocks": [{"kind": "par", "content": content}]},
        {"kind": "code", "text": text},
        {"kind": "grid", "align": ["left"], "head": [content], "rows": [[content]]},
        {"kind": "sentence", "text": text},
        {"kind": "caveat", "text": text},
        {"kind": "cards", "cards": [{"label": text, "value": text, "interval": text, "before": before}]},
        {"kind": "table", "caption": text, "columns": [text], "align": ["left"], "rows": [[text]]},
        {"kind": "figure", "svg": SVG.format("x"), "alt": text or "-", "caption": text},
    ]
    about = {name: text for name in ("title", "subtitle", "institution", "campus")}
    return Document(lang="zh", **about | {"title": text or "t"}, first=blocks[5:8], body=blocks)


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_is_printed_as_it_stands(text: str) -> None:
    found = "".join(pages(typeset(everywhere(text))))
    assert found.count(squeezed(text)) >= 10


anything = st.text(st.characters(codec=None), max_size=40) | st.text('#$\\"`*_=@<>[](){}/~-\'’\u202e\u0301ا中😀\x1b\x00 \n', max_size=40)  # fmt: skip  # noqa: E501


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(anything, min_size=40, max_size=40))
def test_two_thousand_hostile_strings_become_pdfs(texts: list[str]) -> None:
    table = {"kind": "table", "caption": texts[0], "columns": texts[1:3], "align": ["left"] * 2}
    rows = [[texts[place], texts[place + 1]] for place in range(0, 40, 2)]
    sentences = [{"kind": "sentence", "text": text} for text in texts]
    pdf = typeset(Document(lang="zh", title=texts[0] or "t", body=[*sentences, table | {"rows": rows}]))
    assert pdf.startswith(b"%PDF")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_markdown_becomes_a_pdf(text: str) -> None:
    made = nbformat.v4.new_notebook(cells=[prose(text)], metadata={"churnlab": {"title": "t"}})
    assert render(made, "zh").startswith(b"%PDF")


def test_the_pdf_can_be_drawn(reports: dict[Lang, bytes]) -> None:
    page = pypdfium2.PdfDocument(io.BytesIO(reports["zh"]))[0].render(scale=0.3).to_pil()
    assert len(page.getcolors(100_000)) > 50
