"""Who is at risk of leaving, and why?"""

from typing import Any

import pandas as pd

from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.tables.pseudonym import is_pseudonym

_PLACES = ("campus", "course_id")
_FEWEST = 5  # of however few a handful can be called, whatever share of them that is
_SHOWN_DIGITS = 3  # a chance is printed to a tenth of a percent; what prints alike is alike to the reader
_DOUBTS = {"chance": "churn.at_risk_chance", "weak": "churn.at_risk_weak"}


def at_risk_list(
    scored: pd.DataFrame,
    reasons: pd.Series,
    *,
    settings: Settings,
    places: pd.DataFrame | None = None,
    judged: Finding | None = None,
    not_started: int = 0,
    held_out: pd.Series | None = None,
) -> Finding:
    """List those most likely to churn within the horizon, the likeliest first.

    The interval of a probability tells how far it may lie off for want of data. It does not tell whether this student
    leaves: of ten with a chance of 30 %, seven stay. Nobody is listed beyond `report.at_risk_students` or, if that is
    fewer, `report.at_risk_share` of all (five at least); others with the chance of the last are counted.

    Parameters
    ----------
    scored : pandas.DataFrame
        As `Trained.score` returns it: unit_id, student_id, churn_probability with _low and _high.
    reasons : pandas.Series
        As `Trained.reasons` returns it: a tuple of `Said` by unit_id.
    settings : Settings
        `report` and `outcome.horizon_days`.
    places : pandas.DataFrame, optional
        One row per unit: unit_id, and campus and course_id where they are known.
    judged : Finding, optional
        How well the model ranked in past months, or why that cannot be told: caveats say what it leaves in doubt.
    not_started : int
        How many more have not come to a lesson yet, and are told apart.
    held_out : pandas.Series of bool, optional
        By row of `scored`: whom a lot holds out of all calls. They are counted and not named. Default: nobody.

    Returns
    -------
    Finding
        `churn.at_risk`; one row per listed unit: student_id (the institution's pseudonymous code), campus and course_id
        where anybody has one, churn_probability with its interval, reasons (words that wait for their language).
    """
    back = False if held_out is None else held_out.to_numpy()
    first, tied = _first(scored.assign(reasons=reasons.to_numpy(), held_out=back), settings)
    listed, unnamed = first[~first["held_out"]], int(first["held_out"].sum())
    made = [str(code) for code in listed["student_id"] if is_pseudonym(str(code))]
    said = {
        "sentence": len(scored) > 0, "listed": len(listed) > 0, "none": len(scored) == 0,
        "held_out": unnamed > 0, "apart": not_started > 0,
    }  # fmt: skip
    return Finding(
        key="churn.at_risk",
        table=_table(listed, places),
        facts={
            "unit": settings.outcome.unit,
            "students": len(scored),
            "listed": len(listed),
            "expected": float(scored["churn_probability"].sum()),
            "expected_listed": float(listed["churn_probability"].sum()),
            "horizon_days": settings.outcome.horizon_days,
            "tied": tied,
            "not_started": not_started,
            "in_all": len(scored) + not_started,
            "held_out": unnamed,
            "code": made[0] if made else None,
            **_told(judged),
        },
        sentences=tuple(name for name, is_so in said.items() if is_so),
        caveats=_caveats(judged, tied=tied, made=made) if len(listed) else (),
    )


def _first(scored: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, int]:
    """Return the likeliest to leave, and how many more have the chance of the last as it is printed."""
    ordered = scored.sort_values(["churn_probability", "unit_id"], ascending=[False, True], ignore_index=True)
    many = _longest(len(ordered), settings)
    printed = ordered["churn_probability"].round(_SHOWN_DIGITS)
    return ordered.head(many), int(printed.iloc[many:].isin(printed.iloc[many - 1 : many]).sum())


def _table(listed: pd.DataFrame, places: pd.DataFrame | None) -> pd.DataFrame:
    if places is not None:
        known = [name for name in _PLACES if name in places and places[name].notna().any()]
        listed = listed.merge(places[["unit_id", *known]], on="unit_id", how="left", validate="many_to_one")
    shown = [name for name in ("student_id", *_PLACES) if name in listed]
    return listed[[*shown, "churn_probability", "churn_probability_low", "churn_probability_high", "reasons"]]


def _longest(students: int, settings: Settings) -> int:
    """Return how many are listed of so many."""
    return min(settings.report.at_risk_students, max(_FEWEST, round(students * settings.report.at_risk_share)))


def _caveats(judged: Finding | None, *, tied: int, made: list[str]) -> tuple[str, ...]:
    holds = {"churn.at_risk_tied": tied > 0, "churn.at_risk_who": bool(made), "churn.at_risk_use": True}
    return (*_doubts(judged), *(name for name, is_so in holds.items() if is_so))


def _doubts(judged: Finding | None) -> tuple[str, ...]:
    """Return the caveats of a list by a model that nothing shows to be good."""
    if judged is None:
        return ()
    if "why" in judged.facts:
        return ("churn.at_risk_untested",)
    weak = tuple(_DOUBTS[name] for name in judged.sentences if name in _DOUBTS)
    return (*weak, *(("churn.at_risk_few_judged",) if "model.few_judged" in judged.caveats else ()))


def _told(judged: Finding | None) -> dict[str, Any]:
    """Return what these caveats need."""
    facts = judged.facts if judged else {}
    named = {"why": "untested", "events": "judged_events", "auc": "auc", "auc_low": "auc_low", "auc_high": "auc_high"}
    return {name: facts[fact] for fact, name in named.items() if fact in facts}
