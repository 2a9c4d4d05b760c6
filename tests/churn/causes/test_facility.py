"""Are defects counted once, until they were mended?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from churnlab.churn.causes.facility import defects, inspected
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import clustered_wilson, wilson
from churnlab.stats.shrinkage import gamma_poisson
from tests.builders import institution
from tests.churn.causes.leavers import complaint, exit_of, gone
from tests.churn.stays import by_period, settings


def _look(at, passed, item="灭火器", campus="East", fixed=None):
    return {"campus": campus, "at": at, "item": item, "passed": passed, "fixed_at": fixed}


def _defects(*rows):
    frame = pd.DataFrame(rows)
    frame[["at", "fixed_at"]] = frame[["at", "fixed_at"]].apply(pd.to_datetime)
    found = defects(frame)
    return [(f"{row.at:%m-%d}", None if pd.isna(row.until) else f"{row.until:%m-%d}") for row in found.itertuples()]


#   Jan    Feb    Mar    Apr
#   fail   fail   pass   fail      one defect from January to March, another from April on
def test_an_item_that_fails_again_is_the_same_defect_until_it_is_mended():
    looks = [_look(f"2025-0{month}-01", month == 3) for month in (1, 2, 3, 4)]
    assert _defects(*looks) == [("01-01", "03-01"), ("04-01", None)]


def test_a_defect_ends_when_it_was_fixed_or_passed_whichever_is_first():
    assert _defects(_look("2025-01-01", False, fixed="2025-01-09"), _look("2025-02-01", True)) == [("01-01", "01-09")]
    fixed_twice = [_look("2025-01-01", False, fixed="2025-01-09"), _look("2025-02-01", False, fixed="2025-02-03")]
    assert _defects(*fixed_twice) == [("01-01", "01-09"), ("02-01", "02-03")]


def test_items_and_campuses_are_told_apart():
    looks = [
        _look("2025-01-01", False),
        _look("2025-02-01", True, item="门锁"),
        _look("2025-02-01", True, campus="West"),
    ]
    assert _defects(*looks) == [("01-01", None)]


@pytest.fixture(name="told", scope="module")
def inspections():
    contracts = [gone(f"s{number}") for number in range(4)]
    contracts += [
        by_period(f"w{number}", "2025-01-10", "2026-12-31", student=f"w{number}", campus="West") for number in range(5)
    ]
    looks = [
        _look("2025-03-01", False),
        _look("2025-03-01", True, item="门锁"),
        _look("2025-03-01", True, campus="West"),
    ]
    looks += [_look("2025-03-01", False, item="地面", campus="West", fixed="2025-03-04")]
    said = [complaint("s0", "卫生", "2025-02-01"), complaint("s1", "价格", "2025-02-01")]
    return institution(
        "2025-08-01", settings=settings(inactivity_days=None), enrolments=contracts, inspections=looks,
        complaints=said, exits=[exit_of("s2", "safety")],
    )  # fmt: skip


def test_each_campus_has_its_defects_complaints_and_leavers(told):
    table = inspected(told).table.set_index("campus")
    assert table["checked"].to_dict() == {"East": 2, "West": 2}
    assert table["failed_rate"].to_dict() == {"East": 1 / 2, "West": 1 / 2}
    assert table["open_defects"].to_dict() == {"East": 1, "West": 0}
    assert table.loc["West", "fixing_days"] == 3
    assert table["complaints_per_100_count"].to_dict() == {"East": 1, "West": 0}
    # s2 said so when she left; that s0 complained of it is a guess, with nobody to check it by.
    assert table["facility_leavers"].to_dict() == {"East": 1, "West": 0}


def test_complaints_are_drawn_and_items_of_one_day_are_one_source_of_chance(told):
    table = inspected(told).table.set_index("campus")
    drawn = gamma_poisson([1, 0], [0.04, 0.05], level=0.95)
    assert table["complaints_per_100"].tolist() == pytest.approx(drawn.mean.tolist())
    assert table["complaints_per_100_high"].tolist() == pytest.approx(drawn.high.tolist())
    # One complaint tells no campus from another: both have the mean of all, and that is said.
    assert np.isinf(drawn.prior_strength)
    assert inspected(told).caveats == ("causes_inspected", "causes_complaints_level")
    # Two items on one day, one of which failed.
    by_day = clustered_wilson([True, False], ["2025-03-01"] * 2, 0.95)
    assert tuple(table.loc["East", ["failed_rate_low", "failed_rate_high"]]) == by_day


# At the end of January four are with us in the East, five in the West, and the North opens in June.
def test_a_campus_that_was_not_open_yet_has_no_rate_and_takes_none_from_the_others():
    contracts = [gone(f"s{number}") for number in range(4)]
    for campus, start in (("West", "2025-01-10"), ("North", "2025-06-01")):
        contracts += [
            by_period(f"{campus}{number}", start, "2026-12-31", student=f"{campus}{number}", campus=campus)
            for number in range(5)
        ]
    data = institution(
        "2025-08-01", settings=settings(inactivity_days=None), enrolments=contracts,
        inspections=[_look("2025-07-01", True, campus=campus) for campus in ("East", "West", "North")],
        complaints=[complaint("s0", "卫生", "2025-02-01"), complaint("North0", "卫生", "2025-07-01", campus="North")],
    )  # fmt: skip
    table = inspected(data).table.set_index("campus")
    drawn = gamma_poisson([1, 0], [0.04, 0.05], level=0.95)
    assert table.loc[["East", "West"], "complaints_per_100"].tolist() == pytest.approx(drawn.mean.tolist())
    assert pd.isna(table.loc["North", "complaints_per_100"])
    assert table["complaints_per_100_count"].to_dict() == {"East": 1, "West": 0, "North": 1}


def test_items_that_fail_together_say_less():
    days = [f"2025-0{month}-01" for month in range(1, 7)]
    looks = [_look(day, number % 2 == 0, item=item) for number, day in enumerate(days) for item in "abcd"]
    row = inspected(institution("2025-08-01", inspections=looks)).table.iloc[0]
    assert row["failed_rate"] == 1 / 2
    assert row["failed_rate_low"] == pytest.approx(wilson(3, 6, 0.95)[0], abs=0.05)


def _monthly(plan, items=8):
    """Return a visit a month of twelve: of eight items at each campus so many fail."""
    return [
        _look(f"{2025 if month < 8 else 2024}-{month:02}-10", item >= fail, item=str(item), campus=campus)
        for campus, fail in plan.items() for month in range(1, 13) for item in range(items)
    ]  # fmt: skip


# Of 96 items 36 fail in the East, 12 each in the West and the North: 36 of 96 against 24 of 192 elsewhere.
def test_the_campus_where_more_fails_is_named_with_its_interval_and_the_difference():
    found = inspected(institution("2025-08-09", inspections=_monthly({"East": 3, "West": 1, "North": 1})))
    assert found.sentences[:3] == ("sentence", "defects", "worse")
    assert found.facts["worse"] == 1
    table = found.table.set_index("campus")
    assert table["failed_rate_count"].to_dict() == {"East": 36, "North": 12, "West": 12}
    assert table.loc["East", "failed_rate"] == 36 / 96
    # Of 4,999 deals none gives the East as much, and the whole of them counts itself: times three campuses.
    assert table.loc["East", "adjusted_p_value"] == pytest.approx(3 * 1 / 5000)
    said = found.sentence("en")
    assert "at: East, 36 of 96 items, all items taken together 37.5%" in said
    assert "against 12.5% at the others together, +25.0" in said
    assert "West" not in said.split("corrected")[0]
    assert "East，96 项中 36 项不合格，合计占 37.5%" in found.sentence("zh")
    for lang in LANGUAGES:
        assert len(found.presented(lang).columns) <= 8
        assert "36 · 37.5% (" in found.presented(lang).to_string()


def test_items_without_a_campus_are_counted_apart():
    looks = _monthly({"East": 1, "West": 1, None: 4})
    found = inspected(institution("2025-08-09", inspections=looks))
    assert (found.facts["checked"], found.facts["failed"], found.facts["unplaced"]) == (192, 24, 96)
    assert "96 items were checked without a campus" in " ".join(found.warnings("en"))
    with pytest.raises(NotEnoughData) as told:
        inspected(institution("2025-08-09", inspections=_monthly({None: 4})))
    assert "没有记录校区" in told.value.message("zh")


def test_campuses_that_are_alike_are_not_named_and_that_is_said():
    found = inspected(institution("2025-08-09", inspections=_monthly({"East": 1, "West": 1})))
    assert found.sentences[:3] == ("sentence", "defects", "alike")
    assert found.table["adjusted_p_value"].tolist() == [1, 1]


# Sockets fail on half of all visits everywhere. In the East extinguishers fail on the other six, and nowhere else.
def test_an_item_that_seldom_fails_elsewhere_names_a_campus():
    looks = [
        _look(f"2025-{month:02}-10", not fails, item=item, campus=campus)
        for campus in ("East", "West", "North") for month in range(1, 13)
        for item, fails in (("插座", month % 2), ("灭火器", campus == "East" and month % 2 == 0), ("门", False))
    ]  # fmt: skip
    found = inspected(institution("2026-01-09", inspections=looks))
    assert found.sentences[2] == "worse"
    assert "at: East, 12 of 36 items" in found.sentence("en")


# In the East six items fail in January and at every visit after it; in the West each fails once, in another month.
def test_a_defect_that_lasts_is_no_more_than_one_that_was_mended():
    looks = [
        _look(f"2025-{month:02}-10", campus == "West" and month != 2 * item + 1, item=str(item), campus=campus)
        for campus in ("East", "West") for month in range(1, 13) for item in range(6)
    ]  # fmt: skip
    found = inspected(institution("2026-01-09", inspections=looks))
    assert found.table.set_index("campus")["failed_rate_count"].to_dict() == {"East": 72, "West": 6}
    assert found.sentences[2] == "alike"


def test_what_fails_all_on_one_day_names_no_campus():
    """24 of 36 items fail in the East, all on two of three days: counted one by one that would be no chance."""
    days = ("2025-03-01", "2025-04-01", "2025-05-01")
    looks = [
        _look(day, campus == "West" or day == days[0], item=str(item), campus=campus)
        for campus in ("East", "West") for day in days for item in range(12)
    ]  # fmt: skip
    found = inspected(institution("2025-08-09", inspections=looks))
    assert found.table["failed_rate_count"].tolist() == [24, 0]
    assert fisher_exact([[24, 12], [0, 36]]).pvalue < 1e-6
    assert found.sentences[2] == "alike"


def test_few_items_and_a_campus_alone_are_not_compared():
    few = [_look("2025-03-01", False, item=str(item), campus="North") for item in range(4)]
    found = inspected(institution("2025-08-09", inspections=[*_monthly({"East": 3}), *few]))
    assert found.sentences[1:] == ("defects", "oldest")
    assert found.table["adjusted_p_value"].isna().all()


def test_what_is_open_longest_is_named(told):
    found = inspected(told)
    assert found.sentences == ("sentence", "defects", "oldest")
    assert found.facts["open_days"] == 153  # from 1 March to 1 August
    for lang in LANGUAGES:
        assert "灭火器" in found.sentence(lang)


def test_without_inspections_nothing_is_told(told):
    with pytest.raises(NotEnoughData):
        inspected(told, campus="North")


def test_what_is_fixed_later_is_open_now():
    looks = [_look("2025-03-01", False, fixed="2025-07-01")]
    assert inspected(institution("2025-07-01", inspections=looks)).table["open_defects"].tolist() == [1]
    assert inspected(institution("2025-07-02", inspections=looks)).table["open_defects"].tolist() == [0]


def test_that_all_is_mended_is_said_in_words_and_not_as_no_defects_open():
    mended = {"fixed_at": "2025-03-05"}
    looks = [_look("2025-03-01", False, item="灭火器", campus="East") | mended, _look("2025-03-01", True, item="电梯")]
    found = inspected(institution("2025-08-09", inspections=looks))
    assert found.sentences[:2] == ("sentence", "mended")
    assert "1 项不合格。均已整改。" in found.sentence("zh")
    fine = inspected(institution("2025-08-09", inspections=[_look("2025-03-01", True, item="电梯")]))
    assert fine.sentences == ("sentence",)
