"""Settings are read whole or refused whole, and every refusal says what to mend."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from churnlab import toml_faults
from churnlab.errors import SettingsError
from churnlab.i18n import LANGUAGES, Lang, sentences
from churnlab.run.home import settings_file
from churnlab.settings import FILE, Period, Settings
from churnlab.tables import loading
from churnlab.tables.schemas import TABLES
from tests.languages import speaking

SECTIONS: dict[str, type[BaseModel]] = {name: type(getattr(Settings(), name)) for name in Settings.model_fields}
NAMES = [f"{section}.{name}" for section, model in SECTIONS.items() for name in model.model_fields]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE


def read(file: Path, content: str) -> Settings:
    file.write_text(content, encoding="utf-8")
    return Settings.read(file)


def refused(file: Path, content: str | bytes) -> dict[Lang, str]:
    """Return what is said of a file that is not taken."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError) as caught:
        Settings.read(file)
    return {lang: caught.value.message(lang) for lang in LANGUAGES}


def wrong(*lines: str, lang: Lang) -> str:
    """Return the whole message with these lines."""
    first = {"zh": "churnlab.toml 里这些设置不能用：", "en": "churnlab.toml has settings that cannot be used:"}[lang]
    last = {
        "zh": "请改正；churnlab init 在新文件夹里写出的文件列有全部设置及其理由。",
        "en": "Mend them; the file that `churnlab init` writes in a new folder lists every setting with its reason.",
    }[lang]
    return "\n".join([first, *(f"  {line}" for line in lines), last])


# What is taken


def test_no_file_and_an_empty_one_mean_the_defaults(file: Path) -> None:
    assert Settings.read(file) == Settings() == read(file, "")


def test_what_is_told_changes_and_the_rest_stays(file: Path) -> None:
    told = read(file, "[outcome]\nhorizon_days = 60\ninactivity_days = 'never'\n[paths]\nstore = 'elsewhere'\n")
    assert told.outcome.horizon_days == 60
    assert told.outcome.inactivity_days is None
    assert told.paths.store == Path("elsewhere")
    assert told.outcome.grace_days == Settings().outcome.grace_days


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    file.write_bytes("\ufeff[institution]\nname = '星星教育'\n".encode())
    assert Settings.read(file).institution.name == "星星教育"


def test_holidays_are_spans_with_both_ends(file: Path) -> None:
    told = read(file, "[calendar]\nschool_holidays = [{from_on = 2026-02-10, to_on = 2026-02-10}]\n")
    assert told.calendar.school_holidays == (Period(from_on=date(2026, 2, 10), to_on=date(2026, 2, 10)),)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError) as told:
        Settings.read(tmp_path / FILE)
    assert told.value.message("en").startswith(f"{(tmp_path / FILE).as_posix()} cannot be read (Is a directory).")
    assert "无法读取" in told.value.message("zh")


