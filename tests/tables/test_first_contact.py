"""Is an institution that hands in its own files for the first time, or the same ones again, told what to do?"""

from datetime import datetime
from pathlib import Path

import pytest

from churnlab.errors import InputError
from churnlab.i18n import LANGUAGES, text
from churnlab.settings import Settings
from churnlab.tables.load_report import LoadReport
from churnlab.tables.loading import check, load
from tests.exports import some_exports, write

OWN = "学员姓名,电话,课程名,开课,备用"
FIRST = datetime(2026, 2, 2, 9)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write(tmp_path / "data/raw", "校区.csv", "校区", "东", "西")
    return some_exports(tmp_path / "data/raw")


def loaded(raw: Path, at: datetime = FIRST) -> LoadReport:
    return load(raw, home=raw.parents[1], settings=Settings(), loaded_at=at)


def refused(raw: Path) -> InputError:
    with pytest.raises(InputError) as raised:
        check(raw, home=raw.parents[1], settings=Settings(), loaded_at=FIRST)
    return raised.value


def test_files_that_are_not_recognised_are_named_with_their_headers_before_allow_missing(raw):
    (raw / "考勤.csv").unlink()
    write(raw, "台账.csv", OWN, "王小明,13812345678,钢琴,2025-01-01,")
    write(raw, "工资.csv", "姓甚,几何", "甲,1")
    assert refused(raw).message("zh") == (
        "缺少必需的表：考勤（lessons）。这次交来的文件里没有，数据库里也没有。这些文件认不出是哪张表，没有读取：\n"
        '- 台账.csv（表头：学员姓名 | 电话 | 课程名 | 开课 | 备用）："台账.csv" = "…"\n'
        '- 工资.csv（表头：看不出表头）："工资.csv" = "…"\n'
        "缺的表若在其中，请把文件后面的那一行写进 mapping.toml 的 [files]（…处填表名，即上面括号里的英文名），再在 "
        "[headers.表名] 里写明自定的表头。若不在其中，请补充导出；贵机构确实没有的表，才在 churnlab.toml 的 [tables] "
        "allow_missing 中写明。"
    )
    assert refused(raw).message("en") == (
        "Required tables are missing: lessons. They are neither among these files nor in the store. These files were "
        "not recognised as any table, and not read:\n"
        '- 台账.csv (headers: 学员姓名 | 电话 | 课程名 | 开课 | 备用): "台账.csv" = "…"\n'
        '- 工资.csv (headers: none that is known): "工资.csv" = "…"\n'
        "If a missing table is among them, write the line behind the file into mapping.toml under [files] (for … the "
        "name of the table), and your own headers under [headers.<table>]. If not, export it too; only if your "
        "institution has none, say so in churnlab.toml under [tables] allow_missing."
    )


def test_where_no_file_is_recognised_all_are_named(tmp_path):
    write(tmp_path / "raw", "台账.csv", OWN, "王小明,13812345678,钢琴,2025-01-01,")
    (tmp_path / "raw/mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    found = refused(tmp_path / "raw")
    assert found.key == "reading.nothing_known"
    assert all('"台账.csv" = "…"' in found.message(lang) for lang in LANGUAGES)


def test_the_table_that_knows_most_headers_is_proposed_and_many_headers_are_cut(raw):
    own = ",".join(f"自定{n}" for n in range(20))
    write(raw, "导出.csv", "课消编号,到课状态," + own, ",".join("x" * 22))
    ((key, facts),) = loaded(raw).warnings
    shown = "课消编号 | 到课状态 | " + " | ".join(f"自定{n}" for n in range(10)) + " | …"
    assert text(key, "zh", **facts) == (
        f"导出.csv：认不出是哪张表，没有读取（表头：{shown}）。如果需要，请在 mapping.toml 的 [files] 里写 "
        '"导出.csv" = "lessons"（表名见数据字典）；写成空的 "" 就不再提醒。'
    )
    assert f'(headers: {shown}). If it is needed, write under [files] in mapping.toml "导出.csv" = "lessons"' in text(
        key, "en", **facts
    )


def test_a_row_that_may_be_data_shows_no_name_and_no_phone(raw):
    # One known word makes no header of a row; without any, nothing of it is shown.
    write(raw, "一.csv", "校区,王小明,13812345678", "x,y,z")
    write(raw, "二.csv", "王小明,13812345678,甲", "x,y,z")
    told = [facts["headers"]["zh"] for _, facts in loaded(raw).warnings]
    assert told == ["校区 | *** | ***", "看不出表头"]


def test_of_a_shared_phone_alone_the_cause_is_told_where_the_row_has_no_id_and_with_one_it_is_taken(raw):
    write(
        raw, "学员.csv", "学号,学员姓名,手机号码,校区,建档日期",
        "S1,王芳,13800001111,东,2026-01-02", "S2,王雷,13800001111,东,2026-01-03",
    )  # fmt: skip
    write(raw, "投诉.csv", "手机号码,校区,投诉时间", "13800001111,东,2026-01-12 10:00")
    report = loaded(raw)
    assert report.set_aside[["table", "reason"]].to_numpy().tolist() == [["complaints", "phone_of_several"]]
    assert report.tables["complaints"].reasons == {"phone_of_several": 1}
    write(raw, "投诉.csv", "投诉编号,手机号码,校区,投诉时间", "B1,13800001111,东,2026-01-12 10:00")
    assert loaded(raw, datetime(2026, 2, 3, 9)).tables["complaints"].kept == 1


def test_the_same_folder_again_says_so_in_one_line(raw):
    loaded(raw)
    told = loaded(raw, datetime(2026, 2, 3, 9)).warnings
    assert [(key, facts["n"], facts["of"]) for key, facts in told] == [("warning.loading.seen_before", 4, 4)]


def test_an_old_month_in_a_file_of_another_name_is_still_asked_about(raw):
    loaded(raw)
    write(raw, "考勤.csv", "课消编号,学号,校区,上课时间,到课状态", "L4,S1,东,2026-01-09 09:00,到课")
    told = [key for key, _ in loaded(raw, datetime(2026, 2, 3, 9)).warnings]
    assert told == ["warning.loading.seen_before", "warning.between.nothing_new"]
