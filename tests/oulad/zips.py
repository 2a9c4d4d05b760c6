"""Small zip files of the form in which the Open University publishes its students."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

COURSES = pd.DataFrame(
    [("AAA", "2013J", 268), ("AAA", "2014J", 269), ("BBB", "2013B", 240)],
    columns=["code_module", "code_presentation", "module_presentation_length"],
)
# One line per enrolment: presentation, student, day of registering, day of unregistering, result.
#
#   day            -50  -40  -30  -10    0   20   30   60  100         268  300
#   AAA 2013J  1               |---------+----------------------------->       Pass
#              2                    |----+---------->                          Withdrawn
#              3               |---------+-- ? (nobody wrote down when)        Withdrawn
#              4               |---------+--------------->                     Fail, with a day
#              5    |------------> (-5)                                        Withdrawn, never began
#              6               |--------->                                     Withdrawn on day 0
#              7                              |----------------------->        Pass, a late entry
#              8      ? ----------------->+-------------------------->         Fail, registered nobody knows when
#              9      ? ----> (-40)                                            Withdrawn, never began
#             10               |---------+--------------------------> (300)    Withdrawn after the end
#   AAA 2014J  1               |---------+--------->  (30)                     Withdrawn
#   BBB 2013B  1               |---------+---------------------------> (240)   Distinction
ENROLMENTS = (
    ("AAA", "2013J", 1, -30, None, "Pass"),
    ("AAA", "2013J", 2, -10, 60, "Withdrawn"),
    ("AAA", "2013J", 3, -30, None, "Withdrawn"),
    ("AAA", "2013J", 4, -30, 100, "Fail"),
    ("AAA", "2013J", 5, -50, -5, "Withdrawn"),
    ("AAA", "2013J", 6, -30, 0, "Withdrawn"),
    ("AAA", "2013J", 7, 20, None, "Pass"),
    ("AAA", "2013J", 8, None, None, "Fail"),
    ("AAA", "2013J", 9, None, -40, "Withdrawn"),
    ("AAA", "2013J", 10, -30, 300, "Withdrawn"),
    ("AAA", "2014J", 1, -30, 30, "Withdrawn"),
    ("BBB", "2013B", 1, -30, None, "Distinction"),
)
_TAUGHT = ["code_module", "code_presentation"]


def tables() -> dict[str, pd.DataFrame]:
    """Return the seven published tables of a dozen enrolments with every quirk."""
    rows = pd.DataFrame(
        ENROLMENTS, columns=[*_TAUGHT, "id_student", "date_registration", "date_unregistration", "final_result"]
    )
    days = ["date_registration", "date_unregistration"]
    rows = rows.astype(dict.fromkeys(days, "Int64"))
    info = rows[[*_TAUGHT, "id_student"]].assign(
        gender=np.where(rows["id_student"] % 2 == 1, "F", "M"), region="Scotland", highest_education="HE Qualification",
        imd_band=np.where(rows["id_student"] == 4, "?", "20-30%"), age_band=np.where(
            (rows["id_student"] == 1) & (rows["code_presentation"] == "2014J"), "35-55", "0-35"
        ),
        num_of_prev_attempts=0, studied_credits=60, disability="N", final_result=rows["final_result"],
    )  # fmt: skip
    return {
        "courses": COURSES,
        "studentInfo": info,
        "studentRegistration": rows[[*_TAUGHT, "id_student", *days]],
        "assessments": pd.DataFrame(
            [
                ("AAA", "2013J", 11, "TMA", 19, 10), ("AAA", "2013J", 12, "TMA", 54, 20),
                ("AAA", "2013J", 13, "Exam", None, 100), ("AAA", "2014J", 14, "TMA", 19, 10),
            ],
            columns=[*_TAUGHT, "id_assessment", "assessment_type", "date", "weight"],
        ).astype({"date": "Int64"}),
        "studentAssessment": pd.DataFrame(
            [
                (11, 1, 18, 0, 80), (12, 1, 50, 0, 60), (11, 2, 25, 0, None), (11, 4, 19, 0, 40), (12, 4, 60, 0, 90),
                (14, 1, 19, 0, 70),
            ],
            columns=["id_assessment", "id_student", "date_submitted", "is_banked", "score"],
        ).astype({"score": "Int64"}),
        "vle": pd.DataFrame(
            [(101, "AAA", "2013J", "resource"), (102, "AAA", "2013J", "resource"), (103, "AAA", "2013J", "forumng")],
            columns=["id_site", *_TAUGHT, "activity_type"],
        ),
        "studentVle": pd.DataFrame(
            [
                ("AAA", "2013J", 1, 101, -3, 4), ("AAA", "2013J", 1, 102, -3, 1), ("AAA", "2013J", 1, 101, -3, 2),
                ("AAA", "2013J", 1, 103, 40, 5), ("AAA", "2013J", 1, 103, 51, 9), ("AAA", "2013J", 2, 101, 10, 3),
            ],
            columns=[*_TAUGHT, "id_student", "id_site", "date", "sum_click"],
        ),
    }  # fmt: skip


def write(file: Path, parts: Mapping[str, Any] | None = None, *, folder: str = "") -> Path:
    """Write tables as a zip file; a part may be given as the text of its csv."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in (tables() if parts is None else parts).items():
            content = table if isinstance(table, str) else table.to_csv(index=False)
            archive.writestr(f"{folder}{name}.csv", content)
    return file


def many(students: int, *, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables of one module, taught twice, whose students withdraw the sooner the less they scored."""
    rng = np.random.default_rng(seed)
    n = 2 * students
    presentation = np.repeat(["2013J", "2014J"], students)
    score = rng.integers(20, 100, n)
    withdraws = rng.random(n) < 1 / (1 + np.exp((score - 35) / 12))
    left = np.where(withdraws, rng.integers(20, 200, n), -1)
    who = pd.DataFrame({"code_module": "AAA", "code_presentation": presentation, "id_student": np.arange(1, n + 1)})
    handed_in = pd.DataFrame({
        "id_assessment": np.where(presentation == "2013J", 11, 14), "id_student": who["id_student"],
        "date_submitted": rng.integers(5, 19, n), "is_banked": 0, "score": score,
    })  # fmt: skip
    return tables() | {
        "studentInfo": who.assign(
            gender=rng.choice(["F", "M"], n), region=rng.choice(["Scotland", "Wales", "Ireland"], n),
            highest_education="HE Qualification", imd_band=rng.choice(["0-10%", "10-20"], n), age_band="0-35",
            num_of_prev_attempts=rng.integers(0, 3, n), studied_credits=60, disability="N",
            final_result=np.where(withdraws, "Withdrawn", "Pass"),
        ),
        "studentRegistration": who.assign(
            date_registration=rng.integers(-90, 0, n),
            date_unregistration=pd.Series(left).astype("Int64").mask(left < 0),
        ),
        "studentAssessment": handed_in[handed_in["date_submitted"] < np.where(withdraws, left, 999)],
        "studentVle": tables()["studentVle"].head(0),
    }  # fmt: skip
