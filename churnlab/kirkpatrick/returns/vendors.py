"""What does an hour of each vendor cost, how is it liked, and does it return too little, year after year?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers_of
from churnlab.kirkpatrick.returns.benefit import cost_cny, so_far
from churnlab.kirkpatrick.returns.cost import WAGES
from churnlab.kirkpatrick.returns.hours import attended
from churnlab.kirkpatrick.returns.inputs import claimed, drawn
from churnlab.kirkpatrick.returns.outcome import Floats, design, is_ripe
from churnlab.kirkpatrick.returns.spent import spent
from churnlab.stats.normal_shrinkage import FEWEST, normal_normal
from churnlab.stats.rating import rating
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has, need
from churnlab.wording import Said

HOUSE = "house"
BELOW, NOT_BELOW, TOO_SOON = "below", "not_below", "cannot_tell"
_MEAN = "vendor_liked_mean"
_SHRUNKEN = [_MEAN, f"{_MEAN}_low", f"{_MEAN}_high"]


def vendor_value(data: Data) -> Finding:
    """Put the price of a trainee's hour beside how trainees rated it, vendor by vendor, and say who returns too little.

    The price is what was paid, less the trainees' own wages. Ratings are means by person, drawn towards the middle of
    all vendors the more the fewer answered (four vendors or more). A vendor is `below` where, in each of the last
    `[returns] vendor_years` calendar years running, the whole interval of the return on its trainings that can be
    judged lies below `vendor_roi`; the middle alone does not decide, nor do trainings whose `horizon_months` go on.

    Returns
    -------
    Finding
        `returns.vendors`, one row a vendor, the dearest hour first: `training_vendor` (`house`: none), `trainings`,
        `trainee_hours`, `cost_cny` (without wages), `hour_cny`, `vendor_liked_mean` (1–5) with interval, missing where
        not rated, `years_judged`, `vendor_verdict` (`below`, `not_below`, `cannot_tell`), `claim_design` (the
        weakest that its judged trainings rest on; missing: none is judged).

    Raises
    ------
    NotEnoughData
        If no cost or no hour is told.
    """
    need(data, "training_costs")
    courses = fetch(data.table("trainings").select("training_id", "vendor_id", "starts_on").order_by("training_id"))
    courses = courses.assign(vendor=courses["vendor_id"].fillna(HOUSE))
    vendor = courses.set_index("training_id")["vendor"]
    costs = spent(data)
    paid = costs[costs["cost_category"] != WAGES].groupby("training_id")["cost_cny"].sum()
    hours = attended(data).groupby("training_id")["hours"].sum()
    told = pd.DataFrame({"vendor": vendor, "cost": paid, "hours": hours}).dropna()
    if not told["hours"].sum() > 0:
        raise NotEnoughData("returns.no_hours")
    sums = told.groupby("vendor").agg(trainings=("cost", "size"), cost=("cost", "sum"), hours=("hours", "sum"))
    liked, shrunken = _liked(data, vendor)
    judged = {name: _judged(data, part) for name, part in courses.groupby("vendor", sort=True)}
    table = pd.DataFrame(
        {
            "training_vendor": sums.index, "trainings": sums["trainings"].to_numpy(),
            "trainee_hours": sums["hours"].to_numpy(), "cost_cny": sums["cost"].to_numpy(),
            "hour_cny": (sums["cost"] / sums["hours"]).to_numpy(),
            **{name: sums.index.to_series().map(liked[name]).to_numpy(dtype=float) for name in liked},
            "years_judged": [judged[one][0] for one in sums.index],
            "vendor_verdict": [judged[one][1] for one in sums.index],
            "claim_design": [judged[one][2] for one in sums.index],
        }
    ).sort_values(["hour_cny", "training_vendor"], ascending=[False, True], ignore_index=True)  # fmt: skip
    rules, first = data.settings.returns, table.iloc[0]
    facts: dict[str, Any] = {
        "vendors": len(table), "dearest": _called(first["training_vendor"]), "dearest_cny": first["hour_cny"],
        "cheapest": _called(table["training_vendor"].iloc[-1]), "cheapest_cny": table["hour_cny"].iloc[-1],
        "below": int((table["vendor_verdict"] == BELOW).sum()), "roi": rules.vendor_roi, "years": rules.vendor_years,
        "untold": int((table["vendor_verdict"] == TOO_SOON).sum()), "least": FEWEST,
    }  # fmt: skip
    caveats = ("returns_vendor_mix", *(() if shrunken else ("returns_vendor_raw",)))
    sentences = ("one" if len(table) == 1 else "sentence", "below")
    return Finding(key="returns.vendors", table=table, facts=facts, sentences=sentences, caveats=caveats)


def _called(vendor: str) -> Any:
    return Said("code.training_vendor.house") if vendor == HOUSE else vendor


def _liked(data: Data, vendor: pd.Series) -> tuple[pd.DataFrame, bool]:
    """Return how each vendor's trainings were rated, by person, and whether chance is taken out."""
    empty = pd.DataFrame(columns=_SHRUNKEN, dtype=float)
    if not has(data, "reactions"):
        return empty, False
    rows = answers_of(data)
    rows = rows.assign(vendor=rows["training_id"].map(vendor))
    own = rows.groupby(["vendor", "respondent_id"], as_index=False)["turned"].mean()
    people = own["vendor"].value_counts()
    own = own[own["vendor"].isin(people.index[people >= 2])]
    level, found = data.settings.uncertainty.level, {}
    for name, part in rows[rows["vendor"].isin(own["vendor"])].groupby("vendor", sort=True):
        one = rating(part["turned"], lowest=LOWEST, highest=HIGHEST, clusters=part["respondent_id"], level=level)
        found[name] = dict(zip(_SHRUNKEN, (one.mean, one.mean_low, one.mean_high), strict=True))
    table = pd.DataFrame.from_dict(found, orient="index") if found else empty
    apart = own["turned"] - own.groupby("vendor")["turned"].transform("mean")
    # One spread between people for all: that of three who happen to agree would be 0.
    spread = float(np.sqrt((apart**2).sum() / max(len(own) - len(table), 1)))
    if len(table) < FEWEST or not spread > 0:
        return table, False
    drawn = normal_normal(table[_MEAN], spread / np.sqrt(people[table.index]), level=level)
    return table.assign(**dict(zip(_SHRUNKEN, (drawn.mean, drawn.low, drawn.high), strict=True))), True


