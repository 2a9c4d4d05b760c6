"""Does a list of calls go out, come back filled in, and never get drawn twice?"""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData, OrderError, PrivacyError, SettingsError, StoreError
from churnlab.run import call_lists
from churnlab.run.call_lists import RECORDS, Listed, make_lists
from churnlab.settings import Settings, Tables
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.loading import load
from churnlab.tables.pseudonym import fingerprint, is_pseudonym
from churnlab.tables.store import open_data
from churnlab.wording import Said
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, some_exports, write

WHY = (Said("feature.hours_left.reason_low", {"value": 2.0}),)
HEADS = {"zh": ("联系时间", "联系结果", "流失原因", "联系内容"), "en": ("Called at", "Outcome", "Reason code", "Text")}
STAYS = {"zh": "愿意留下", "en": "Stays"}
TEACHER = {"zh": "换老师", "en": "Change of teacher"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store of January 2026 with three students; one has no number and is known by her phone."""
    raw = tmp_path / "data/raw"
    write(
        raw, "学员.csv", STUDENTS,
        "S1,王芳,13800001111,东,2026-01-02", "S2,李雷,13800002222,西,2026-01-03", ",韩梅梅,13800003333,东,2026-01-03",
    )  # fmt: skip
    write(
        raw, "学员课程.csv", ENROLMENTS,
        "E1,S1,东,数学,新签,按课时,2026-01-02,1200", "E2,S2,西,英语,新签,按课时,2026-01-03,2400.50",
    )  # fmt: skip
    write(
        raw, "考勤.csv", LESSONS,
        "L1,S1,东,2026-01-10 09:00,到课", "L2,S2,西,2026-01-11 09:00,请假", "L3,S1,东,2026-01-31 09:00,到课",
    )  # fmt: skip
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    take(tmp_path, day=1)
    return tmp_path


def take(home: Path, *, day: int):
    return load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, day))


def unnumbered(home: Path) -> str:
    data = open_data(home / "data/store", as_of="2026-02-01")
    (found,) = [code for code in fetch(data.table("students"))["student_id"] if is_pseudonym(code)]
    data.close()
    return found


def stored(home: Path) -> pd.DataFrame:
    data = open_data(home / "data/store", as_of="2026-03-01")
    rows = fetch(data.table("calls").order_by("call_id")).set_index("call_id")
    data.close()
    return rows


@pytest.fixture
def drawn(home: Path, monkeypatch) -> list[int]:
    """Draw a list by hand: in the east the unnumbered student is called and S1 held out, in the west S2 is called."""
    times, code = [], unnumbered(home)

    def by_hand(risk):
        times.append(1)
        rows = [("东", code, "call", 1), ("东", "S1", "hold_out", 2), ("西", "S2", "call", 1)]
        return pd.DataFrame([
            {
                "list_id": "CL20260201", "call_id": f"CL20260201-{at}", "student_id": student, "campus": campus,
                "made_on": pd.Timestamp(risk.data.as_of), "arm": arm, "assigned_at_random": True, "experiment": "1",
                "position": position,
                "churn_probability": 1 / 3, "saved_value_cny": 812.345, "reasons": WHY,
            }
            for at, (campus, student, arm, position) in enumerate(rows, start=1)
        ])  # fmt: skip

    monkeypatch.setattr(call_lists, "call_lists", by_hand)
    return times


def lists(home: Path, **more) -> list[Listed]:
    asked = {"lang": "zh", "settings": Settings(), "loaded_at": datetime(2026, 3, 2), "month": "2026-01"} | more
    return make_lists(home=home, **asked)


def fill(listed: Listed, lang: str, *, outcome: str) -> Path:
    book = openpyxl.load_workbook(listed.worksheet)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    filled = (datetime(2026, 2, 3, 10, 30), outcome, TEACHER[lang], "换了三个老师，王芳说的")
    for head, value in zip(HEADS[lang], filled, strict=True):
        sheet.cell(2, at[head], value)
    file = listed.worksheet.parents[2] / "data/raw" / listed.worksheet.name
    book.save(file)
    return file


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_list_goes_out_and_comes_back(home, drawn, lang):
    east, west = lists(home, lang=lang)
    assert (east.campus, east.called, east.held_out, east.was_made) == ("东", 1, 1, False)
    assert (west.campus, west.called, west.held_out) == ("西", 1, 0)
    before = stored(home)
    assert before["arm"].tolist() == ["call", "hold_out", "call"]
    assert before["student_id"].tolist() == [unnumbered(home), "S1", "S2"]

    fill(east, lang, outcome=STAYS[lang])
    report = take(home, day=3)
    assert report.set_aside.empty
    after = stored(home)
    assert after["outcome"].tolist() == ["stays", None, None]
    assert after["reason_code"].iloc[0] == "teacher_change"
    assert after["called_at"].iloc[0] == pd.Timestamp("2026-02-03 10:30")
    assert "王芳" not in after["text"].iloc[0]
    filled = ["called_at", "outcome", "reason_code", "text"]
    pd.testing.assert_frame_equal(after.drop(columns=filled), before.drop(columns=filled))

    # All exports once more: the record says nothing newer than the worksheet. From an empty store it is the same.
    take(home, day=4)
    pd.testing.assert_frame_equal(stored(home), after)
    for file in sorted((home / "data/store").glob("*")):
        if file.is_file():
            file.unlink()
    take(home, day=5)
    pd.testing.assert_frame_equal(stored(home), after)


def test_the_worksheet_shows_nobody_who_is_held_out_and_no_name(home, drawn):
    east, _ = lists(home)
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(east.worksheet) for row in sheet for cell in row]
    assert unnumbered(home) in cells
    assert "S1" not in cells
    assert not any(name in cell for cell in cells for name in ("王芳", "韩梅梅", "13800003333"))
    assert "只剩 2.0 课时" in cells


def test_the_record_is_no_languages_and_each_worksheet_says_it_in_its_own(home, drawn):
    east, _ = lists(home, lang="zh")
    east.worksheet.unlink()
    record = home / "data/raw" / RECORDS / "CL20260201-东.csv"
    written = record.read_text(encoding="utf-8-sig")
    assert "课时" not in written
    (code,) = set(stored(home)["reasons"])
    assert code == '[["feature.hours_left.reason_low", {"value": 2.0}]]'
    east, _ = lists(home, lang="en")
    sheet = openpyxl.load_workbook(east.worksheet).worksheets[0]
    row = dict(zip(*([cell.value for cell in line] for line in list(sheet.iter_rows())[:2]), strict=True))
    assert (row["Why they are listed"], row["Reasons"]) == ("has only 2.0 hours left", code)
    assert record.read_text(encoding="utf-8-sig") == written


def test_a_word_that_nobody_knows_is_set_aside_and_the_list_stays(home, drawn):
    east, _ = lists(home)
    fill(east, "zh", outcome="挂了")
    report = take(home, day=3)
    (row,) = report.set_aside.to_dict("records")
    assert (row["table"], row["column"], row["value"], row["reason"]) == ("calls", "outcome", "挂了", "unknown_code")
    assert stored(home)["outcome"].isna().all()
    assert stored(home)["arm"].tolist() == ["call", "hold_out", "call"]


def test_a_list_is_drawn_once_and_a_worksheet_that_is_filled_in_is_left_alone(home, drawn):
    east, west = lists(home)
    east.worksheet.write_bytes(b"filled in")
    written = west.worksheet.read_bytes()
    west.worksheet.unlink()
    again = lists(home)
    assert [listed.was_made for listed in again] == [True, True]
    assert len(drawn) == 1
    assert east.worksheet.read_bytes() == b"filled in"
    assert west.worksheet.read_bytes() == written


def test_campuses_may_be_asked_for_one_after_the_other(home, drawn):
    (west,) = lists(home, campuses=["西"])
    assert stored(home)["campus"].tolist() == ["西"]
    again = lists(home)
    assert [(listed.campus, listed.was_made) for listed in again] == [("东", False), ("西", True)]
    assert len(stored(home)) == 3
    assert again[1].worksheet == west.worksheet


def test_a_list_that_was_written_down_but_not_loaded_is_loaded_by_the_next(home, drawn, monkeypatch):
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(call_lists.loading, "load", killed)
        with pytest.raises(KeyboardInterrupt):
            lists(home)
    assert stored(home).empty
    assert [listed.was_made for listed in lists(home)] == [True, True]
    assert len(stored(home)) == 3
    assert len(drawn) == 1


def test_a_list_whose_record_is_gone_is_not_drawn_again(home, drawn):
    lists(home)
    for record in (home / "data/raw" / RECORDS).iterdir():
        record.unlink()
    with pytest.raises(OrderError, match="CL20260201") as error:
        lists(home)
    assert "东, 西" in error.value.message("en")


def test_settings_that_would_lose_those_held_out_are_refused(home):
    rules = Settings(tables=Tables(replace_months=("calls",)))
    with pytest.raises(SettingsError, match="calls"):
        lists(home, settings=rules)


def test_nobody_to_be_called_is_said(home, drawn, monkeypatch):
    monkeypatch.setattr(call_lists, "call_lists", lambda _: pd.DataFrame({"campus": []}))
    with pytest.raises(NotEnoughData):
        lists(home)
    assert not (home / "data/raw" / RECORDS).exists()


def test_a_campus_with_nobody_to_call_does_not_hold_up_the_others(home, drawn, monkeypatch):
    by_hand = call_lists.call_lists
    monkeypatch.setattr(call_lists, "call_lists", lambda risk: by_hand(risk).query("campus == '西'"))
    east, west = lists(home)
    assert east == Listed(campus="东", worksheet=None, called=0, held_out=0, was_made=False)
    assert (west.called, west.was_made) == (1, False)
    west.worksheet.unlink()

    def nobody(_):
        raise NotEnoughData("calling.nobody")

    monkeypatch.setattr(call_lists, "call_lists", nobody)
    assert [(listed.campus, listed.was_made) for listed in lists(home)] == [("东", False), ("西", True)]
    assert west.worksheet.exists()


def test_no_list_is_drawn_for_days_that_are_over(home, drawn):
    lists(home, campuses=["东"])
    write(home / "data/raw", "考勤2月.csv", LESSONS, "L4,S1,东,2026-02-10 09:00,到课", "L5,S2,西,2026-02-28 09:00,到课")
    take(home, day=3)
    before = sorted((home / "data/raw" / RECORDS).iterdir())
    with pytest.raises(OrderError) as error:
        lists(home, campuses=["西"])
    assert error.value.message("en").startswith(
        "A list is drawn for the days that come, and those after January 2026 are"
    )
    assert "2026年2月" in error.value.message("zh")
    assert sorted((home / "data/raw" / RECORDS).iterdir()) == before
    # What was drawn then is written again.
    (home / "calls/CL20260201/东.xlsx").unlink()
    assert [listed.was_made for listed in lists(home)] == [True, False]
    assert (home / "calls/CL20260201/东.xlsx").exists()
    assert len(drawn) == 1


def test_no_list_is_drawn_before_one_that_the_store_has(home, drawn):
    lists(home, campuses=["东"])
    record = home / "data/raw" / RECORDS / "CL20260201-东.csv"
    later = (
        record.read_text(encoding="utf-8-sig").replace("CL20260201", "CL20260301").replace("2026-02-01", "2026-03-01")
    )
    (record.parent / "CL20260301-东.csv").write_text(later, encoding="utf-8")
    take(home, day=3)
    with pytest.raises(OrderError):
        lists(home, campuses=["西"])
    assert len(drawn) == 1


def test_of_a_made_up_store_beside_real_exports_the_list_keeps_away_from_them(home, drawn):
    """As the made-up institution is loaded from data/sample, and data/raw holds an empty mapping."""
    (home / "data/raw/mapping.toml").write_text("", encoding="utf-8")
    east, west = lists(home)
    assert (east.called, west.called, len(stored(home))) == (1, 1, 3)
    assert not (home / "data/raw" / RECORDS).exists()
    assert len(list((home / "calls" / RECORDS).iterdir())) == 2
    assert [listed.was_made for listed in lists(home)] == [True, True]


def test_a_list_that_the_store_refuses_leaves_no_file(home, drawn, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("store.holds_real")

    monkeypatch.setattr(call_lists.loading, "load", refuse)
    with pytest.raises(StoreError):
        lists(home)
    assert not (home / "data/raw" / RECORDS).exists()
    assert not (home / "calls").exists()


def test_without_the_key_nothing_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(privacy, "key_place", lambda: tmp_path / "key")
    privacy.make_key(tmp_path / "key")
    some_exports(tmp_path / "data/raw", made_up=False)
    take(tmp_path, day=1)
    (tmp_path / "key").unlink()
    with pytest.raises(PrivacyError):
        lists(tmp_path)
    assert not (tmp_path / "data/raw" / RECORDS).exists()


def test_ids_bear_the_institutions_mark(home, drawn):
    lists(home)
    assert {call_id.rsplit("-", 1)[1] for call_id in stored(home).index} == {fingerprint(privacy.PUBLIC_KEY)}


def test_an_id_or_a_campus_may_be_called_like_nothing(tmp_path):
    records = tmp_path / "records"
    head = ",".join(call_lists._RECORD)
    write(records, "CL20260201-None.csv", head, "CL20260201-A-001,CL20260201,NA,None,2026-02-01,call,True,1,,,[]")
    listed = call_lists._sheet("None", records, tmp_path, date(2026, 2, 1), "en")
    cells = [cell.value for cell in openpyxl.load_workbook(listed.worksheet).worksheets[0][2]]
    assert {"NA", "None"} <= set(cells)


def test_the_list_is_of_the_first_day_after_the_month(home, drawn):
    assert {listed.worksheet.parent.name for listed in lists(home)} == {"CL20260201"}
    assert set(stored(home)["made_on"]) == {date(2026, 2, 1)}
