"""In which month had the training earned back its cost?"""

import numpy as np
import pytest

from churnlab.kirkpatrick import payback
from churnlab.kirkpatrick.returns.payback import first_month
from tests.kirkpatrick.returns.selling import MONTHLY, opened, paid


def test_the_first_month_that_reaches_the_cost():
    earned = np.array([[1.0, 2, 3], [0, 0, 1], [3, 1, 0], [-1, -2, -3]])
    assert first_month(earned, 2.0).tolist() == [2, np.inf, 1, np.inf]
    assert first_month(earned, 3.0).tolist() == [3, np.inf, 1, np.inf]


def asked(cost):
    """Ask it of a training of this cost."""
    return payback(opened(training_costs=[paid("wages", cost)]))


def test_what_is_earned_by_each_month_by_hand():
    table = asked(10_000.0).table
    # Four people, nothing fades: the cost lies between the first and the second month.
    assert table["month_since"].tolist() == list(range(1, 13))
    assert table["earned_cny"].tolist() == pytest.approx([4 * MONTHLY * month for month in range(1, 13)])
    assert table["is_measured"].tolist() == [True, True] + 10 * [False]
    assert (table["cost_cny"] == 10_000).all()
    assert table["earned_back_probability"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("cost", "en", "zh"),
    [
        (
            16_560.0,
            "Selling earns back its ¥16,560 in month 3 after it (95% interval month 2 to 4).",
            "Selling在训后第 3 个月收回 ¥16,560（95% 区间为第 2 至第 4 个月）。",
        ),
        (
            80_000.0,
            "Selling earns back its ¥80,000 in month 11 after it, at the earliest in month 9; that it has not by month "
            "12 has a probability of ",
            "Selling在训后第 11 个月收回 ¥80,000，最早在第 9 个月；到第 12 个月仍未收回的概率为 ",
        ),
        (
            100_000.0,
            "Selling does not earn back its ¥100,000 by month 12, by what is likeliest; at the earliest it does in "
            "month 11, and that it does not has a probability of ",
            "按最可能的情况，到第 12 个月Selling仍收不回 ¥100,000；最早在第 11 个月收回，收不回的概率为 ",
        ),
        (
            1_000_000.0,
            "Selling does not earn back its ¥1,000,000 by month 12: even a high estimate of its effect falls short.",
            "到第 12 个月Selling收不回 ¥1,000,000：即使效果取高值也不够。",
        ),
    ],
)
def test_the_month_is_said_with_its_interval_or_that_it_never_comes(cost, en, zh):
    bill = [paid("wages", cost)]
    found = payback(opened(training_costs=bill))
    assert found.sentence("en").startswith(en)
    assert found.sentence("zh").startswith(zh)
