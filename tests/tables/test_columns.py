"""Does a column say what its cells say, each distinct text read once?"""

import pandas as pd
import pytest

from churnlab.tables import columns
from churnlab.tables.columns import empty, read
from churnlab.tables.contract import Column
from churnlab.tables.values import Asked, Fault

HOURS = Column(name="hours_used", kind="hours", zh=("扣的课时",), low=0, high=24)
STATUS = Column(name="status", kind="code", zh=("到课状态",), codes={"present": ("到课",), "absent": ("旷课",)})


def answers(column: Column, *cells: str, **more: object) -> columns.Answers:
    return read(pd.Series(cells, dtype=object), Asked(column=column, **more))


#  row        0       1    2      3     4
#  cell       2       ""   三     2     25
def test_values_faults_and_nothing_stand_at_their_places():
    found = answers(HOURS, "2", "", "三", "2", "25")
    assert found.values.tolist()[::3] == [2.0, 2.0]
    assert found.values.isna().tolist() == [False, True, True, False, True]
    assert {place: fault.reason for place, fault in found.faults.items()} == {2: "not_a_number", 4: "out_of_bounds"}
    assert found.faults[4] == Fault("out_of_bounds", {"low": "0", "high": "24"})


def test_remarks_are_counted_by_row_with_examples_as_they_stood():
    campus = Column(name="campus", kind="code", zh=("校区",))
    found = answers(campus, "东", "西", "北", "西", "南", "中", known=frozenset({"东"}))
    assert found.notes["unlisted"].rows == 5
    assert found.notes["unlisted"].examples == ("西", "北", "南")


def test_the_institutions_own_words_come_first():
    found = answers(STATUS, "已签到", "旷课", "ABSENT", words={"已签到": "present"})
    assert found.values.tolist() == ["present", "absent", "absent"]


def test_each_distinct_text_is_read_once(monkeypatch):
    asked = []
    parser = columns.parser
    monkeypatch.setattr(columns, "parser", lambda told: lambda word: asked.append(word) or parser(told)(word))
    assert answers(STATUS, *["到课"] * 500, "旷课").values.tolist() == ["present"] * 500 + ["absent"]
    assert asked == ["到课", "旷课"]


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("id", "object"), ("text", "object"), ("date", "datetime64[ns]"), ("time", "datetime64[ns]"),
        ("hours", "float64"), ("number", "float64"), ("percent", "float64"),
        ("count", "Int64"), ("flag", "boolean"), ("money", "object"),
    ],
)  # fmt: skip
def test_a_column_that_the_export_lacks_is_empty_and_typed(kind, dtype):
    found = empty(3, Column(name="x", kind=kind, zh=("列",)))
    assert found.values.isna().all()
    assert (len(found.values), str(found.values.dtype), found.faults) == (3, dtype, {})


def test_the_order_of_rows_changes_no_answer():
    cells = ["2", "", "三", "1.5", "99"]
    one, other = answers(HOURS, *cells), answers(HOURS, *cells[::-1])
    assert one.values.fillna(-1).tolist() == other.values.fillna(-1).tolist()[::-1]
    assert {len(cells) - 1 - place for place in one.faults} == set(other.faults)
