"""What is odd about the published students, and what is done about it?"""

from collections.abc import Mapping

import pandas as pd

from churnlab.finding import Finding
from churnlab.oulad.published import Published

WITHDRAWN = "Withdrawn"


def no_end(enrolments: pd.DataFrame) -> pd.Series:
    """Mark those who withdrew on a day that nobody wrote down: how long they stayed is not known."""
    return (enrolments["result"] == WITHDRAWN) & enrolments["unregistered_day"].isna()


def never_began(enrolments: pd.DataFrame) -> pd.Series:
    """Mark those who unregistered before the first day: they enrolled, and never came."""
    return enrolments["unregistered_day"] < 0


def quirks(published: Published) -> Mapping[str, pd.Series]:
    """Mark the rows with each quirk, by its name below `code.quirk.` in the locale."""
    rows = published.enrolments
    left = rows["unregistered_day"]
    return {
        "no_end": no_end(rows),
        "other_result": left.notna() & (rows["result"] != WITHDRAWN),
        "never_began": never_began(rows),
        "first_day": left == 0,
        "late_entry": rows["registered_day"] > 0,
        "no_registration": rows["registered_day"].isna(),
        "after_end": left > rows["length_days"],
        "no_score": published.results["score"].isna(),
    }


def quirks_finding(published: Published) -> Finding:
    """Count each quirk, and say what is done about it.

    Returns
    -------
    Finding
        `oulad.quirks`: `quirk`, `n` (rows that have it; a row may have several), `handling`.
    """
    found = quirks(published)
    rows, clicked = published.enrolments, published.clicks["enrolment_id"].str.rsplit("-", n=1).str[0]
    table = pd.DataFrame({
        "quirk": list(found), "n": [int(marks.sum()) for marks in found.values()], "handling": list(found),
    })  # fmt: skip
    aside = int(found["no_end"].sum())
    facts = {
        "rows": len(rows),
        "students": int(rows["student_id"].nunique()),
        "modules": int(rows["module"].nunique()),
        "presentations": len(rows[["module", "presentation"]].drop_duplicates()),
        "kept": len(rows) - aside,
        "set_aside": aside,
        "click_lines": published.click_lines,
        "click_rows": len(published.clicks),
        "clicked": int(clicked.nunique()),
    }
    return Finding(key="oulad.quirks", table=table, facts=facts, sentences=("sentence", "clicks", "source"))
