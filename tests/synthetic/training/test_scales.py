"""Is a scale's alpha what it is in a population of which all is known?"""

import numpy as np
import pytest

from churnlab.synthetic.training.scales import Shown, alpha, category, intraclass, shown, standard_normal


def test_a_latent_answer_falls_between_its_cuts() -> None:
    assert category([-3.0, -0.1, 0.1, 9.0], (-1.0, 0.0, 1.0)).tolist() == [1, 2, 3, 4]


def test_one_cut_at_the_mean_is_a_coin() -> None:
    # 1 or 2, each half: mean 3 / 2, variance 1 / 4.
    seen = shown(np.array([0.0]), 1.0, (0.0,))
    assert seen.mean == pytest.approx([3 / 2])
    assert seen.variance == pytest.approx([1 / 4])


def test_two_parallel_items_have_the_reliability_of_spearman_and_brown() -> None:
    nodes, weights = standard_normal()
    item = Shown(nodes, np.ones_like(nodes))
    # Each is half signal, half noise: 2 · (1/2) / (1 + 1/2) = 2 / 3.
    assert alpha([item, item], weights) == pytest.approx(2 / 3)
    assert intraclass(item, weights) == pytest.approx(1 / 2)


def test_it_is_what_a_million_drawn_answers_have() -> None:
    nodes, weights = standard_normal()
    cuts, rng = (-1.0, 0.2, 1.1), np.random.default_rng(5)
    truth = alpha([shown(0.8 * nodes + shift, 0.6, cuts) for shift in (0.0, 0.4, -0.5)], weights)
    factor = rng.normal(size=(300_000, 1))
    scores = category(0.8 * factor + [0.0, 0.4, -0.5] + 0.6 * rng.normal(size=(300_000, 3)), cuts)
    drawn = 3 / 2 * (1 - scores.var(axis=0).sum() / scores.sum(axis=1).var())
    assert truth == pytest.approx(drawn, abs=0.004)
