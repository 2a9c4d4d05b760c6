"""Who could help whom with what she does not know yet?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.learning import module_shares
from churnlab.kirkpatrick.people.standing import performance
from churnlab.tables.door import Data

_NEVER = 1e6
_OTHER_CAMPUS = 10.0  # a mentor at another campus is taken only if there is none left here
_COLUMNS = [
    "mentee_id", "mentor_id", "staff_role", "training_id", "test_module", "right_share", "right_share_low",
    "right_share_high", "mentor_score", "mentor_top_probability", "campus", "mentor_campus",
]  # fmt: skip


def mentor_pairs(data: Data) -> Finding:
    """Propose a mentor for everyone who knows too little of a module.

    Mentors are the `people.top_share` of a role with the highest performance, drawn towards the role's mean. Who lies
    below `people.module_pass_share` in a module of a test after training, drawn towards all who took it, is offered
    one for the module she knows least of. Same role; same campus where one is free, else another; at most
    `people.mentees_per_mentor` each; who needs help with that module is no mentor for it. As many as can be are
    paired, where mentors are short those who know least; of all ways to do it the one with the fewest pairs across
    campuses, then with the best mentors. The same data give the same pairs.

    Returns
    -------
    Finding
        `people.mentor_pairs`: one row a pair, by `mentee_id`, both still here. `right_share` (of the module, drawn in)
        with interval, `mentor_score` (0: the role's mean),
        `mentor_top_probability`: that the mentor truly is among the top.

    Raises
    ------
    NotEnoughData
        If too few have KPIs (see `performance`), no tests are stored, or nobody lies below the line.
    """
    rules, standing = data.settings.people, performance(data)
    here = staff(data).loc[lambda table: table["left_on"].isna(), ["staff_id", "role", "campus"]]
    known = module_shares(data)
    weak = known[known["right_share"] < rules.module_pass_share].merge(here, on="staff_id")
    if weak.empty:
        raise NotEnoughData("people.nobody_weak", line=rules.module_pass_share)
    weak = weak.sort_values(["right_share", "training_id", "module"]).drop_duplicates("staff_id")
    weak = weak.sort_values("staff_id", ignore_index=True)
    best = standing.table.assign(top=standing.above(rules.top_share))
    place = best.groupby("role")["estimate"].rank(ascending=False, method="first")
    best = best[place <= np.floor(rules.top_share * best.groupby("role")["staff_id"].transform("size"))]
    mentors = best[["staff_id", "role", "estimate", "top"]].merge(here[["staff_id", "campus"]], on="staff_id")
    mentors = mentors.sort_values("staff_id", ignore_index=True)
    help_needed = set(
        zip(*(known.loc[known["right_share"] < rules.module_pass_share, name] for name in _OF_MODULE), strict=True)
    )
    table = _paired(weak, mentors, help_needed, rules.mentees_per_mentor)
    found = table["mentor_id"].notna()
    facts: dict[str, Any] = {
        "mentees": len(table),
        "alone": int((~found).sum()),
        "paired": int(found.sum()),
        "mentors": int(table["mentor_id"].nunique()),
        "across": int((table["campus"] != table["mentor_campus"])[found].sum()),
        "line": rules.module_pass_share,
        "top": rules.top_share,
        "most": rules.mentees_per_mentor,
    }
    pairs, caveats = table[found].reset_index(drop=True), ("people.proposal", "people.mentor_top")
    return Finding(key="people.mentor_pairs", table=pairs, facts=facts, caveats=caveats)


_OF_MODULE = ["training_id", "module", "staff_id"]


def _paired(
    weak: pd.DataFrame, mentors: pd.DataFrame, help_needed: set[tuple[str, str, str]], most: int
) -> pd.DataFrame:
    slots = mentors.loc[mentors.index.repeat(most)].reset_index(drop=True)
    cost = np.full((len(weak), len(slots) + len(weak)), _NEVER)
    lower = slots["estimate"].max() - slots["estimate"].to_numpy(dtype=float)
    for row, mentee in enumerate(weak.itertuples()):
        may = (slots["role"] == mentee.role) & (slots["staff_id"] != mentee.staff_id)
        busy = [(mentee.training_id, mentee.module, one) in help_needed for one in slots["staff_id"]]
        price = lower + np.where(slots["campus"] == mentee.campus, 0.0, _OTHER_CAMPUS)
        cost[row, : len(slots)] = np.where(may & ~np.array(busy, dtype=bool), price, _NEVER)
    # To stay without one costs the more the less she knows: where mentors are short, the weakest come first.
    cost[:, len(slots) :] = _NEVER / 10 * (2 - weak[["right_share"]].to_numpy(dtype=float))
    at, slot = linear_sum_assignment(cost)
    chosen = pd.Series(slot, index=at).where(slot < len(slots)).sort_index()
    given = slots.rename(columns={"staff_id": "mentor_id", "estimate": "mentor_score", "top": "mentor_top_probability"})
    given = given.rename(columns={"campus": "mentor_campus"}).drop(columns="role").reindex(chosen.to_numpy())
    both = pd.concat([weak.reset_index(drop=True), given.reset_index(drop=True)], axis=1)
    return both.rename(columns={"staff_id": "mentee_id", "role": "staff_role", "module": "test_module"})[_COLUMNS]
