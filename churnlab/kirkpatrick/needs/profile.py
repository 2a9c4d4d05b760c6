"""Who are the trainees, and are those compared like them?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.intervals import wilson
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference
from churnlab.stats.proportions import rates_differ
from churnlab.wording import Said

_DAYS_PER_YEAR = 365.25
TENURE, NOT_TOLD = "tenure", "not_told"
TRAITS = (TENURE, "role", "grade", "campus")


def trainee_profile(evaluated: Evaluation) -> Finding:
    """Describe the trained by tenure, role, grade and campus, beside those compared.

    Tenure is counted to the day on which each began, of those compared to the first day of the training; its classes
    begin at the years of `needs.tenure_years`. Role, grade and campus are as the exports before the date told. Each
    share of the trained is held against that of those compared (Fisher's exact test, Holm over all rows).

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `needs.profile`, one row per `trait` and `trait_value`: `trained` and `compared` (people), `trained_share` and
        `compared_share` (of all of either group, with Wilson's interval), `adjusted_p_value` (of no difference; missing
        where nobody is compared).

    Raises
    ------
    NotEnoughData
        If nobody is trained yet.
    """
    if evaluated.trained.empty:
        raise NotEnoughData("kirkpatrick.nobody", training_id=evaluated.course.training_id)
    people, level = _people(evaluated), evaluated.data.settings.uncertainty.level
    bounds = _bounds(evaluated)
    rows = [row for trait in TRAITS for row in _rows(people, trait, bounds)]
    table = pd.DataFrame(rows)
    trained, compared = int(people["is_trained"].sum()), int((~people["is_trained"]).sum())
    for name, many in (("trained", trained), ("compared", compared)):
        low, high = wilson(table[name], many, level)
        share = table[name] / many if many else np.nan
        table = table.assign(**{f"{name}_share": share, f"{name}_share_low": low, f"{name}_share_high": high})
    table = table.assign(adjusted_p_value=holm(table.pop("p_value")))
    return _told(table, people, evaluated)


def _people(evaluated: Evaluation) -> pd.DataFrame:
    """Return the people with their `years` here when it began, and the number of their class of `tenure`."""
    people, bounds = evaluated.people, _bounds(evaluated)
    since = people["began_on"].fillna(pd.Timestamp(evaluated.course.starts_on))
    years = (since - people["hired_on"]).dt.days / _DAYS_PER_YEAR
    place = pd.cut(years, [-np.inf, *bounds, np.inf], right=False, labels=False)
    return people.assign(years=years, tenure=place)


def _rows(people: pd.DataFrame, trait: str, bounds: tuple[float, ...]) -> list[dict[str, Any]]:
    """Return a row for each value of a trait: tenures from the shortest, else the most frequent first."""
    told, inside = people[trait], people["is_trained"]
    values = told.value_counts()
    values = values.sort_index() if trait == TENURE else values
    alike = [(value, told == value) for value in values.index]
    alike += [(NOT_TOLD, told.isna())] if told.isna().any() else []
    rows = []
    for value, has in alike:
        is_asked = len(alike) > 1 and not inside.all()
        rows.append(
            {
                "trait": trait,
                "trait_value": _class(int(value), bounds) if trait == TENURE and value != NOT_TOLD else value,
                "trained": int((has & inside).sum()), "compared": int((has & ~inside).sum()),
                "p_value": rates_differ(has, inside, people["staff_id"]) if is_asked else np.nan,
            }
        )  # fmt: skip
    return rows


def _bounds(evaluated: Evaluation) -> tuple[float, ...]:
    return tuple(sorted(set(evaluated.data.settings.needs.tenure_years)))


def _class(place: int, bounds: tuple[float, ...]) -> Said:
    if place == 0:
        return Said("needs.years.below", {"years": bounds[0]})
    if place == len(bounds):
        return Said("needs.years.from", {"years": bounds[-1]})
    return Said("needs.years.between", {"years": bounds[place - 1], "until": bounds[place]})


def _told(table: pd.DataFrame, people: pd.DataFrame, evaluated: Evaluation) -> Finding:
    uncertainty, inside = evaluated.data.settings.uncertainty, people["is_trained"]
    facts: dict[str, Any] = {
        "name": evaluated.course.name, "trained": int(inside.sum()), "compared": int((~inside).sum()),
        "level": uncertainty.level,
    }  # fmt: skip
    sentences = ["sentence" if facts["compared"] else "alone"]
    for group, rows in (("trained", people[inside]), ("compared", people[~inside])):
        years = rows["years"].dropna()
        mean = paired_difference(years * 0, years, level=uncertainty.level)
        facts |= {f"{group}_years": mean.mean, f"{group}_low": mean.low, f"{group}_high": mean.high}
    if pd.notna(facts["trained_low"]):
        sentences.append("years_beside" if pd.notna(facts["compared_low"]) else "years")
    differ = table[table["adjusted_p_value"] < 1 - uncertainty.level]
    if facts["compared"]:
        sentences.append("differ" if len(differ) else "alike")
        facts |= {"differ": len(differ)}
    if len(differ):
        first = differ.sort_values("adjusted_p_value", kind="stable").iloc[0]
        facts |= {"differ_value": _value(first), "here": first["trained_share"], "there": first["compared_share"]}
    few = min(facts["trained"], facts["compared"] or facts["trained"]) < uncertainty.min_group
    caveats = ("needs_profile", *(["needs_few"] if few else []))
    return Finding(key="needs.profile", table=table, facts=facts, sentences=tuple(sentences), caveats=caveats)


def _value(row: pd.Series) -> Said:
    """Return a trait's value with the trait's name before it."""
    value = row["trait_value"]
    if isinstance(value, str) and value == NOT_TOLD:
        value = Said(f"code.trait_value.{NOT_TOLD}")
    return Said("needs.profile.value", {"trait": Said(f"code.trait.{row['trait']}"), "value": value})
