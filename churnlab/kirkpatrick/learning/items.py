"""Which questions of the tests are bad, and what is wrong with them?"""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import OCCASIONS, answers
from churnlab.settings.learning import Learning
from churnlab.stats.items import below_zero, distractors, items
from churnlab.stats.reliability import cronbachs_alpha
from churnlab.wording import Said

_WORST = ("key", "option", "hard", "easy", "weak", "watch", "fine")
_NAMED = ("key", "option", "hard", "easy", "weak")


def item_analysis(evaluated: Evaluation) -> Finding:
    """Describe every question of each test, and say of the bad ones what is wrong.

    Of all who took the test, trained or not. A question is called bad only beyond chance: `key`, the able get it wrong
    more often (false discovery rate over the questions of the test): the key or the wording is probably wrong;
    `option`, a wrong option that the able choose (the same, over all wrong options); `hard`, `easy`: the whole interval
    beyond the threshold; `weak`: the whole interval of its correlation below the threshold, it tells nobody apart.
    `watch`: the correlation is below the threshold, but that may be chance.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.items`, one row per `test_occasion` and `item_id`, worst first: `item_state`, `chapter`, `n`,
        `correct_share` with Wilson's interval, `item_correlation` (corrected point-biserial) with its interval,
        `discrimination` (upper less lower 27 %), `kr20_without`, `tempting_option` (an option that the able choose) and
        `unused_options` (that nobody chose).

    Raises
    ------
    NotEnoughData
        If no test was taken by enough people (`min_group`), or of fewer than three questions marked right or wrong.
    """
    told, settings = _marked(evaluated), evaluated.data.settings
    parts, kr20 = [], {}
    for occasion in OCCASIONS:
        part = told[told["occasion"] == occasion]
        if part["staff_id"].nunique() >= settings.uncertainty.min_group and part["item_id"].nunique() >= 3:
            parts.append(_test(part, told, occasion, settings.learning, settings.uncertainty.level))
            marks = _wide(part, "right")
            kr20[occasion] = cronbachs_alpha(marks, level=settings.uncertainty.level)
    if not parts:
        least = settings.uncertainty.min_group
        raise NotEnoughData("learning.few_takers", training_id=evaluated.course.training_id, least=least)
    table = pd.concat(parts, ignore_index=True)
    order = table["item_state"].map(_WORST.index)
    table = table.assign(order=order).sort_values(["order", "item_correlation"], kind="stable", ignore_index=True)
    bad = table[table["item_state"].isin(_NAMED)]
    first = next(iter(kr20))
    facts: dict[str, Any] = {
        "tests": len(parts), "items": table["item_id"].nunique(), "bad": bad["item_id"].nunique(),
        "named": _named(bad), "occasion": Said(f"code.test_occasion.{first}"), "kr20": kr20[first].alpha,
        "kr20_low": kr20[first].low, "kr20_high": kr20[first].high, "level": settings.uncertainty.level,
        "false_discovery_rate": settings.learning.false_discovery_rate,
    }  # fmt: skip
    return Finding(
        key="learning.items",
        table=table.drop(columns="order"),
        facts=facts,
        sentences=("bad" if len(bad) else "none", "kr20"),
        caveats=("learning_items",),
    )


def option_analysis(evaluated: Evaluation) -> Finding:
    """Tell who chose which option: those who know, or those who do not.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.options`, one row per `test_occasion`, `item_id` and `option` of the test that most took: `is_key`,
        `n`, `chosen`, `chosen_share`, `upper_share` and `lower_share` (who chose it of the 27 % best and worst on the
        other questions), `item_correlation` and `q_value` (of the upper choosing it more often).

    Raises
    ------
    NotEnoughData
        As `item_analysis`, or if no answers were recorded, only whether they were right.
    """
    told, settings = _marked(evaluated), evaluated.data.settings
    told = told[told["answer"].notna()]
    taken = told.groupby("occasion")["staff_id"].nunique().reindex(OCCASIONS).fillna(0)
    if taken.max() < settings.uncertainty.min_group:
        least = settings.uncertainty.min_group
        raise NotEnoughData("learning.few_takers", training_id=evaluated.course.training_id, least=least)
    occasion = taken.idxmax()
    table = _options(told[told["occasion"] == occasion], told, settings.learning)
    tempting, unused = table[table["favours_upper"]], table[(table["chosen"] == 0) & ~table["is_key"]]
    facts: dict[str, Any] = {
        "tempting": len(tempting), "unused": len(unused), "options": len(table),
        "tempting_named": _pairs(tempting), "unused_named": _pairs(unused),
        "occasion": Said(f"code.test_occasion.{occasion}"),
    }  # fmt: skip
    shown = table.rename(columns={
        "item": "item_id", "share": "chosen_share", "upper": "upper_share", "lower": "lower_share",
        "correlation": "item_correlation",
    })[[
        "item_id", "option", "is_key", "n", "chosen", "chosen_share", "upper_share", "lower_share", "item_correlation",
        "q_value",
    ]]  # fmt: skip
    shown.insert(0, "test_occasion", occasion)
    sentences = ("tempting" if len(tempting) else "no_tempting", "unused" if len(unused) else "all_used")
    return Finding(key="learning.options", table=shown, facts=facts, sentences=sentences)


