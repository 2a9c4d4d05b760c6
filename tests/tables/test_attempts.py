"""Does a list take in a student who was called more than once?"""

from datetime import datetime

import openpyxl
import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.tables.attempts import all_words, called_again, latest
from churnlab.tables.faults import message
from churnlab.tables.schemas import TABLES
from tests.exports import write
from tests.tables.test_filled_in import FIRST, SHEET, aside, home, row, sheet, stored, take, told

__all__ = ["home"]
CALLS = TABLES["calls"]
# Student 001 is not reached on the 3rd, thinks it over on the 9th, and stays on the 12th; 002 is called once.
NOT_REACHED = "2026-02-03 10:00,T1,未接通,,没人接"
THINKING = "2026-02-09 11:00,T2,再考虑,价格太高,太贵"
STAYS = "2026-02-12 09:00,,愿意留下,,"
COLUMNS = ("called_at", "staff_id", "outcome", "reason_code", "text")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_latest_call_stands_and_what_was_said_is_kept_of_all(home, order):
    calls = [NOT_REACHED, THINKING, STAYS]
    sheet(home, "东.csv", *(row(1, filled=calls[at]) for at in order), row(2, filled=FIRST))
    report = take(home, day=2)
    # The last outcome is the outcome; who called and why are those of the latest call that says it.
    last = [pd.Timestamp("2026-02-12 09:00"), "T2", "stays", "price", "没人接 / 太贵"]
    assert stored(home, *COLUMNS)[0] == last
    assert stored(home, "outcome")[1] == ["stays"]
    assert [len(places.split(" / ")) for places in told(report, "again")] == [3]
    assert [key for key, _ in report.warnings if "clashes" in key or "apart" in key] == []
    counts = report.tables["calls"]
    assert counts.rows_read == counts.kept + counts.set_aside + counts.header + counts.blank
    assert take(home, day=3).tables["calls"].changed == 0
    assert stored(home, *COLUMNS)[0] == last


def test_a_second_call_that_comes_with_a_later_load_is_told_once_and_nothing_is_answered_otherwise(home):
    sheet(home, "东.csv", row(1, filled=NOT_REACHED))
    take(home, day=2)
    sheet(home, "东.csv", row(1, filled=NOT_REACHED), row(1, filled=THINKING))
    report = take(home, day=3)
    assert told(report, "again") == ["东.csv row 2 / 东.csv row 3"]
    assert stored(home, "outcome", "text")[0] == ["thinking", "没人接 / 太贵"]


def test_a_row_that_cannot_be_read_takes_none_of_the_others_with_it(home):
    sheet(
        home,
        "东.csv",
        row(1, filled=NOT_REACHED),
        row(1, filled=THINKING.replace("再考虑", "下周再说")),
        ",,,,,,,,,,,,",
    )
    report = take(home, day=2)
    assert aside(report) == [[3, "outcome", "unknown_code"]]
    assert stored(home, "outcome", "text")[0] == ["not_reached", "没人接"]
    counts = report.tables["calls"]
    # The record of three, and the sheet's two rows and its blank line; a header each.
    assert (counts.rows_read, counts.kept, counts.set_aside, counts.header, counts.blank) == (8, 4, 1, 2, 1)


def test_two_times_in_one_cell_are_set_aside_and_it_is_said_where_and_what_to_write(home):
    sheet(home, "东.csv", row(1, filled="2026-02-03、2026-02-09,T1,再考虑,,"))
    report = take(home, day=2)
    assert [[row_, column] for row_, column, _ in aside(report)] == [[2, "called_at"]]
    for lang in LANGUAGES:
        told_ = message(report.set_aside.iloc[0].to_dict(), lang)
        assert "东.csv" in told_
        assert "联系时间" in told_
        assert "2026-02-03、2026-02-09" in told_
    assert stored(home, "outcome")[0] == [None]


def test_columns_may_stand_in_any_order_and_an_older_sheet_lacks_the_younger_ones(home):
    heads = SHEET.split(",")
    shuffled = [heads[at] for at in (12, 10, 8, 2, 0, 1, 5, 4)]  # no campus, lot, place, who called and why
    for filled in (NOT_REACHED, THINKING):
        cells = dict(zip(heads, row(1, filled=filled).split(","), strict=True))
        write(home / "data/raw", f"{filled[8:10]}.csv", ",".join(shuffled), ",".join(cells[head] for head in shuffled))
    report = take(home, day=2)
    assert aside(report) == []
    assert stored(home, "outcome", "text", "campus", "position")[0] == ["thinking", "太贵", "东", 1]


def test_a_sheet_of_the_other_language_with_two_rows_is_taken(home):
    book = openpyxl.Workbook()
    book.active.append(["Call id", "List id", "Student id", "Made on", "Arm", "Called at", "Outcome", "Text"])
    for day, outcome, text in ((3, "not reached", "nobody"), (9, "thinking it over", "dear")):
        drawn = ["CL20260201-A-1", "CL20260201", "001", datetime(2026, 2, 1), "to be called"]
        book.active.append([*drawn, datetime(2026, 2, day, 10), outcome, text])
    book.save(home / "data/raw/east.xlsx")
    report = take(home, day=2)
    assert aside(report) == []
    assert stored(home, "called_at", "outcome", "text")[0] == [
        pd.Timestamp("2026-02-09 10:00"), "thinking", "nobody / dear",
    ]  # fmt: skip


def test_copies_of_one_call_are_no_second_one():
    times = pd.to_datetime(["2026-02-03", "2026-02-03", None, "2026-02-05", "2026-02-06", "2026-02-05"])
    rows = pd.DataFrame({
        "_file": ["a"] * 5 + ["b"], "call_id": ["1", "1", "1", "2", "2", "1"], "called_at": times,
        "staff_id": None, "outcome": None, "reason_code": None, "text": ["x", "x", None, "y", "y", "z"],
    })  # fmt: skip
    assert called_again(rows, CALLS).tolist() == [False, False, False, True, True, False]
    assert all_words(rows, CALLS)["text"].tolist() == ["x", "x", None, "y", "y", "z"]  # said twice, kept once
    assert latest(rows, CALLS).index.tolist() == [1, 4, 5]


def test_of_two_calls_on_one_day_the_lower_row_is_the_later_and_no_word_is_lost(home):
    by_day = [call.replace("2026-02-03 10:00", "2026-02-03") for call in (NOT_REACHED, "2026-02-03,T2,再考虑,,太贵")]
    sheet(home, "东.csv", *(row(1, filled=call) for call in by_day))
    report = take(home, day=2)
    assert stored(home, *COLUMNS)[0] == [pd.Timestamp("2026-02-03"), "T2", "thinking", None, "没人接 / 太贵"]
    assert told(report, "again") == ["东.csv row 2 / 东.csv row 3"]


def test_the_warning_is_said_in_both_languages(home):
    sheet(home, "东.csv", row(1, filled=NOT_REACHED), row(1, filled=THINKING))
    (facts,) = [facts for key, facts in take(home, day=2).warnings if key == "warning.filled_in.again"]
    assert facts == {"n": 1, "places": {"zh": "东.csv 第 2 行 / 东.csv 第 3 行", "en": "东.csv row 2 / 东.csv row 3"}}
