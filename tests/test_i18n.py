"""Both languages say the same, in full, and write numbers as their readers do."""

import ast
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab import errors, i18n
from churnlab.i18n import LANGUAGES, Lang, sentences, text
from tests.languages import speaking
from tests.sources import PACKAGE, name, nodes, ways

LOCALE = PACKAGE / "locale"
NAN = float("nan")
FILES = {"init.mapping", "oulad.settings"}  # what is written as a file is no sentence
BEFORE_OTHERS = "set_aside.place."


def keys_of(tree: dict, stem: str = "") -> list[str]:
    """Return the dotted keys of one TOML file."""
    return [
        key
        for part, item in tree.items()
        for key in (keys_of(item, f"{stem}{part}.") if isinstance(item, dict) else [stem + part])
    ]


def file_keys(lang: str) -> dict[str, list[str]]:
    return {file.name: keys_of(tomllib.loads(file.read_text("utf-8"))) for file in sorted((LOCALE / lang).iterdir())}


def placeholders(sentence: str) -> set[tuple[str, str]]:
    """Return names and formats; the English choice between one and many has no counterpart in Chinese."""
    parts = [(field, form) for _, field, form, _ in Formatter().parse(sentence) if field is not None]
    return {(field, form) for field, form in parts if not form.startswith("one|")}


def told(sentence: str) -> set[tuple[str, str]]:
    """Return what a sentence tells; where it names what is counted, and how often, is a language's own affair."""
    found = {(field, "count" if form in i18n.COUNTED else form) for field, form in placeholders(sentence)}
    return {(field, form) for field, form in found if field != "unit"}


def needs(sentence: str) -> set[str]:
    """Return the facts that a sentence needs."""
    found = placeholders(sentence)
    return {field for field, _ in found} | {"unit" for _, form in found if form in i18n.COUNTED}


# The whole locale


def test_both_languages_have_the_same_files_with_the_same_keys_in_the_same_order() -> None:
    assert file_keys("zh") == file_keys("en")


def test_a_key_stands_once_over_all_files() -> None:
    counted = Counter(key for keys in file_keys("zh").values() for key in keys)
    assert [key for key, times in counted.items() if times > 1] == []


def test_every_sentence_has_the_same_placeholders_written_the_same_way_in_both_languages() -> None:
    zh, en = sentences("zh"), sentences("en")
    assert [key for key in zh if told(zh[key]) != told(en[key])] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_placeholder_is_written_in_a_way_we_know(lang: Lang) -> None:
    known = {*i18n._WRITERS, *i18n.COUNTED, *i18n.NAMED}
    forms = {(key, form) for key, said in sentences(lang).items() for _, form in placeholders(said)}
    assert {(key, form) for key, form in forms if form and form not in known} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_choice_by_number_offers_one_and_many(lang: Lang) -> None:
    forms = [form for said in sentences(lang).values() for _, _, form, _ in Formatter().parse(said) if form]
    assert all(form.count("|") == 2 for form in forms if form.startswith("one|"))


def test_a_choice_by_number_hangs_on_a_number_that_is_told() -> None:
    for key, said in sentences("en").items():
        parts = [(field, form) for _, field, form, _ in Formatter().parse(said) if field is not None]
        assert {f for f, form in parts if (form or "").startswith("one|")} <= {f for f, _ in placeholders(said)}, key


def test_no_sentence_is_empty_or_has_blanks_at_its_ends() -> None:
    for lang in LANGUAGES:
        odd = [key for key, said in sentences(lang).items() if not said or said.strip(" \n") != said]
        assert [key for key in odd if key not in FILES and not key.startswith(BEFORE_OTHERS)] == []


def test_chinese_is_written_with_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!(]|[,;:?!][\u4e00-\u9fff]")
    assert [key for key, said in sentences("zh").items() if half.search(said) and key not in FILES] == []


def test_english_has_chinese_only_where_it_shows_an_institutions_own_words() -> None:
    assert [key for key, said in sentences("en").items() if re.search(r"[\u4e00-\u9fff，。；：？！（）]", said)] == [
        "cli.report.example", "init.mapping"
    ]  # fmt: skip


# What the code asks for is there

