"""A few exports of a small institution, as files."""

from pathlib import Path

STUDENTS = "学号,学员姓名,手机号码,校区,建档日期"
ENROLMENTS = "单号,学号,校区,课程,签约类型,收费方式,经办日期,实收金额"
LESSONS = "课消编号,学号,校区,上课时间,到课状态"


def write(folder: Path, name: str, header: str, *rows: str) -> Path:
    """Write one export; the folder is made when needed."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return file


def some_exports(folder: Path, *, made_up: bool = True) -> Path:
    """Write the three tables that every institution has: two students, two contracts, three lessons."""
    write(folder, "学员.csv", STUDENTS, "S1,王芳,13800001111,东,2026-01-02", "S2,李雷,13800002222,西,2026-01-03")
    write(
        folder, "学员课程.csv", ENROLMENTS,
        "E1,S1,东,数学,新签,按课时,2026-01-02,1200", "E2,S2,西,英语,新签,按课时,2026-01-03,2400.50",
    )  # fmt: skip
    write(
        folder, "考勤.csv", LESSONS,
        "L1,S1,东,2026-01-10 09:00,到课", "L2,S2,西,2026-01-11 09:00,请假", "L3,S1,东,2026-01-31 09:00,到课",
    )  # fmt: skip
    if made_up:
        (folder / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    return folder
