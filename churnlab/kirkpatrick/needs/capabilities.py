"""Which capabilities do fewest people master, and is their order more than chance?"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, percent
from churnlab.kirkpatrick.evaluation import staff
from churnlab.stats.intervals import wilson
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import signed_rank
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

_KIND, _SELF = "competency", "self"
_ROUNDING = 1e-9


def capability_gaps(data: Data, *, role: str | None = None) -> Finding:
    """Tell which share of the staff masters each capability, and which gaps are the largest.

    By the latest day in the last `needs.rating_months` on which somebody else rated her competency; several raters of
    that day are averaged, and what people say of themselves is left out. She masters it from `needs.mastered_share` of
    the scale on. Two capabilities are put in an order only where those who master one of the two are more than chance
    on one side (McNemar's exact test, Holm over all pairs), so that all places hold at once.

    Parameters
    ----------
    data : Data
        What had happened before a date; for the need before a training, take that of its beginning.
    role : str, optional
        Only people of this role. Default: all who work here and were rated.

    Returns
    -------
    Finding
        `needs.capabilities`, one row a capability, largest gap first: `capability`, `people` (rated), `mastered_share`
        (0–1, with numerator and Wilson's interval), `gap_place` (1: largest gap, equal for equals, with the places that
        it may truly have), `among_largest` (one of the `needs.gaps_listed` largest, and all that tie with the last).

    Raises
    ------
    NotEnoughData
        If nobody who works here was rated so by others in those months.
    """
    need(data, "ratings")
    mastered = _mastered(data, role)
    level, listed = data.settings.uncertainty.level, data.settings.needs.gaps_listed
    many, n = mastered.sum(), mastered.notna().sum()
    low, high = wilson(many, n, level)
    above, below = _surely(mastered, level)
    share = many / n
    table = pd.DataFrame(
        {
            "capability": share.index.astype(str), "people": n.to_numpy(), "mastered_share": share.to_numpy(),
            "mastered_share_count": many.astype(int).to_numpy(), "mastered_share_low": low,
            "mastered_share_high": high, "gap_place": share.rank(method="min").astype(int).to_numpy(),
            "gap_place_low": 1 + below, "gap_place_high": len(share) - above,
        }
    )  # fmt: skip
    table["among_largest"] = table["gap_place"] <= listed
    table = table.sort_values(["mastered_share", "capability"], ignore_index=True)
    return _told(table, data)


def _mastered(data: Data, role: str | None) -> pd.DataFrame:
    """Return who masters what: a row a person, a column a capability; 1, 0 or missing."""
    months, least = data.settings.needs.rating_months, data.settings.needs.mastered_share
    table, people = data.table("ratings"), staff(data)
    here = people[people["left_on"].isna() & ((people["role"] == role) | (role is None))]
    rows = fetch(table.filter((table.kind == _KIND) & (table.rater_role != _SELF)))
    rows = rows[rows["staff_id"].isin(here["staff_id"]) & (rows["scale_max"] > rows["scale_min"])]
    rows = rows[rows["at"] >= pd.Timestamp(data.as_of) - pd.DateOffset(months=months)]
    if rows.empty:
        raise NotEnoughData("needs.no_competencies", months=months)
    share = (rows["score"] - rows["scale_min"]) / (rows["scale_max"] - rows["scale_min"])
    each = rows.assign(share=share, day=rows["at"].dt.normalize())
    each = each.groupby(["dimension", "staff_id", "day"], as_index=False).agg(share=("share", "mean"))
    last = each.sort_values("day").groupby(["staff_id", "dimension"])["share"].last()
    return (last >= least - _ROUNDING).astype(float).unstack("dimension")


def _surely(mastered: pd.DataFrame, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return of each capability how many others are surely mastered by more people, and how many by fewer."""
    names = list(mastered)
    pairs = list(combinations(range(len(names)), 2))
    # Signed ranks of what is 0 or 1 are signs, and counting these out is McNemar's exact test.
    p_values = [signed_rank(mastered.iloc[:, one], mastered.iloc[:, two], level=level).p_value for one, two in pairs]
    above, below = np.zeros(len(names), dtype=int), np.zeros(len(names), dtype=int)
    for (one, two), p_value in zip(pairs, holm(p_values), strict=True):
        both = mastered.iloc[:, [one, two]].dropna().mean().to_numpy()
        if p_value < 1 - level:
            fewer, more = (one, two) if both[0] < both[1] else (two, one)
            above[fewer] += 1
            below[more] += 1
    return above, below


def _told(table: pd.DataFrame, data: Data) -> Finding:
    listed, needs = table[table["among_largest"]], data.settings.needs
    sure = listed[listed["gap_place_high"] <= needs.gaps_listed]
    rest = table[~table["among_largest"]]
    facts: dict[str, Any] = {
        "capabilities": len(table), "gaps": len(listed), "asked": needs.gaps_listed,
        "people": int(table["people"].max()), "least": needs.mastered_share, "months": needs.rating_months,
        "level": data.settings.uncertainty.level, "gaps_named": _named(listed), "sure_named": _names(sure),
        "rivals_named": _names(rest[rest["gap_place_low"] <= needs.gaps_listed]),
    }  # fmt: skip
    sentences = ["sentence"]
    if len(listed) > needs.gaps_listed:
        sentences.append("tied")
    if rest.empty:
        sentences.append("no_others")
    else:
        sentences.append("all_sure" if len(sure) == len(listed) else "some_sure" if len(sure) else "none_sure")
    few = (table["people"] < data.settings.uncertainty.min_group).any()
    caveats = ("needs_competencies", *(["needs_few"] if few else []))
    return Finding(
        key="needs.capabilities", table=table, facts=facts, sentences=tuple(sentences), caveats=caveats
    )  # fmt: skip


def _names(rows: pd.DataFrame) -> dict[str, str]:
    return {lang: {"zh": "、", "en": ", "}[lang].join(rows["capability"]) for lang in LANGUAGES}


def _named(rows: pd.DataFrame) -> dict[str, str]:
    """Return capabilities with the share that masters each and its interval, by language."""
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        form = {"zh": "{}（{}，{} 至 {}）", "en": "{} ({}, {} to {})"}[lang]
        numbers = rows[["mastered_share", "mastered_share_low", "mastered_share_high"]].to_numpy()
        parts = [
            form.format(name, *(percent(value, lang) for value in row))
            for name, row in zip(rows["capability"], numbers, strict=True)
        ]
        said[lang] = {"zh": "、", "en": "; "}[lang].join(parts)
    return said
