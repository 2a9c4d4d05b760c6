import numpy as np
import pandas as pd
import pytest

from churnlab.churn.parted import parted
from churnlab.stats.firth import fit_firth, profile


def _panel(counts: dict[tuple[int, int], int], *, rows_each: int = 1) -> tuple[np.ndarray, pd.DataFrame]:
    """Return a flag, and whose rows they are and who left, from how many students there are of (flag, left)."""
    kinds = [kind for kind, many in counts.items() for _ in range(many)]
    flag, left = np.repeat(np.array(kinds), rows_each, axis=0).T
    whose = np.repeat([f"S{number:04}" for number in range(len(kinds))], rows_each)
    return flag[:, None].astype(float), pd.DataFrame({"student_id": whose, "churned": left == 1})


FIVE = {(1, 0): 5, (0, 1): 40, (0, 0): 60}


def test_a_flag_that_nobody_who_left_had_by_hand():
    # 5 stayed with it; without it 40 left and 60 stayed: half a student more in each cell
    X, panel = _panel(FIVE)
    row = parted(X, panel, np.ones((1, 1)), level=0.95).iloc[0]
    assert row["odds_ratio"] == pytest.approx((1 / 2 * 60.5) / (5.5 * 40.5), rel=1e-3)
    as_one = profile(X, panel["churned"], fit_firth(X, panel["churned"]), [1.0], level=0.95)
    assert row["odds_ratio_high"] == pytest.approx(np.exp(as_one.high), rel=1e-3)
    assert row["odds_ratio_low"] < row["odds_ratio"] < row["odds_ratio_high"]


def test_months_of_the_same_students_bring_nothing_new():
    # four months each, all alike: what one month each tells, to the rounding of the climb
    one = parted(*_panel(FIVE), np.ones((1, 1)), level=0.95)
    four = parted(*_panel(FIVE, rows_each=4), np.ones((1, 1)), level=0.95)
    assert four.to_numpy()[0] == pytest.approx(one.to_numpy()[0], rel=5e-3)


def test_as_many_rows_of_more_students_make_surer():
    few, many = _panel(FIVE, rows_each=4), _panel({kind: 4 * n for kind, n in FIVE.items()})
    high = [parted(X, panel, np.ones((1, 1)), level=0.95)["odds_ratio_high"][0] for X, panel in (few, many)]
    assert high[1] < high[0] / 2


def test_beyond_five_comparisons_there_is_no_ratio():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(80, 7))
    panel = pd.DataFrame({"student_id": np.arange(80).astype(str), "churned": rng.random(80) < 0.4})
    found = parted(X, panel, np.eye(7), level=0.95)
    assert found["odds_ratio"].notna().tolist() == [True] * 5 + [False] * 2
    assert parted(X, panel, np.empty((0, 7)), level=0.95).empty


@pytest.mark.slow
def test_limits_hold_the_truth_where_students_differ_and_stand_in_many_months():
    # Estimand: the log odds ratio of a flag that a student has for good, 0 at her own risk; risks of students differ
    # (normal, standard deviation 1). Ten students of 120 have it, six months each, and each draw parts them.
    rng, held, naive, draws = np.random.default_rng(3), 0, 0, 0
    while draws < 150:
        risk = np.repeat(-2 + rng.normal(size=120), 6)
        whose, flag = np.repeat(np.arange(120), 6), np.repeat(np.arange(120) < 10, 6)
        left = rng.random(720) < 1 / (1 + np.exp(-risk))
        left[flag] = np.repeat(left[flag].reshape(10, 6)[:, 0], 6)  # whoever has the flag ends alike in all her months
        if left[flag].any():
            continue
        draws += 1
        X, panel = flag[:, None].astype(float), pd.DataFrame({"student_id": whose.astype(str), "churned": left})
        held += parted(X, panel, np.ones((1, 1)), level=0.95)["odds_ratio_high"][0] >= 1
        naive += profile(X, left, fit_firth(X, left), [1.0], level=0.95).high >= 0
    assert held > naive, (held, naive)
    assert held >= 135, (held, naive)
