"""Does every declaration of a table hold together?"""

import pytest

from churnlab.tables.contract import ALWAYS, CURRENT, ROW, Column, Table
from churnlab.tables.schemas import TABLES

BORN = Column(name="birth_date", kind="date", zh=("生日",), personal="age_band", stored_as="age_band")
EVERY = [(table, column) for table in TABLES.values() for column in table.exported]


def named(table: Table, column: Column) -> str:
    return f"{table.name}.{column.name}"


@pytest.mark.parametrize(
    ("column", "name", "kind"),
    [
        (Column(name="phone", kind="text", zh=("电话",), personal="pseudonym"), "phone", "id"),
        (BORN, "age_band", "word"),
        (Column(name="text", kind="text", zh=("内容",), personal="text"), "text", "text"),
        (Column(name="amount", kind="money", zh=("金额",)), "amount", "money"),
    ],
)
def test_what_is_personal_is_stored_as_something_else(column, name, kind):
    assert (column.stored_name, column.stored_kind) == (name, kind)


def test_a_column_is_known_by_its_own_name_and_its_headers():
    column = Column(name="student_id", kind="id", zh=("学号", "学员编号"), en=("Student No",))
    assert column.headers == ("student_id", "学号", "学员编号", "Student No", "student id")


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_keys_dates_and_orders_name_columns_that_are_there(table):
    named_by = {*table.key, *table.natural_key, *table.void_when}
    named_by |= {name for name in (table.dated_by, table.recorded_by, table.reverses) if name}
    named_by |= {name for order in table.orders for name in (order.earlier, order.later)}
    assert named_by <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    assert len(set(table.stored_names)) == len(table.stored_names)
    assert not {table.column(name).personal for name in named_by} & {"text", "age_band"}


def test_a_column_becomes_known_with_its_row_with_a_date_of_it_or_never_for_the_past():
    odd = [
        named(table, column)
        for table, column in EVERY
        if column.known not in (ROW, CURRENT, ALWAYS) and table.column(column.known).kind not in ("date", "time")
    ]
    assert odd == []


def test_what_a_column_points_to_is_a_table():
    assert {column.references for _, column in EVERY if column.references} <= set(TABLES)


def test_no_header_of_a_table_means_two_columns():
    for table in TABLES.values():
        headers = [header.casefold() for column in table.exported for header in set(column.headers)]
        assert len(headers) == len(set(headers)), table.name


def test_no_word_means_two_codes():
    for table, column in EVERY:
        words = [word.casefold() for code, words in column.codes.items() for word in {code, *words}]
        assert len(words) == len(set(words)), named(table, column)


def test_a_spare_column_decides_nothing():
    spare = {(table.name, column.name) for table, column in EVERY if column.spare}
    of_students = {("students", name) for name in ("birth_date", "gender", "referrer_id", "advisor_id")}
    # When an exit was written down tells from when it may be known; without that day it is known when she left.
    assert spare == of_students | {("exits", "recorded_on")}
    for table, column in EVERY:
        deciding = {*table.key, *table.natural_key, *table.void_when, table.dated_by, table.reverses}
        deciding |= {name for order in table.orders for name in (order.earlier, order.later)}
        assert not (column.spare and (column.required or column.name in deciding)), named(table, column)
