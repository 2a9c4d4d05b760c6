"""Markdown becomes a tree in which text is only text."""

import pytest

from churnlab.report.markup import blocks, plain


def words(markdown: str) -> list:
    (block,) = blocks(markdown)
    return block["content"]


def test_a_paragraph_by_hand() -> None:
    assert words("流失率 **很高** *见表* `x<1` ~~旧~~") == [
        {"kind": "text", "text": "流失率 "},
        {"kind": "strong", "content": [{"kind": "text", "text": "很高"}]},
        {"kind": "text", "text": " "},
        {"kind": "emph", "content": [{"kind": "text", "text": "见表"}]},
        {"kind": "text", "text": " "},
        {"kind": "code", "text": "x<1"},
        {"kind": "text", "text": " "},
        {"kind": "strike", "content": [{"kind": "text", "text": "旧"}]},
    ]


def test_headings_keep_their_level() -> None:
    assert [(block["level"], plain(block["content"])) for block in blocks("# 一\n## 二\n### 三")] == [
        (1, "一"),
        (2, "二"),
        (3, "三"),
    ]


def test_lists_nest_and_count() -> None:
    (block,) = blocks("3. 甲\n4. 乙\n   - 丙")
    assert (block["ordered"], block["start"]) == (True, 3)
    assert plain(block["items"][0][0]["content"]) == "甲"
    assert block["items"][1][1]["ordered"] is False


def test_a_table_keeps_its_alignment() -> None:
    (block,) = blocks("| 词 | 数 |\n|:--|--:|\n| 甲 | 1 |")
    assert block["align"] == ["left", "right"]
    assert [plain(cell) for cell in block["head"] + block["rows"][0]] == ["词", "数", "甲", "1"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("第一行，\n第二行", "第一行，第二行"),
        ("one line\nanother", "one line another"),
        ("用 pandas\n处理", "用 pandas 处理"),
    ],
)
def test_a_line_that_ends_in_chinese_goes_on_without_a_space(markdown: str, text: str) -> None:
    assert plain(words(markdown)) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[点我](javascript:alert(1))", "点我"),
        ("![图的说明](../../etc/passwd)", "图的说明"),
        ("a <b>b</b> <script>c</script>", "a b c"),
        ("a &lt;b&gt; &amp;", "a <b> &"),
        (r"$\frac{1}{2}$", r"\frac{1}{2}"),
        (r"$\frac{1}", r"$\frac{1}"),
        ('#read("x")', '#read("x")'),
    ],
)
def test_what_could_act_is_text(markdown: str, text: str) -> None:
    content = words(markdown)
    assert plain(content) == text
    assert all(item["kind"] in ("text", "formula") for item in content)


def test_only_links_of_the_web_and_of_mail_are_links() -> None:
    assert [words(f"[a]({url})")[0]["kind"] for url in ("https://a.b", "http://a.b", "mailto:a@b.c", "file:///x")] == [
        "link",
        "link",
        "link",
        "text",
    ]


def test_html_and_comments_are_dropped() -> None:
    assert blocks("<div>x</div>") == []
    assert blocks("<!-- note to self -->") == []
    assert blocks("---") == []


def test_code_and_quotes_and_formulas_stand_apart() -> None:
    assert blocks("```\nx = 1\n```") == [{"kind": "code", "text": "x = 1"}]
    (quote,) = blocks("> 引用")
    assert plain(quote["blocks"][0]["content"]) == "引用"
    assert blocks("$$\nc / n\n$$") == [{"kind": "par", "content": [{"kind": "formula", "text": "c / n"}]}]