@pytest.mark.parametrize("section", SECTIONS)
def test_settings_are_frozen(section: str) -> None:
    values = getattr(Settings(), section)
    name = next(iter(SECTIONS[section].model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(values, name, getattr(values, name))


# What is refused: whole messages


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        (
            "[outcome]\nhorizn_days = 3\n",
            "outcome.horizn_days：没有这一项，此处可用：unit、horizon_days、grace_days、inactivity_days、silent_days、"
            "longest_suspension_days、suspension_check_days、graduated_reasons、personal_reasons、terminal_courses",
            "outcome.horizn_days: there is no such setting; known here: unit, horizon_days, grace_days, "
            "inactivity_days, silent_days, longest_suspension_days, suspension_check_days, "
            "graduated_reasons, personal_reasons, terminal_courses",
        ),
        (
            "[outcom]\nx = 1\n",
            f"outcom：没有这一项，此处可用：{'、'.join(SECTIONS)}",
            f"outcom: there is no such setting; known here: {', '.join(SECTIONS)}",
        ),
        (
            "[outcome]\nhorizon_days = 'soon'\n",
            'outcome.horizon_days：应为整数，实际为 "soon"',
            'outcome.horizon_days: expected a whole number, came "soon"',
        ),
        (
            "[model]\nsnapshots = 2.5\n",
            "model.snapshots：应为整数，实际为 2.5",
            "model.snapshots: expected a whole number, came 2.5",
        ),
        (
            "[outcome]\ngrace_days = -1\n",
            "outcome.grace_days：不应小于 0，实际为 -1",
            "outcome.grace_days: expected at least 0, came -1",
        ),
        (
            "[outcome]\nsilent_days = 4000\n",
            "outcome.silent_days：不应大于 3660，实际为 4000",
            "outcome.silent_days: expected at most 3660, came 4000",
        ),
        (
            "[uncertainty]\nlevel = 95\n",
            "uncertainty.level：应小于 1，实际为 95",
            "uncertainty.level: expected less than 1, came 95",
        ),
        (
            "[model]\npenalties = [0.1, 0]\n",
            "model.penalties#2：应大于 0，实际为 0",
            "model.penalties#2: expected more than 0, came 0",
        ),
        (
            "[model]\npenalties = []\n",
            "model.penalties：至少要有一个值",
            "model.penalties: expected at least one value",
        ),
        (
            "[model]\nmax_vif = 'x'\n",
            'model.max_vif：应为数字，实际为 "x"',
            'model.max_vif: expected a number, came "x"',
        ),
        (
            "[outcome]\ngrace_days = true\n",
            "outcome.grace_days：不能写 true，没有只填是或否的设置",
            "outcome.grace_days: true cannot stand here; no setting is true or false",
        ),
        (
            "[outcome]\ninactivity_days = 'nie'\n",
            'outcome.inactivity_days：应为整数天数或 "never"，实际为 "nie"',
            'outcome.inactivity_days: expected a whole number of days or "never", came "nie"',
        ),
        (
            "[outcome]\nunit = 'pupil'\n",
            'outcome.unit：应为 student、enrolment、student-campus 之一，实际为 "pupil"',
            'outcome.unit: expected one of student, enrolment, student-campus, came "pupil"',
        ),
        (
            "[outcome]\ngraduated_reasons = 'graduated'\n",
            'outcome.graduated_reasons：应为方括号里的列表，实际为 "graduated"',
            'outcome.graduated_reasons: expected a list in square brackets, came "graduated"',
        ),
        (
            "[outcome]\nterminal_courses = [7]\n",
            "outcome.terminal_courses#1：应为加引号的文字，实际为 7",
            "outcome.terminal_courses#1: expected text in quotes, came 7",
        ),
        (
            "[paths]\nraw = 3\n",
            "paths.raw：应为加引号的文字，实际为 3",
            "paths.raw: expected text in quotes, came 3",
        ),
        (
            "outcome = 3\n",
            "outcome：应为一节，下面写各项设置，实际为 3",
            "outcome: expected a section with its settings below it, came 3",
        ),
        (
            "[institution]\ntimezone = 'Asia/Shanhai'\n",
            'institution.timezone：没有名为 "Asia/Shanhai" 的时区，请写成 "Asia/Shanghai" 这样',
            'institution.timezone: there is no time zone "Asia/Shanhai"; write one such as "Asia/Shanghai"',
        ),
        (
            "[calendar]\nschool_holidays = [{from_on = 2026-02-02, to_on = 2026-02-01}]\n",
            "calendar.school_holidays#1：to_on 早于 from_on",
            "calendar.school_holidays#1: to_on is before from_on",
        ),
        (
            "[calendar]\nschool_holidays = [{from_on = 2026-02-02}]\n",
            "calendar.school_holidays#1.to_on：缺少这一项",
            "calendar.school_holidays#1.to_on: it is missing",
        ),
        (
            "[calendar]\nschool_holidays = [{from_on = 2026-02-02, to_on = 'Friday'}]\n",
            'calendar.school_holidays#1.to_on：应为 2026-11-01 这样不加引号的日期，实际为 "Friday"',
            'calendar.school_holidays#1.to_on: expected a date such as 2026-11-01, without quotes, came "Friday"',
        ),
        (
            "[calendar]\nschool_holidays = [{from_on = 2026-02-01, to_on = 2026-02-02, why = 'snow'}]\n",
            "calendar.school_holidays#1.why：没有这一项，此处可用：from_on、to_on",
            "calendar.school_holidays#1.why: there is no such setting; known here: from_on, to_on",
        ),
    ],
)
def test_what_cannot_be_used_is_said_in_the_readers_language(file: Path, content: str, zh: str, en: str) -> None:
    assert refused(file, content) == {"zh": wrong(zh, lang="zh"), "en": wrong(en, lang="en")}


def test_all_that_is_wrong_is_told_at_once(file: Path) -> None:
    said = refused(file, "[outcome]\ngrace_days = -1\n[nope]\n[report]\nat_risk_students = 0\n")["zh"]
    assert said.splitlines()[1:-1] == [
        "  outcome.grace_days：不应小于 0，实际为 -1",
        "  report.at_risk_students：不应小于 1，实际为 0",
        f"  nope：没有这一项，此处可用：{'、'.join(SECTIONS)}",
    ]


