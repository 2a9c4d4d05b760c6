"""Do others see people act differently after a training, and more so than people who were not trained?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.agreement import averaged
from churnlab.kirkpatrick.behavior.scores import SELF, behavior_ratings, seen_by_others, seen_by_role
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.effects.regression import least_squares
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference
from churnlab.wording import Said

_LATER = ("post", "delayed")
_ROLES = ("superior", "peer", "subordinate", "customer", "assessor", SELF)


def behavior_change(evaluated: Evaluation) -> Finding:
    """Compare how each kind of rater sees people before and after, trained and compared.

    Of each person the mean over a kind's raters is taken first, where they agree enough (`rater_agreement`), then over
    the dimensions; then she is compared with herself. Where those compared were rated too, the difference of the two
    changes is told.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.change`, one row per `seen_by` and later occasion `behavior_when`: `n` trained people rated on both;
        `rated_before` and `rated_after` (their means, points of the scale), `rating_change` with its interval,
        `compared` (people) and `compared_rating_change`, `rating_difference` of the changes with its interval, and
        `adjusted_p_value` (Holm over the rows that others rated, of the difference if there is one, else of the
        change). Missing where raters may not be averaged.

    Raises
    ------
    NotEnoughData
        If nobody was rated, or nobody trained both before and after by raters who may be averaged.
    """
    ratings = behavior_ratings(evaluated)
    seen = seen_by_role(ratings, averaged(evaluated))
    level = evaluated.data.settings.uncertainty.level
    rows = [
        _row(seen, role, occasion, level) for role in _ROLES for occasion in _LATER if _asked(ratings, role, occasion)
    ]
    table = pd.DataFrame(rows)
    if table.empty or not (table["n"] >= 2).any():
        raise NotEnoughData("behavior.no_pairs", training_id=evaluated.course.training_id)
    compared = table["rating_difference_low"].notna()
    p_value = table["p_value"].mask(table["seen_by"] == SELF)
    table = table.assign(adjusted_p_value=holm(p_value)).drop(columns="p_value")
    return _told(evaluated, table, compared)


def behavior_dimensions(evaluated: Evaluation) -> Finding:
    """Compare each dimension before and after, by kind of rater, on the latest occasion on which enough were rated.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.dimensions`, one row per `behavior_dimension` and `seen_by` whose raters may be averaged: columns as
        those of `behavior_change`; `adjusted_p_value` is Holm's over all rows but self ratings.

    Raises
    ------
    NotEnoughData
        As `behavior_change`.
    """
    ratings, shown = behavior_ratings(evaluated), averaged(evaluated)
    level = evaluated.data.settings.uncertainty.level
    trained = ratings[ratings["is_trained"]]
    least = evaluated.data.settings.uncertainty.min_group
    enough = [one for one in _LATER if trained.loc[trained["occasion"] == one, "staff_id"].nunique() >= least]
    occasion = enough[-1] if enough else _LATER[0]
    rows = []
    for dimension in sorted(ratings["dimension"].unique()):
        for role in _ROLES:
            if (role, dimension) in shown:
                seen = seen_by_role(ratings, {(role, dimension)})
                rows.append({"behavior_dimension": dimension, **_row(seen, role, occasion, level)})
    table = pd.DataFrame(rows)
    if table.empty or not (table["n"] >= 2).any():
        raise NotEnoughData("behavior.no_pairs", training_id=evaluated.course.training_id)
    p_value = table["p_value"].mask(table["seen_by"] == SELF)
    table = table.assign(adjusted_p_value=holm(p_value)).drop(columns="p_value")
    has_others = table["rating_difference_low"].notna().any()
    apart = int((table["adjusted_p_value"] < 1 - level).sum())
    facts: dict[str, Any] = {
        "apart": apart,
        "tests": int(p_value.notna().sum()),
        "occasion": Said(f"code.behavior_when.{occasion}"),
    }
    return Finding(
        key="behavior.dimensions", table=table, facts=facts, sentences=("compared" if has_others else "alone",),
        design=evaluated.design if has_others else Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def self_other_gap(evaluated: Evaluation) -> Finding:
    """Tell how much higher trained people rate themselves than others rate them, occasion by occasion.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.self_gap`, one row per occasion `behavior_when`: `n` with both, `own_rating`, `others_rating` (mean
        over the kinds of rater that may be averaged) and `rating_gap`, own − others, with its interval.

    Raises
    ------
    NotEnoughData
        If nobody trained was rated by herself and by others.
    """
    seen = seen_by_role(behavior_ratings(evaluated), averaged(evaluated))
    seen = seen[seen["is_trained"]]
    own = seen[seen["rater_role"] == SELF].set_index(["staff_id", "occasion"])["score"].rename("own")
    others = seen_by_others(seen).set_index(["staff_id", "occasion"])["score"].rename("others")
    both = pd.concat([own, others], axis=1).dropna().reset_index()
    level = evaluated.data.settings.uncertainty.level
    rows: list[dict[str, Any]] = []
    for occasion in ("pre", *_LATER):
        part = both[both["occasion"] == occasion]
        if len(part) >= 2:
            found = paired_difference(part["others"], part["own"], level=level)
            rows.append({
                "behavior_when": occasion, "n": found.n, "own_rating": found.after, "others_rating": found.before,
                "rating_gap": found.mean, "rating_gap_low": found.low, "rating_gap_high": found.high,
            })  # fmt: skip
    if not rows:
        raise NotEnoughData("behavior.no_self", training_id=evaluated.course.training_id)
    last = rows[-1]
    low, high = last["rating_gap_low"], last["rating_gap_high"]
    way = "higher" if low > 0 else "lower" if high < 0 else "alike"
    facts: dict[str, Any] = {
        "gap": last["rating_gap"], "gap_low": low, "gap_high": high, "n": last["n"], "level": level,
        "occasion": Said(f"code.behavior_when.{last['behavior_when']}"), "first_gap": rows[0]["rating_gap"],
    }  # fmt: skip
    sentences = (way, "before") if len(rows) > 1 and rows[0]["behavior_when"] == "pre" else (way,)
    return Finding(key="behavior.self_gap", table=pd.DataFrame(rows), facts=facts, sentences=sentences)


def _asked(ratings: pd.DataFrame, role: str, occasion: str) -> bool:
    return bool(((ratings["rater_role"] == role) & (ratings["occasion"] == occasion) & ratings["is_trained"]).any())


def _row(seen: pd.DataFrame, role: str, occasion: str, level: float) -> dict[str, Any]:
    wide = seen[seen["rater_role"] == role].pivot(index="staff_id", columns="occasion", values="score")
    wide = wide.reindex(columns=["pre", occasion]).dropna()
    is_trained = seen.drop_duplicates("staff_id").set_index("staff_id")["is_trained"].reindex(wide.index).astype(bool)
    trained, others = wide[is_trained], wide[~is_trained]
    row: dict[str, Any] = {"seen_by": role, "behavior_when": occasion, "n": len(trained)}
    found = paired_difference(trained["pre"], trained[occasion], level=level) if len(trained) >= 2 else None
    names = {
        "rated_before": "before", "rated_after": "after", "rating_change": "mean", "rating_change_low": "low",
        "rating_change_high": "high",
    }  # fmt: skip
    row |= {name: np.nan if found is None else getattr(found, source) for name, source in names.items()}
    moved = wide[occasion] - wide["pre"]
    row |= {
        "compared": len(others),
        "compared_rating_change": float(moved[~is_trained].mean()) if len(others) else np.nan,
    }
    row |= dict.fromkeys(("rating_difference", "rating_difference_low", "rating_difference_high"), np.nan)
    row["p_value"] = np.nan if found is None else found.p_value
    if min(len(trained), len(others)) >= 2:
        design = pd.DataFrame({"constant": 1.0, "trained": is_trained.astype(float)})
        fit = least_squares(moved, design, variance="hc2")
        low, high = fit.interval(level)
        row |= {
            "rating_difference": float(fit.coefficients[1]), "rating_difference_low": float(low[1]),
            "rating_difference_high": float(high[1]), "p_value": float(fit.p_values[1]),
        }  # fmt: skip
    return row


def _told(evaluated: Evaluation, table: pd.DataFrame, compared: pd.Series) -> Finding:
    level = evaluated.data.settings.uncertainty.level
    others = table[(table["seen_by"] != SELF) & (table["n"] >= 2)]
    has_others = bool(compared.any())
    name = "difference" if has_others else "change"
    told = others.dropna(subset=[f"rating_{name}_low"])
    facts: dict[str, Any] = {"level": level, "rated": int(others["n"].max()) if len(others) else 0}
    if told.empty:
        sentences: tuple[str, ...] = ("only_self",)
    else:
        # The occasion nearest to the training first, then the kind of rater who sees most of the work.
        main = told.iloc[0]
        facts |= {
            "role": Said(f"code.seen_by.{main['seen_by']}"),
            "occasion": Said(f"code.behavior_when.{main['behavior_when']}"),
            "n": int(main["n"]), "compared_n": int(main["compared"]), "before": main["rated_before"],
            "after": main["rated_after"], "found": main[f"rating_{name}"], "low": main[f"rating_{name}_low"],
            "high": main[f"rating_{name}_high"],
        }  # fmt: skip
        sure = told["adjusted_p_value"] < 1 - level
        way = (
            "more"
            if (sure & (told[f"rating_{name}"] > 0)).any()
            else "less"
            if (sure & (told[f"rating_{name}"] < 0)).any()
            else "open"
        )
        facts |= {"sure": int(sure.sum()), "tests": len(told)}
        sentences = (f"by_{name}", f"{way}_{name}")
    caveats = ["behavior_small"] if facts["rated"] < evaluated.data.settings.uncertainty.min_group else []
    caveats += ["behavior_not_shown"] if (table["n"] == 0).any() else []
    return Finding(
        key="behavior.change", table=table, facts=facts, sentences=sentences, caveats=tuple(caveats),
        design=evaluated.design if has_others else Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip
