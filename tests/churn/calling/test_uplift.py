"""Is it told whether the lists put first those whom a call keeps?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.churn.calling import uplift
from churnlab.churn.calling.uplift import call_qini
from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings, Uncertainty
from churnlab.stats.qini import arm_weights, qini
from tests.builders import institution


def drawn(effect, *, score="saved_value_cny", n=1500, seed=1):
    """Draw students of whom calls keep the more, the more `effect` says, ordered by it or the other way round."""
    rng = np.random.default_rng(seed)
    works = np.linspace(0, 0.6, n)
    called = rng.random(n) < 0.7
    return pd.DataFrame({
        "student_id": [f"s{number:04d}" for number in range(n)],
        "to_be_called": called,
        "churned": rng.random(n) < 0.7 - works * called,
        "saved_value_cny": np.nan, "churn_probability": np.nan, "position": np.nan,
        "list_id": "CL20250301", "campus": "East",
    }).assign(**{score: effect * works})  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    def ask(rows, campus=None, **rules):
        monkeypatch.setattr(uplift, "trial", lambda _: rows)
        return call_qini(institution("2026-01-01", settings=Settings(uncertainty=Uncertainty(**rules))), campus)

    return ask


@pytest.mark.parametrize(("effect", "verdict"), [(1, "better"), (-1, "worse")])
def test_a_good_order_is_told_from_a_bad_one(told, effect, verdict):
    found = told(drawn(effect))
    assert found.sentences == (verdict,)
    assert found.design is Design.RANDOMISED
    assert found.facts["qini_low"] < found.facts["qini"] < found.facts["qini_high"]
    # Both ways all are called in the end: 0.3 of all prevented.
    assert found.table["prevented_share"].iloc[-1] == pytest.approx(0.3, abs=0.06)
    assert found.table["by_lot_share"].iloc[4] == pytest.approx(found.table["prevented_share"].iloc[-1] / 2)
    for lang in LANGUAGES:
        assert found.sentence(lang)


def test_an_order_that_says_nothing_is_told_as_unclear(told):
    rows = drawn(1)
    shuffled = np.random.default_rng(5).permutation(rows["saved_value_cny"])
    assert told(rows.assign(saved_value_cny=shuffled)).sentences == ("unclear",)


def test_where_few_left_the_interval_is_said_to_be_rough(told):
    rows = drawn(1, n=60)
    nine = rows.assign(
        churned=rows.index.isin([*rows.index[rows["to_be_called"]][:12], *rows.index[~rows["to_be_called"]][:9]])
    )
    ten = nine.assign(churned=nine["churned"] | (nine.index == nine.index[~nine["to_be_called"]][9]))
    assert "calling.few_left" in told(nine).caveats
    assert "calling.few_left" not in told(ten).caveats


def test_lists_without_a_value_are_ordered_by_the_chance_or_by_their_places(told):
    assert told(drawn(1, score="churn_probability")).sentences == ("better",)
    assert told(drawn(-1, score="position")).sentences == ("better",)  # the first place is the highest
    with pytest.raises(NotEnoughData, match="nothing tells which of them came first"):
        told(drawn(np.nan))


def test_the_order_is_by_what_a_call_was_expected_to_save_before_all_else(told):
    rows = drawn(1)
    both = rows.assign(churn_probability=-rows["saved_value_cny"], position=rows["saved_value_cny"])
    assert told(both, bootstrap=50).table.equals(told(rows, bootstrap=50).table)


def test_the_area_is_told_per_hundred_students(told):
    rows = drawn(1)
    called = rows["to_be_called"].to_numpy()
    weight = arm_weights(called, np.zeros(len(rows), dtype=int))
    area = qini(rows["saved_value_cny"].to_numpy(), rows["churned"].to_numpy(), called, weight).coefficient
    assert told(rows, bootstrap=50).facts["qini"] == pytest.approx(100 * area)


def without_an_effect(number):
    """Draw two lists of which calls keep nobody; of the riskier one few are held out, of the other many."""
    rng, parts = np.random.default_rng(number), []
    for name, risk, held_out in (("CL1", 0.5, 0.1), ("CL2", 0.15, 0.4)):
        chance = np.clip(rng.normal(risk, 0.03, 600), 0.01, 0.9)
        parts.append(pd.DataFrame({
            "student_id": [f"{name}-{place}" for place in range(600)], "list_id": name, "campus": "East",
            "to_be_called": rng.random(600) > held_out, "churned": rng.random(600) < chance,
            "saved_value_cny": chance, "churn_probability": chance, "position": np.nan,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_lists_of_which_other_shares_are_held_out_do_not_make_an_order_of_nothing(told):
    trials = 60
    verdicts = [told(without_an_effect(number), bootstrap=100).sentences[0] for number in range(trials)]
    assert verdicts.count("better") + verdicts.count("worse") <= binom.ppf(0.999, trials, 0.05)


def test_a_list_of_one_arm_tells_nothing_of_the_order(told):
    alone = drawn(1, n=300, seed=2).assign(list_id="CL2", to_be_called=True, churned=True)
    other = pd.concat([drawn(1), alone.assign(student_id=alone["student_id"] + "x")], ignore_index=True)
    assert told(other).table.equals(told(drawn(1)).table)


def test_a_campuss_report_says_that_it_is_told_of_all(told):
    whole, east = told(drawn(1), bootstrap=50), told(drawn(1), "East", bootstrap=50)
    assert east.table.equals(whole.table)
    assert east.caveats == ("calling.all_campuses", *whole.caveats)
