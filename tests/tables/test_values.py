"""Is a cell read as whoever wrote it meant it?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.tables.contract import Column
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import Asked, Fault, Noted, is_missing, long, parser, rounded_by_excel, short


def column(kind, **more):
    return Column(name="x", kind=kind, zh=("甲",), **more)


def read(kind, cell, **more):
    return parser(Asked(column=column(kind, **more)))(short(cell))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("ＡＢ１２３", "AB123"),
        ("　张　三　", "张三"),
        ("S\u200b001\ufeff", "S001"),
        ("  S   001 ", "S 001"),
        ("\x1b[31mS1\x00", "[31mS1"),
        ("𠮷田", "𠮷田"),
        ("数学（基础）", "数学(基础)"),
        ("NA", "NA"),
    ],
)
def test_a_short_text_has_one_form(cell, meant):
    assert short(cell) == meant
    assert short(short(cell)) == meant


def test_a_sentence_keeps_its_punctuation_and_loses_what_nobody_sees():
    assert long("老师很好，电话１３８。\u200b\n下次　来") == "老师很好，电话138。\n下次 来"


@pytest.mark.parametrize("word", ["", "-", "—", "/", "无", "NULL", "N/A"])
@pytest.mark.parametrize(
    "kind", ["id", "word", "code", "date", "time", "money", "hours", "count", "number", "percent", "flag"]
)
def test_a_stroke_says_nothing(word, kind):
    assert is_missing(word, column(kind))


@pytest.mark.parametrize("word", ["NA", "None", "-", "无", "NULL", "N/A"])
def test_a_person_may_have_any_name(word):
    assert not is_missing(word, column("text", personal="pseudonym"))


@pytest.mark.parametrize("word", ["NA", "None"])
def test_an_id_may_be_a_name_and_a_number_may_not(word):
    assert not is_missing(word, column("id"))
    assert is_missing(word, column("money"))


def test_leading_zeros_stay():
    assert read("id", "000123") == "000123"


def test_an_id_that_was_a_number_loses_its_decimals_and_is_told():
    assert read("id", "123.0") == Noted("123", "id_was_number")


@pytest.mark.parametrize("cell", ["1.23E+17", "1.23456789012345e+17", "6E+15", "123456789012345680.0"])
def test_an_id_that_a_spreadsheet_rounded_is_refused(cell):
    assert read("id", cell) == Fault("id_rounded")


@pytest.mark.parametrize("cell", ["3E2", "1E5", "12.50", "A1.0", "张三"])
def test_an_id_may_look_like_much_else(cell):
    assert read("id", cell) == cell


def test_long_ids_that_end_in_000_were_rounded():
    assert rounded_by_excel(["123456789012345000", "S1", "123456789012345678"]) == [True, False, False]
    assert rounded_by_excel(["123456789012000", "000"]) == [False, False]  # 15 digits: nothing is lost


def test_long_ids_may_end_in_000_by_chance():
    serial = [f"20250301{number:010d}" for number in range(1, 2001)]  # …1000 and …2000 end so: 2 in 2,000
    assert not any(rounded_by_excel(serial))


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1280.5", "1280.50"),
        ("￥1,280.50", "1280.50"),
        ("¥ 1,280", "1280.00"),
        ("１２８０元", "1280.00"),
        ("1280元整", "1280.00"),
        ("人民币1,234,567.89", "1234567.89"),
        ("1.2万", "12000.00"),
        ("1.28万元", "12800.00"),
        ("(300)", "-300.00"),
        ("（￥300.00）", "-300.00"),
        ("-¥300", "-300.00"),
        ("¥-300", "-300.00"),
        ("−300", "-300.00"),
        ("+5", "5.00"),
        ("1.28E+03", "1280.00"),
        ("99.99000000000001", "99.99"),
        (".5", "0.50"),
        ("0", "0.00"),
    ],
)
def test_money_is_exact(cell, amount):
    came = read("money", cell)
    assert came == Decimal(amount)
    assert came.as_tuple().exponent == -2


def test_money_finer_than_a_cent_is_rounded_and_told():
    assert read("money", "33.335") == Noted(Decimal("33.34"), "money_rounded")  # half up, as at a till


@pytest.mark.parametrize(
    "cell", ["1,23", "1.2.3", "12a", "$5", "元", "--5", "(-5)", "一百", "1e999", "inf", "=1+1", "1 280 元?"]
)
def test_what_is_no_money_is_refused(cell):
    assert read("money", cell) == Fault("not_money")


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.sampled_from(["{}", "￥{}", "{}元", "¥ {} 元", "  {}"]),
)
def test_money_comes_back_as_it_was_written(amount, form):
    assert read("money", form.format(f"{amount:,.2f}")) == amount
    assert read("money", form.format(f"{amount:.2f}")) == amount


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("hours", "1.5课时", 1.5),
        ("hours", "-2", -2.0),
        ("hours", "2h", 2.0),
        ("number", "35%", 0.35),
        ("number", "１．５", 1.5),
        ("percent", "35%", 35.0),
        ("percent", "３５％", 35.0),
        ("percent", "35", 35.0),
        ("percent", "85 %", 85.0),
        ("percent", "85％", 85.0),
        ("percent", "85　％", 85.0),
        ("percent", "0.5%", 0.5),
        ("count", "12.0", 12),
        ("count", "1,000次", 1000),
        ("flag", "是", True),
        ("flag", "√", True),
        ("flag", "TRUE", True),
        ("flag", "Ｙ", True),
        ("flag", "否", False),
        ("flag", "0", False),
        ("flag", "×", False),
    ],
)
def test_numbers_and_flags_are_read_with_their_units(kind, cell, value):
    came = read(kind, cell)
    assert came == value
    assert type(came) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("hours", "90分钟", "not_a_number"),
        ("number", "nan%", "not_a_number"),
        ("number", "1e999", "not_a_number"),
        ("percent", "一半", "not_a_number"),
        ("count", "3.5", "not_whole"),
        ("count", "三", "not_a_number"),
        ("flag", "也许", "not_a_flag"),
    ],
)
def test_what_is_no_number_or_flag_is_refused(kind, cell, reason):
    assert read(kind, cell) == Fault(reason)


@pytest.mark.parametrize("cell", ["到课", "present", "PRESENT", "到　课"])
def test_a_code_has_many_words(cell):
    assert parser(Asked(column=TABLES["lessons"].column("status")))(short(cell)) == "present"


@pytest.mark.parametrize(
    ("cell", "passed"),
    [
        ("合格", True),
        ("不合格", False),
        ("通过", True),
        ("未通过", False),
        ("未合格", False),
        ("不通过", False),
        ("Not passed", False),
        ("Pass", True),
        ("FAIL", False),
        ("是", True),
    ],
)
def test_what_was_inspected_passed_or_failed_in_its_own_words(cell, passed):
    assert parser(Asked(column=TABLES["inspections"].column("passed")))(short(cell)) is passed


def test_words_of_one_flag_say_nothing_in_another():
    assert parser(Asked(column=TABLES["complaints"].column("escalated")))("正常") == Fault("not_a_flag")


def test_an_unknown_code_names_the_known_words():
    known = "present 到课, late 迟到, leave 请假, absent 未到/旷课"
    assert parser(Asked(column=TABLES["lessons"].column("status")))("神游") == Fault("unknown_code", {"known": known})


def test_the_known_words_are_the_institutions_own_as_well():
    own = {"已签到": "present", "未到": "absent"}
    fault = parser(Asked(column=TABLES["lessons"].column("status"), words=own))("神游")
    assert fault.facts["known"] == "present 到课/已签到, late 迟到, leave 请假, absent 未到/旷课"


def test_an_open_list_takes_what_comes_and_tells_what_was_not_listed():
    assert read("code", "地推") == "地推"
    listed = parser(Asked(column=column("code"), known=frozenset({"WeChat", "地推"})))
    assert [listed("wechat"), listed("火星")] == ["WeChat", Noted("火星", "unlisted")]
