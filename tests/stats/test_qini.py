"""Does the Qini curve tell what treating the first of a ranking gains?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.stats.qini import arm_weights, at_shares, qini


def test_the_curve_by_hand():
    # rank      1        2         3        4
    # arm       called   held out  called   held out
    # left      no       yes       yes      yes
    # first 2: held out 1 left of 1, called 0 of 1: gain (1 · 1/1 − 0) / 2 = 1/2
    # first 3: held out 1 of 1, called 1 of 2: gain (1 · 2/1 − 1) / 2 = 1/2
    # all 4: held out 2 of 2, called 1 of 2: gain (2 · 2/2 − 1) / 2 = 1/2
    curve = qini([4, 3, 2, 1], [0, 1, 1, 1], [1, 0, 1, 0])
    assert curve.share.tolist() == [0, 1 / 4, 2 / 4, 3 / 4, 1]
    # Of the first alone nobody was held out: nothing can be said, no gain is claimed.
    assert curve.gain.tolist() == [0, 0, 1 / 2, 1 / 2, 1 / 2]
    area = (0 + 1 / 4 + 1 / 2 + 1 / 2) / 4
    assert curve.coefficient == pytest.approx(area - 1 / 4)


def test_the_curve_ends_at_the_effect_on_all():
    rng = np.random.default_rng(1)
    treated, event = rng.random(500) < 0.7, rng.random(500) < 0.3
    curve = qini(rng.random(500), event, treated)
    assert curve.gain[-1] == pytest.approx(event[~treated].mean() - event[treated].mean())
    assert at_shares(curve, [0, 1]).tolist() == [0, curve.gain[-1]]


def test_a_ranking_that_is_none_has_the_straight_line():
    curve = qini([1, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0])
    assert curve.share.tolist() == [0, 1]
    assert curve.coefficient == 0


def test_a_ranking_by_the_true_effect_has_area_and_the_other_way_round_lacks_it():
    rng = np.random.default_rng(2)
    effect = np.repeat([0.5, 0.0], 2000)
    treated = rng.random(4000) < 0.5
    event = rng.random(4000) < 0.6 - effect * treated
    # Treating the first half prevents 1/4 of a person's events: the curve rises to 1/4 at 1/2, then is flat.
    assert qini(effect, event, treated).coefficient == pytest.approx(1 / 16, abs=0.01)
    assert qini(-effect, event, treated).coefficient == pytest.approx(-1 / 16, abs=0.01)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), min_size=6, max_size=30), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    rows = [*rows, (1, True, True), (1, False, False)]
    first = qini(*zip(*rows, strict=True))
    random.shuffle(rows)
    second = qini(*zip(*rows, strict=True))
    assert second.gain == pytest.approx(first.gain)


def test_either_arm_stands_for_its_whole_list_by_hand():
    # list a: 1 called, 2 held out; list b: 2 called, 1 held out; list c: only called
    weight = arm_weights([1, 0, 0, 1, 1, 0, 1], list("aaabbbc"))
    assert weight.tolist() == [3, 3 / 2, 3 / 2, 3 / 2, 3 / 2, 3, 0]
    # first list a: 1 of its 2 held out left, and its called one did not: gain (1 · 3/2 − 0) of 6
    # then list b: 1 of 2 called left, the one held out did: gain (3/2 + 3 − 3/2) of 6
    curve = qini([2, 2, 2, 1, 1, 1], [0, 1, 0, 1, 0, 1], [1, 0, 0, 1, 1, 0], weight[:6])
    assert curve.share.tolist() == [0, 1 / 2, 1]
    assert curve.gain.tolist() == pytest.approx([0, 3 / 2 / 6, 3 / 6])


def test_weights_of_one_list_change_nothing():
    rng = np.random.default_rng(3)
    score, event, treated = rng.random(200), rng.random(200) < 0.3, rng.random(200) < 0.7
    weighed = qini(score, event, treated, arm_weights(treated, ["a"] * 200))
    plain = qini(score, event, treated)
    assert weighed.gain == pytest.approx(plain.gain)
    assert weighed.share == pytest.approx(plain.share)
