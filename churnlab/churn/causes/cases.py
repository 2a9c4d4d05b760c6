"""Whom should somebody talk to at length about why she left?

Three kinds of a cause teach different things: who is like most, whose leaving costs most, and who does not fit.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from churnlab.churn.causes.portraits import portraits
from churnlab.churn.causes.taxonomy import DEPARTMENTS
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import has
from churnlab.settings import Settings
from churnlab.wording import Said

KINDS = TYPICAL, EXTREME, PUZZLING = ("typical", "extreme", "puzzling")
_LOW_RISK = 0.5
"""Who left though more than half had a higher risk was not seen coming."""


def chosen_cases(risk: Risk, *, campus: Campus = None) -> pd.DataFrame:
    """Choose who is to be interviewed, by a rule that leaves nothing to chance or liking.

    Of those who churned in the last `causes.case_days` and were not interviewed (`portraits`), for each cause in turn,
    the one with most leavers first:

    - typical: who is nearest to the mean of all who left for it, where they are at least `causes.case_leavers`
    - extreme: who had paid most in the `causes.paid_days` before; where nobody had paid, who had stayed longest
    - puzzling: who says one department while what was on record raised her risk more by another's doing, the widest gap
      first; where nobody does, who left though more than half of those with us had a higher risk, the lowest risk first

    At most `causes.cases_per_cause` of a cause, kinds in turn, and `causes.cases` in all. Ties go to the smaller id.

    Parameters
    ----------
    risk : Risk
        The data and their model; all campuses.
    campus : str, sequence of str, optional
        Where they were last taught; None: all. Means are those of all campuses.

    Returns
    -------
    pandas.DataFrame
        One row per case, causes in their order: the columns of `portraits`, `case` (one of `KINDS`) and
        `picked_because` (Said).
    """
    rows = chosen(portraits(risk), campus)
    rules = risk.data.settings
    order = rows.groupby("cause").size().rename("here").reset_index()
    order = order.sort_values(["here", "cause"], ascending=[False, True])
    found = [case for cause in order["cause"] for case in _of_cause(rows[rows["cause"] == cause], rules)]
    table = pd.DataFrame(found[: rules.causes.cases], columns=[*rows.columns, "case", "picked_because"])
    return table.reset_index(drop=True)


def interview_cases(risk: Risk, *, campus: Campus = None) -> Finding:
    """List who is to be interviewed at length, and why she was picked.

    Parameters
    ----------
    risk, campus
        As for `chosen_cases`.

    Returns
    -------
    Finding
        `causes.cases`: one row per case: `student_id`, `campus`, `left_on`, `department`, `reason` (as stated), `case`
        and `picked_because`.

    Raises
    ------
    NotEnoughData
        If nobody left of late whom nobody has interviewed.
    """
    rows = chosen_cases(risk, campus=campus)
    days = risk.data.settings.causes.case_days
    if rows.empty:
        raise NotEnoughData("cases.nobody", days=days)
    table = rows[["student_id", "campus", "left_on", "department", "reason", "case", "picked_because"]]
    facts = {"cases": len(rows), "causes": rows["cause"].nunique(), "days": days}
    facts |= {kind: int((rows["case"] == kind).sum()) for kind in KINDS}
    caveats = (
        ("cases_not_a_sample",) if rows["churn_probability"].notna().any() else ("cases_not_a_sample", "cases_no_model")
    )
    return Finding(
        key="causes.cases", table=table.assign(reason=table["reason"].fillna("unstated")), facts=facts, caveats=caveats
    )


def _of_cause(rows: pd.DataFrame, settings: Settings) -> Iterator[dict[str, Any]]:
    """Choose the cases of one cause."""
    left, most = rows.sort_values("unit_id"), settings.causes.cases_per_cause
    for number in range(most):
        kind = KINDS[number % len(KINDS)]
        picked, why = _pick(left, kind, settings)
        if picked is None:
            continue
        yield left.loc[picked].to_dict() | {"case": kind, "picked_because": why}
        left = left.drop(index=picked)


def _pick(rows: pd.DataFrame, kind: str, settings: Settings) -> tuple[Any, Said | None]:
    if rows.empty:
        return None, None
    about: dict[str, Any] = {"cause": _named(rows["cause"].iloc[0]), "leavers": int(rows["leavers"].iloc[0])}
    if kind == TYPICAL:
        near = rows["distance"].dropna()
        if near.empty or about["leavers"] < settings.causes.case_leavers:
            return None, None
        return near.idxmin(), Said("causes.cases.why.typical", about)
    if kind == EXTREME:
        return _extreme(rows, about, settings)
    return _puzzling(rows)


def _extreme(rows: pd.DataFrame, about: dict[str, Any], settings: Settings) -> tuple[Any, Said]:
    if (rows["paid_cny"] > 0).any():
        picked = rows["paid_cny"].idxmax()
        paid = {"paid": _cell(rows, picked, "paid_cny"), "days": settings.causes.paid_days}
        return picked, Said("causes.cases.why.paid", about | paid)
    picked = rows["stay_days"].idxmax()
    return picked, Said("causes.cases.why.stayed", about | {"days": int(_cell(rows, picked, "stay_days"))})


def _puzzling(rows: pd.DataFrame) -> tuple[Any, Said | None]:
    parted = rows.loc[(rows["push_gap"] > 0) & rows["department"].isin(DEPARTMENTS), "push_gap"]
    if len(parted):
        picked = parted.idxmax()
        said, pushed = (_named(_cell(rows, picked, name)) for name in ("department", "pushed"))
        return picked, Said("causes.cases.why.parted", {"stated": said, "pushed": pushed})
    unseen = rows.loc[rows["higher_risk_share"] > _LOW_RISK, "higher_risk_share"]
    if unseen.empty:
        return None, None
    picked = unseen.idxmax()
    on = pd.Timestamp(_cell(rows, picked, "seen_on")).date()
    return picked, Said("causes.cases.why.unseen", {"share": _cell(rows, picked, "higher_risk_share"), "on": on})


def _cell(rows: pd.DataFrame, row: Any, column: str) -> Any:
    return rows.loc[row, column]


def _named(code: str) -> Said | str:
    keys = [f"code.{kind}.{code}" for kind in ("department", "reason") if has(f"code.{kind}.{code}")]
    return Said(keys[0]) if keys else code
