"""Sheets as reading hands them over, written by hand."""

import pandas as pd

from churnlab.tables.checking import Checked, check
from churnlab.tables.mapping import Mapping
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.reading import Sheet
from churnlab.tables.schemas import TABLES
from churnlab.tables.who import Students

NOBODY = Students.known((), None, PUBLIC_KEY)
NOTHING_ASIDE = pd.DataFrame(columns=["row", "column", "value", "reason", "facts"]).astype({"row": "int64"})
# What a row needs in order to be taken at all.
WHOLE = {
    "campuses": {"campus": "浦东"},
    "courses": {"course_id": "K1"},
    "staff": {"staff_id": "T1", "name": "王芳", "department": "教学", "role": "老师", "hired_on": "2020-03-01"},
    "classes": {"class_id": "C1"},
    "campaigns": {
        "campaign_id": "H1", "name": "暑期体验周", "channel": "地推", "starts_on": "2025-03-01",
        "ends_on": "2025-03-08", "spend_cny": "100",
    },
    "leads": {"lead_id": "X1", "campus": "浦东", "channel": "地推", "created_at": "2025-03-01"},
    "students": {"student_id": "S1", "campus": "浦东", "registered_on": "2025-03-01"},
    "contacts": {"contact_id": "G1", "lead_id": "X1", "at": "2025-03-01"},
    "enrolments": {
        "enrolment_id": "E1", "student_id": "S1", "campus": "浦东", "course_id": "K1", "kind": "新签",
        "billing": "按课时",
        "signed_at": "2025-03-01", "amount_paid": "100",
    },
    "payments": {
        "payment_id": "P1", "enrolment_id": "E1", "student_id": "S1", "paid_at": "2025-03-01", "amount": "100",
    },
    "lessons": {"lesson_id": "L1", "student_id": "S1", "starts_at": "2025-03-01 09:00", "status": "到课"},
    "activity": {"student_id": "S1", "on": "2025-03-01", "count": "3"},
    "suspensions": {"student_id": "S1", "from_on": "2025-03-01"},
    "refunds": {"refund_id": "R1", "student_id": "S1", "requested_at": "2025-03-01", "amount": "10"},
    "complaints": {"complaint_id": "B1", "campus": "浦东", "opened_at": "2025-03-01"},
    "surveys": {
        "survey_id": "Q1", "instrument": "nps", "respondent_id": "S1", "at": "2025-03-01", "item": "1", "score": "9",
        "scale_min": "0", "scale_max": "10",
    },
    "inspections": {"campus": "浦东", "at": "2025-03-01", "item": "消防通道", "passed": "是"},
    "exits": {"student_id": "S1", "left_on": "2025-03-01", "reason_code": "moved"},
    "calls": {"call_id": "M1", "list_id": "D1", "student_id": "S1", "made_on": "2025-03-01", "arm": "联系"},
    "measures": {
        "measure_id": "C1", "title": "固定时段排课", "reason_code": "排课", "department": "教学部", "owner_id": "T1",
        "starts_on": "2025-03-01", "due_on": "2025-06-01", "scope": "浦东", "metric": "流失率",
    },
    "measure_progress": {"measure_id": "C1", "at": "2025-03-01", "percent": "40"},
    "kpis": {"unit": "员工", "unit_id": "T1", "metric": "续费率", "month": "2025-03", "value": "0.62"},
    "incidents": {"staff_id": "T1", "at": "2025-03-01", "kind": "安抚家长"},
    "promotions": {"staff_id": "T1", "on": "2025-03-01"},
    "certificates": {"staff_id": "T1", "name": "课程顾问认证", "taken_on": "2025-03-01", "passed": "通过"},
    "trainings": {"training_id": "P1", "name": "FABE销售", "starts_on": "2025-03-01", "ends_on": "2025-03-08"},
    "training_sessions": {
        "session_id": "P1-1", "training_id": "P1", "planned_at": "2025-03-01 09:00", "module": "FABE",
    },
    "training_attendance": {"session_id": "P1-1", "staff_id": "T1", "status": "出勤", "at": "2025-03-01 08:55"},
    "trainees": {"training_id": "P1", "staff_id": "T1", "arm": "参训", "enrolled_on": "2025-03-01"},
    "training_costs": {
        "training_id": "P1", "category": "讲师费", "direct": "直接", "amount_cny": "8000", "paid_on": "2025-03-08",
    },
    "training_targets": {"training_id": "P1", "measure": "打卡率", "target": "85%", "agreed_on": "2025-02-20"},
    "budgets": {"department": "人力资源部", "category": "培训费", "month": "2025-03", "budget_cny": "20000"},
    "check_ins": {"training_id": "P1", "staff_id": "T1", "week": "2025-03-03", "done": "已打卡"},
    "reactions": {
        "training_id": "P1", "respondent_id": "T1", "item": "1", "dimension": "讲师", "score": "4",
        "answered_at": "2025-03-08 17:00",
    },
    "test_answers": {
        "training_id": "P1", "staff_id": "T1", "occasion": "训前", "taken_at": "2025-03-01", "item_id": "1",
        "score": "1", "max_score": "1",
    },
    "ratings": {
        "staff_id": "T1", "rater_id": "T2", "rater_role": "上级", "kind": "行为", "occasion": "训前",
        "at": "2025-03-01", "dimension": "倾听", "score": "4", "scale_min": "1", "scale_max": "5",
    },
    "documents": {"doc_id": "D1", "at": "2025-03-01 10:00", "event": "浏览"},
    "meetings": {"meeting_id": "M1", "at": "2025-03-01 10:00"},
}  # fmt: skip


def sheet(
    table: str, *rows: dict[str, str], file: str = "export.csv", name: str | None = None, first: int = 2
) -> Sheet:
    """Make a sheet of these rows; what they leave out is as in a whole row, `None` leaves the column out."""
    whole = [{**WHOLE[table], **row} for row in rows]
    names = [column.name for column in TABLES[table].exported]
    names = [column for column in names if any(row.get(column) is not None for row in whole)]
    cells = {column: [row.get(column) or "" for row in whole] for column in names}
    frame = pd.DataFrame(cells, index=range(first, first + len(rows)), dtype=object)
    return Sheet(
        file=file,
        sheet=name,
        table=TABLES[table],
        rows=frame,
        set_aside=NOTHING_ASIDE,
        lines={"header": 1},
        rows_read=len(rows) + 1,
        ignored_columns=(),
        sha256="",
    )


def checked(
    table: str, *rows: dict[str, str], mapping: Mapping | None = None, students: Students = NOBODY, **place: str
) -> Checked:
    """Check these rows."""
    told = sheet(table, *rows, **place)
    return check(told, mapping=mapping or Mapping(), timezone="Asia/Shanghai", students=students)


def kept(table: str, *rows: dict[str, str]) -> pd.DataFrame:
    """Return these rows typed; all of them must be taken."""
    done = checked(table, *rows)
    assert done.set_aside.empty, done.set_aside
    return done.kept
