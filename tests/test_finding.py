"""A Finding is its sentence, its table and what to know first, in the reader's language."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date

import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

from churnlab import i18n
from churnlab.errors import NotEnoughData, StoreError
from churnlab.finding import FINDING_MIME, Design, Finding, attempt
from churnlab.i18n import LANGUAGES
from churnlab.wording import Said
from tests.languages import speaking

WORDS = {
    "zh": {
        "demo.kinds.title": "{month:month}的流失",
        "demo.kinds.sentence": "流失 {n:count} 人，多为{most}。",
        "demo.kinds.more": "<b>{who}</b>流失率 {rate:percent}。",
        "column.left_on": "离开日",
        "caveat.demo_few": "仅 {n:count} 人 & 偏少",
    },
    "en": {
        "demo.kinds.title": "Churn in {month:month}",
        "demo.kinds.sentence": "{n:count} {n:one|student|students} churned, most: {most}.",
        "demo.kinds.more": "<b>{who}</b> lost {rate:percent}.",
        "column.left_on": "Left on",
        "caveat.demo_few": "only {n:count} & few",
    },
}


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The locale knows our words."""
    known = {lang: {**i18n.sentences(lang), **WORDS[lang]} for lang in LANGUAGES}
    monkeypatch.setattr(i18n, "sentences", lambda lang: known[lang])
    with speaking("zh"):
        yield


def finding(**changes) -> Finding:
    table = pd.DataFrame({
        "campus": ["<i>南山</i>", None], "churn_rate": [0.05, float("nan")], "churn_rate_low": [0.041, float("nan")],
        "churn_rate_high": [0.062, float("nan")], "end_kind": ["dormant", "refunded"],
        "left_on": [pd.Timestamp("2026-10-07"), pd.NaT],
        "reasons": [(Said("code.end_kind.dormant"),), ()],
    })  # fmt: skip
    facts = {"n": 1, "most": Said("code.end_kind.dormant"), "month": "2026-10", "who": "<i>南山</i>", "rate": 0.05}
    return Finding(**{"key": "demo.kinds", "table": table, "facts": facts} | changes)


def test_it_is_told_in_the_language_in_use_or_asked_for() -> None:
    assert finding().title() == "2026年10月的流失"
    assert finding().sentence() == "流失 1 人，多为不再来上课。"
    assert finding().sentence("en") == "1 student churned, most: Stopped coming."
    with speaking("en"):
        assert finding().title() == "Churn in October 2026"


def test_several_sentences_are_one_text_with_a_blank_only_in_english() -> None:
    told = finding(sentences=("sentence", "more"))
    assert told.sentence("zh") == "流失 1 人，多为不再来上课。<b><i>南山</i></b>流失率 5.0%。"
    assert told.sentence("en") == "1 student churned, most: Stopped coming. <b><i>南山</i></b> lost 5.0%."


def test_caveats_come_first_then_how_a_claim_of_cause_is_supported() -> None:
    told = finding(caveats=("demo_few",), design=Design.BEFORE_AFTER_ONLY)
    assert told.warnings("zh") == ["仅 1 人 & 偏少", "设计：仅有前后对比，不能说明效果"]
    assert told.warnings("en") == ["only 1 & few", "Design: before and after only; this does not show an effect"]
    assert finding().warnings() == []


@pytest.mark.parametrize("design", Design)
def test_every_design_has_its_words(design: Design) -> None:
    assert all(finding(design=design).warnings(lang) for lang in LANGUAGES)


def test_a_notebook_shows_html_plain_text_and_the_form_for_the_exporter() -> None:
    shown = finding(sentences=("more",), caveats=("demo_few",))._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain", FINDING_MIME}
    said, warned, _ = shown["text/html"].split("</p>", 2)
    assert said == "<p><b>&lt;b&gt;&lt;i&gt;南山&lt;/i&gt;&lt;/b&gt;流失率 5.0%。</b>"
    assert warned == "<p><small>⚠ 仅 1 人 &amp; 偏少</small>"
    assert '<td style="text-align:left">&lt;i&gt;南山&lt;/i&gt;</td>' in shown["text/html"]
    assert '<td style="text-align:right">' in shown["text/html"]
    assert "<i>" not in shown["text/html"]
    assert shown["text/plain"].splitlines()[:2] == ["<b><i>南山</i></b>流失率 5.0%。", "! 仅 1 人 & 偏少"]


