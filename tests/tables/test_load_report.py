"""Does the report of a load say what it did?"""

import pandas as pd

from churnlab.tables.load_report import LoadReport, set_aside_facts, set_aside_table, title
from churnlab.tables.table_counts import TableCounts

# Of lessons 10 rows were handed in: 7 taken, 2 dates and 1 status were wrong; of students 4, all taken.
LESSONS = {
    "rows_read": 11, "kept": 7, "set_aside": 3, "header": 1, "days": {"2026-03-01": 7},
    "aside_days": {"not_a_date": {"": 2}, "unknown_code": {"2026-03-02": 1}},
}  # fmt: skip
STUDENTS = {"rows_read": 5, "kept": 4, "set_aside": 0, "header": 1, "days": {"": 4}}
BAD = pd.DataFrame({"reason": ["not_a_date"]})
NOTHING = pd.DataFrame(columns=["reason"])


def report(number=None, *, aside=BAD, warnings=(), **became):
    tables = {"lessons": TableCounts(**LESSONS, **became), "students": TableCounts(**STUDENTS)}
    return LoadReport(number=number, tables=tables, warnings=warnings, set_aside=aside)


def test_a_check_says_what_was_read_and_a_load_what_became_of_it():
    checked = report().finding()
    assert checked.sentences == ("checked",)
    assert "new" not in checked.table
    assert checked.facts == {"tables": 2, "kept": 11, "rows_read": 16, "set_aside": 3}
    loaded = report(1, new=5, changed=1, unchanged=1, superseded=0, removed=0).finding()
    assert loaded.sentences == ("loaded",)
    assert (loaded.facts["new"], loaded.facts["changed"]) == (5, 1)


def test_rows_set_aside_are_told_by_table_and_reason_the_commonest_first():
    tables = report().tables
    found = set_aside_table(tables)
    assert found["set_aside_reason"].tolist() == ["not_a_date", "unknown_code"]
    assert found["set_aside"].tolist() == [2, 1]
    assert found["set_aside_share"].tolist() == [2 / 10, 1 / 10]
    assert set_aside_facts(tables) == {"set_aside": 3, "rows": 14, "share": 3 / 14}
    assert set_aside_facts({}) == {"set_aside": 0, "rows": 0, "share": 0.0}


def test_only_what_there_is_to_tell_is_told():
    assert [finding.key for finding in report(aside=NOTHING).findings()] == ["tables.load"]
    warned = report(warnings=(("warning.loading.seen_before", {"n": 1, "of": 2}),))
    assert [finding.key for finding in warned.findings()] == ["tables.load", "tables.set_aside", "tables.warnings"]


def test_a_table_has_a_name_in_each_language():
    assert (title("lessons").say("zh"), title("lessons").say("en")) == ("考勤", "Lessons")
