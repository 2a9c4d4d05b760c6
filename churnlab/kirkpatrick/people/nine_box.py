"""Who is high in both performance and knowledge for certain, and of whom can nobody tell?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.learning import learning
from churnlab.kirkpatrick.people.standing import Standing, performance
from churnlab.tables.door import Data

LEVELS = ("low", "middle", "high")
UNCLEAR = "unclear"


def nine_box(data: Data) -> Finding:
    """Place people by performance (KPIs) and potential (`learning`), where the place is certain.

    Low and high are the lowest and the highest `people.outer_share` of the role. Both estimates are drawn towards the
    role's mean; of each draw from what they may be, everyone's box is looked up. Who is in one box in at least
    `people.placed_probability` of the draws is placed there; everybody else is `unclear`, and no box is told.

    Returns
    -------
    Finding
        `people.nine_box`: one row a person who still works here, the surest first: `staff_id`, `staff_role`,
        `campus`, `performance_score` and
        `potential_score` (0: the role's mean) with intervals, `box` (`low_high` is low performance and high potential;
        `unclear`) and `box_probability` (missing where it is unclear: nobody can say which).

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` people still here have both.
    """
    settings = data.settings
    doing, knowing = performance(data), learning(data)
    here = staff(data).loc[lambda people: people["left_on"].isna(), "staff_id"]
    both = doing.table.merge(knowing.table, on="staff_id", suffixes=("", "_known"))
    both = both[both["staff_id"].isin(here)].reset_index(drop=True)
    if len(both) < settings.uncertainty.min_group:
        raise NotEnoughData("people.few_people", least=settings.uncertainty.min_group)
    ids = both["staff_id"].tolist()
    outer = settings.people.outer_share
    box = 3 * _level(doing, ids, outer) + _level(knowing, ids, outer)
    chance = np.stack([(box == number).mean(axis=0) for number in range(9)])
    likeliest = np.array([f"{one}_{other}" for one in LEVELS for other in LEVELS], dtype=object)[chance.argmax(axis=0)]
    sure = chance.max(axis=0)
    table = pd.DataFrame(
        {
            "staff_id": ids,
            "staff_role": both["role"],
            "campus": both["campus"],
            **{f"performance_score{end}": both[f"estimate{end}"] for end in ("", "_low", "_high")},
            **{f"potential_score{end}": both[f"estimate{end}_known"] for end in ("", "_low", "_high")},
            "box": np.where(sure >= settings.people.placed_probability, likeliest, UNCLEAR),
            "box_probability": np.where(sure >= settings.people.placed_probability, sure, np.nan),
        }
    ).sort_values(["box_probability", "staff_id"], ascending=[False, True], ignore_index=True)
    facts = {
        "people": len(table),
        "placed": int((table["box"] != UNCLEAR).sum()),
        "stars": int((table["box"] == "high_high").sum()),
        "weak": int((table["box"] == "low_low").sum()),
        "threshold": settings.people.placed_probability,
        "outer": outer,
        "months": settings.people.performance_months,
        "unlinked": knowing.unlinked,
    }
    caveats = ("people.nine_box", "people.potential", *(("people.unlinked",) if knowing.unlinked else ()))
    return Finding(key="people.nine_box", table=table, facts=facts, caveats=(*caveats, "people.beside_role"))


def _level(standing: Standing, ids: list[str], outer: float) -> np.ndarray:
    """Return 0, 1 or 2 of each draw and person."""
    place = standing.place[:, pd.Index(standing.table["staff_id"]).get_indexer(ids)]
    return np.asarray((place >= outer - 1e-9).astype(int) + (place >= 1 - outer - 1e-9).astype(int))
