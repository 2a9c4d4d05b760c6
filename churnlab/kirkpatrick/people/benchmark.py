"""Who are the best of each role for certain, and how much of that is luck?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.standing import Standing, performance
from churnlab.tables.door import Data

FEWEST_TOP = 3
QUARTER_MONTHS = 3


def top_performers(data: Data) -> Finding:
    """List the top of each role by performance drawn towards the role's mean, and how likely each truly belongs there.

    The plain mean of the highest is too high: who comes out on top was, as a rule, also lucky. What is expected of the
    next quarter is the drawn-in estimate, and where the quarter's index will lie is the interval around it.

    Returns
    -------
    Finding
        `people.top_performers`: one row a person of the `people.top_share` of each role who still works here, by
        role and estimate: `staff_id`, `staff_role`, `campus`, `plain_score`, `performance_score` with interval,
        `luck_score` (plain less drawn in), `next_quarter_score` with the interval in which the quarter's index is
        expected, `top_probability`.

    Raises
    ------
    NotEnoughData
        As `performance`.
    """
    rules, standing = data.settings.people, performance(data)
    low, high = predicted(standing, data.settings.uncertainty.level)
    table = standing.table.assign(top_probability=standing.above(rules.top_share), low=low, high=high)
    here = staff(data).loc[lambda people: people["left_on"].isna(), "staff_id"]
    table = table[is_top(table, rules.top_share) & table["staff_id"].isin(here)]
    table = table.sort_values(["role", "estimate", "staff_id"], ascending=[True, False, True], ignore_index=True)
    shown = pd.DataFrame(
        {
            "staff_id": table["staff_id"],
            "staff_role": table["role"],
            "campus": table["campus"],
            "plain_score": table["raw"],
            **{f"performance_score{end}": table[f"estimate{end}"] for end in ("", "_low", "_high")},
            "luck_score": table["raw"] - table["estimate"],
            "next_quarter_score": table["estimate"],
            "next_quarter_score_low": table["low"],
            "next_quarter_score_high": table["high"],
            "top_probability": table["top_probability"],
        }
    )
    facts: dict[str, Any] = {
        "top": rules.top_share,
        "people": len(standing.table),
        "named": len(table),
        "sure": int((table["top_probability"] >= data.settings.uncertainty.level).sum()),
        "expected": float(table["top_probability"].sum()),
        "plain": float(shown["plain_score"].mean()),
        "drawn": float(shown["performance_score"].mean()),
        "months": rules.performance_months,
        "level": data.settings.uncertainty.level,
    }
    caveats = ("people.beside_role", "people.levels_move")
    return Finding(key="people.top_performers", table=shown, facts=facts, caveats=caveats)


def is_top(table: pd.DataFrame, share: float, by: str = "estimate") -> pd.Series:
    """Tell who is among the uppermost of her role, so many as the share of them makes, rounded down."""
    grouped = table.groupby("role")
    return grouped[by].rank(ascending=False, method="first") <= np.floor(share * grouped["staff_id"].transform("size"))


def predicted(standing: Standing, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return between which limits each one's mean of the next quarter lies."""
    parts = []
    for role, shrunken in standing.by_role.items():
        rows = standing.table[standing.table["role"] == role]
        parts.append(shrunken.predicted(rows["error"] * np.sqrt(rows["n"] / QUARTER_MONTHS), level=level))
    return np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts])
