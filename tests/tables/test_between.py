"""Do tables that disagree say so, with their count and nobody's name?"""

from datetime import date

import pandas as pd
import pytest

from churnlab.i18n import text
from churnlab.tables.between import between, without_unknown_campuses
from churnlab.tables.faults import message
from tests.tables.sheets import checked, kept

LOADED_ON = date(2025, 4, 2)
CAMPUSES = [{"campus": "浦东"}, {"campus": "静安"}]


def told(frames, **more):
    return between(frames, loaded_on=LOADED_ON, **more)


def said(warnings):
    return [tuple(text(key, lang, **facts) for lang in ("zh", "en")) for key, facts in warnings]


def tables(**rows):
    return {name: kept(name, *of) for name, of in rows.items()}


def test_tables_that_agree_say_nothing():
    assert told(tables(students=[{}], lessons=[{}], campuses=[{}], payments=[{}], enrolments=[{}])) == []


def test_an_id_that_nobody_has_is_told_and_the_row_stays():
    frames = tables(
        students=[{}], lessons=[{}, {"lesson_id": "L2", "student_id": "S9"}, {"lesson_id": "L3", "student_id": "S9"}]
    )
    assert said(told(frames)) == [
        (
            "考勤，学号：2 行所指的 1 个编号在“学员”表里找不到。",
            "lessons, 学号 (student_id): 2 rows point to 1 id that students does not have.",
        )
    ]


def test_ids_that_lost_their_zeros_are_told_apart():
    frames = tables(students=[{"student_id": "00123"}, {"student_id": "S1"}], lessons=[{"student_id": "123"}])
    assert said(told(frames)) == [
        (
            "考勤，学号：1 行所指的 1 个编号在“学员”表里找不到，但补上前面的零就能找到；多半是表格软件去掉了开头的零。"
            "请把这一列设为文本格式后重新导出。",
            "lessons, 学号 (student_id): 1 row points to 1 id that students has only with zeros in front; "
            "a spreadsheet has "
            "probably dropped them. Format the column as text and export it again.",
        )
    ]


def test_a_table_that_was_not_handed_in_is_not_missed():
    assert told(tables(lessons=[{"teacher_id": "T9", "class_id": "C9"}])) == []


def test_lessons_in_the_future_are_told():
    # loaded on 2 April: that day's evening lesson may be in it, tomorrow's cannot have happened
    frames = tables(lessons=[{"starts_at": "2025-04-02 19:00"}, {"lesson_id": "L2", "starts_at": "2025-04-03 09:00"}])
    assert said(told(frames)) == [
        (
            "考勤：有 1 行的日期晚于导入日 2025-04-02，到期之前不计入任何统计。",
            "lessons: 1 row is dated after the day of loading, 2025-04-02; it counts nowhere until then.",
        )
    ]


def test_last_months_file_handed_in_again_is_told():
    frames = tables(lessons=[{"starts_at": "2025-02-03"}, {"lesson_id": "L2", "starts_at": "2025-02-28 18:00"}])
    assert said(told(frames, incoming=frames, loaded_until={"lessons": date(2025, 2, 28)})) == [
        (
            "考勤：这次交来的数据只到 2025-02-28，而此前已导入到 2025-02-28；是不是把上个月的文件又交了一次？",
            "lessons: what was handed in ends on 2025-02-28, and earlier loads reach to 2025-02-28. "
            "Is it last month's file again?",
        )
    ]
    assert told(frames, incoming=frames, loaded_until={"lessons": date(2025, 1, 31)}) == []


def test_interviews_of_those_who_left_long_ago_are_no_file_handed_in_again():
    frames = tables(exits=[{"left_on": "2025-02-03", "method": "interview"}])
    assert told(frames, incoming=frames, loaded_until={"exits": date(2025, 2, 28)}) == []
    frames = tables(exits=[{"left_on": "2025-02-03", "method": "phone"}])
    assert len(told(frames, incoming=frames, loaded_until={"exits": date(2025, 2, 28)})) == 1


def month_of(campus, month, rows):
    lesson = {"campus": campus, "student_id": f"S{campus}"}
    days = (f"2025-{month:02}-{day:02}" for day in range(1, rows + 1))
    return [{**lesson, "lesson_id": f"{campus}{day}", "starts_at": f"{day} 09:00"} for day in days]


@pytest.mark.parametrize(("before", "warned"), [(10, True), (9, False)])
def test_a_campus_that_falls_silent_is_told_if_it_was_not_tiny(before, warned):
    lessons = month_of("浦东", 2, 10) + month_of("静安", 2, before) + month_of("浦东", 3, 10)
    expected = (
        "考勤：静安在2025年3月没有任何记录，而上个月有 10 行；是不是漏交了这个校区的文件？",
        "lessons: 静安 has no row in March 2025, and had 10 the month before. Was its file left out?",
    )
    assert said(told(tables(campuses=CAMPUSES, lessons=lessons))) == ([expected] if warned else [])


