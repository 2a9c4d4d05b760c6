"""Are the sheets of staff and training read as they were meant, and does the past see no more of them than it knew?"""

from datetime import date, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES, text
from churnlab.settings import Settings, Tables
from churnlab.tables.between import between
from churnlab.tables.checking import check
from churnlab.tables.contract import ALWAYS, CURRENT, ROW
from churnlab.tables.door import Data, fetch, from_frames
from churnlab.tables.faults import message
from churnlab.tables.loading import load
from churnlab.tables.mapping import Mapping
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.pseudonym import pseudonym
from churnlab.tables.reading import read
from churnlab.tables.schemas import TABLES
from churnlab.tables.store import open_data
from tests.tables.sheets import NOBODY, checked, kept
from tests.tables.training_sheets import SHEETS

ROWS = 3


def read_back(folder: Path, name: str, file: str, cells: str) -> pd.DataFrame:
    folder.mkdir()
    (folder / file).write_text(dedent(cells), encoding="utf-8-sig")
    (sheet,) = read(folder, Mapping())
    assert sheet.table.name == name
    done = check(sheet, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    assert done.set_aside.empty, done.set_aside
    return done.kept[list(TABLES[name].names)]


@pytest.mark.parametrize("name", SHEETS)
def test_chinese_and_english_sheets_are_read_to_the_same_rows(tmp_path, name):
    file, chinese, english = SHEETS[name]
    rows = read_back(tmp_path / "zh", name, f"{file}.csv", chinese)
    assert len(rows) == ROWS
    pd.testing.assert_frame_equal(rows, read_back(tmp_path / "en", name, f"{name}-2026.csv", english))
    # Every column stands on the sheet, and one row of it at least says something.
    assert rows.notna().any().all()


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("which", [1, 2])
def test_a_sheet_without_a_telling_name_is_known_by_its_headers(tmp_path, name, which):
    assert len(read_back(tmp_path / "a", name, "导出.csv", SHEETS[name][which])) == ROWS


def test_every_new_table_has_its_sheets():
    about = {"kpis", "incidents", "promotions", "certificates", "reactions", "test_answers", "ratings", "documents"}
    about |= {"trainings", "training_sessions", "training_attendance", "trainees", "training_costs", "check_ins"}
    about |= {"training_targets", "budgets"}
    assert set(SHEETS) == about | {"meetings"}
    assert set(SHEETS) < set(TABLES)


BAD = [
    ("kpis", {"unit": "片区"}, "unit", "unknown_code"),
    ("kpis", {"month": "2026"}, "month", "no_day"),
    ("kpis", {"value": "优秀"}, "value", "not_a_number"),
    ("incidents", {"staff_id": ""}, "staff_id", "missing"),
    ("incidents", {"good": "一般"}, "good", "not_a_flag"),
    ("promotions", {"on": "25-3-1"}, "on", "no_century"),
    ("certificates", {"passed": "缓考"}, "passed", "not_a_flag"),
    ("trainings", {"ends_on": "2025-02-28"}, "ends_on", "disordered"),
    ("trainings", {"format": "自学"}, "format", "unknown_code"),
    ("training_sessions", {"module": ""}, "module", "missing"),
    ("training_sessions", {"hours": "300"}, "hours", "out_of_bounds"),
    ("training_attendance", {"status": "不详"}, "status", "unknown_code"),
    ("trainees", {"arm": "旁听"}, "arm", "unknown_code"),
    ("trainees", {"left_on": "2025-02-28"}, "left_on", "disordered"),
    ("training_costs", {"amount_cny": "待定"}, "amount_cny", "not_money"),
    ("training_costs", {"direct": "均摊"}, "direct", "not_a_flag"),
    ("training_targets", {"target": "明显提高"}, "target", "not_a_number"),
    ("training_targets", {"direction": "改善"}, "direction", "unknown_code"),
    ("budgets", {"category": "差旅"}, "category", "unknown_code"),
    ("budgets", {"budget_cny": "-100"}, "budget_cny", "out_of_bounds"),
    ("check_ins", {"week": "第3周"}, "week", "not_a_date"),
    ("check_ins", {"week": "2026年第54周"}, "week", "not_a_date"),
    ("reactions", {"score": "-1"}, "score", "out_of_bounds"),
    ("reactions", {"score": "11"}, "score", "out_of_bounds"),
    ("reactions", {"score": "6", "scale_max": "5"}, "scale_max", "disordered_numbers"),
    ("reactions", {"score": "0", "scale_min": "1"}, "score", "disordered_numbers"),
    ("reactions", {"dimension": "价格"}, "dimension", "unknown_code"),
    ("test_answers", {"score": "2"}, "max_score", "disordered_numbers"),
    ("test_answers", {"score": "-1"}, "score", "out_of_bounds"),
    ("test_answers", {"occasion": "期中"}, "occasion", "unknown_code"),
    ("ratings", {"score": "6"}, "scale_max", "disordered_numbers"),
    ("ratings", {"score": "0"}, "score", "disordered_numbers"),
    ("ratings", {"rater_role": "前台"}, "rater_role", "unknown_code"),
    ("documents", {"event": "收藏"}, "event", "unknown_code"),
    ("meetings", {"decisions": "3", "decisions_done": "4", "closed_at": "2025-04-01"}, "decisions",
     "disordered_numbers"),
    ("meetings", {"opened_at": "2025-03-02", "closed_at": "2025-03-01"}, "closed_at", "disordered"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cells", "column", "reason"), BAD)
def test_what_cannot_be_taken_is_set_aside_and_said_in_both_languages(name, cells, column, reason):
    done = checked(name, {}, cells)
    ((row, told, why),) = done.set_aside[["row", "column", "reason"]].itertuples(index=False)
    assert (row, told, why) == (3, column, reason)
    assert (len(done.kept), done.rows_read) == (1, 2)
    (bad,) = done.set_aside.to_dict("records")
    header = TABLES[name].column(column).zh[0]
    assert message(bad, "zh").startswith(f"export.csv 第 3 行，{header}：")
    assert message(bad, "en").startswith(f"export.csv row 3, {header} ({column}): ")
    for lang in LANGUAGES:
        assert message(bad, lang).endswith(text(f"set_aside.{reason}", lang, **bad["facts"]))


def test_each_table_has_a_row_that_cannot_be_taken():
    assert {name for name, *_ in BAD} == set(SHEETS)


def test_a_score_off_the_scale_is_told_whole():
    (bad,) = checked("reactions", {"score": "11"}, file="满意度.xlsx").set_aside.to_dict("records")
    assert message(bad, "zh") == "满意度.xlsx 第 2 行，得分：“11”超出了合理范围（0 至 10）；请核对"
    assert (
        message(bad, "en") == '满意度.xlsx row 2, 得分 (score): "11" is outside the plausible range (0 to 10); check it'
    )


def test_counts_that_are_not_told_are_in_no_wrong_order():
    done = checked("meetings", {"decisions": "3"}, {"meeting_id": "M2", "decisions_done": "1"}, {"meeting_id": "M3"})
    assert (len(done.kept), done.rows_set_aside) == (3, 0)


POINTING = [
    ("trainees", "training_id", "trainings"), ("trainees", "staff_id", "staff"),
    ("training_sessions", "training_id", "trainings"), ("training_attendance", "session_id", "training_sessions"),
    ("training_costs", "training_id", "trainings"), ("check_ins", "training_id", "trainings"),
    ("training_targets", "training_id", "trainings"),
    ("measures", "training_id", "trainings"), ("reactions", "respondent_id", "staff"),
    ("test_answers", "staff_id", "staff"), ("ratings", "staff_id", "staff"), ("incidents", "student_id", "students"),
    ("promotions", "staff_id", "staff"), ("certificates", "staff_id", "staff"), ("documents", "author_id", "staff"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "other"), POINTING)
def test_an_id_that_nothing_has_is_told_and_the_row_stays(name, column, other):
    rows = kept(name, {column: "ZZZ9"})
    told = dict(between({name: rows, other: kept(other, {})}, loaded_on=date(2026, 4, 1)))
    facts = told["warning.between.not_found"]
    place = {"table": {"zh": TABLES[name].zh, "en": name}, "other": {"zh": TABLES[other].zh, "en": other}}
    assert {key: facts[key] for key in ("table", "other", "n", "ids")} == place | {"n": 1, "ids": 1}
    assert TABLES[other].zh in text("warning.between.not_found", "zh", **facts)
    assert f"1 id that {other} does not have" in text("warning.between.not_found", "en", **facts)


def sheets(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file, chinese, _ in SHEETS.values():
        (folder / f"{file}.csv").write_text(dedent(chinese), encoding="utf-8-sig")
    staff = "工号,姓名,部门,岗位,入职日期\n" + "".join(
        f"{id},{name},教学,老师,2020-01-01\n" for id, name in (("T1", "王芳芳"), ("李雷雷", "李雷雷"), ("高明", "高明"))
    )
    (folder / "员工.csv").write_text(staff, encoding="utf-8-sig")
    (folder / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    return folder


ALONE = Settings(tables=Tables(allow_missing=("students", "enrolments", "lessons")))


def loaded(home: Path, as_of: str) -> Data:
    load(home / "data/raw", home=home, settings=ALONE, loaded_at=datetime(2026, 12, 1))
    return open_data(home / "data/store", as_of=as_of)


def test_all_of_them_come_through_the_store(tmp_path):
    sheets(tmp_path / "data/raw")
    data = loaded(tmp_path, "2026-12-01")
    assert {name: len(fetch(data.table(name))) for name in SHEETS} == dict.fromkeys(SHEETS, ROWS)
    data.close()


def test_who_is_named_in_the_place_of_a_number_is_known_under_one_pseudonym_everywhere(tmp_path):
    raw = sheets(tmp_path / "data/raw")
    said = "李雷雷和高明都说王芳芳讲得好，电话13987651234"
    (raw / "绩效考核表.csv").write_text(
        "考核对象类型,考核对象,指标,月份,实际值\n员工,李雷雷,业绩,2026-01,1\n员工,高明,业绩,2026-01,1\n"
        "部门,教学部,业绩,2026-01,1\n员工,T1,业绩,2026-01,1\n员工,苏杭,业绩,2026-01,1\n", encoding="utf-8",
    )  # fmt: skip
    (raw / "培训安排表.csv").write_text(
        "场次编号,培训编号,计划时间,模块,讲师\n"
        "P1-1,P1,2026-01-05 09:00,利益,高明\nP1-2,P1,2026-01-06 09:00,利益,张外聘\n",
        encoding="utf-8",
    )
    (raw / "360度评估表.csv").write_text(
        "工号,评价人,评价人角色,评价类型,测评时点,评价时间,维度,得分,最低分,最高分\n"
        "李雷雷,高明,上级,行为,训前,2026-01-04,倾听,3,1,5\n", encoding="utf-8",
    )  # fmt: skip
    (raw / "培训满意度调查表.csv").write_text(
        f"培训编号,答卷人,题目,维度,得分,意见\nP1,李雷雷,1,讲师,4,{said}\n", encoding="utf-8"
    )
    (raw / "关键事件记录.csv").write_text(
        f"工号,发生时间,事件类型,事件描述\n高明,2026-01-05,安抚,{said}\n", encoding="utf-8"
    )
    data = loaded(tmp_path, "2026-12-01")
    rows = {
        name: fetch(data.table(name)) for name in ("kpis", "training_sessions", "ratings", "reactions", "incidents")
    }
    data.close()
    li, gao, zhang = (pseudonym(name, PUBLIC_KEY) for name in ("李雷雷", "高明", "张外聘"))
    # A department is no person, and a number of staff no name; who is on no list of staff (苏杭) is a person too.
    unlisted = pseudonym("苏杭", PUBLIC_KEY)
    assert sorted(rows["kpis"]["unit_id"]) == sorted([li, gao, unlisted, "教学部", "T1"])
    assert set(rows["training_sessions"]["instructor_id"]) == {gao, zhang}
    assert rows["ratings"][["staff_id", "rater_id"]].to_numpy().tolist() == [[li, gao]]
    assert rows["reactions"]["respondent_id"].tolist() == [li]
    assert rows["incidents"]["staff_id"].tolist() == [gao]
    for name in ("reactions", "incidents"):
        (told,) = rows[name]["text"]
        assert not any(word in told for word in ("李雷雷", "王芳芳", "高明", "13987651234"))
        assert told.endswith("讲得好，电话[phone]")


def store_form(name: str, *rows: dict[str, str]) -> pd.DataFrame:
    return protect(kept(name, *rows), TABLES[name], PUBLIC_KEY)


def opened(as_of: str, **tables: list[dict[str, str]]) -> Data:
    frames = {name: store_form(name, *rows) for name, rows in tables.items()}
    return from_frames(frames, as_of=date.fromisoformat(as_of))


@pytest.mark.parametrize("name", SHEETS)
def test_a_row_is_not_seen_on_its_own_day_nor_before(name):
    rows = store_form(name, {})
    day = rows[TABLES[name].dated_by].iloc[0].date()
    for as_of, seen in ((day - timedelta(days=30), 0), (day, 0), (day + timedelta(days=1), 1)):
        data = from_frames({name: rows}, as_of=as_of)
        assert len(fetch(data.table(name))) == seen
        data.close()


LATER = [
    ("trainees", {"concluded_on": "2026-04-10", "completed": "结业", "hours": "9"},
     ("completed", "hours", "concluded_on")),
    ("trainees", {"left_on": "2026-04-10"}, ("left_on",)),
    ("training_sessions", {"held_at": "2026-04-10 14:00"}, ("held_at",)),
    ("meetings", {
        "closed_at": "2026-04-10", "items": "4", "items_done": "4", "decisions": "2", "decisions_done": "2",
    }, ("closed_at", "items_done", "decisions_done")),
    ("staff", {"left_on": "2026-04-10"}, ("left_on",)),
    ("staff", {"promoted_on": "2026-04-10"}, ("promoted_on",)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cells", "later"), LATER)
def test_what_became_known_later_is_blank_until_then(name, cells, later):
    for as_of, known in (("2026-04-10", False), ("2026-04-11", True)):
        data = opened(as_of, **{name: [cells]})
        row = fetch(data.table(name)).iloc[0]
        assert [pd.notna(row[column]) for column in later] == [known] * len(later)
        data.close()


def test_every_value_that_became_known_later_is_tried_above():
    """What else is not known with its row is only true at export, and never comes through the door."""
    tried = {(name, column) for name, _, columns in LATER for column in columns}
    dated = {
        (name, column.name)
        for name in (*SHEETS, "staff")
        for column in TABLES[name].columns
        if column.known not in (ROW, ALWAYS, CURRENT)
    }
    assert tried == dated


def test_the_kpis_of_a_month_are_known_when_it_is_over():
    rows = [{"month": month} for month in ("2025-02", "2025-03-01", "2025年3月")]
    assert kept("kpis", *rows)["month"].dt.date.tolist() == [date(2025, 2, 28), date(2025, 3, 31), date(2025, 3, 31)]
    for as_of, seen in (("2025-03-31", 1), ("2025-04-01", 2)):
        data = opened(as_of, kpis=rows[:2])
        assert len(fetch(data.table("kpis"))) == seen
        data.close()
