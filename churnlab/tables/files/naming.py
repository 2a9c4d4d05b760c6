"""Which table is a file, by its name or by its headers?"""

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

from churnlab.i18n import Lang
from churnlab.tables.files.grid import Grid, Row, Warned
from churnlab.tables.files.strange import strange
from churnlab.tables.headers import HEAD_ROWS, Vocabulary, best_row, fold, known, missing, place
from churnlab.tables.mapping import Mapping
from churnlab.tables.schemas import TABLES

# The page of a worksheet of ours that says how to fill it in (run/worksheets.py): it holds no table.
NOTES: AnyMapping[Lang, str] = {"zh": "填写说明", "en": "how to fill in"}
_KNOWN_SHARE = 0.5  # a page most of whose headers are strange is another page
_PARTS = re.compile(r"[\s_\-.,()\[\]【】]+")
_AROUND = re.compile(r"^[\d年月日号期至~]+|[\d年月日号期至~]+$|(表|记录|明细|列表|名单|清单|导出|数据|登记|信息|管理)$")
_ALSO = {
    "线索": "leads",
    "回访": "contacts",
    "跟进": "contacts",
    "订单": "enrolments",
    "合同": "enrolments",
    "报名": "enrolments",
    "缴费": "payments",
    "点名": "lessons",
    "课消": "lessons",
    "上课": "lessons",
    "流失": "exits",
    "绩效考核": "kpis",
    "关键事件": "incidents",
    "证书": "certificates",
    "资格证书": "certificates",
    "培训计划": "trainings",
    "培训安排": "training_sessions",
    "培训考勤": "training_attendance",
    "参训": "trainees",
    "参训人员": "trainees",
    "培训学员": "trainees",
    "培训费用": "training_costs",
    "预算执行": "budgets",
    "培训项目目标": "training_targets",
    "培训满意度": "reactions",
    "培训满意度调查": "reactions",
    "考试成绩": "test_answers",
    "测验成绩": "test_answers",
    "培训考试": "test_answers",
    "360度评估": "ratings",
    "360度评价": "ratings",
    "度评估": "ratings",  # 360 goes where dates go
    "度评价": "ratings",
}
_NAMES = _ALSO | {name: table.name for table in TABLES.values() for name in (table.name, table.zh)}


def tables(
    grids: Sequence[Grid], file: str, mapping: Mapping, vocabularies: AnyMapping[str, Vocabulary]
) -> tuple[list[tuple[Grid, str]], list[Warned]]:
    """Return the sheets that hold a table, with its name, and what was left out.

    Told by the mapping, else by the sheet's name, else by the file's where it has one sheet only, else by the headers.
    A hidden sheet is left out: what the sender could not see, he did not mean to hand in. So is, without a word, the
    page of our own worksheets that says how to fill them in.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets of the file.
    file : str
        Its path below the folder.
    mapping : Mapping
        The institution's own names.
    vocabularies : mapping of str to mapping
        Headers of each table.
    """
    hidden = [("warning.reading.hidden_sheet", {"file": place(file, grid.sheet)}) for grid in grids if grid.hidden]
    visible = [grid for grid in grids if not grid.hidden and grid.sheet not in NOTES.values()]
    pages = [grid for grid in visible if not grid.is_blank or by_name(grid.sheet or "")] or visible[:1]
    named = [(grid, _table_of(grid, file, mapping, vocabularies, alone=len(pages) == 1)) for grid in pages]
    told = mapping.table_of(file) or by_name(Path(file).stem)
    if told and named and all(name is None for _, name in named):
        # The file's name promises a table that no sheet has: reading the first one says what is missing.
        named = [(pages[0], told), *named[1:]]
    unknown = [strange(grid, place(file, grid.sheet), vocabularies) for grid, name in named if name is None]
    return [(grid, name) for grid, name in named if name], [*hidden, *unknown]


def _table_of(
    grid: Grid, file: str, mapping: Mapping, vocabularies: AnyMapping[str, Vocabulary], *, alone: bool
) -> str | None:
    told = (
        mapping.table_of(file, grid.sheet) if grid.sheet else None,
        mapping.table_of(file) if alone else None,
        by_name(grid.sheet or ""),
        by_name(Path(file).stem) if alone else None,
    )
    first = next((name for name in told if name is not None), None)
    return by_headers(grid.top(HEAD_ROWS), vocabularies) if first is None else first


def by_name(name: str) -> str | None:
    """Return the table that a file's or sheet's name says: `lessons-2026-10`, `朝阳校区_2026年10月_考勤表`.

    Parameters
    ----------
    name : str
        Without folder and ending. None comes back where no part of it is a table's name, or parts are of two tables.
    """
    folded = normalize("NFKC", name).casefold().strip()
    whole = _bare(folded)
    if whole in _NAMES:
        return _NAMES[whole]
    told = {_NAMES[bare] for bare in map(_bare, _PARTS.split(folded)) if bare in _NAMES}
    return told.pop() if len(told) == 1 else None


def _bare(part: str) -> str:
    while part not in _NAMES and (bare := _AROUND.sub("", part).strip(" _-.")) != part:
        part = bare
    return part


def by_headers(rows: Sequence[Row], vocabularies: AnyMapping[str, Vocabulary]) -> str | None:
    """Return the one table whose required headers are all there, with most of its other headers.

    Parameters
    ----------
    rows : sequence of list of str
        The first rows of a sheet.
    vocabularies : mapping of str to mapping
        Headers of each table. None comes back where no table fits, or several fit equally.
    """
    fits = {name: fit for name, words in vocabularies.items() if (fit := _fit(rows, name, words))}
    most = max(fits.values(), default=0)
    best = [name for name, fit in fits.items() if fit == most]
    return best[0] if len(best) == 1 else None


def _fit(rows: Sequence[Row], name: str, words: Vocabulary) -> int:
    if not rows:
        return 0
    cells = rows[best_row(rows, words)]
    found = known(cells, words)
    if not found or missing(TABLES[name], found):
        return 0
    filled = [fold(cell) for cell in cells if fold(cell)]
    share = sum(cell in words for cell in filled) / len(filled)
    # One required header alone (班级) stands on many pages: then every header must be known.
    lonely = sum(column.required for column in TABLES[name].columns) == 1
    return len(found) if share >= (1 if lonely else _KNOWN_SHARE) else 0
