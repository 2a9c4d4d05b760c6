"""Is every row either kept or set aside, with all that is wrong with it?"""

from collections import Counter
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.i18n import text
from churnlab.tables.checking import check
from churnlab.tables.faults import message
from churnlab.tables.mapping import Mapping
from churnlab.tables.schemas import TABLES
from tests.tables.sheets import NOBODY, WHOLE, checked, kept, sheet


def reasons(done):
    return [(bad["row"], bad["column"], bad["reason"]) for bad in done.set_aside.to_dict("records")]


def test_a_row_is_typed_as_its_columns_say():
    row = kept("enrolments", {"hours_bought": "48课时", "starts_on": "2025/3/8", "amount_paid": "￥1.28万"}).iloc[0]
    assert row["kind"] == "new"
    assert row["signed_at"] == pd.Timestamp("2025-03-01")
    assert row["starts_on"] == pd.Timestamp("2025-03-08")
    assert (row["hours_bought"], row["amount_paid"]) == (48.0, Decimal("12800.00"))
    assert row["status"] is None
    assert (row["_file"], row["_sheet"], row["_row"]) == ("export.csv", None, 2)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_whole_row_of_every_table_is_taken_with_one_type_for_each_kind(table):
    types = {"date": "datetime64[ns]", "time": "datetime64[ns]", "hours": "float64", "number": "float64"}
    types |= {"count": "Int64", "flag": "boolean", "percent": "float64"}
    for frame in (kept(table, {}), kept(table)):
        for column in TABLES[table].columns:
            assert str(frame[column.name].dtype) == types.get(column.kind, "object"), column.name


def test_all_bad_cells_of_a_row_are_told_and_the_row_is_set_aside_once():
    done = checked(
        "lessons",
        {},
        {"lesson_id": "L2", "starts_at": "25-3-1", "status": "神游", "hours_used": "30"},
        {"lesson_id": "L3"},
    )
    assert reasons(done) == [
        (3, "starts_at", "no_century"),
        (3, "status", "unknown_code"),
        (3, "hours_used", "out_of_bounds"),
    ]
    assert (done.rows_read, len(done.kept), done.rows_set_aside) == (3, 2, 1)
    assert list(done.kept["_row"]) == [2, 4]


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        (
            {"starts_at": "25-3-1"},
            "attendance.xlsx 第 17 行，上课时间：“25-3-1”没有写明世纪；请写成 2025-03-01",
            'attendance.xlsx row 17, 上课时间 (starts_at): "25-3-1" has no century; write 2025-03-01',
        ),
        (
            {"status": "神游"},
            "attendance.xlsx 第 17 行，到课状态：“神游”不在已知的写法之中（present 到课, "
            "late 迟到, leave 请假, absent 未到/旷课）；"
            "请改用其中之一，或在 mapping.toml 的 [words] 里写明对应关系",
            'attendance.xlsx row 17, 到课状态 (status): "神游" is not one of the known words (present 到课, late 迟到, '
            "leave 请假, absent 未到/旷课); use one of them, or name yours under [words] in mapping.toml",
        ),
        (
            {"student_id": "/"},
            "attendance.xlsx 第 17 行，学号：这里必须有值，现在是空的；请补上",
            "attendance.xlsx row 17, 学号 (student_id): a value is needed here and there is none; fill it in",
        ),
        (
            {"hours_used": "30"},
            "attendance.xlsx 第 17 行，扣的课时：“30”超出了合理范围（-24 至 24）；请核对",
            'attendance.xlsx row 17, 扣的课时 (hours_used): "30" is outside the plausible range (-24 to 24); check it',
        ),
    ],
)
def test_a_message_names_place_value_expectation_and_remedy(cell, zh, en):
    (bad,) = checked("lessons", cell, file="attendance.xlsx", first=17).set_aside.to_dict("records")
    assert message(bad, "zh") == zh
    assert message(bad, "en") == en