def test_a_long_value_is_not_told_in_full(file: Path) -> None:
    said = refused(file, f"[outcome]\ngrace_days = '{'x' * 500}'\n")["en"]
    assert 'came "xxx' in said
    assert "x…\n" in said
    assert max(map(len, said.splitlines())) < 150


@pytest.mark.parametrize("setting", ["replace_months", "allow_missing"])
def test_a_table_that_does_not_exist_is_refused_where_tables_are_known(file: Path, setting: str) -> None:
    settings = read(file, f"[tables]\n{setting} = ['lessons', 'lesons']\n")
    with pytest.raises(SettingsError) as caught:
        loading.check(file.parent, home=file.parent, settings=settings, loaded_at=datetime(2026, 11, 1))
    known = ", ".join(TABLES)
    assert caught.value.message("zh") == (
        f"churnlab.toml 的 [tables] 提到不存在的表：lesons。可用的表：{known}。请改正后重新运行；什么都没有导入。"
    )
    assert caught.value.message("en") == (
        f"churnlab.toml names tables under [tables] that do not exist: lesons. There are: {known}. "
        "Mend it and run again; nothing was loaded."
    )


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        (
            b"[outcome]\ngrace_days = \n",
            "第 2 行第 14 列写法有误（文字要加引号，括号和引号要成对）",
            "line 2, column 14 is not written as it should be (text in quotes, quotes and brackets in pairs)",
        ),
        (
            b"[outcome",
            "文件末尾不完整，多半是引号或括号没有成对",
            "the end is missing, as of a quote or bracket that was not closed",
        ),
        (
            b"[outcome]\ngrace_days = 1\ngrace_days = 2\n",
            "第 3 行第 15 列：同一项或同一节写了两次",
            "line 3, column 15: a setting or section stands twice",
        ),
        (
            b"a = 1\na = 2",
            "最后一行：同一项或同一节写了两次",
            "last line: a setting or section stands twice",
        ),
        (
            "[institution]\nname = '星星'\n".encode("gb18030"),
            "文件不是 UTF-8 编码，请在编辑器中另存为 UTF-8",
            "it is not UTF-8; save it as UTF-8 in your editor",
        ),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(file: Path, content: bytes, zh: str, en: str) -> None:
    assert refused(file, content) == {
        "zh": f"churnlab.toml 不是合法的 TOML：{zh}。请改正，或删除该文件以使用默认设置。",
        "en": f"churnlab.toml is not valid TOML: {en}. Mend it, or delete the file to use the defaults.",
    }


@given(value=st.one_of(st.booleans(), st.integers(-5, 5000), st.floats(), st.text("ab 9", max_size=4), st.just([1])))
@pytest.mark.parametrize("name", NAMES)
def test_any_value_is_taken_or_refused_in_both_languages_without_pydantics_words(name: str, value: Any) -> None:
    section, setting = name.split(".")
    try:
        Settings.model_validate({section: {setting: value}})
    except ValidationError as error:
        told = toml_faults.wrong(error, Settings)
        assert set(told) == set(LANGUAGES)
        assert not re.search(r"\bInput\b|\bshould\b|\bvalid\b", "".join(told.values()))


# Reasons, and the file that `churnlab init` writes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_has_its_reason_and_no_reason_is_of_a_setting_that_is_gone(lang: Lang) -> None:
    reasons = {key.removeprefix("setting.") for key in sentences(lang) if key.startswith("setting.")}
    assert reasons == set(NAMES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_that_init_writes_is_all_defaults_also_once_its_lines_are_uncommented(file: Path, lang: Lang) -> None:
    with speaking(lang):
        content = settings_file()
    assert read(file, content) == Settings()
    uncommented = re.sub(r"^# (\w+ = .*)$", r"\1", content, flags=re.MULTILINE)
    assert len(re.findall(r"^\w+ = ", uncommented, flags=re.MULTILINE)) == len(NAMES)
    assert read(file, uncommented) == Settings()


def test_in_that_file_every_setting_stands_under_its_reason() -> None:
    with speaking("zh"):
        lines = settings_file().splitlines()
    assert "# horizon_days = 30" in lines
    before = lines[lines.index("# horizon_days = 30") - 1]
    assert before == f"# {sentences('zh')['setting.outcome.horizon_days']}"
