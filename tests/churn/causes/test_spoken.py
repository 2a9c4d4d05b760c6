"""Are notes of save calls coded only where later ones prove that they can be?"""

import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.causes.spoken import spoken
from churnlab.churn.causes.stated import stated
from tests.builders import institution
from tests.churn.causes.coded import FEW, MARKS, SAYINGS, exit_row
from tests.churn.causes.leavers import gone

MISSED = ("下大雨没出门", "睡过头了", "家里来客人走不开", "忘了上课时间", "孩子感冒发烧", "周末出去玩了")


def leavers(many, *, note, filed=True, start="2025-01-15", prefix="s"):
    """Return students who left a day apart, each called five days before; people filed why, or nobody did."""
    tables = {"enrolments": [], "exits": [], "contacts": []}
    for number, day in enumerate(pd.date_range(start, periods=many)):
        student, reason = f"{prefix}{number:03}", list(SAYINGS)[number % len(SAYINGS)]
        said = SAYINGS[reason][number // 3 % 5] + MARKS[number // 15 % len(MARKS)]
        tables["enrolments"].append(gone(student, f"{day:%Y-%m-%d}") | {"signed_at": "2024-10-01"})
        if filed:
            tables["exits"].append(exit_row(student, f"{day:%Y-%m-%d}", reason, said))
        called = day - pd.Timedelta(days=5)
        text = note(number, reason)
        tables["contacts"].append(
            {"contact_id": student, "student_id": student, "at": called, "kind": "save_call", "text": text}
        )
    return tables


def told(*parts, **more):
    tables = {name: [row for part in parts for row in part[name]] for name in parts[0]}
    return institution("2026-01-01", settings=FEW, **tables | more)


def why_leaving(number, reason):
    return SAYINGS[reason][(number // 3 + 1) % 5] + MARKS[(number // 15 + 2) % len(MARKS)]


def why_missing(number, reason):
    return MISSED[number // 3 % len(MISSED)]  # whatever the reason


def test_notes_that_tell_why_she_leaves_are_coded_as_later_ones_prove():
    data = told(leavers(150, note=why_leaving), leavers(9, note=why_leaving, filed=False, prefix="u"))
    found = spoken(data)
    assert found.is_coded
    sure = found.judged[found.judged["sure"]]
    assert len(sure) >= 10
    assert (sure["given"] == sure["department"]).mean() >= 0.85
    owners = {"price": "market", "teacher": "teaching", "scheduling": "service"}
    open_ = found.open.set_index("student_id")["department"].dropna()
    assert len(open_) >= 5
    rows = stated(data).set_index("student_id").loc[open_.index]
    assert set(rows["source"]) == {"text"}
    right = [owners[list(SAYINGS)[int(student[1:]) % 3]] for student in open_.index]
    assert rows["department"].tolist() == right
    assert "were coded" in churn.text_coding(data).sentence("en")


def test_notes_of_missed_lessons_are_left_alone_and_the_share_is_said():
    data = told(leavers(150, note=why_missing), leavers(9, note=why_missing, filed=False, prefix="u"))
    found = spoken(data)
    assert not found.is_coded
    assert found.open["department"].isna().all()
    assert set(stated(data).set_index("student_id").filter(like="u", axis=0)["department"]) == {"unstated"}
    finding = churn.text_coding(data)
    assert finding.sentences[-1] == "calls_unsure"
    assert finding.facts["notes"] == 159
    assert "left uncoded, all of them (100%)" in finding.sentence("en")
    assert "全部不归类" in finding.sentence("zh")


def test_without_enough_to_compare_with_nothing_is_coded():
    data = told(leavers(120, note=lambda *_: None), leavers(9, note=why_leaving, prefix="t"))
    assert spoken(data).judged.empty
    assert not spoken(data).is_coded
    assert churn.text_coding(data).sentences[-1] == "calls_few"


def test_a_note_is_compared_only_once_people_had_filed_the_end():
    """Called on 10 January, filed on the 15th: no check as of the 12th may know what was filed."""
    data = told(leavers(150, note=why_leaving))
    rows = spoken(data).judged
    called = pd.to_datetime(rows["student_id"].str[1:].astype(int), unit="D", origin="2025-01-10")
    assert (rows["on"] == called + pd.Timedelta(days=5)).all()


def test_notes_from_before_she_came_or_long_before_she_left_are_none():
    tables = leavers(3, note=why_leaving, filed=False)
    for row, at in zip(tables["contacts"], ["2024-09-20", "2024-10-05", "2025-01-10"], strict=True):
        row["at"] = at
    assert spoken(told(tables)).open["student_id"].tolist() == ["s002"]


@pytest.mark.parametrize("kind", ["revisit", "follow_up"])
def test_only_calls_to_save_count(kind):
    tables = leavers(3, note=why_leaving, filed=False)
    for row in tables["contacts"]:
        row["kind"] = kind
    assert spoken(told(tables)).open.empty


def test_what_was_said_on_a_call_of_a_list_counts_too():
    call = {
        "call_id": "c", "list_id": "l", "student_id": "s000", "made_on": "2025-01-08", "arm": "call",
        "called_at": "2025-01-10", "text": "学费太贵了",
    }  # fmt: skip
    tables = leavers(1, note=lambda *_: None, filed=False)
    assert spoken(told(tables, calls=[call])).open["text"].tolist() == ["学费太贵了"]
    assert spoken(told(tables, calls=[call | {"called_at": None}])).open.empty


def test_the_future_changes_nothing():
    parts = leavers(150, note=why_leaving), leavers(9, note=why_leaving, filed=False, prefix="u")
    later = leavers(40, note=why_missing, start="2026-01-02", prefix="f")
    one, other = told(*parts), told(*parts, later)
    pd.testing.assert_frame_equal(spoken(one).open, spoken(other).open)
    pd.testing.assert_frame_equal(spoken(one).judged, spoken(other).judged)
