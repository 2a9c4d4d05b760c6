"""Is a change of ratings that of the same people, and told beside those not trained?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.behavior.change import behavior_change, behavior_dimensions, self_other_gap
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Training
from tests.kirkpatrick.behavior.rows import TRAINED, by_superior, evaluated, rating


def test_each_is_compared_with_herself_and_the_change_with_that_of_the_others():
    row = behavior_change(evaluated(ratings=by_superior())).table.iloc[0]
    # The trained changed by 2, 1, 1, 2: 3 / 2, with spread 1 / √3 over √4 and t of 3; the others by 0, 0, 1, 0: 1 / 4.
    half = stats.t.ppf(0.975, 3) * np.sqrt(1 / 3) / 2
    assert row["rating_change"] == 3 / 2
    assert (row["rating_change_low"], row["rating_change_high"]) == pytest.approx((1.5 - half, 1.5 + half))
    assert row["compared_rating_change"] == 1 / 4
    assert row["rating_difference"] == pytest.approx(5 / 4)
    # Unequal spreads: √((1/3) / 4 + (1/4) / 4).
    error = (row["rating_difference_high"] - row["rating_difference_low"]) / 2 / stats.t.ppf(0.975, 6)
    assert error == pytest.approx(np.sqrt(1 / 12 + 1 / 16), rel=0.03)


def test_the_sentence_says_it_in_both_languages_with_its_design():
    found = behavior_change(evaluated(ratings=by_superior()))
    assert found.design is Design.RANDOMISED
    assert found.sentence("en").startswith(
        "By their superiors, the 4 trained went from 2.50 to 4.00 (after); against the change of 4 people not trained "
        "that is +1.25 points (95% interval +0.3"
    )
    assert "与 4 名未参训者的变化相比，相差 +1.25 分（95%区间 +0.3" in found.sentence("zh")
    assert found.sentence("zh").endswith(
        "他人看到参训人比未参训者做得更多，超出巧合（1 项比较中 1 项，已按项数校正）。"
    )


def test_with_nobody_compared_it_is_a_change_and_no_effect():
    trained = [row for row in by_superior() if row["staff_id"] in TRAINED]
    found = behavior_change(evaluated(ratings=trained))
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert found.sentences == ("by_change", "more_change")
    assert "nobody untrained was rated beside them" in found.sentence("en")


def test_self_ratings_alone_show_no_change():
    rows = [rating(one, "self", occasion, score) for one in TRAINED for occasion, score in (("pre", 2), ("post", 5))]
    rows += [rating("A", "self", "delayed", 4)]
    found = behavior_change(evaluated(ratings=rows))
    assert found.sentences == ("only_self",)
    assert found.table["adjusted_p_value"].isna().all()


def test_raters_who_do_not_agree_are_left_out_of_dimensions_too():
    found = behavior_dimensions(evaluated(ratings=by_superior()))
    assert found.table[["behavior_dimension", "seen_by", "n"]].to_numpy().tolist() == [["listening", "superior", 4]]
    apart = [rating(one, "peer", when, 1 + 4 * way, rater=f"P{way}") for one in TRAINED for when in ("pre", "post")
             for way in (0, 1)]  # fmt: skip
    with pytest.raises(NotEnoughData):
        behavior_change(evaluated(ratings=apart))
    both = behavior_change(evaluated(ratings=apart + by_superior()))
    assert both.table.loc[both.table["seen_by"] == "peer", "rating_change"].isna().all()
    assert "behavior_not_shown" in both.caveats


def test_how_people_see_themselves_is_beside_how_others_do():
    rows = by_superior() + [
        rating(one, "self", "post", score) for one, score in zip(TRAINED, (5, 5, 5, 5), strict=True)
    ]
    row = self_other_gap(evaluated(ratings=rows)).table.iloc[0]
    # Others said 4, 4, 3, 5: gaps 1, 1, 2, 0, mean 1.
    assert (row["own_rating"], row["others_rating"], row["rating_gap"]) == (5, 4, 1)
    with pytest.raises(NotEnoughData):
        self_other_gap(evaluated(ratings=by_superior()))


@pytest.mark.slow
def test_intervals_hold_the_planted_change_of_scores():
    held = []
    for seed in range(14):
        made = make(Institution(students=300, seed=seed, training=Training(students_per_adviser=10)))
        found = behavior_change(Evaluation(made.data(), "PX002")).table
        truth = made.truth.training.ratings
        truth = truth[truth["training_id"] == "PX002"].set_index(["occasion", "rater_role"])["score_change"]
        for row in found[found["seen_by"] == "superior"].to_dict("records"):
            true = truth[(row["behavior_when"], row["seen_by"])]
            held.append(row["rating_difference_low"] <= true <= row["rating_difference_high"])
    assert len(held) >= 20
    assert sum(held) >= stats.binom.ppf(0.005, len(held), 0.95)
