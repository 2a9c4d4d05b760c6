"""Is a change of causes told only where there is one?"""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from churnlab.churn.causes.trend import cause_trend
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Uncertainty
from churnlab.stats.shrinkage import beta_binomial
from tests.builders import institution
from tests.churn.causes.leavers import exit_of, gone
from tests.churn.stays import settings

ENDS = {"2024Q3": "2024-08-15", "2024Q4": "2024-11-15", "2025Q1": "2025-02-15", "2025Q2": "2025-05-15"}


def quarters(plan, as_of="2025-08-15"):
    """Return leavers of quarters: how many named the teacher, how many the price."""
    contracts, exits = [], []
    for quarter, counts in plan.items():
        for reason, many in zip(("teacher", "price"), counts, strict=True):
            for number in range(many):
                name, end = f"{quarter}-{reason}-{number}", ENDS[quarter]
                contracts.append(gone(name, end) | {"signed_at": "2024-01-10"})
                exits.append(exit_of(name, reason, end))
    rules = settings(inactivity_days=None).model_copy(update={"uncertainty": Uncertainty(min_group=5)})
    return institution(as_of, settings=rules, enrolments=contracts, exits=exits)


STEADY = {"2024Q3": (5, 5), "2024Q4": (6, 4), "2025Q1": (4, 6), "2025Q2": (5, 5)}


def test_shares_of_a_quarter_are_drawn_to_those_of_all():
    table = cause_trend(quarters({**STEADY, "2025Q1": (3, 0)})).table
    assert table["quarter"].tolist() == list(STEADY)
    assert table["told"].tolist() == [10, 10, 3, 10]
    drawn = beta_binomial([5, 6, 3, 5], [10, 10, 3, 10], level=0.95)
    assert table["teaching_share"].tolist() == drawn.mean.tolist()
    assert table["teaching_share"].iloc[2] < 1


def test_each_share_has_its_numerator_and_denominator_in_one_cell():
    found = cause_trend(quarters({**STEADY, "2025Q1": (3, 0)}))
    assert found.table["teaching_share_count"].tolist() == [5, 6, 3, 5]
    assert found.table["market_share_count"].tolist() == [5, 4, 0, 5]
    for lang in LANGUAGES:
        shown = found.presented(lang)
        assert len(shown.columns) == 6  # quarter, with a reason, four departments
        assert shown.iloc[2, 3].startswith("3 · ")


# Five or six of ten, quarter after quarter: less than chance would scatter them.
def test_where_nothing_but_the_mean_is_left_it_is_said():
    found = cause_trend(quarters(STEADY))
    assert np.ptp(found.table["teaching_share"]) == 0
    assert found.table["teaching_share"].iloc[0] == pytest.approx(20 / 40)
    assert found.caveats[-1] == "causes_all_level"
    assert "can it be told that it moved" in found.warnings("en")[-1]


def test_the_departments_whose_quarters_are_alike_are_named():
    found = cause_trend(quarters({**STEADY, "2025Q2": (20, 0)}))
    assert np.ptp(found.table["teaching_share"]) > 0
    assert found.caveats[-1] == "causes_level"
    assert found.warnings("en")[-1].startswith("Service, Facilities and safety: the quarters")
    assert found.warnings("zh")[-1].startswith("服务、硬件与安全：")


def test_what_stays_as_it_was_is_no_change():
    found = cause_trend(quarters(STEADY))
    assert found.sentences == ("alike",)


def test_a_change_that_the_number_of_departments_explains_is_none():
    # 9 of 10 against 15 of 30 before: Fisher's p is .032 for teaching and for the price, 1 for the other two.
    found = cause_trend(quarters({**STEADY, "2025Q2": (9, 1)}))
    assert found.sentences == ("alike",)
    assert found.facts["least_p"] == pytest.approx(2 * fisher_exact([[9, 1], [15, 15]]).pvalue)


@pytest.mark.parametrize(("latest", "sentence"), [((20, 0), "more"), ((0, 20), "less")])
def test_a_change_is_told(latest, sentence):
    found = cause_trend(quarters({**STEADY, "2025Q2": latest}))
    # Market's share changes as surely as teaching's; of equals the first is named.
    assert found.sentences[0] in ("more", "less")
    assert found.facts["before_share"] == pytest.approx(1 / 2)
    assert abs(found.facts["gap"]) == pytest.approx(1 / 2)
    named = found.facts["department"].say("en")
    assert (named == "Teaching") == (found.sentences[0] == sentence)
    for lang in LANGUAGES:
        assert "2025Q2" in found.sentence(lang)


def test_a_quarter_whose_ends_are_not_all_known_is_left_out():
    found = cause_trend(quarters(STEADY, as_of="2025-07-20"), campus="East")
    assert found.table["quarter"].tolist() == ["2024Q3", "2024Q4", "2025Q1"]


def test_of_two_quarters_no_trend_is_told():
    with pytest.raises(NotEnoughData) as told:
        cause_trend(quarters({"2025Q1": (5, 5), "2025Q2": (5, 5)}))
    assert "2 quarters only" in told.value.message("en")
