"""Whom should somebody talk to at length about why she left?

Three kinds of a cause teach different things: who is like most, whose leaving costs most, and who does not fit. Those
of whom no reason is known share no cause, so none of them is typical or extreme of one.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from churnlab.churn.causes.portraits import portraits
from churnlab.churn.causes.taxonomy import DEPARTMENTS, UNSTATED
from churnlab.churn.counts import Campus
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, has, text
from churnlab.settings import Settings
from churnlab.wording import Said

KINDS = TYPICAL, EXTREME, PUZZLING = ("typical", "extreme", "puzzling")


def chosen_cases(risk: Risk, *, campus: Campus = None) -> pd.DataFrame:
    """Choose who is to be interviewed, by a rule that leaves nothing to chance or liking.

    Of those who churned in the last `causes.case_days` and were not interviewed (`portraits`), for each cause in turn,
    the one with most leavers first:

    - typical: who is nearest to the mean of all who left for it, where they are at least `causes.case_leavers`
    - extreme: who had paid most in the `causes.paid_days` before; where nobody had paid, who had stayed longest
    - puzzling: who says one department while what was on record raised her risk more by another's doing, the widest gap
      first; where nobody does, who left though more than `causes.case_unseen_share` of those with us had a higher
      risk, the lowest risk first

    Those of whom no reason is known come after all causes, and only the puzzling ones of them: who left though more
    than `causes.case_unseen_share` had a higher risk.

    At most `causes.cases_per_cause` of a cause, kinds in turn, and `causes.cases` in all. Ties go to the smaller id.

    Parameters
    ----------
    risk : Risk
        The data and their model; all campuses.
    campus : str, sequence of str, optional
        Where they were last taught; None: all. Causes are counted, and means taken, at these campuses.

    Returns
    -------
    pandas.DataFrame
        One row per case, causes in their order: the columns of `portraits`, `case` (one of `KINDS`) and
        `picked_because` (Said).
    """
    rows = portraits(risk, campus=campus)
    rules = risk.data.settings
    is_told = rows["department"] != UNSTATED
    order = rows[is_told].groupby("cause").size().rename("here").reset_index()
    order = order.sort_values(["here", "cause"], ascending=[False, True])
    found = [case for cause in order["cause"] for case in _of_cause(rows[rows["cause"] == cause], rules, KINDS)]
    found += _of_cause(rows[~is_told], rules, (PUZZLING,))
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
        If nobody left of late whom nobody has interviewed, with a reason or against what the model expected.
    """
    rows = chosen_cases(risk, campus=campus)
    days = risk.data.settings.causes.case_days
    if rows.empty:
        raise NotEnoughData("cases.nobody", days=days)
    told = rows[rows["department"] != UNSTATED]
    table = rows[["student_id", "campus", "left_on", "department", "reason", "case", "picked_because"]]
    facts: dict[str, Any] = {"cases": len(told), "causes": told["cause"].nunique(), "days": days}
    facts |= {"kinds": _told(told["case"]), "unstated": len(rows) - len(told)}
    sentences = (*(("sentence",) if len(told) else ()), *(("unstated",) if facts["unstated"] else ()))
    caveats = (
        ("cases_not_a_sample",) if rows["churn_probability"].notna().any() else ("cases_not_a_sample", "cases_no_model")
    )
    return Finding(
        key="causes.cases",
        table=table.assign(reason=table["reason"].fillna(UNSTATED)),
        facts=facts,
        sentences=sentences,
        caveats=caveats,
    )


def _told(cases: pd.Series) -> dict[str, str]:
    """Say by language how many of each kind there are."""
    counts = {kind: int((cases == kind).sum()) for kind in KINDS}
    said = {
        lang: [text(f"causes.cases.many.{kind}", lang, n=n) for kind, n in counts.items() if n] for lang in LANGUAGES
    }
    return {lang: {"zh": "、", "en": ", "}[lang].join(parts) for lang, parts in said.items()}


def _of_cause(rows: pd.DataFrame, settings: Settings, kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Choose the cases of one cause, kinds in turn."""
    left, most = rows.sort_values("unit_id"), settings.causes.cases_per_cause
    for number in range(most):
        kind = kinds[number % len(kinds)]
        picked, why = _pick(left, kind, settings)
        if picked is None:
            continue
        yield left.loc[picked].to_dict() | {"case": kind, "picked_because": why}
        left = left.drop(index=picked)


def _pick(rows: pd.DataFrame, kind: str, settings: Settings) -> tuple[Any, Said | None]:
    if rows.empty:
        return None, None
    about: dict[str, Any] = {"cause": _cause(rows["cause"].iloc[0]), "leavers": int(rows["leavers"].iloc[0])}
    if kind == TYPICAL:
        near = rows["distance"].dropna()
        if near.empty or about["leavers"] < settings.causes.case_leavers:
            return None, None
        return near.idxmin(), Said("causes.cases.why.typical", about)
    if kind == EXTREME:
        return _extreme(rows, about, settings)
    return _puzzling(rows, settings.causes.case_unseen_share)


def _extreme(rows: pd.DataFrame, about: dict[str, Any], settings: Settings) -> tuple[Any, Said]:
    if (rows["paid_cny"] > 0).any():
        picked = rows["paid_cny"].idxmax()
        paid = {"paid": _cell(rows, picked, "paid_cny"), "days": settings.causes.paid_days}
        return picked, Said("causes.cases.why.paid", about | paid)
    picked = rows["stay_days"].idxmax()
    return picked, Said("causes.cases.why.stayed", about | {"days": int(_cell(rows, picked, "stay_days"))})


def _puzzling(rows: pd.DataFrame, unseen_share: float) -> tuple[Any, Said | None]:
    parted = rows.loc[(rows["push_gap"] > 0) & rows["department"].isin(DEPARTMENTS), "push_gap"]
    if len(parted):
        picked = parted.idxmax()
        said, pushed = (Said(f"code.department.{_cell(rows, picked, name)}") for name in ("department", "pushed"))
        return picked, Said("causes.cases.why.parted", {"stated": said, "pushed": pushed})
    unseen = rows.loc[rows["higher_risk_share"] > unseen_share, "higher_risk_share"]
    if unseen.empty:
        return None, None
    picked = unseen.idxmax()
    on = pd.Timestamp(_cell(rows, picked, "seen_on")).date()
    why = "unknown" if _cell(rows, picked, "department") == UNSTATED else "unseen"
    return picked, Said(f"causes.cases.why.{why}", {"share": _cell(rows, picked, "higher_risk_share"), "on": on})


def _cell(rows: pd.DataFrame, row: Any, column: str) -> Any:
    return rows.loc[row, column]


def _cause(cause: str) -> Said | str:
    """Say a cause of `portraits`; a reason of the institution's own is said as it stands."""
    kind, code = cause.split(".", 1)
    if kind == "rest":
        return Said("causes.cases.rest", {"department": Said(f"code.department.{code}")})
    key = f"code.{kind}.{code}"
    return Said(key) if has(key) else code
