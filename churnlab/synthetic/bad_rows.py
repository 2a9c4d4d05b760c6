"""Which rows of the exports are wrong, and why must they be set aside?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.tables.schemas import TABLES


@dataclass(frozen=True, kw_only=True)
class Bad:
    """Rows of a table that cannot be taken: copies of real ones, with one cell spoilt.

    Attributes
    ----------
    column, cell : str
        What stands where.
    reason : str
        Why it is set aside, as the checking names it.
    rows : int
        How many.
    """

    column: str
    cell: str
    reason: str
    rows: int = 1


BAD: dict[str, tuple[Bad, ...]] = {
    "campaigns": (Bad(column="spend_cny", cell="未结算", reason="not_money"),),
    "leads": (
        Bad(column="created_at", cell="9999-12-31 00:00", reason="no_date", rows=2),
        Bad(column="intent", cell="很高", reason="unknown_code"),
        Bad(column="lost_on", cell="2019/1/1", reason="disordered"),
    ),
    "students": (
        Bad(column="registered_on", cell="0000-00-00", reason="no_date"),
        Bad(column="registered_on", cell="24.9.1", reason="no_century"),
    ),
    "contacts": (
        Bad(column="at", cell="昨天下午", reason="not_a_date"),
        Bad(column="kind", cell="群发短信", reason="unknown_code", rows=2),
    ),
    "enrolments": (
        Bad(column="amount_paid", cell="面议", reason="not_money", rows=2),
        Bad(column="kind", cell="赠课", reason="unknown_code"),
        Bad(column="ends_on", cell="2019-01-01", reason="disordered"),
    ),
    "payments": (Bad(column="amount", cell="待定", reason="not_money"),),
    "lessons": (
        Bad(column="status", cell="补课中", reason="unknown_code", rows=2),
        Bad(column="starts_at", cell="25-3-1 9:00", reason="no_century"),
        Bad(column="starts_at", cell="9999-12-31 00:00", reason="no_date"),
        Bad(column="student_id", cell="", reason="missing"),
    ),
    "activity": (Bad(column="count", cell="若干", reason="not_a_number"),),
    "suspensions": (Bad(column="to_on", cell="2020年1月1日", reason="disordered"),),
    "refunds": (
        Bad(column="amount", cell="-500", reason="out_of_bounds"),
        Bad(column="settled_at", cell="2019/1/1 10:00", reason="disordered"),
    ),
    "complaints": (Bad(column="campus", cell="", reason="missing"),),
    "surveys": (
        Bad(column="score", cell="99", reason="disordered_numbers", rows=2),
        Bad(column="score", cell="很满意", reason="not_a_number"),
    ),
    "inspections": (Bad(column="at", cell="上周三", reason="not_a_date"),),
    "exits": (Bad(column="left_on", cell="13月1日", reason="not_a_date"),),
    "calls": (Bad(column="arm", cell="待定", reason="unknown_code"),),
    "measures": (Bad(column="due_on", cell="2020/1/1", reason="disordered"),),
    "measure_progress": (Bad(column="percent", cell="150", reason="out_of_bounds"),),
    "training_sessions": (Bad(column="planned_at", cell="下周一", reason="not_a_date"),),
    "training_attendance": (Bad(column="status", cell="在线观看", reason="unknown_code"),),
    "reactions": (Bad(column="score", cell="11", reason="out_of_bounds", rows=2),),
    "test_answers": (Bad(column="score", cell="缓考", reason="not_a_number"),),
    "ratings": (Bad(column="score", cell="11", reason="disordered_numbers"),),
    "kpis": (Bad(column="value", cell="待统计", reason="not_a_number"),),
    "training_costs": (Bad(column="amount_cny", cell="待报销", reason="not_money"),),
    "budgets": (Bad(column="budget_cny", cell="待批", reason="not_money"),),
}
MONTHS_WITH_BAD_LESSONS = 4


def spoil(cells: pd.DataFrame, table: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Put a table's bad rows among the good ones, and count them by reason.

    Parameters
    ----------
    cells : pandas.DataFrame of str
        The good rows as written; without any, nothing is added.
    table : str
        Which table.

    Returns
    -------
    cells : pandas.DataFrame of str
        With the bad rows, each after the row that it copies.
    reasons : dict of str to int
        How many bad rows of which reason.
    """
    if cells.empty or table not in BAD:
        return cells, {}
    key = TABLES[table].column(TABLES[table].key[0])
    parts, reasons = [cells], dict.fromkeys((bad.reason for bad in BAD[table]), 0)
    whole = _complete(cells, table)
    for number, bad in enumerate(BAD[table]):
        source = np.resize(whole[number :: len(BAD[table])], bad.rows) if len(whole) else np.zeros(bad.rows, dtype=int)
        rows = cells.iloc[source].assign(**{bad.column: bad.cell})
        if key.kind == "id" and key.name != bad.column and not key.references:
            rows = rows.assign(**{key.name: [f"{cell}-E{number}{place}" for place, cell in enumerate(rows[key.name])]})
        parts.append(rows)
        reasons[bad.reason] += bad.rows
    found = pd.concat(parts)
    return found.sort_index(kind="stable").reset_index(drop=True), reasons


def _complete(cells: pd.DataFrame, table: str) -> np.ndarray:
    """Return the rows whose cells that will be compared are filled."""
    names = [order.earlier for order in TABLES[table].orders if order.earlier in cells]
    return np.flatnonzero((cells[names] != "").all(axis=1).to_numpy())
