"""Is a row that nobody filled in told from one that says too little?"""

import pytest

from churnlab.tables.schemas import TABLES
from churnlab.tables.unfilled import UNFILLED, without_unfilled
from tests.tables.sheets import checked, sheet

DRAWN = {"student_id": "S1", "left_on": "2026-01-20", "method": "面谈", "recorded_on": "2026-02-01"}


# An interview that was held; one that was not; one of which only the talk is told; a call without a reason.
def test_a_row_that_nobody_filled_in_is_no_row():
    rows = [
        DRAWN | {"reason_code": "价格太高"},
        DRAWN | {"reason_code": "", "text": " ", "staff_id": "-"},
        DRAWN | {"reason_code": "", "text": "换了三次老师"},
        DRAWN | {"reason_code": "", "method": "电话回访"},
    ]
    before = sheet("exits", *rows)
    after = without_unfilled(before)
    assert after.lines[UNFILLED] == 1
    assert after.rows.index.tolist() == [before.rows.index[place] for place in (0, 2, 3)]
    assert after.rows_read == len(after.rows) + len(after.set_aside) + sum(after.lines.values())
    # Who wrote something and no reason is told so.
    assert checked("exits", *rows[2:]).rows_set_aside == 2


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if not table.asks])
def test_a_table_that_asks_nobody_is_left_as_it_is(table):
    before = sheet(table, {TABLES[table].columns[0].name: ""})
    assert without_unfilled(before) is before


def test_a_sheet_that_is_all_unfilled_has_no_rows():
    after = without_unfilled(sheet("exits", DRAWN | {"reason_code": ""}))
    assert (len(after.rows), after.lines[UNFILLED]) == (0, 1)
