"""What was found when somebody looked at each campus?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.causes import safety_campus
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.state import World

ITEMS = {
    "消防通道": 0.96, "灭火器": 0.97, "接送秩序": 0.94, "电气插座": 0.95,
    "教室卫生": 0.92, "卫生间": 0.88, "空调通风": 0.91,
    "桌椅设备": 0.93,
}  # fmt: skip
"""Probability to pass."""
SAFETY_ITEMS = ("消防通道", "灭火器", "接送秩序", "电气插座")
UNSAFE_PROBABILITY = 0.72
"""Of passing an item of safety at the campus that is not safe."""
FIXED_DAYS = (2.0, 8.0)
"""Shape and mean of the gamma distribution of the days until it is fixed."""
NEVER_FIXED_SHARE = 0.08


def pass_probabilities(world: World) -> pd.DataFrame:
    """Return one row per campus and item: `campus`, `item`, `is_safety`, `probability` of passing."""
    rows = [
        (
            name,
            item,
            item in SAFETY_ITEMS,
            UNSAFE_PROBABILITY if place == safety_campus(world) and item in SAFETY_ITEMS else share,
        )
        for place, name in enumerate(world.institution.campus_names)
        for item, share in ITEMS.items()
    ]
    return pd.DataFrame(rows, columns=["campus", "item", "is_safety", "probability"])


def inspection_table(world: World) -> pd.DataFrame:
    """Return the table `inspections`: every campus, every item, every month."""
    world = with_own_dice(world, "inspections")
    rng, days, items = world.rng, world.days, pass_probabilities(world)
    visits = pd.MultiIndex.from_product([range(world.institution.months), world.institution.campus_names])
    day = days.month_starts[visits.get_level_values(0)] + rng.integers(3, 26, len(visits))
    at = pd.Series(moments(days, day, office_minutes(len(visits), rng)), index=visits)
    rows = pd.concat([items.assign(month=month) for month in range(world.institution.months)], ignore_index=True)
    found = at.reindex(pd.MultiIndex.from_frame(rows[["month", "campus"]])).to_numpy()
    many = len(rows)
    passed = rng.random(many) < rows["probability"].to_numpy()
    shape, mean = FIXED_DAYS
    fixed = found + np.ceil(rng.gamma(shape, mean / shape, many)).astype("timedelta64[D]")
    is_fixed = ~passed & (rng.random(many) >= NEVER_FIXED_SHARE) & (fixed < world.institution.end)
    severity = np.where(rows["is_safety"], "较重", "一般").astype(object)
    table = pd.DataFrame(
        {
            "campus": rows["campus"],
            "at": found,
            "item": rows["item"],
            "passed": pd.array(passed, dtype="boolean"),
            "severity": where_known(~passed, severity),
            "fixed_at": pd.Series(fixed).where(is_fixed),
        }
    )
    return table.sort_values(["at", "campus", "item"], ignore_index=True)