def test_a_message_names_the_sheet_where_there_are_several():
    (bad,) = checked("suspensions", {"to_on": "2025-02-01"}, file="校区.xlsx", name="停课").set_aside.to_dict("records")
    assert message(bad, "en") == (
        '校区.xlsx (停课) row 2, 复课时间 (to_on): "2025-02-01" is before '
        "停课时间 (from_on) of the same row (2025-03-01); look both dates up"
    )
    assert message(bad, "zh") == (
        "校区.xlsx（停课）第 2 行，复课时间：“2025-02-01”早于同一行的停课时间（2025-03-01）；请核对这两个日期"
    )


def test_what_happens_on_one_day_is_in_order_whatever_the_hour():
    kept("refunds", {"requested_at": "2025-03-01 17:00", "settled_at": "2025-03-01"})


def test_scores_lie_on_their_scale():
    done = checked("surveys", {"score": "11"}, {"score": "10"})
    assert reasons(done) == [(2, "scale_max", "disordered_numbers")]
    (bad,) = done.set_aside.to_dict("records")
    assert message(bad, "zh") == "export.csv 第 2 行，最高分：“10”小于同一行的得分（11）；请核对这两个数"
    assert message(bad, "en") == (
        'export.csv row 2, 最高分 (scale_max): "10" is less than 得分 (score) of the same row (11); '
        "look both numbers up"
    )


# 登记日期: 2025-13-45 is no day, 25-3-9 has no century, 2025-03-09 is one.
def test_an_exit_whose_day_of_record_cannot_be_read_is_kept_without_it_and_told():
    days = ("2025-13-45", "25-3-9", "2025-03-09")
    done = checked("exits", *({"student_id": f"S{n}", "recorded_on": day} for n, day in enumerate(days)))
    assert (len(done.kept), done.rows_set_aside, done.rows_read) == (3, 0, 3)
    assert done.kept["recorded_on"].isna().tolist() == [True, True, False]
    ((key, facts),) = done.warnings
    assert key == "warning.checking.left_blank"
    assert (facts["n"], facts["rows"]["en"]) == (2, "2, 3")
    assert text(key, "zh", **facts).startswith("export.csv，登记日期：有 2 个值读不懂")


def test_what_decides_nothing_and_cannot_be_read_is_left_blank_and_the_student_stays():
    #       出生日期       性别   学管师
    # 2     2015-13-45    女    T1
    # 3     未知           ？    1.10105E+17
    # 4     2015-03-01    男    T1
    # 5     未知           保密   T1
    cells = (
        ("2015-13-45", "女", "T1"), ("未知", "？", "1.10105E+17"), ("2015-03-01", "男", "T1"), ("未知", "保密", "T1"),
    )  # fmt: skip
    done = checked(
        "students",
        *({"student_id": f"S{n}", "birth_date": b, "gender": g, "advisor_id": a} for n, (b, g, a) in enumerate(cells)),
    )
    assert (len(done.kept), done.rows_set_aside, done.rows_read) == (4, 0, 4)
    assert done.kept["birth_date"].isna().tolist() == [True, True, False, True]
    assert done.kept["gender"].tolist() == ["female", None, "male", None]
    assert done.kept["advisor_id"].tolist() == ["T1", None, "T1", "T1"]
    assert [text(key, "zh", **facts) for key, facts in done.warnings] == [
        "export.csv，出生日期：有 3 个值读不懂（如 ***；最前的在第 2、3、5 行），已留空，这些行的其他内容照常采用。"
        "要用到这一列时，请改正后重新导出、导入。",
        "export.csv，性别：有 2 个值读不懂（如 ？, 保密；最前的在第 3、5 行），已留空，这些行的其他内容照常采用。"
        "要用到这一列时，请改正后重新导出、导入。",
        "export.csv，学管师：有 1 个值读不懂（如 1.10105E+17；最前的在第 3 行），已留空，这些行的其他内容照常采用。"
        "要用到这一列时，请改正后重新导出、导入。",
    ]
    assert [text(key, "en", **facts) for key, facts in done.warnings][1:] == [
        "export.csv, 性别 (gender): 2 values cannot be read (as ？, 保密; first in rows 3, 5) and were left blank; the "
        "rest of the rows was taken. If the column matters to you, mend it, then export and load again.",
        "export.csv, 学管师 (advisor_id): 1 value cannot be read (as 1.10105E+17; first in row 3) and was left blank; "
        "the rest of the row was taken. If the column matters to you, mend it, then export and load again.",
    ]


