"""Is a cause told as a campus's own only where chance does not explain it?"""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, fisher_exact

from churnlab.churn.causes.places import cause_contrasts, causes_by_campus
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Uncertainty
from tests.builders import institution
from tests.churn.causes.leavers import exit_of, gone
from tests.churn.stays import settings

# Of 30 at East 20 name the teacher and 10 the price; of 30 at West 5 and 25; North has 3.
PLAN = {"East": {"teacher": 20, "price": 10}, "West": {"teacher": 5, "price": 25}, "North": {"location": 3}}


def campuses(plan, least=10):
    contracts, exits = [], []
    for campus, reasons in plan.items():
        for reason, many in reasons.items():
            for number in range(many):
                name = f"{campus}-{reason}-{number}"
                contracts.append(gone(name, campus=campus))
                exits.append(exit_of(name, reason))
    rules = settings(inactivity_days=None).model_copy(update={"uncertainty": Uncertainty(min_group=least)})
    return institution("2025-08-01", settings=rules, enrolments=contracts, exits=exits)


def test_shares_stand_side_by_side_and_what_stands_out_is_named():
    found = causes_by_campus(campuses(PLAN))
    table = found.table.set_index("campus")
    assert table["told"].to_dict() == {"East": 30, "West": 30}
    assert table["teaching_share"].to_dict() == {"East": 20 / 30, "West": 5 / 30}
    assert table["facility_share"].to_dict() == {"East": 0, "West": 0}
    shown = found.presented("en").set_index("Campus")["Stands out"]
    assert shown["East"] == "Market less; Teaching more"
    assert found.sentences == ("apart", "left_out")
    for lang in LANGUAGES:
        assert "83.3%" in found.sentence(lang)  # 25 of 30 at West name the price


def test_cells_are_tested_by_fisher_and_corrected_for_their_number():
    table = cause_contrasts(campuses(PLAN)).table.set_index(["campus", "department"])
    cell = table.loc[("East", "teaching")]
    # The others are West's 30 and North's 3.
    raw = fisher_exact([[20, 10], [5, 28]]).pvalue
    others = [fisher_exact(square).pvalue for square in (
        [[10, 20], [25, 8]], [[0, 30], [0, 33]], [[0, 30], [3, 30]],
        [[5, 25], [20, 13]], [[25, 5], [10, 23]], [[0, 30], [0, 33]], [[0, 30], [3, 30]],
    )]  # fmt: skip
    assert cell["adjusted_p_value"] == pytest.approx(false_discovery_control([raw, *others])[0])
    assert (cell["students"], cell["of"]) == (20, 30)
    assert cell["difference_points"] == pytest.approx(20 / 30 - 5 / 33)
    assert len(table) == 8


def test_campuses_that_are_alike_are_not_ranked():
    same = {"teacher": 12, "price": 10}
    found = causes_by_campus(campuses({"East": same, "West": same, "South": same}))
    assert found.sentences == ("alike",)
    assert found.table["stands_out"].tolist() == [()] * 3


def test_one_campus_is_compared_with_nothing():
    with pytest.raises(NotEnoughData) as told:
        causes_by_campus(campuses(PLAN, least=31))
    assert told.value.message("en").startswith("Causes of campuses are compared where at least two have 31")


def test_of_alike_campuses_few_stand_out_by_chance():
    """Of 30 institutions whose campuses do not differ at most a tenth tell of a difference: 5 % is what is asked."""
    rng, found = np.random.default_rng(2), 0
    for _ in range(30):
        plan = {}
        for campus in ("East", "West", "South"):
            drawn = rng.choice(["teacher", "price", "attitude"], 30, p=[0.5, 0.3, 0.2])
            plan[campus] = {name: int((drawn == name).sum()) for name in ("teacher", "price", "attitude")}
        found += causes_by_campus(campuses(plan)).facts["apart"] > 0
    assert found <= 3
