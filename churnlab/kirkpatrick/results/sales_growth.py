"""Did the sales of those trained grow beyond the season and the industry?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.outcomes import staff_outcomes
from churnlab.kirkpatrick.results.window import period
from churnlab.stats.ratio_of_sums import ratio_of_sums

_YEAR = 12
_ENDS = ("", "_low", "_high")
_WHO = {"trained": True, "compared": False}


def sales_growth(evaluated: Evaluation) -> Finding:
    """Hold the sales of each month after a training against those of the same people in the same month a year before.

    The same month: the season is out of it. What the whole industry grew by in that year is taken away, where the
    settings say so (`results.industry_growth`). Only people with both months count in a month. What else happened in
    that year is still in it: it describes, and shows no effect; `outcomes` asks for that.

    Returns
    -------
    Finding
        `results.sales_growth`: one row per group (`growth_group`: `trained`, `compared`, those of the training who were
        not trained by then) and calendar year of the months after (`year_text`): `months_after`, `people`,
        `year_before_cny` and `year_after_cny` (sales of all of them over these months), `growth_share` with its
        interval (of other people like these), `industry_growth_share` (missing: not told) and `beyond_share`, growth
        less the industry's, with its interval (as if the industry's were exact).

    Raises
    ------
    NotEnoughData
        If fewer than `results.fewest_people` trained have a month after the training with sales a year before it.
    """
    settings, sales = evaluated.data.settings, staff_outcomes(evaluated.data).get("contract_cny")
    least = settings.results.fewest_people
    pairs = _pairs(evaluated, sales) if sales is not None else pd.DataFrame({"is_trained": [], "staff_id": []})
    people = pairs.loc[pairs["is_trained"].astype(bool), "staff_id"].nunique()
    if people < least:
        raise NotEnoughData("results.no_year_before", people=people, least=least)
    industry = {one.year: one.growth for one in settings.results.industry_growth}
    rows = [
        _row(group, int(str(year)), part, industry, settings.uncertainty.level)
        for group, is_trained in _WHO.items()
        for year, part in pairs[pairs["is_trained"] == is_trained].groupby("year")
        if part["staff_id"].nunique() >= least and part["earlier"].sum() > 0
    ]
    if not any(row["growth_group"] == "trained" for row in rows):
        raise NotEnoughData("results.no_year_before", people=people, least=least)
    table = pd.DataFrame(rows)
    last = table[table["growth_group"] == "trained"].iloc[-1]
    facts: dict[str, Any] = {
        **{f"growth{end}": float(last[f"growth_share{end}"]) for end in _ENDS},
        **{f"beyond{end}": float(last[f"beyond_share{end}"]) for end in _ENDS},
        "training": evaluated.course.name, "year": str(last["year_text"]), "level": settings.uncertainty.level,
        "industry": float(last["industry_growth_share"]),
        "people": int(last["people"]), "months": int(last["months_after"]),
    }  # fmt: skip
    told = np.isfinite(facts["industry"])
    return Finding(
        key="results.sales_growth", table=table, facts=facts, sentences=("beyond" if told else "no_industry",),
        caveats=("results.growth_describes",), design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _pairs(evaluated: Evaluation, sales: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person and month after with her sales then and a year earlier."""
    people = evaluated.people[["staff_id", "is_trained", "works_from"]]
    first = evaluated.trained["works_from"].min()
    rows = sales.assign(at=period(sales["month"]))[["staff_id", "month", "at", "value"]]
    earlier = rows.assign(at=rows["at"] + _YEAR).rename(columns={"value": "earlier"})[["staff_id", "at", "earlier"]]
    both = rows.merge(earlier, on=["staff_id", "at"], validate="1:1").merge(people, on="staff_id", validate="m:1")
    begins = both["works_from"].where(both["is_trained"], first)
    # A year later the month before is itself one after the training.
    inside = (both["month"] >= begins) & (both["at"] < period(begins) + _YEAR)
    return both[inside].assign(year=both["month"].dt.year)


def _row(group: str, year: int, part: pd.DataFrame, industry: dict[int, float], level: float) -> dict[str, object]:
    each = part.groupby("staff_id")[["value", "earlier"]].sum()
    found = ratio_of_sums(each["value"], each["earlier"], level=level)
    grown, of_all = (found.ratio - 1, found.low - 1, found.high - 1), industry.get(year, np.nan)
    return {
        "growth_group": group,
        "year_text": str(year),
        "months_after": part["month"].nunique(),
        "people": part["staff_id"].nunique(),
        "year_before_cny": float(each["earlier"].sum()),
        "year_after_cny": float(each["value"].sum()),
        **{f"growth_share{end}": value for end, value in zip(_ENDS, grown, strict=True)},
        "industry_growth_share": of_all,
        **{f"beyond_share{end}": value - of_all for end, value in zip(_ENDS, grown, strict=True)},
    }
