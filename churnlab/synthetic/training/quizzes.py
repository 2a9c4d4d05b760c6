"""Who knows the answers before, after and later?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.training.programmes import Floats, Ints
from churnlab.synthetic.training.scales import Shown, alpha, standard_normal

CHAPTERS = ("原理", "方法", "案例")
DISCRIMINATION = np.array([1.6, 1.2, 1.4, 1.0, 1.3, 1.5, 1.2, -0.5, 1.1, 1.7, 1.3, 0.9])
DIFFICULTY = np.array([-1.2, -0.4, 0.3, 1.0, -0.8, 0.6, 0.0, 0.2, 1.4, 0.5, -0.2, 0.8])
KEY = np.array([0, 2, 1, 3, 0, 1, 2, 3, 0, 1, 2, 0])
OPTIONS = ("A", "B", "C", "D")
BAD_ITEM, TEMPTING_ITEM, DEAD_ITEM = 7, 5, 3
TEMPTING_OPTION, DEAD_OPTION = 2, 0
TEMPTED_MOST, TEMPTED_SLOPE = 0.4, 1.5
"""Of the tempting item: a wrong option that the able choose first, with probability 0.4 / (1 + exp(−1.5 θ))."""
ITEMS = len(KEY)


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def right(ability: Floats) -> Floats:
    """Return the probability of each right answer: shape (people, items).

    Two-parameter logistic model, P = 1 / (1 + exp(−a (θ − b))), of Birnbaum (1968) in Lord and Novick, "Statistical
    Theories of Mental Test Scores", chapter 17; at the tempting item, of those who are not tempted.
    """
    found = _logistic(DISCRIMINATION * (np.asarray(ability)[:, None] - DIFFICULTY))
    found[:, TEMPTING_ITEM] *= 1 - _tempted(ability)
    return found


def _tempted(ability: Floats) -> Floats:
    return TEMPTED_MOST * _logistic(TEMPTED_SLOPE * np.asarray(ability))


def take(ability: Floats, rng: np.random.Generator) -> Ints:
    """Let each take the test; return the option that each chose of each item, shape (people, items)."""
    many = len(ability)
    chance = right(ability)
    wrong = (KEY + 1 + rng.integers(0, len(OPTIONS) - 1, (many, ITEMS))) % len(OPTIONS)
    dead = wrong[:, DEAD_ITEM] == DEAD_OPTION
    wrong[dead, DEAD_ITEM] = rng.choice([1, 2], dead.sum())  # nobody takes the option that is plainly wrong
    luck = rng.random((many, ITEMS))
    chosen = np.where(luck < chance, KEY, wrong)
    tempted = luck[:, TEMPTING_ITEM] > 1 - _tempted(ability)
    chosen[tempted, TEMPTING_ITEM] = TEMPTING_OPTION
    return chosen.astype(np.int64)


def score_gain(gain: float) -> float:
    """Return by how much the share of right answers rises, expected, for people of standard normal ability."""
    nodes, weights = standard_normal()
    return float(weights @ (right(nodes + gain) - right(nodes)).mean(axis=1))


def kuder_richardson() -> float:
    """Return KR-20 of the test in people of standard normal ability: alpha of its items, see `scales.alpha`."""
    nodes, weights = standard_normal()
    chance = right(nodes)
    return alpha([Shown(chance[:, item], chance[:, item] * (1 - chance[:, item])) for item in range(ITEMS)], weights)


def item_truth() -> pd.DataFrame:
    """Return one row an item: `item_id`, `discrimination`, `difficulty`, `key`, `flaw` (None: it has none)."""
    flaw = np.full(ITEMS, None, dtype=object)
    flaw[BAD_ITEM], flaw[TEMPTING_ITEM], flaw[DEAD_ITEM] = "bad", "tempting_option", "dead_option"
    option = np.full(ITEMS, None, dtype=object)
    option[TEMPTING_ITEM], option[DEAD_ITEM] = OPTIONS[TEMPTING_OPTION], OPTIONS[DEAD_OPTION]
    return pd.DataFrame(
        {
            "item_id": item_ids(),
            "discrimination": DISCRIMINATION,
            "difficulty": DIFFICULTY,
            "key": np.array(OPTIONS, dtype=object)[KEY],
            "flaw": flaw,
            "option": option,
        }
    )


def item_ids() -> np.ndarray:
    """Return the ids of the items."""
    return np.array([f"Q{number:02d}" for number in range(1, ITEMS + 1)], dtype=object)


def answer_rows(chosen: Ints) -> pd.DataFrame:
    """Return the answers of each who took it, item by item, as the table `test_answers` has them."""
    many, correct = len(chosen), (chosen == KEY).ravel()
    chapter = np.array(CHAPTERS, dtype=object)[np.arange(ITEMS) * len(CHAPTERS) // ITEMS]
    return pd.DataFrame(
        {
            "item_id": np.tile(item_ids(), many),
            "chapter": np.tile(chapter, many),
            "answer": np.array(OPTIONS, dtype=object)[chosen.ravel()],
            "correct": pd.array(correct, dtype="boolean"),
            "score": correct.astype(float),
            "max_score": 1.0,
        }
    )
