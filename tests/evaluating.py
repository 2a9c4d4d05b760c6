"""Each estimator of an evaluated training at work once, with small data, for those who watch what it does with them."""

import numpy as np
import pandas as pd

from churnlab.stats import (
    balance,
    effects,
    items,
    matching,
    placebo,
    randomised,
    rank_intervals,
    reliability,
    synthetic_control,
    synthetic_did,
)

LEVEL = 0.95
PANEL = {"unit": "unit", "period": "period", "outcome": "outcome"}
MORE_OR_LESS = {"treated": "treated", "after": "after"}


def evaluate() -> None:
    """Call each."""
    rng = np.random.default_rng(1)
    _ask_people(rng)
    _compare_people(rng)
    _compare_units(rng)


def _ask_people(rng: np.random.Generator) -> None:
    liked = (
        pd.DataFrame(rng.normal(size=(40, 1)) + rng.normal(size=(40, 4)), columns=list("abcd")).round().clip(-2, 2) + 3
    )
    liked["d"] = 6 - liked["d"]
    reliability.cronbachs_alpha(liked, level=LEVEL)
    reliability.reverse_keyed(liked, level=LEVEL)
    turned = reliability.keyed(liked, ["d"], low=1, high=5)
    reliability.mcdonalds_omega(turned, level=LEVEL, rng=rng, drawings=5)
    reliability.alpha_of_covariance(turned.cov())
    answers = pd.DataFrame(rng.choice(list("ABC"), size=(40, 3)), columns=["1", "2", "3"])
    items.items((answers == "A").astype(float), level=LEVEL)
    items.distractors(answers, dict.fromkeys(answers, "A"), false_discovery_rate=0.2)


def _compare_people(rng: np.random.Generator) -> None:
    known = pd.DataFrame(rng.normal(size=(60, 2)), columns=["score", "years"])
    trained, sold = np.arange(60) % 3 == 0, rng.normal(size=60)
    balance.balance(known, trained, level=LEVEL)
    matching.matched(sold, trained, known, level=LEVEL)
    randomised.difference_in_means(sold, trained, level=LEVEL, adjust=known)
    randomised.randomisation_p(sold, trained, draws=9, rng=rng)
    rank_intervals.rank_intervals(sold[:4], np.ones(4), level=LEVEL, draws=99, rng=rng)


def _compare_units(rng: np.random.Generator) -> None:
    panel = pd.MultiIndex.from_product([range(8), range(10)], names=["unit", "period"]).to_frame(index=False)
    panel["treated"], panel["after"] = panel["unit"] < 3, panel["period"] >= 6
    panel["start"] = np.where(panel["treated"], 6.0, np.nan)
    panel["outcome"] = rng.normal(size=len(panel))
    effects.difference_in_differences(panel, **PANEL, **MORE_OR_LESS, level=LEVEL)
    effects.event_study(panel, **PANEL, start="start", leads=2, lags=2, level=LEVEL)
    effects.group_time_effects(panel, **PANEL, start="start", comparison="never", level=LEVEL, draws=9, rng=rng)
    effects.rollout_effect(panel, **PANEL, start="start", level=LEVEL, leads=3, power=0.8)
    drawn = {"level": LEVEL, "distribution": "rademacher", "draws": 99, "rng": rng}
    effects.few_clusters(panel, **PANEL, **MORE_OR_LESS, **drawn)
    wide = panel.pivot(index="unit", columns="period", values="outcome").to_numpy()
    treated = np.arange(8) < 1
    synthetic_did.placebo_error(wide, treated=treated, before=6, draws=4, rng=rng)
    synthetic_did.effect_of_did(wide, treated, 6)
    placebo.placebo_dates(
        wide[0], start=6, pretended=[3, 4], estimate=lambda series, at: float(series[at:].mean() - series[:at].mean())
    )
    synthetic_control.simplex_weights(wide[1:].T, wide[0])