def test_a_birth_date_that_says_there_is_none_is_blank_without_a_word():
    done = checked("students", {"birth_date": "0000-00-00"})
    assert (len(done.kept), done.warnings) == (1, ())


def test_what_is_personal_is_masked_wherever_it_slipped():
    slipped = {"gender": "林小满 13812345678", "birth_date": "林小满", "registered_on": "13812345678", "campus": ""}
    done = checked("students", {"name": "林小满", "phone": "13812345678", **slipped})
    assert list(done.set_aside["column"]) == ["campus", "registered_on"]
    assert list(done.set_aside["value"]) == ["", "[name]"]
    assert [facts["examples"] for _, facts in done.warnings] == ["***", "[name] [name]"]
    assert "林小满" not in str(done.set_aside.to_dict()) + str(done.warnings)


def test_the_institutions_own_words_and_aliases_count():
    mapping = Mapping(
        words={
            "lessons": {"status": {"已签到": "present", "-": "absent"}},
            "exits": {"reason_code": {"搬家": "moved"}},
        },
        campuses={"朝阳": "朝阳校区"},
    )
    rows = [{"status": "已签到", "campus": "朝 阳".replace(" ", "")}, {"status": " － ", "campus": "朝阳校区"}]
    done = checked("lessons", *rows, mapping=mapping)
    assert list(done.kept["status"]) == ["present", "absent"]
    assert list(done.kept["campus"]) == ["朝阳校区", "朝阳校区"]
    assert list(checked("exits", {"reason_code": "搬家"}, mapping=mapping).kept["reason_code"]) == ["moved"]


def test_the_usual_words_of_reasons_become_codes_and_the_institutions_own_are_stronger():
    def codes(mapping=None):
        reasons = [{"reason_code": word} for word in ("搬家", "太贵", "Went Abroad", "换老师", "MOVED", "缘分尽了")]
        return checked("exits", *reasons, mapping=mapping).kept["reason_code"].tolist()

    assert codes() == ["moved", "price", "moved", "teacher_change", "moved", "缘分尽了"]
    own = {"exits": {"reason_code": {"搬家": "competitor", "缘分尽了": "own_code"}}}
    assert codes(Mapping(words=own)) == ["competitor", "price", "moved", "teacher_change", "moved", "own_code"]


def test_what_was_taken_with_a_remark_is_counted_and_said():
    done = checked(
        "lessons", {"lesson_id": "1.0"}, {"lesson_id": "2.0", "amount_used": "33.333"}, {"amount_used": "33.333"}
    )
    said = {lang: [text(key, lang, **facts) for key, facts in done.warnings] for lang in ("zh", "en")}
    assert said["en"] == [
        "export.csv, 课消编号 (lesson_id): 2 ids were kept as decimal numbers (as 1.0, 2.0); "
        "the decimals were taken off, "
        "but leading zeros that were lost cannot be brought back. Format the column as text.",
        "export.csv, 课消金额 (amount_used): 2 amounts have more than "
        "two decimals (as 33.333) and were rounded to the cent.",
    ]
    assert said["zh"] == [
        "export.csv，课消编号：有 2 个编号被存成了小数（如 1.0, 2.0），已去掉小数部分；前面的零若已丢失则无法恢复。"
        "请把这一列设为文本格式。",
        "export.csv，课消金额：有 2 个金额不止两位小数（如 33.333），已四舍五入到分。",
    ]
    assert list(done.kept["lesson_id"]) == ["1", "2", "L1"]


def test_a_lesson_without_an_id_is_known_by_its_student_and_a_complaint_by_nobody_is_not():
    kept("lessons", {"lesson_id": None})
    assert reasons(checked("complaints", {"complaint_id": None})) == [(2, "complaint_id", "no_id")]
    kept("complaints", {"complaint_id": None, "student_id": "S1"})


def test_a_student_without_an_id_needs_a_name_and_a_phone_that_is_one():
    rows = [
        {"name": "林小满", "phone": "13812345678"},
        {"name": "林小满"},
        {"phone": "13812345678"},
        {"name": "林小满", "phone": "无"},
    ]
    done = checked("students", *({**row, "student_id": None} for row in rows))
    assert reasons(done) == [(3, "student_id", "no_id"), (4, "student_id", "no_id"), (5, "student_id", "no_id")]