def test_jupyter_takes_that_form() -> None:
    data, _ = DisplayFormatter().format(finding())
    assert data[FINDING_MIME] == finding().as_json("zh")


def test_the_form_for_the_exporter_is_version_one() -> None:
    told = finding(caveats=("demo_few",))
    assert told.as_json("en") == {
        "version": 1,
        "key": "demo.kinds",
        "counted": "student",
        "title": "Churn in October 2026",
        "sentence": "1 student churned, most: Stopped coming.",
        "warnings": ["only 1 & few"],
        "columns": ["Campus", "Churn rate", "How it ended", "Left on", "Main reasons"],
        "align": ["left", "right", "left", "left", "left"],
        "rows": [
            ["<i>南山</i>", "5.0% (4.1–6.2%)", "Stopped coming", "2026-10-07", "Stopped coming"],
            ["—", "—", "Refunded", "—", "—"],
        ],
        "raw": {
            "names": ["campus", "churn_rate", "churn_rate_low", "churn_rate_high", "end_kind", "left_on", "reasons"],
            "dates": ["left_on"],
            "rows": [
                ["<i>南山</i>", 0.05, 0.041, 0.062, "dormant", "2026-10-07", "Stopped coming"],
                [None, None, None, None, "refunded", None, "—"],
            ],
        },
    }
    assert told.as_json("zh")["columns"] == ["校区", "流失率", "结束方式", "离开日", "主要原因"]


def test_a_finding_without_rows_shows_its_sentence_alone() -> None:
    empty = finding(table=pd.DataFrame({"campus": []}))
    assert empty._repr_mimebundle_()["text/plain"] == "流失 1 人，多为不再来上课。"
    assert empty._repr_mimebundle_()["text/html"] == "<p><b>流失 1 人，多为不再来上课。</b></p>"


def test_showing_it_changes_nothing_in_it() -> None:
    told = finding()
    before = told.table.copy(deep=True)
    told._repr_mimebundle_()
    pd.testing.assert_frame_equal(told.table, before)
    with pytest.raises(FrozenInstanceError):
        told.key = "other"  # type: ignore[misc]


# attempt


def test_too_few_data_are_a_finding_that_says_so_in_both_languages() -> None:
    def ask(n: int, *, of: int) -> Finding:
        raise NotEnoughData("run.month_outside", month="2026-09", first=str(n), last=str(of))

    told = attempt(ask, 1, of=2)
    assert told.key == "missing"
    assert told.table.empty
    assert told.sentence("zh") == "此处不作结论：数据中没有 2026-09，现有 1 至 2。请先导入该月数据，或从中选择月份。"
    assert told.sentence("en").startswith("This is not told: ")
    assert told.title("zh") == "未列出"


def test_what_can_be_told_is_passed_on_as_it_is() -> None:
    told = finding()
    assert attempt(lambda: told) is told


@pytest.mark.parametrize("error", [StoreError("store.missing"), ValueError("x"), KeyError("x"), AssertionError()])
def test_everything_else_that_goes_wrong_is_let_through(error: Exception) -> None:
    def ask() -> Finding:
        raise error

    with pytest.raises(type(error)):
        attempt(ask)


def test_a_date_among_the_facts_is_written_by_its_sentence() -> None:
    told = finding(facts=finding().facts | {"month": date(2026, 2, 28)})
    assert told.title("en") == "Churn in February 2026"


def test_a_column_that_a_page_has_no_room_for_stands_in_the_workbook_alone() -> None:
    table = pd.DataFrame({"left_on": ["-"], "churn_rate": [0.5], "churn_rate_low": [0.4], "churn_rate_high": [0.6]})
    facts = {"month": date(2026, 1, 1)}
    finding = Finding(key="demo.kinds", table=table, facts=facts, hidden=tuple(table)[1:], sentences=())
    assert finding.presented("en").attrs["names"] == ["left_on"]
    form = finding.as_json("en")
    assert form["raw"]["names"] == list(table)
    assert len(form["align"]) == len(form["columns"]) == len(form["rows"][0]) == 1
