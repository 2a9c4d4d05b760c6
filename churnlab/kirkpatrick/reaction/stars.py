"""How many stars is an instructor worth, by what was said, learned and achieved?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST
from churnlab.kirkpatrick.reaction.instructors import instructor_reactions
from churnlab.kirkpatrick.reaction.taught import achieved_more, learned_more, seats_taught
from churnlab.settings.reaction import Reaction
from churnlab.stats.weighted_mean import WeightedMean, weighted_mean
from churnlab.tables.door import Data

SOURCES = ("liking", "learning", "results")
TOLD = "told"
_ENDS = ("", "_low", "_high")
_USUAL_STARS = 3


def instructor_rating(data: Data) -> Finding:
    """Rate instructors with 1 to 5 stars from three sources, by stated weights; where one is missing, not at all.

    The answers about the instructor (means with chance taken out, where enough instructors were rated) count as they
    are. What those taught learned, and what their KPIs gained in `[reaction] results_months`, each beyond people who
    were not trained, counts 1 star for nothing or less, 3 for a usual effect, 5 for twice that; what a training did is
    put down to its instructors by the seats each taught. The interval is long enough however the sources go together.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `reaction.stars`, one row an instructor who was rated or taught, most stars first: `reaction_instructor`,
        `reaction_people` (who rated her), `liking_stars`, `learning_stars`, `results_stars` and `instructor_stars`
        (1–5, each with interval, missing where too few data tell it), `learning_trainings` and `results_trainings`
        (how many tell it), and `stars_state`: `told`, or the first source that is missing (`no_liking`, `no_learning`,
        `no_results`).

    Raises
    ------
    NotEnoughData
        If no instructor was rated or taught anybody.
    """
    rules = data.settings.reaction
    weights = {name: float(getattr(rules, f"{name}_weight")) for name in SOURCES}
    liked, seats = _liked(data), seats_taught(data)
    names = sorted({*liked.index, *seats["instructor_id"]})
    if not names:
        raise NotEnoughData("reaction.no_instructors")
    done = _done(data, sorted(set(seats["training_id"])), rules)
    told = [_row(one, liked, seats[seats["instructor_id"] == one], done, weights) for one in names]
    table = pd.DataFrame(told).sort_values(
        ["instructor_stars", "reaction_instructor"], ascending=[False, True], na_position="last", ignore_index=True
    )
    sentences, facts = _said(table, data, weights)
    return Finding(
        key="reaction.stars", table=table, facts=facts, sentences=sentences, caveats=("liked_mix", "stars_shared")
    )


def stars(effect: float, usual: float) -> float:
    """Return the stars of an effect in standard deviations: 1 for none, 3 for a usual one, 5 for twice that.

    Beyond 1 to 5 it goes on, so that a mean of several trainings is not drawn inwards; the mean itself is cut there.
    """
    return LOWEST + (_USUAL_STARS - LOWEST) * effect / usual


def _liked(data: Data) -> pd.DataFrame:
    """Return by instructor how many rated her, and the mean with its interval where enough did."""
    try:
        rated = instructor_reactions(data).table.set_index("reaction_instructor")
    except NotEnoughData:
        return pd.DataFrame(columns=["reaction_people", "mean", "low", "high"])
    shrunken = rated["reaction_shrunken_mean"].notna().all()
    name = "reaction_shrunken_mean" if shrunken else "reaction_mean"
    told = pd.DataFrame({part: rated[f"{name}{end}"] for part, end in zip(("mean", "low", "high"), _ENDS, strict=True)})
    enough = rated["reaction_people"] >= data.settings.reaction.least_people
    # A normal interval may reach beyond the scale.
    return told.clip(LOWEST, HIGHEST).where(enough).assign(reaction_people=rated["reaction_people"])


def _done(data: Data, trainings: list[str], rules: Reaction) -> dict[str, dict[str, WeightedMean]]:
    """Return by source and training what it did, where that can be told."""
    found: dict[str, dict[str, WeightedMean]] = {"learning": {}, "results": {}}
    for one in trainings:
        evaluated = Evaluation(data, one)
        if evaluated.trained.empty:
            continue
        for name, effect, usual in (
            ("learning", learned_more(evaluated), rules.usual_learning_sd),
            ("results", achieved_more(evaluated, rules.results_months), rules.usual_results_sd),
        ):
            if effect is not None:
                mean, low, high = (stars(part, usual) for part in (effect.mean, effect.low, effect.high))
                found[name][one] = WeightedMean(mean=mean, low=low, high=high)
    return found


def _row(
    instructor: str,
    liked: pd.DataFrame,
    seats: pd.DataFrame,
    done: dict[str, dict[str, WeightedMean]],
    weights: dict[str, float],
) -> dict[str, Any]:
    parts: dict[str, WeightedMean | None] = {"liking": None}
    people = 0
    if instructor in liked.index:
        own = liked.loc[instructor]
        people = int(own["reaction_people"])
        if pd.notna(own["mean"]):
            parts["liking"] = WeightedMean(mean=float(own["mean"]), low=float(own["low"]), high=float(own["high"]))
    many = {}
    for name, effects in done.items():
        there = seats[seats["training_id"].isin(effects)]
        chosen = [effects[one] for one in there["training_id"]]
        many[name] = len(chosen)
        # Different trainings are of different people.
        parts[name] = _cut(_mean(chosen, there["seats"].tolist(), independent=True)) if chosen else None
    missing = [name for name in SOURCES if weights[name] > 0 and parts[name] is None]
    known = [(part, weights[name]) for name in SOURCES if (part := parts[name]) is not None]
    whole = None if missing else _mean([one for one, _ in known], [one for _, one in known], independent=False)
    told: dict[str, Any] = {"reaction_instructor": instructor, "reaction_people": people}
    for name in SOURCES:
        told |= _cells(f"{name}_stars", parts[name])
        told |= {f"{name}_trainings": many[name]} if name in many else {}
    state = f"no_{missing[0]}" if missing else TOLD
    return told | _cells("instructor_stars", whole) | {"stars_state": state}


def _mean(parts: list[WeightedMean], weights: list[float], *, independent: bool) -> WeightedMean:
    values, lows, highs = ([getattr(part, name) for part in parts] for name in ("mean", "low", "high"))
    return weighted_mean(values, lows, highs, weights, independent=independent)


def _cut(part: WeightedMean) -> WeightedMean:
    low, mean, high = (float(np.clip(one, LOWEST, HIGHEST)) for one in (part.low, part.mean, part.high))
    return WeightedMean(mean=mean, low=low, high=high)


def _cells(name: str, part: WeightedMean | None) -> dict[str, float]:
    told = (np.nan, np.nan, np.nan) if part is None else (part.mean, part.low, part.high)
    return {f"{name}{end}": value for end, value in zip(_ENDS, told, strict=True)}


def _said(table: pd.DataFrame, data: Data, weights: dict[str, float]) -> tuple[tuple[str, ...], dict[str, Any]]:
    rules, rated = data.settings.reaction, table[table["stars_state"] == TOLD]
    whole = sum(weights.values())
    facts: dict[str, Any] = {f"{name}_weight": weights[name] / whole for name in SOURCES}
    facts |= {
        "instructors": len(table), "rated": len(rated), "untold": len(table) - len(rated),
        "months": rules.results_months, "learning_sd": rules.usual_learning_sd, "results_sd": rules.usual_results_sd,
        "level": data.settings.uncertainty.level,
    }  # fmt: skip
    if len(rated):
        for name, row in (("best", rated.iloc[0]), ("last", rated.iloc[-1])):
            facts[name] = row["reaction_instructor"]
            facts |= {f"{name}{end}_stars": row[f"instructor_stars{end}"] for end in _ENDS}
    if len(rated) < 2:
        first = "one" if len(rated) else "none"
    else:
        apart = rated["instructor_stars_low"].iloc[0] > rated["instructor_stars_high"].iloc[-1]
        first = "apart" if apart else "alike"
    untold = ("untold",) if len(rated) and facts["untold"] else ()
    return (first, *untold, "how"), facts
