"""Is the answer of level 3 what its evidence says, corrected for looking at all of it?"""

import pytest
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.behavior.level import behavior_level
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Training
from tests.kirkpatrick.behavior.rows import TRAINED, by_superior, evaluated

ANSWERS = {"better", "better_alone", "worse", "worse_alone"}


def test_ratings_alone_answer_and_say_how_they_are_judged():
    found = behavior_level(evaluated(ratings=by_superior()))
    rows = found.table.set_index("evidence")
    assert rows["evidence_answer"].to_dict() == {"ratings": "better", "transfer": "described", "drivers": "described"}
    assert found.design is Design.RANDOMISED
    assert found.sentence("en").startswith(
        "Yes, after Selling people act differently: superiors rate 4 trained people +1.25 points against those not "
        "trained (+0.3"
    )
    assert found.sentence("zh").startswith(
        "有：Selling之后，行为有了改变。上级对 4 名参训人的评分变化与未参训者相差 +1.25 分"
    )


def test_with_nobody_compared_it_is_called_a_change():
    trained = [row for row in by_superior() if row["staff_id"] in TRAINED]
    found = behavior_level(evaluated(ratings=trained))
    assert found.sentences[0] == "better_alone"
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert "a change and no proof that the training did it" in found.sentence("en")


def test_with_nothing_told_it_is_refused():
    with pytest.raises(NotEnoughData) as error:
        behavior_level(evaluated())
    assert error.value.key == "behavior.nothing"


@pytest.mark.slow
def test_trainings_without_effect_are_said_to_show_no_sign():
    clean = []
    for seed in range(100, 110):
        small = Training(students_per_service=12)
        data = make(Institution(students=300, seed=seed, training=small)).data()
        clean += [not ANSWERS & set(behavior_level(Evaluation(data, one)).sentences) for one in ("PX004", "PX008")]
    assert sum(clean) >= stats.binom.ppf(0.005, len(clean), 0.95)
