"""Are rows that were not taken written down for whoever mends them, and nothing personal with them?"""

import csv
import errno

import pandas as pd
import pytest

from churnlab.errors import StoreError
from churnlab.tables import aside
from churnlab.tables.aside import days_by_reason, put_aside, recover, without_names

NAMES = frozenset({"林小满"})


def bad(*cells: tuple[int, str, str], reason: str = "not_a_date", header: str = "上课时间") -> pd.DataFrame:
    """Return bad cells of lessons: row, column, value."""
    return pd.DataFrame([
        {
            "file": "考勤.csv", "sheet": None, "table": "lessons", "row": row, "column": column, "header": header,
            "value": value, "reason": reason, "facts": {"value": value}, "day": pd.NaT,
        }
        for row, column, value in cells
    ])  # fmt: skip


def written(file) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


def test_each_bad_cell_has_a_line_with_its_place_and_its_reason_in_both_languages(tmp_path):
    with put_aside(tmp_path, 7, bad((3, "starts_at", "明天"))) as place:
        assert not place.exists()  # not before the load stands
    assert place == tmp_path / "load-0007.csv"
    header, line = written(place)
    assert len(header) == len(line) == 8
    assert line[:6] == ["考勤.csv", "", "lessons", "3", "上课时间 (starts_at)", "明天"]
    assert all("明天" in reason for reason in line[6:])


def test_the_column_is_named_by_the_header_of_the_file_with_our_name(tmp_path):
    with put_aside(tmp_path, 7, bad((3, "starts_at", "明天"), header="签到时间")) as place:
        pass
    assert written(place)[1][4] == "签到时间 (starts_at)"


def test_a_name_in_a_header_is_masked_also_where_a_reason_quotes_it():
    rows = bad((3, "starts_at", "2025-03-01"), reason="disordered", header="林小满签到")
    rows["facts"] = [{"value": "", "earlier": {"zh": "林小满报到", "en": "林小满报到 (from_on)"}, "than": "2025-04-01"}]
    assert "林小满" in rows.to_string()
    assert "林小满" not in without_names(rows, NAMES).to_string()


def test_without_bad_rows_there_is_no_file(tmp_path):
    with put_aside(tmp_path / "aside", 1, bad()) as place:
        assert place is None
    assert not (tmp_path / "aside").exists()


def test_a_load_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError), put_aside(tmp_path, 1, bad((3, "starts_at", "明天"))):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_room_it_is_said_and_nothing_is_left(tmp_path, monkeypatch):
    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(aside.os, "fsync", no_room)
    with pytest.raises(StoreError) as refused, put_aside(tmp_path, 1, bad((3, "starts_at", "明天"))):
        pass
    assert (refused.value.key, refused.value.facts["what"]) == ("store.not_writable", "no space left")
    assert list(tmp_path.iterdir()) == []


# Load 1 stands, load 2 does not.
def test_what_a_killed_load_left_is_put_in_place_if_it_stands_and_else_removed(tmp_path):
    for number in (1, 2):
        (tmp_path / f".load-000{number}.csv.partial").write_text(str(number), encoding="utf-8")
    recover(tmp_path, last=1)
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("load-0001.csv", "1")]


@pytest.mark.parametrize(("value", "shown"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), ("+86 10", "'+86 10")])
def test_what_a_spreadsheet_would_run_is_text(tmp_path, value, shown):
    with put_aside(tmp_path, 1, bad((3, "starts_at", value))) as place:
        pass
    assert written(place)[1][5] == shown


def test_names_are_masked_in_the_value_and_in_what_the_reason_quotes():
    rows = bad((3, "starts_at", "林小满来过"), (4, "starts_at", "明天"))
    found = without_names(rows, NAMES)
    assert found["value"].tolist() == ["[name]来过", "明天"]
    assert [facts["value"] for facts in found["facts"]] == ["[name]来过", "明天"]
    assert rows["value"].tolist() == ["林小满来过", "明天"]


def test_a_row_with_two_bad_cells_counts_once_under_the_first():
    rows = pd.concat(
        [bad((3, "starts_at", "明天")), bad((3, "status", "?"), (5, "status", "?"), reason="unknown_code")]
    )
    counted = {reason: sum(days.values()) for reason, days in days_by_reason(rows).items()}
    assert counted == {"not_a_date": 1, "unknown_code": 1}