ERRORS = {cls.__name__ for cls in errors.ChurnlabError.__subclasses__()} | {"ChurnlabError"}
KEYED = {"text": "", "Said": "", "has": "", **dict.fromkeys(ERRORS, "error.")}


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Return the calls of these names, with their file."""
    return [(file, node) for file, node in nodes() if isinstance(node, ast.Call) and name(node.func) in names]


def keyword(argument: str, *names: str) -> set[tuple[str, str]]:
    """Return the ways of what is given to these calls by this name."""
    given = [(file, word) for file, call in calls(*names) for word in call.keywords if word.arg == argument]
    return {(file, way) for file, word in given for way in ways(word.value)}


def missing(stem: str, asked: set[tuple[str, str]], end: str = "") -> set[tuple[str, str]]:
    """Return what is asked for of which there is no sentence, with its file."""
    known = sentences("en")
    return {
        (file, way) for file, way in asked if not any(re.fullmatch(re.escape(stem) + way + end, key) for key in known)
    }


def test_every_sentence_that_the_code_asks_for_exists() -> None:
    many = 0
    for called, stem in KEYED.items():
        asked = {(file, way) for file, call in calls(called) if call.args for way in ways(call.args[0])}
        assert missing(stem, asked) == set()
        many += len(asked)
    assert many > 150


def test_every_sentence_is_told_what_it_needs() -> None:
    untold = []
    for called in set(KEYED) - {"has", "Said"}:
        for file, call in calls(called):
            if not call.args or any(word.arg is None for word in call.keywords):
                continue  # `**facts` are counted by those who gather them
            known = {re.escape(key.removeprefix(KEYED[called])): said for key, said in sentences("en").items()}
            for way in ways(call.args[0]):  # of a template only the reader of its holes knows what it needs
                needed = needs(known.get(way, ""))
                untold += [(file, way, need) for need in needed - {word.arg for word in call.keywords}]
    assert untold == []


def test_every_caveat_that_a_finding_names_exists() -> None:
    named = keyword("caveats", "Finding", "replace")
    assert len(named) > 5
    assert missing("caveat.", named) == set()


def test_every_finding_has_a_title_and_the_sentences_it_names() -> None:
    assert missing("", keyword("key", "Finding"), r"\.title") == set()
    for file, call in calls("Finding"):
        given = {word.arg: ways(word.value) for word in call.keywords}
        for key in given.get("key", []):
            assert missing("", {(file, rf"{key}\.{said}") for said in given.get("sentences", ["sentence"])}) == set()


@pytest.mark.parametrize(
    ("call", "stem"),
    [("Fault", "set_aside."), ("Noted", "warning.checking.")],
)
def test_every_reason_why_a_cell_is_refused_or_noted_has_its_sentence(call: str, stem: str) -> None:
    place = {"Fault": 0, "Noted": 1}[call]
    codes = {(file, way) for file, one in calls(call) if len(one.args) > place for way in ways(one.args[place])}
    assert codes
    assert missing(stem, codes) == set()


def test_every_warning_that_stands_in_the_code_exists() -> None:
    named = {("", way) for _, node in nodes() for way in ways(node) if way.startswith(r"warning\.")}
    whole = {(file, way) for file, way in named if not way.endswith(("_", "."))}  # else the beginning of a template
    assert len(whole) > 10
    assert missing("", whole) == set()


# No key is dead: the code says it whole, or as a template whose holes it fills with words of its own

WORDS = {
    *(node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)),
    *(node.arg for _, node in nodes() if isinstance(node, ast.keyword) and node.arg),
    *(node.arg for _, node in nodes() if isinstance(node, ast.arg)),
    *(node.target.id for _, node in nodes() if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)),
}
WAYS = {way for _, node in nodes() if isinstance(node, ast.JoinedStr) for way in ways(node)}
TEMPLATES = [re.compile(way) for way in sorted(WAYS) if re.search(r"[\w.]", way.replace("(.+)", ""))]


@cache
def is_said(word: str) -> bool:
    """Tell whether the code says this, or makes it of parts that it says."""
    found = (template.fullmatch(word) for template in TEMPLATES)
    return (
        word in WORDS
        or word.isdecimal()
        or any(all(is_said(part) for part in match.groups()) for match in found if match)
    )


def test_no_sentence_is_dead() -> None:
    assert not is_said("error.run.nonsense")
    assert [key for key in sentences("en") if not is_said(key)] == []


# Numbers and dates, by hand


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        ("percent", 0.1234, "12.3%"),
        ("percent", 1, "100.0%"),
        ("percent", 12.5, "1,250.0%"),
        ("percent", -0.05, "−5.0%"),
        ("percent", -1e-9, "0.0%"),
        ("percent0", 0.126, "13%"),
        ("count", 1234567, "1,234,567"),
        ("count", 0, "0"),
        ("count", -1234, "−1,234"),
        ("number", 1234.56, "1,234.6"),
        ("number", -0.04, "0.0"),
        ("number0", 1234.56, "1,235"),
        ("number2", 0.128, "0.13"),
        ("number3", 0.0004, "0.000"),
        ("money", 1234567.6, "¥1,234,568"),
        ("money", -1234, "−¥1,234"),
        ("money", 0, "¥0"),
        ("p", 0.0009, "< 0.001"),
        ("p", 0.001, "= 0.001"),
        ("p", 0.04, "= 0.040"),
    ],
)
def test_numbers_read_alike_in_both_languages(lang: Lang, form: str, value: float, said: str) -> None:
    assert i18n._WRITERS[form](value, lang) == said


@pytest.mark.parametrize(
    ("form", "value", "zh", "en"),
    [
        ("points", 0.0123, "+1.2 个百分点", "+1.2 points"),
        ("points", -0.0123, "−1.2 个百分点", "−1.2 points"),
        ("points", 0, "+0.0 个百分点", "+0.0 points"),
        ("date", date(2026, 3, 1), "2026年3月1日", "1 Mar 2026"),
        ("month", "2026-03", "2026年3月", "March 2026"),
        ("month", date(2026, 12, 31), "2026年12月", "December 2026"),
        ("month", "2026-12-15/2027-01-14", "2026年12月15日至2027年1月14日", "15 Dec 2026 to 14 Jan 2027"),
        ("during", "2026-03", "2026年3月", "in March 2026"),
        ("during", "2026-12-15/2027-01-14", "2026年12月15日至2027年1月14日", "from 15 Dec 2026 to 14 Jan 2027"),
        ("week", "2026-W01", "2026年第1周（12月29日至1月4日）", "week 1 of 2026 (29 Dec to 4 Jan)"),
        ("said", {"zh": "课程", "en": "course"}, "课程", "course"),
    ],
)
def test_dates_and_points_read_as_each_language_writes_them(form: str, value: object, zh: str, en: str) -> None:
    assert [i18n._WRITERS[form](value, lang) for lang in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["percent", "percent0", "points", "count", "number", "number0", "money", "p"])
def test_an_unknown_number_is_a_dash(lang: Lang, form: str) -> None:
    assert i18n._Words(lang).vformat(f"{{x:{form}}}", (), {"x": NAN}) == "—"
    assert i18n._Words(lang).vformat(f"{{x:{form}}}", (), {"x": None}) == "—"


def test_english_chooses_between_one_and_many() -> None:
    words = i18n._Words("en")
    said = [words.vformat("{n:count} {n:one|student|students}", (), {"n": n}) for n in (0, 1, 2)]
    assert said == ["0 students", "1 student", "2 students"]


def test_a_way_of_writing_that_nobody_knows_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="unknown way"):
        i18n._Words("en").vformat("{n:furlongs}", (), {"n": 1})
    with pytest.raises(KeyError):
        text("no.such.sentence")


@given(st.text())
def test_any_text_passes_unchanged(told: str) -> None:
    for lang in LANGUAGES:
        assert text("cli.init.made", lang, place=told).endswith(told)
        assert told in text("error.run.month", lang, month=told, last="2026-10")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_reads_back_as_what_was_written(value: float) -> None:
    said = i18n.number(value, "zh", 2)
    assert abs(float(said.replace(",", "").replace("−", "-")) - value) <= 0.005 + abs(value) * 1e-15
    assert i18n.number(value, "en", 2) == said


# Which language


def test_the_language_is_chosen_else_the_environments_else_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("CHURNLAB_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert i18n.language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert i18n.language() == "zh"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert i18n.language() == "en"
    monkeypatch.setenv("CHURNLAB_LANG", "zh")
    assert i18n.language() == "zh"
    with speaking("en"):
        assert i18n.language() == "en"
    assert i18n.language() == "zh"


def test_a_block_that_fails_leaves_the_language_as_it_was() -> None:
    before = i18n.language()
    with pytest.raises(ZeroDivisionError), speaking("zh"):
        1 / 0  # noqa: B018
    assert i18n.language() == before