def test_a_campus_is_missed_where_payments_have_it_only_by_their_contract():
    campuses = {"E1": "浦东", "E2": "静安"}
    contracts = [{"enrolment_id": key, "campus": campus, "amount_paid": "1000"} for key, campus in campuses.items()]
    contracts[0]["amount_paid"] = "2000"
    paid = (
        [("E1", 2, day) for day in range(1, 11)]
        + [("E2", 2, day) for day in range(1, 11)]
        + [("E1", 3, day) for day in range(1, 11)]
    )
    payments = [
        {"payment_id": f"P{number}", "enrolment_id": key, "paid_at": f"2025-{month:02}-{day:02}"}
        for number, (key, month, day) in enumerate(paid)
    ]
    keys = [
        (key, facts["campus"])
        for key, facts in told(tables(campuses=CAMPUSES, enrolments=contracts, payments=payments))
    ]
    assert keys == [("warning.between.campus_absent", "静安")]


def test_a_month_that_has_just_begun_and_a_campus_that_closed_miss_nothing():
    begun = month_of("浦东", 3, 20) + month_of("静安", 3, 20) + month_of("浦东", 4, 2)
    assert told(tables(campuses=CAMPUSES, lessons=begun)) == []
    lessons = month_of("浦东", 2, 10) + month_of("静安", 2, 10) + month_of("浦东", 3, 10)
    campuses = [{"campus": "浦东"}, {"campus": "静安", "closed_on": "2025-02-28"}]
    assert told(tables(lessons=lessons, campuses=campuses)) == []


def test_without_a_table_of_campuses_all_are_listed_those_with_few_rows_first():
    lessons = month_of("浦东", 3, 20) + month_of("捕东", 3, 1) + month_of("静安", 3, 3)
    contract = {"student_id": "S浦东", "campus": "浦东"}
    assert said(told(tables(lessons=lessons, enrolments=[contract], payments=[{}]))) == [
        (
            "没有校区表，无从知道校区名有没有写错。这些表里共有 3 个校区，行数少的在前："
            "捕东（1 行）、静安（3 行）、浦东（21 行）。写错的校区名会算作另一个校区；请核对，并交一张校区表，"
            "或在 mapping.toml 的 [campuses] 里写明别名。",
            "There is no table of campuses, so a mistyped name cannot be told. The rows name 3 campuses, those with "
            "few rows first: 捕东 (1 row), 静安 (3 rows), 浦东 (21 rows). A mistyped one counts as a campus of its "
            "own: look them up, and hand in a table of campuses, or name aliases under [campuses] in mapping.toml.",
        )
    ]


def test_of_many_campuses_without_a_table_the_rarest_are_listed():
    lessons = [{"lesson_id": f"L{n}", "campus": f"{n:02}", "starts_at": f"2025-03-01 09:{n}"} for n in range(10, 31)]
    ((_, facts),) = [one for one in told(tables(lessons=lessons)) if one[0].endswith("campuses_untold")]
    assert facts["n"] == 21
    assert facts["seen"]["zh"].endswith("28（1 行）、29（1 行）、……")


def test_a_row_at_an_unknown_campus_is_set_aside_and_counted_once():
    came = checked(
        "lessons", {"campus": "浦东"}, {"lesson_id": "L2", "campus": "火星"}, {"lesson_id": "L3"}, {"starts_at": "?"}
    )
    done = without_unknown_campuses(came, frozenset({"浦东", "静安"}))
    assert list(done.kept["lesson_id"]) == ["L1", "L3"]
    assert done.rows_read == len(done.kept) + done.rows_set_aside
    bad = done.set_aside.to_dict("records")[-1]
    assert message(bad, "zh") == (
        "export.csv 第 3 行，校区：“火星”不在校区表中（浦东, 静安）；请改正，或把它加进校区表，"
        "或在 mapping.toml 的 [campuses] 里写明别名"
    )
    assert message(bad, "en") == (
        'export.csv row 3, 校区 (campus): "火星" is not in the table of campuses (浦东, 静安); '
        "mend it, add it to that table, "
        "or name it as an alias under [campuses] in mapping.toml"
    )


def test_without_a_table_of_campuses_every_campus_is_taken():
    came = checked("lessons", {"campus": "火星"})
    assert without_unknown_campuses(came, frozenset()) is came
    assert len(without_unknown_campuses(checked("lessons"), frozenset({"浦东"})).kept) == 0


def test_the_order_of_rows_and_tables_changes_nothing():
    frames = tables(
        students=[{}], lessons=[{"student_id": f"S{n}", "lesson_id": f"L{n}"} for n in range(5)], refunds=[{}]
    )
    backwards = {name: frames[name].iloc[::-1] for name in reversed(frames)}
    assert sorted(map(str, told(frames))) == sorted(map(str, told(backwards)))
    before = {name: frame.copy() for name, frame in frames.items()}
    told(frames)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, before[name])
