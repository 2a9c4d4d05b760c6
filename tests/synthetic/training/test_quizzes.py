"""Do the questions do what their parameters say?"""

import numpy as np
import pytest

from churnlab.synthetic.training import quizzes
from churnlab.synthetic.training.quizzes import KEY, item_truth, kuder_richardson, right, score_gain, take

PEOPLE = 60_000


@pytest.fixture(scope="module")
def taken() -> tuple[np.ndarray, np.ndarray]:
    ability = np.random.default_rng(3).normal(size=PEOPLE)
    return ability, take(ability, np.random.default_rng(4))


def test_at_its_difficulty_an_item_is_a_coin() -> None:
    found = right(quizzes.DIFFICULTY)
    plain = [item for item in range(quizzes.ITEMS) if item != quizzes.TEMPTING_ITEM]
    assert np.diag(found)[plain] == pytest.approx(np.full(len(plain), 1 / 2))


def test_as_many_are_right_as_should_be(taken: tuple[np.ndarray, np.ndarray]) -> None:
    ability, chosen = taken
    assert (chosen == KEY).mean(axis=0) == pytest.approx(right(ability).mean(axis=0), abs=4 * 0.5 / np.sqrt(PEOPLE))


def test_the_bad_item_the_tempting_and_the_dead_option_are_what_they_are_said_to_be(
    taken: tuple[np.ndarray, np.ndarray],
) -> None:
    ability, chosen = taken
    flaws = item_truth().dropna(subset=["flaw"]).set_index("flaw")
    assert set(flaws.index) == {"bad", "tempting_option", "dead_option"}
    bad = chosen[:, quizzes.BAD_ITEM] == KEY[quizzes.BAD_ITEM]
    assert ability[bad].mean() < ability[~bad].mean()
    able = ability > np.quantile(ability, 0.73)
    tempted = chosen[:, quizzes.TEMPTING_ITEM] == quizzes.TEMPTING_OPTION
    weak = ability < np.quantile(ability, 0.27)
    assert tempted[able].mean() > tempted[weak].mean()
    assert not (chosen[:, quizzes.DEAD_ITEM] == quizzes.DEAD_OPTION).any()
    assert quizzes.OPTIONS[quizzes.DEAD_OPTION] == flaws.loc["dead_option", "option"]


def test_kr20_and_the_gain_are_those_of_many_people(taken: tuple[np.ndarray, np.ndarray]) -> None:
    ability, chosen = taken
    correct = (chosen == KEY).astype(float)
    k = quizzes.ITEMS
    drawn = k / (k - 1) * (1 - correct.var(axis=0).sum() / correct.sum(axis=1).var())
    assert kuder_richardson() == pytest.approx(drawn, abs=0.01)
    after = take(ability + 0.8, np.random.default_rng(5)) == KEY
    assert score_gain(0.8) == pytest.approx(after.mean() - correct.mean(), abs=0.005)
    assert score_gain(0.0) == 0
