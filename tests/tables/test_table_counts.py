import pandas as pd

from churnlab.tables.table_counts import TableCounts, by_day

COUNTS = TableCounts(
    rows_read=8,
    kept=3,
    set_aside=4,
    header=1,
    days={"2026-01-31": 2, "2026-02-01": 1},
    aside_days={"missing": {"": 1, "2026-01-31": 1}, "unknown_code": {"2026-02-01": 2}},
)


def test_rows_are_counted_by_their_day_and_those_without_one_apart():
    at = pd.Series(pd.to_datetime(["2026-02-01 09:00", None, "2026-01-31 23:59", "2026-02-01 00:00", None]))
    assert by_day(at) == {"": 2, "2026-01-31": 1, "2026-02-01": 2}
    assert list(by_day(at)) == ["", "2026-01-31", "2026-02-01"]
    assert by_day(at.head(0)) == {}


def test_rows_of_some_days_are_counted_alone():
    january = COUNTS.of(lambda day: "" < day < "2026-02-01")
    assert (january.rows_read, january.kept, january.set_aside, january.undated) == (3, 2, 1, 0)
    assert january.reasons == {"missing": 1}
    undated = COUNTS.of(lambda day: day == "")
    assert (undated.kept, undated.set_aside, undated.undated) == (0, 1, 1)


def test_counts_of_all_days_add_up_to_the_whole_less_its_lines():
    parts = [COUNTS.of(lambda day, one=one: day == one) for one in ("", "2026-01-31", "2026-02-01")]
    whole = sum(parts, start=TableCounts(rows_read=0, kept=0, set_aside=0))
    assert (whole.rows_read, whole.kept, whole.set_aside) == (7, 3, 4)
    assert whole.reasons == COUNTS.reasons == {"missing": 2, "unknown_code": 2}
    assert whole.days == COUNTS.days
