"""Does what is foretold of the best come, and do they fall back as far as was said?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.hindcast import luck_hindcast
from churnlab.settings import People, Settings, Uncertainty
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import PROGRAMMES, Training
from tests.kirkpatrick.people.team import kpis, opened, rules


def test_the_top_of_earlier_quarters_are_followed_into_the_next():
    found = luck_hindcast(opened(settings=rules(top_share=0.25, hindcast_quarters=2), kpis=kpis(spread=6.0)))
    table = found.table
    assert [f"{on:%Y-%m}" for on in table["quarter_from"]] == ["2025-07", "2025-10"]
    assert (table["people"] == 12).all()
    assert (table["foretold_score"] < table["plain_score"]).all()
    assert (table["held_share"] == table["held_share_count"] / 12).all()
    with pytest.raises(NotEnoughData) as error:
        luck_hindcast(opened("2025-04-01"))
    assert "no earlier quarter" in error.value.message("en")


@pytest.mark.slow
def test_what_is_foretold_of_the_next_quarter_comes_at_its_rate_and_plain_means_fall_back():
    held, people, plain, foretold, actual = 0, 0, [], [], []
    settings = Settings(uncertainty=Uncertainty(level=0.9), people=People(hindcast_quarters=3))
    # Trainings that move KPIs are left out: the forecast is for who stays as she is.
    steady = Training(programmes=tuple(one for one in PROGRAMMES if not one.kpi_effects))
    for seed in range(6):
        made = make(Institution(students=2500, seed=seed, training=steady))
        facts = luck_hindcast(made.data(settings=settings)).facts
        held, people = held + facts["held"], people + facts["people"]
        plain.append(facts["plain"])
        foretold.append(facts["foretold"])
        actual.append(facts["actual"])
    assert people > 1000
    assert 0.87 <= held / people <= 0.935
    assert np.mean(actual) == pytest.approx(np.mean(foretold), abs=0.06)
    assert np.mean(plain) - np.mean(actual) > 0.03
