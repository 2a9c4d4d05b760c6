"""Do those who rate the same person agree, so that their ratings may be averaged?"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.kirkpatrick.behavior.scores import OCCASIONS, behavior_ratings
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.settings import Settings
from churnlab.stats.intraclass import one_way
from churnlab.stats.krippendorff import krippendorffs_alpha
from churnlab.stats.within_group import mean_rwg_critical, rwg, rwg_critical

_CHANCE_DRAWINGS, _DRAWINGS_OF_ALL = 10_000, 2_000


def rater_agreement(evaluated: Evaluation) -> Finding:
    """Say for each kind of rater and each dimension whether several raters' scores may be averaged.

    Three measures vote, each against its threshold in the settings: ICC(k), whether means tell persons apart; the
    median rWG, whether raters of one person agree, which counts only if the mean over persons is beyond what raters by
    chance would have (two raters of one person can never be told from chance, those of many persons can);
    Krippendorff's alpha. Agreement is looked at on the occasion on which most people had two raters
    or more. Where each person has one rater of a kind, there is nothing to average and her score stands as it is.

    Parameters
    ----------
    evaluated : Evaluation
        Which training; those compared are rated too and count.

    Returns
    -------
    Finding
        `behavior.agreement`, one row per `seen_by` and `behavior_dimension`: `people` (with two raters or more),
        `raters_each` (on average), `rater_icc` of their mean with its interval, `rater_rwg` (median over people),
        `beyond_chance_share` (of people, above rWG's critical value; missing where no agreement of so few can be told
        from chance), `rater_alpha` with its interval, and `averaging`: `yes`, `no`, `few` (too few people to tell: no)
        or `single`.

    Raises
    ------
    NotEnoughData
        If nobody was rated.
    """
    ratings, settings = behavior_ratings(evaluated), evaluated.data.settings
    rows = [
        {"seen_by": role, "behavior_dimension": dimension, **_agreed(part, settings)}
        for (role, dimension), part in ratings.groupby(["rater_role", "dimension"], sort=True)
    ]
    table = pd.DataFrame(rows)
    states = table["averaging"]
    several = table[states != "single"]
    refused = several[several["averaging"] != "yes"]
    facts: dict[str, Any] = {
        "cells": len(several), "shown": len(several) - len(refused), "icc_least": settings.behavior.icc_least,
        "rwg_least": settings.behavior.rwg_least, "alpha_least": settings.behavior.alpha_least,
        "least": settings.behavior.agreements_least,
        "refused": _named(refused),
    }  # fmt: skip
    sentences = ["nothing" if several.empty else "all" if refused.empty else "some"]
    if sentences == ["some"] and len(refused) == len(several):
        sentences = ["none"]
    sentences += ["single"] if (states == "single").any() else []
    return Finding(
        key="behavior.agreement", table=table, facts=facts, sentences=tuple(sentences), caveats=("behavior_agreement",)
    )


def averaged(evaluated: Evaluation) -> set[tuple[str, str]]:
    """Return the pairs of role and dimension whose scores may be averaged, or are of one rater each.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    table = rater_agreement(evaluated).table
    kept = table[table["averaging"].isin(["yes", "single"])]
    return set(zip(kept["seen_by"], kept["behavior_dimension"], strict=True))


def _agreed(part: pd.DataFrame, settings: Settings) -> dict[str, object]:
    many = part.groupby(["occasion", "staff_id"])["score"].transform("size")
    several = part[many >= 2]
    if several.empty:
        return _row(people=0, raters_each=1.0, averaging="single")
    people = several.groupby("occasion")["staff_id"].nunique().reindex(OCCASIONS).fillna(0)
    told = several[several["occasion"] == people.idxmax()]
    n = told["staff_id"].nunique()
    raters = len(told) / n
    if n < settings.uncertainty.min_group:
        return _row(people=n, raters_each=raters, averaging="few")
    level, seed = settings.uncertainty.level, settings.uncertainty.seed
    correlation = one_way(told["score"], told["staff_id"], level=level).loc["ICC(k)"]
    place = told.groupby("staff_id").cumcount()
    marks = told.assign(place=place).pivot(index="place", columns="staff_id", values="score")
    alpha = krippendorffs_alpha(
        marks, metric="interval", level=level, rng=np.random.default_rng(seed), drawings=settings.uncertainty.bootstrap
    )
    median, share, beyond = _within(told, level, seed)
    rules = settings.behavior
    votes = [
        correlation["icc"] >= rules.icc_least,
        beyond and median >= rules.rwg_least - 1e-12,
        alpha.alpha >= rules.alpha_least,
    ]
    return _row(
        people=n, raters_each=raters, rater_icc=correlation["icc"], rater_icc_low=correlation["low"],
        rater_icc_high=correlation["high"], rater_rwg=median, beyond_chance_share=share, rater_alpha=alpha.alpha,
        rater_alpha_low=alpha.low, rater_alpha_high=alpha.high,
        averaging="yes" if sum(map(bool, votes)) >= rules.agreements_least else "no",
    )  # fmt: skip


def _within(told: pd.DataFrame, level: float, seed: int) -> tuple[float, float, bool]:
    """Return the median rWG, the share of people beyond chance, and whether the mean of all is beyond it."""
    lowest, highest = told["lowest"].iloc[0], told["highest"].iloc[0]
    options = round(highest - lowest) + 1
    found = rwg(told["score"] - lowest + 1, told["staff_id"], options=options)
    critical = found.targets["raters"].map(lambda many: _critical(int(many), options, level, seed))
    can = critical < 1
    above = found.targets.loc[can, "rwg"] > critical[can] + 1e-12
    beyond = found.mean > _critical_mean(tuple(sorted(found.targets["raters"])), options, level, seed) + 1e-12
    return found.median, float(above.mean()) if can.any() else np.nan, bool(beyond)


@cache
def _critical(raters: int, options: int, level: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    return rwg_critical(raters, options, 1, level=level, rng=rng, drawings=_CHANCE_DRAWINGS)


@cache
def _critical_mean(raters: tuple[int, ...], options: int, level: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    return mean_rwg_critical(raters, options, level=level, rng=rng, drawings=_DRAWINGS_OF_ALL)


def _row(**told: object) -> dict[str, object]:
    names = (
        "people", "raters_each", "rater_icc", "rater_icc_low", "rater_icc_high", "rater_rwg", "beyond_chance_share",
        "rater_alpha", "rater_alpha_low", "rater_alpha_high", "averaging",
    )  # fmt: skip
    return {name: told.get(name, np.nan) for name in names}


def _named(refused: pd.DataFrame) -> dict[str, str]:
    return {
        lang: {"zh": "；", "en": "; "}[lang].join(
            text(
                "behavior.agreement.pair",
                lang,
                role=text(f"code.seen_by.{role}", lang),
                dimensions={"zh": "、", "en": ", "}[lang].join(part["behavior_dimension"]),
            )
            for role, part in refused.groupby("seen_by", sort=True)
        )
        for lang in LANGUAGES
    }
