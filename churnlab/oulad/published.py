"""What did the Open University publish?

Open University Learning Analytics Dataset (OULAD): Kuzilek J, Hlosta M, Zdrahal Z, Scientific Data 2017;4:170171,
licence CC BY 4.0. Days are counted from the day on which a presentation of a module starts.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from churnlab.errors import InputError

TAUGHT = ["code_module", "code_presentation"]
WHO = [*TAUGHT, "id_student"]
# Published per presentation is the month of its start only: B is February, J October.
MONTHS = {"B": "02", "J": "10"}

_WORDS = {
    "courses": TAUGHT,
    "studentInfo": [*TAUGHT, "gender", "region", "highest_education", "age_band", "disability", "final_result"],
    "studentRegistration": TAUGHT,
    "assessments": [*TAUGHT, "assessment_type"],
    "studentAssessment": [],
    "vle": [*TAUGHT, "activity_type"],
    "studentVle": TAUGHT,
}
_NUMBERS = {
    "courses": ["module_presentation_length"],
    "studentInfo": ["id_student", "num_of_prev_attempts", "studied_credits"],
    "studentRegistration": ["id_student"],
    "assessments": ["id_assessment"],
    "studentAssessment": ["id_assessment", "id_student", "date_submitted"],
    "vle": ["id_site"],
    "studentVle": ["id_student", "id_site", "date", "sum_click"],
}
# No file, no zip file, a damaged member, a member behind a password.
_NO_ZIP = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
_MAYBE_WORDS = {"studentInfo": ["imd_band"]}
_MAYBE_NUMBERS = {
    "studentRegistration": ["date_registration", "date_unregistration"],
    "assessments": ["date"],
    "studentAssessment": ["score"],
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Published:
    """The published tables, in our words.

    Attributes
    ----------
    file, sha256 : str
        Name and fingerprint of the zip file.
    enrolments : pandas.DataFrame
        One row per student and presentation, sorted by `enrolment_id`: `enrolment_id` ("AAA-2013J-11391"),
        `student_id`, `module`, `presentation`, `begins` (datetime64), `length_days`, `registered_day`,
        `unregistered_day` (days since `begins`, NaN where not told), `result`, `line` (in studentRegistration.csv), and
        what is told of the student: `gender`, `region`, `highest_education`, `imd_band`, `age_band`,
        `num_of_prev_attempts`, `studied_credits`, `disability`.
    assessments : pandas.DataFrame
        `assessment_id`, `module`, `presentation`, `due_day` (NaN: an examination without a day).
    results : pandas.DataFrame
        One row per assessment handed in: `enrolment_id`, `due_day`, `handed_in_day`, `score` (0–100, NaN: not told).
    clicks : pandas.DataFrame
        One row per enrolment, day and kind of page: `enrolment_id`, `day`, `kind`, `clicks`; sorted.
    click_lines : int
        Lines that these clicks were published in.
    """

    file: str
    sha256: str
    enrolments: pd.DataFrame
    assessments: pd.DataFrame
    results: pd.DataFrame
    clicks: pd.DataFrame
    click_lines: int


def read(file: Path) -> Published:
    """Read the published zip file.

    Parameters
    ----------
    file : pathlib.Path
        As published, its seven tables as csv; the clicks may be those of some presentations only.

    Raises
    ------
    InputError
        If it is no zip file, lacks tables or columns, or its tables hold other values or do not belong together.
    """
    content, members = _opened(file)
    tables = {name: _table(member, name) for name, member in members.items()}
    enrolments = _enrolments(tables)
    assessments = tables["assessments"].rename(columns={"id_assessment": "assessment_id", "date": "due_day"})
    return Published(
        file=file.name,
        sha256=hashlib.sha256(content).hexdigest(),
        enrolments=enrolments,
        assessments=assessments.rename(columns={"code_module": "module", "code_presentation": "presentation"})[
            ["assessment_id", "module", "presentation", "due_day"]
        ],
        results=_results(tables, enrolments),
        clicks=_clicks(tables),
        click_lines=len(tables["studentVle"]),
    )


def _opened(file: Path) -> tuple[bytes, dict[str, bytes]]:
    """Return what the file holds, whole and by table; a folder around the tables does no harm."""
    try:
        content = file.read_bytes()
        with zipfile.ZipFile(BytesIO(content)) as archive:
            there = {PurePosixPath(name).name: name for name in sorted(archive.namelist(), reverse=True)}
            missing = [f"{name}.csv" for name in _WORDS if f"{name}.csv" not in there]
            if missing:
                raise InputError("oulad.members", file=file.name, missing=", ".join(missing))
            return content, {name: archive.read(there[f"{name}.csv"]) for name in _WORDS}
    except _NO_ZIP:
        raise InputError("oulad.not_zip", file=file.name) from None


def _table(content: bytes, name: str) -> pd.DataFrame:
    maybe = [*_MAYBE_WORDS.get(name, []), *_MAYBE_NUMBERS.get(name, [])]
    words, numbers = [*_WORDS[name], *_MAYBE_WORDS.get(name, [])], [*_NUMBERS[name], *_MAYBE_NUMBERS.get(name, [])]
    try:
        # Some copies of the data write a question mark where nothing is known.
        table = pd.read_csv(
            BytesIO(content), dtype=dict.fromkeys(words, str), keep_default_na=False, na_values=["", "?"],
            low_memory=False, encoding="utf-8-sig",
        )  # fmt: skip
    except ValueError as error:
        raise InputError("oulad.not_csv", file=f"{name}.csv", what=str(error).strip()) from None
    missing = [column for column in (*words, *numbers) if column not in table]
    if missing:
        came = ", ".join(map(str, table.columns))
        raise InputError("oulad.columns", file=f"{name}.csv", missing=", ".join(missing), came=came)
    for column in numbers:
        table = table.assign(**{column: _number(table[column], f"{name}.csv", column in maybe)})
    for column in _WORDS[name]:
        _refuse(table[column].isna(), table[column], f"{name}.csv")
    return table[[*words, *numbers]]


def _number(values: pd.Series, file: str, maybe: bool) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    is_wrong = numbers.isna() & values.notna() if maybe else numbers.isna()
    _refuse(is_wrong | (numbers % 1 > 0) | np.isinf(numbers), values, file)
    return numbers if maybe else numbers.astype(np.int64)


def _refuse(is_wrong: pd.Series, values: pd.Series, file: str) -> None:
    if is_wrong.any():
        place = int(is_wrong.to_numpy().argmax())
        value = values.iloc[place]
        raise InputError(
            "oulad.value", file=file, line=place + 2, column=values.name, value="" if pd.isna(value) else value
        )


def _enrolments(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    told = tables["studentRegistration"].assign(line=np.arange(len(tables["studentRegistration"])) + 2)
    _unique(tables["studentInfo"], WHO, "studentInfo.csv")
    _unique(told, WHO, "studentRegistration.csv")
    _unique(tables["courses"], TAUGHT, "courses.csv")
    _known(told, tables["studentInfo"], WHO, "studentRegistration.csv", "studentInfo.csv")
    _known(tables["studentInfo"], told, WHO, "studentInfo.csv", "studentRegistration.csv")
    _known(told, tables["courses"], TAUGHT, "studentRegistration.csv", "courses.csv")
    rows = told.merge(tables["studentInfo"], on=WHO).merge(tables["courses"], on=TAUGHT)
    rows = rows.assign(
        enrolment_id=_enrolment_id(rows),
        student_id=rows["id_student"].astype(str),
        begins=_begins(tables["courses"]).reindex(rows["code_presentation"]).to_numpy(),
    ).rename(columns=_OUR_WORDS)
    names = ["enrolment_id", "student_id", "begins", "line", *_OUR_WORDS.values(), *_OF_STUDENTS]
    return rows[names].sort_values("enrolment_id", ignore_index=True)


_OUR_WORDS = {
    "code_module": "module",
    "code_presentation": "presentation",
    "module_presentation_length": "length_days",
    "date_registration": "registered_day",
    "date_unregistration": "unregistered_day",
    "final_result": "result",
}
_OF_STUDENTS = (
    "gender", "region", "highest_education", "imd_band", "age_band", "num_of_prev_attempts", "studied_credits",
    "disability",
)  # fmt: skip


def _enrolment_id(rows: pd.DataFrame) -> pd.Series:
    return rows["code_module"] + "-" + rows["code_presentation"] + "-" + rows["id_student"].astype(str)


def _begins(courses: pd.DataFrame) -> pd.Series:
    """Return the first day of the month in which each presentation starts, by presentation."""
    names = courses["code_presentation"]
    _refuse(~names.str.fullmatch(r"20\d\d[BJ]"), names, "courses.csv")
    of = names.drop_duplicates()
    return pd.Series(pd.to_datetime(of.str[:4] + "-" + of.str[4].map(MONTHS) + "-01").to_numpy(), index=of.to_numpy())


def _unique(table: pd.DataFrame, key: list[str], file: str) -> None:
    twice = table.duplicated(key)
    if twice.any():
        what = " ".join(str(value) for value in table.loc[twice, key].iloc[0])
        raise InputError("oulad.twice", file=file, n=int(twice.sum()), what=what)


def _known(table: pd.DataFrame, other: pd.DataFrame, key: list[str], file: str, where: str) -> None:
    unknown = ~pd.MultiIndex.from_frame(table[key]).isin(pd.MultiIndex.from_frame(other[key]))
    if unknown.any():
        what = " ".join(str(value) for value in table.loc[unknown, key].iloc[0])
        raise InputError("oulad.unmatched", file=file, n=int(unknown.sum()), what=what, where=where)


def _results(tables: dict[str, pd.DataFrame], enrolments: pd.DataFrame) -> pd.DataFrame:
    _unique(tables["assessments"], ["id_assessment"], "assessments.csv")
    _known(
        tables["studentAssessment"],
        tables["assessments"],
        ["id_assessment"],
        "studentAssessment.csv",
        "assessments.csv",
    )
    rows = tables["studentAssessment"].merge(tables["assessments"], on="id_assessment")
    rows = rows.assign(enrolment_id=_enrolment_id(rows))
    rows = rows.rename(columns={"date": "due_day", "date_submitted": "handed_in_day"})
    return rows[["enrolment_id", "due_day", "handed_in_day", "score"]]


def _clicks(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    kinds = tables["vle"].drop_duplicates("id_site").set_index("id_site")["activity_type"]
    rows = tables["studentVle"].assign(kind=lambda t: t["id_site"].map(kinds))
    daily = rows.groupby([*WHO, "date", "kind"], sort=True, dropna=False)["sum_click"].sum().reset_index()
    daily = daily.assign(enrolment_id=_enrolment_id(daily))
    return daily.rename(columns={"date": "day", "sum_click": "clicks"})[["enrolment_id", "day", "kind", "clicks"]]
