"""Are first attempts and later ones told apart, and few drawn towards all?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.certification import certification
from tests.kirkpatrick.people.team import IDS, PX1, opened, trainees


def _tried(one, passed, on="2025-06-10", name="Sales"):
    return {"staff_id": one, "name": name, "taken_on": on, "passed": passed}


# Sales: six try in June, four pass; of the two who failed one passes in July. Service: A11 alone, without training.
TRIED = [_tried(one, place < 4) for place, one in enumerate(IDS[:6])]
TRIED += [_tried("A04", True, "2025-07-10"), _tried("A05", False, "2025-07-10"), _tried("A11", True, name="Service")]


def told(as_of="2026-01-01", tried=TRIED):
    return certification(opened(as_of, trainings=[PX1], trainees=trainees(IDS[:6]), certificates=tried))


def test_first_attempts_and_later_ones_are_counted_apart():
    table = told().table.set_index(["certificate", "attempt"])
    assert table.loc[("Sales", "first"), ["tried", "passed"]].tolist() == [6, 4]
    assert table.loc[("Sales", "later"), ["tried", "passed"]].tolist() == [2, 1]
    assert table["training_id"].isna().to_dict() == {
        ("Sales", "first"): False,
        ("Sales", "later"): False,
        ("Service", "first"): True,
    }


def test_one_who_passed_alone_is_not_expected_to_pass_for_certain():
    table = told().table.set_index(["certificate", "attempt"])
    assert table.loc[("Service", "first"), "passed_share"] == 1
    assert 4 / 6 < table.loc[("Service", "first"), "expected_pass_rate"] < 1
    assert table.loc[("Service", "first"), "expected_pass_rate_low"] < 0.6


def test_it_is_told_in_both_languages():
    found = told()
    assert found.sentence("en").startswith("Of 7 first attempts at 2 certificates 5 passed: 71.4% (95% interval ")
    assert found.sentence("en").endswith("Of 2 later attempts 1 succeeded; in the end 6 of 7 have their certificate.")
    assert "补考 2 人次，通过 1 人次；最终 7 人次中有 6 人次取得证书。" in found.sentence("zh")


def test_attempts_to_come_change_nothing_and_few_are_refused():
    assert told("2025-07-01").facts["again"] == 0
    with pytest.raises(NotEnoughData) as error:
        told(tried=TRIED[:3])
    assert error.value.message("en") == "There are 3 first attempts at certificates; at least 5 are needed."