def _marked(evaluated: Evaluation) -> pd.DataFrame:
    told = answers(evaluated)
    right = told["correct"].astype("boolean")
    return told.assign(right=right.fillna(told["score"] >= told["max_score"]).astype(float))


def _wide(part: pd.DataFrame, column: str) -> pd.DataFrame:
    return part.pivot(index=["staff_id", "is_trained"], columns="item_id", values=column)


def _key(told: pd.DataFrame) -> dict[Hashable, Hashable]:
    right = told[(told["right"] == 1) & told["answer"].notna()]
    return right.groupby("item_id")["answer"].agg(lambda column: column.mode().iloc[0]).to_dict()


def _options(part: pd.DataFrame, told: pd.DataFrame, rules: Learning) -> pd.DataFrame:
    key = _key(told)
    wide = _wide(part[part["item_id"].isin(key)], "answer")
    every = sorted(told["answer"].dropna().unique(), key=str)
    own = told.dropna(subset="answer").groupby("item_id")["answer"].unique().to_dict()
    # An option nobody ever chose is known from the other questions, if all have the few same letters.
    offered = {item: every if len(every) <= 6 and len(own[item]) > 2 else sorted(own[item], key=str) for item in wide}
    return distractors(wide, key, false_discovery_rate=rules.false_discovery_rate, options=offered)


def _test(part: pd.DataFrame, told: pd.DataFrame, occasion: str, rules: Learning, level: float) -> pd.DataFrame:
    found = items(_wide(part, "right"), level=level)
    found = found.join(below_zero(found, false_discovery_rate=rules.false_discovery_rate))
    tempting, unused = {}, {}
    if part["answer"].notna().any():
        options = _options(part[part["answer"].notna()], told, rules)
        tempting = _listed(options[options["favours_upper"]])
        unused = _listed(options[(options["chosen"] == 0) & ~options["is_key"]])
    chapter = part.groupby("item_id")["chapter"].first()
    states = [
        _state(row, bool(tempting.get(row["item_id"])), rules)
        for row in found.rename_axis("item_id").reset_index().to_dict("records")
    ]
    ids = pd.Series(found.index, dtype=object)
    return pd.DataFrame({
        "test_occasion": occasion, "item_id": ids, "item_state": states, "chapter": chapter.reindex(ids).to_numpy(),
        "n": found["n"].to_numpy(), "correct_share": found["difficulty"].to_numpy(),
        "correct_share_low": found["difficulty_low"].to_numpy(),
        "correct_share_high": found["difficulty_high"].to_numpy(),
        "item_correlation": found["correlation"].to_numpy(),
        "item_correlation_low": found["correlation_low"].to_numpy(),
        "item_correlation_high": found["correlation_high"].to_numpy(),
        "discrimination": found["discrimination"].to_numpy(), "kr20_without": found["alpha_if_dropped"].to_numpy(),
        "tempting_option": ids.map(lambda item: tempting.get(item, ())),
        "unused_options": ids.map(lambda item: unused.get(item, ())),
    })  # fmt: skip


def _state(row: dict[Hashable, Any], is_tempting: bool, rules: Learning) -> str:
    if row["runs_against"]:
        return "key"
    if is_tempting:
        return "option"
    if row["difficulty_high"] < rules.hard_share:
        return "hard"
    if row["difficulty_low"] > rules.easy_share or row["difficulty"] == 1:
        return "easy"
    if row["correlation_high"] < rules.least_correlation:
        return "weak"
    low = np.isnan(row["correlation"]) or row["correlation"] < rules.least_correlation
    return "watch" if low else "fine"


def _listed(options: pd.DataFrame) -> dict[Hashable, tuple[str, ...]]:
    return {item: tuple(str(one) for one in part["option"]) for item, part in options.groupby("item")}


def _pairs(options: pd.DataFrame) -> str:
    return " · ".join(f"{item} {option}" for item, option in zip(options["item"], options["option"], strict=True))


def _named(bad: pd.DataFrame) -> Said:
    """Say each bad question once, with the worst that is known of it."""
    worst = bad.drop_duplicates("item_id")
    said: Said | None = None
    for item, state in zip(worst["item_id"][::-1], worst["item_state"][::-1], strict=True):
        one = Said("learning.items.one", {"item": item, "what": Said(f"code.item_state.{state}")})
        said = one if said is None else Said("learning.items.pair", {"first": one, "rest": said})
    return said or Said("learning.items.nobody")
