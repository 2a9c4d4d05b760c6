"""Every fault a value can have, as the rows an institution would hand in."""

from collections.abc import Callable

from churnlab.tables.between import without_unknown_campuses
from churnlab.tables.checking import Checked
from churnlab.tables.mapping import Mapping
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.who import Students
from tests.tables.sheets import checked, kept

CAMPUSES = frozenset({"浦东", "静安"})
# Two siblings with one phone, and a stranger with the name of one of them.
STUDENTS = Students.known(
    [
        kept(
            "students",
            {"student_id": "S1", "name": "李雷", "phone": "13800001111"},
            {"student_id": "S2", "name": "李梅", "phone": "13800001111"},
            {"student_id": "S3", "name": "李雷", "phone": "13800003333"},
        )
    ],
    None,
    PUBLIC_KEY,
)
Rows = Callable[[], Checked]


def _lessons(*rows: dict[str, str], mapping: Mapping | None = None) -> Checked:
    return checked("lessons", *({"lesson_id": f"L{at}", **row} for at, row in enumerate(rows)), mapping=mapping)


def _dates(*cells: str, mapping: Mapping | None = None) -> Checked:
    return _lessons(*({"starts_at": cell} for cell in cells), mapping=mapping)


def _paid(cell: str) -> Checked:
    return checked("payments", {"amount": cell})


def _suspended(**row: str) -> Checked:
    return checked("suspensions", row)


def _of(**row: str) -> Checked:
    return checked("lessons", {"student_id": "", **row}, students=STUDENTS)


def _at(campus: str, known: frozenset[str]) -> Checked:
    return without_unknown_campuses(_lessons({"campus": campus}), known)


def _lead(channel: str, **channels: str) -> Checked:
    return checked("leads", {"channel": channel}, mapping=Mapping(channels=channels))


FAULTS: dict[str, Rows] = {
    "id_rounded_to_15_digits": lambda: _lessons({"student_id": "110105199003070000"}),
    "id_in_scientific_notation": lambda: _lessons({"student_id": "1.10105E+17"}),
    "id_turned_into_a_float": lambda: _lessons({"student_id": "123.0"}),
    "id_with_leading_zeros": lambda: _lessons({"student_id": "000123"}),
    "id_is_a_phone": lambda: _lessons({"student_id": "13812345678"}),
    "one_phone_for_an_id_under_two_names": lambda: _lessons(
        {"student_id": "13812345678", "name": "王芳"}, {"student_id": "13812345678", "name": "王方"}
    ),
    "name_and_phone_for_an_id": lambda: _of(name="王芳", phone="13812345678"),
    "phone_of_siblings_for_an_id": lambda: _of(phone="13800001111"),
    "phone_of_nobody_for_an_id": lambda: _of(phone="13812345678"),
    "name_of_two_for_an_id": lambda: _of(name="李雷"),
    "phone_of_siblings_where_no_student_is_needed": lambda: checked(
        "complaints", {"phone": "13800001111"}, students=STUDENTS
    ),
    "id_is_a_name": lambda: _lessons({"teacher_id": "王芳"}),
    "id_missing_and_row_known_by_its_student": lambda: checked("lessons", {"lesson_id": None}),
    "id_missing_and_row_known_by_nothing": lambda: checked("complaints", {"complaint_id": None}),
    "person_named_na": lambda: checked("staff", {"name": "NA"}),
    "person_named_none": lambda: checked("staff", {"name": "None"}),
    "full_width_digits_and_letters": lambda: _lessons({"student_id": "Ｓ００１", "hours_used": "１．５"}),
    "ideographic_and_zero_width_spaces": lambda: _lessons({"status": "　到\u200b课　", "student_id": "S1\ufeff"}),
    "escape_sequences": lambda: _lessons({"student_id": "S1\x1b[2J\x00"}),
    "stroke_for_nothing": lambda: _lessons({"hours_used": "-", "course_id": "/", "reverses_id": "无"}),
    "required_value_missing": lambda: _lessons({"student_id": ""}),
    "required_value_a_stroke": lambda: _lessons({"student_id": "—"}),
    "money_with_signs_and_thousands": lambda: _paid("￥1,280.50元"),
    "money_in_ten_thousands": lambda: _paid("1.28万"),
    "money_in_brackets": lambda: _paid("（300）"),
    "money_finer_than_a_cent": lambda: _paid("33.3333"),
    "money_in_words": lambda: _paid("一百元"),
    "money_in_dollars": lambda: _paid("$100"),
    "money_with_a_comma_for_a_point": lambda: _paid("99,5"),
    "money_beyond_belief": lambda: _paid("13812345678"),
    "hours_beyond_belief": lambda: _lessons({"hours_used": "90"}),
    "count_with_a_fraction": lambda: checked("activity", {"count": "2.5"}),
    "flag_that_is_neither": lambda: checked("courses", {"terminal": "也许"}),
    "date_in_chinese": lambda: _dates("2025年3月1日", "2025年3月1日 下午3:05"),
    "date_as_serial_number": lambda: _dates("45717", "45717.625"),
    "date_without_century": lambda: _dates("25-3-1"),
    "date_without_day": lambda: _dates("2025年3月"),
    "date_that_is_none": lambda: _dates("2025-02-30"),
    "date_of_another_age": lambda: _dates("1900-01-01"),
    "date_far_ahead": lambda: _dates("2205-03-01"),
    "date_with_a_zone": lambda: _dates("2025-03-01T01:00:00Z"),
    "date_all_zeros_required": lambda: _dates("0000-00-00"),
    "birth_date_that_is_none": lambda: checked("students", {"birth_date": "2015-13-45"}),
    "birth_date_all_zeros": lambda: checked("students", {"birth_date": "0000-00-00"}),
    "exit_recorded_on_no_day": lambda: checked("exits", {"recorded_on": "2025-13-45"}),
    "gender_that_is_neither": lambda: checked("students", {"gender": "保密"}),
    "adviser_rounded_to_15_digits": lambda: checked("students", {"advisor_id": "110105199003070000"}),
    "date_all_zeros_optional": lambda: _suspended(to_on="0000-00-00"),
    "date_for_ever_required": lambda: _dates("9999-12-31"),
    "date_for_ever_optional": lambda: _suspended(to_on="9999-12-31"),
    "day_and_month_told_by_the_column": lambda: _dates("03/04/2025", "13/04/2025"),
    "day_and_month_swapped_within_the_column": lambda: _dates("03/04/2025", "13/04/2025", "04/13/2025"),
    "day_and_month_untold": lambda: _dates("03/04/2025"),
    "day_and_month_told_by_the_mapping": lambda: _dates("03/04/2025", mapping=Mapping(day_first=True)),
    "end_before_start": lambda: _suspended(to_on="2025-02-01"),
    "unknown_status": lambda: _lessons({"status": "神游"}),
    "status_that_is_a_formula": lambda: _lessons({"status": "=cmd|' /C calc'!A0"}),
    "unknown_channel_of_a_complaint": lambda: checked("complaints", {"channel": "飞鸽"}),
    "unknown_channel_not_in_the_mapping": lambda: _lead("火星", 抖音短视频="抖音"),
    "unknown_channel_and_nothing_mapped": lambda: _lead("火星"),
    "unknown_campus": lambda: _at("火星", CAMPUSES),
    "unknown_campus_and_no_table_of_campuses": lambda: _at("火星", frozenset()),
    "campus_named_as_a_path": lambda: _at("../../etc", CAMPUSES),
    "score_off_its_scale": lambda: checked("surveys", {"score": "11"}),
    "same_row_twice": lambda: checked("lessons", {}, {}),
}