def test_rows_that_reading_set_aside_are_counted_with_the_others():
    came = sheet("lessons", {}, {"status": "?"})
    ragged = pd.DataFrame(
        [{"row": 9, "column": "", "value": "", "reason": "ragged", "facts": {"came": 3, "expected": 4}}]
    )
    came = type(came)(**{**vars(came), "set_aside": ragged})
    done = check(came, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    assert (done.rows_read, len(done.kept), done.rows_set_aside) == (3, 1, 2)
    (_, bad) = done.set_aside.to_dict("records")
    assert message(bad, "en").startswith("export.csv row 9: this row has 3 cells")


def test_nothing_handed_in_is_changed():
    came = sheet("lessons", {"starts_at": "25-3-1"}, {"lesson_id": "1.0"})
    before = came.rows.copy()
    check(came, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    pd.testing.assert_frame_equal(came.rows, before)


CELLS = st.one_of(
    st.sampled_from([
        "", "-", "无", "2025-03-01", "25-3-1", "03/04/2025", "0000-00-00", "9999-12-31", "到课", "1", "-1", "1.0",
        "￥5", "1.23E+17", "123456789012345000", "13812345678", "99999999999", "NA", "=1+1", "是",
    ]),
    st.text(max_size=8),
)  # fmt: skip


@pytest.mark.parametrize("table", sorted(TABLES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_row_is_kept_or_set_aside_once(table, data):
    columns = st.sampled_from([column.name for column in TABLES[table].exported])
    rows = data.draw(st.lists(st.dictionaries(columns, CELLS, max_size=4), max_size=5))
    came = sheet(table, *rows)
    done = check(came, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    places = Counter([*done.kept["_row"], *done.set_aside["row"].unique()])
    assert places == Counter(came.rows.index)
    assert done.rows_read == len(done.kept) + done.rows_set_aside


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_no_verdict(order):
    rows = [
        {},
        {"starts_at": "13/04/2025"},
        {"starts_at": "03/04/2025"},
        {"status": "?"},
        {"hours_used": "99"},
        {"lesson_id": "7.0"},
    ]
    rows = [{**row, "course_id": f"K{number}"} for number, row in enumerate(rows)]
    straight, mixed = checked("lessons", *rows), checked("lessons", *(rows[place] for place in order))
    assert sorted(straight.kept["course_id"]) == sorted(mixed.kept["course_id"])
    assert sorted(reason for *_, reason in reasons(straight)) == sorted(reason for *_, reason in reasons(mixed))


def test_half_a_million_lessons_are_checked():
    number = 500_000
    whole = {
        "lesson_id": [f"L{at:07}" for at in range(number)],
        "student_id": [f"S{at % 5000:05}" for at in range(number)],
        "teacher_id": [f"T{at % 90}" for at in range(number)],
        "campus": ["浦东", "静安"] * (number // 2),
        "starts_at": [f"2025-{at % 12 + 1:02}-{at % 28 + 1:02} {at % 12 + 8:02}:{at % 60:02}" for at in range(number)],
        "status": ["到课", "请假"] * (number // 2),
        "hours_used": ["1", "0"] * (number // 2),
        "amount_used": [f"￥{at % 700 + 100}.50" for at in range(number)],
    }
    came = sheet("lessons", {})
    came = type(came)(**{**vars(came), "rows": pd.DataFrame(whole, index=range(2, number + 2), dtype=object)})
    done = check(came, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    assert len(done.kept) == number
    assert set(WHOLE["lessons"]) <= set(done.kept)


def test_an_institutions_own_words_for_passed_and_failed_are_read():
    mapping = Mapping(words={"inspections": {"passed": {"良好": "yes", "待整改": "no"}}})
    rows = [
        {"item": "灯", "passed": word, "at": f"2026-10-0{day}"}
        for day, word in enumerate(("良好", "待整改", "不合格"), 1)
    ]
    done = checked("inspections", *rows, mapping=mapping)
    assert done.set_aside.empty
    assert done.kept["passed"].tolist() == [True, False, False]