def _judged(data: Data, courses: pd.DataFrame) -> tuple[int, str, str | None]:
    """Return in how many years a return can be told, if it was surely too low in the last ones, and what tells it."""
    rules, uncertainty = data.settings.returns, data.settings.uncertainty
    years = pd.to_datetime(courses["starts_on"]).dt.year
    highest: dict[int, float] = {}
    designs: list[Design] = []
    for year in sorted(set(years)):
        benefit, cost = np.zeros(rules.drawings), np.zeros(rules.drawings)
        shared: dict[str, Floats] = {}
        for place, training_id in enumerate(courses.loc[years == year, "training_id"]):
            evaluated = Evaluation(data, training_id)
            try:
                found = claimed(evaluated) if is_ripe(evaluated) else None
            except NotEnoughData:
                continue
            if found is None:
                continue
            # Effects err each on its own; margin, prices and what an hour costs for all trainings alike.
            values = drawn(found, rules.drawings, np.random.default_rng([uncertainty.seed, year, place]), shared)
            benefit, cost = benefit + so_far(found, values), cost + cost_cny(found, values)
            designs.append(design(found))
        if cost.any():
            highest[int(year)] = float(np.quantile(benefit / cost - 1, (1 + uncertainty.level) / 2))
    weakest = str(max(designs, key=list(Design).index)) if designs else None
    last = sorted(highest)[-rules.vendor_years :]
    running = len(last) == rules.vendor_years and last[-1] - last[0] == rules.vendor_years - 1
    if not running:
        return len(highest), TOO_SOON, weakest
    below = BELOW if all(highest[year] < rules.vendor_roi for year in last) else NOT_BELOW
    return len(highest), below, weakest
