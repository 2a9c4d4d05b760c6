"""How much of an effect is left so many months after a training?"""

import pytest

from churnlab.kirkpatrick.returns.decay import share_left, still_alive
from churnlab.settings import Returns


def test_between_the_published_shares_lie_straight_lines():
    found = share_left([1, 2, 3, 4.5, 6, 9, 12, 30], Returns())
    # 1 just after it, 62 % at 3, 44 % at 6, 34 % at 12 months and from there on.
    expected = [1 - 0.38 / 3, 1 - 2 * 0.38 / 3, 0.62, (0.62 + 0.44) / 2, 0.44, (0.44 + 0.34) / 2, 0.34, 0.34]
    assert found == pytest.approx(expected)


def test_or_it_is_halved_every_so_often_or_not_at_all():
    halved = Returns.model_validate({"decay": "exponential", "half_life_months": 3})
    assert share_left([0, 3, 6, 1.5], halved) == pytest.approx([1, 1 / 2, 1 / 4, 0.5**0.5])
    assert share_left([1, 100], Returns.model_validate({"decay": "none"})).tolist() == [1, 1]


def test_a_life_of_two_and_a_half_months_has_half_of_the_third():
    assert still_alive([1, 2, 3, 4], 2.5).tolist() == [[1, 1, 0.5, 0]]
    assert still_alive([1, 2], [0.0, 1.0, 9.0]).tolist() == [[0, 0], [1, 0], [1, 1]]
