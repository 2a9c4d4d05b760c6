"""Who is at risk of leaving, and why?"""

import pandas as pd

from churnlab.finding import Finding
from churnlab.settings import Settings

_PLACES = ("campus", "course_id")


def at_risk_list(
    scored: pd.DataFrame, reasons: pd.Series, *, settings: Settings, places: pd.DataFrame | None = None
) -> Finding:
    """List those most likely to churn within the horizon, the likeliest first.

    The interval of a probability tells how far it may lie off for want of data. It does not tell whether this student
    leaves: of ten with a chance of 30 %, seven stay.

    Parameters
    ----------
    scored : pandas.DataFrame
        As `Trained.score` returns it: unit_id, student_id, churn_probability with _low and _high.
    reasons : pandas.Series
        As `Trained.reasons` returns it: a tuple of `Said` by unit_id.
    settings : Settings
        `report.at_risk_students` and `outcome.horizon_days`.
    places : pandas.DataFrame, optional
        One row per unit: unit_id, and campus and course_id where they are known.

    Returns
    -------
    Finding
        `churn.at_risk`; one row per listed unit: student_id (the institution's pseudonymous code), campus and course_id
        where anybody has one, churn_probability with its interval, reasons (words that wait for their language).
    """
    ordered = scored.assign(reasons=reasons.to_numpy()).sort_values(
        ["churn_probability", "unit_id"], ascending=[False, True], ignore_index=True
    )
    listed = ordered.head(settings.report.at_risk_students)
    if places is not None:
        known = [name for name in _PLACES if name in places and places[name].notna().any()]
        listed = listed.merge(places[["unit_id", *known]], on="unit_id", how="left", validate="many_to_one")
    shown = [name for name in ("student_id", *_PLACES) if name in listed]
    likely = ["churn_probability", "churn_probability_low", "churn_probability_high"]
    return Finding(
        key="churn.at_risk",
        table=listed[[*shown, *likely, "reasons"]],
        facts={
            "unit": settings.outcome.unit,
            "students": len(scored),
            "listed": len(listed),
            "expected": float(scored["churn_probability"].sum()),
            "expected_listed": float(listed["churn_probability"].sum()),
            "horizon_days": settings.outcome.horizon_days,
        },
        sentences=("sentence", "listed") if len(listed) else ("none",),
        caveats=("churn.at_risk_use",) if len(listed) else (),
    )
