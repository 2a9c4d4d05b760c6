"""Is it told right which contract followed which, and does it agree with churn?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.outcome import episodes
from churnlab.churn.provisional import settled_month
from churnlab.churn.renewal.rates import renewal_rate
from churnlab.churn.renewal.terms import OUTCOMES, terms
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.random_institution import random_institution
from tests.churn.stays import by_period, dates, left, refund, settings, weekly

# As of 1 December; grace 30 days, no lessons on record, so that contracts alone tell who is here.
#
#     Jan  Feb  Mar  Apr  May  Jun  Jul … Nov  Dec
# a   e1───────────┤    e2────────────┤                    signed 15 days after the end: renewed; e2 is not
# b   e3───────────┤              e4──────────────────     signed 45 days after the end: not renewed, she came back
# c   e5──────────────────────────┤                        maths ends, English (an expansion) goes on beside it
#          e6─────────────────────────────────────────
# d   e7──────────────────────────┤                        e8 signed 30 days before the end of e7: early
#                            e8──────────────────────
# e   e9──────┤ refunded                                   broken off
# f   e10─────────────────────────────────────┤            ended 11 days ago: open
# g   e11──────────────────────┤                           a terminal course: completed
# h   e12──────────────────────┤                           moved away: personal
HAND = [
    by_period("e1", "2025-01-01", "2025-03-31", student="a"),
    by_period("e2", "2025-04-15", "2025-06-30", student="a"),
    by_period("e3", "2025-01-01", "2025-03-31", student="b"),
    by_period("e4", "2025-05-15", "2026-03-31", student="b"),
    by_period("e5", "2025-01-01", "2025-06-30", student="c"),
    by_period("e6", "2025-02-01", "2026-03-31", student="c", course_id="english", kind="expansion"),
    by_period("e7", "2025-01-01", "2025-06-30", student="d"),
    by_period("e8", "2025-05-31", "2026-03-31", student="d", course_id="english", kind="renewal", renews_id="e7"),
    by_period("e9", "2025-01-01", "2025-06-30", student="e"),
    by_period("e10", "2025-01-01", "2025-11-20", student="f"),
    by_period("e11", "2025-01-01", "2025-06-15", student="g", course_id="finals"),
    by_period("e12", "2025-01-01", "2025-06-15", student="h"),
]
OTHERS = {
    "refunds": [refund("e9", "2025-02-20", student="e")],
    "exits": [left("2025-06-15", "moved", student="h")],
    "courses": [{"course_id": "finals", "terminal": True}],
}


def by_hand(as_of: str = "2025-12-01") -> Data:
    return institution(as_of, settings=settings(), enrolments=HAND, **OTHERS)


def test_every_kind_of_end_is_told():
    told = terms(by_hand()).set_index("enrolment_id")
    assert told["outcome"].to_dict() == {
        "e1": "renewed", "e2": "not_renewed", "e3": "not_renewed", "e4": "running", "e5": "beside", "e6": "running",
        "e7": "renewed", "e8": "running", "e9": "broken_off", "e10": "open", "e11": "completed", "e12": "personal",
    }  # fmt: skip
    assert set(told["outcome"]) == set(OUTCOMES)
    assert told["renewed_by"].dropna().to_dict() == {"e1": "e2", "e7": "e8"}
    assert told.index[told["is_early"]].tolist() == ["e7"]
    assert told["term"].to_dict() == {**dict.fromkeys(told.index, 1), "e2": 2, "e8": 2}
    assert dates(told.loc[["e1", "e4", "e9"]], "ended_on") == [["2025-03-31"], [None], ["2025-02-20"]]


def test_an_answer_is_open_until_it_can_be_told():
    # The grace of e1 ends on 30 April: on that day nobody could say so yet, and on 1 May churn says so too.
    short = [HAND[0]]
    for as_of, outcome in (("2025-03-31", "running"), ("2025-04-30", "open"), ("2025-05-01", "not_renewed")):
        data = institution(as_of, settings=settings(), enrolments=short)
        assert terms(data)["outcome"].tolist() == [outcome]
        assert (episodes(data)["end_kind"].tolist() == ["not_renewed"]) == (outcome == "not_renewed")


def test_a_renewal_on_the_last_day_of_grace_still_follows():
    for signed, outcome in (("2025-04-30", "renewed"), ("2025-05-01", "not_renewed")):
        contracts = [HAND[0], by_period("later", signed, "2026-01-31")]
        told = terms(institution("2025-12-01", settings=settings(), enrolments=contracts))
        assert told["outcome"].tolist()[0] == outcome


def test_of_two_courses_each_is_followed_by_its_own():
    # Maths and English end in June; maths goes on: English, which ended while maths went on, was not followed.
    contracts = [
        by_period("m1", "2025-01-01", "2025-06-20"),
        by_period("n1", "2025-01-02", "2025-06-30", course_id="english"),
        by_period("m2", "2025-06-10", "2026-01-31"),
    ]
    told = terms(institution("2025-12-01", settings=settings(), enrolments=contracts)).set_index("enrolment_id")
    assert told["renewed_by"].dropna().to_dict() == {"m1": "m2"}
    assert told.at["n1", "outcome"] == "beside"


def test_who_was_here_before_the_records_has_no_known_number():
    # Registered in 2022, the records begin in 2025; and a renewal whose first contract nobody handed in.
    contracts = [HAND[0], HAND[1], by_period("r", "2025-02-01", "2025-12-31", student="z", kind="renewal")]
    students = [{"student_id": "a", "registered_on": "2022-01-01"}, {"student_id": "z", "registered_on": "2025-02-01"}]
    told = terms(institution("2025-12-01", settings=settings(), enrolments=contracts, students=students))
    assert told["term"].tolist() == [1, 2, 1]
    assert not told["term_is_known"].any()
    assert terms(by_hand())["term_is_known"].all()


def test_single_enrolments_have_no_renewals():
    data = institution("2025-12-01", settings=settings(unit="enrolment"), enrolments=HAND)
    with pytest.raises(NotEnoughData) as told:
        terms(data)
    assert told.value.message("en").startswith("Each enrolment is counted by itself")


def agrees_with_churn(data: Data) -> None:
    """Make sure that stays not renewed are those in which a contract was not, as far as any came to its end in them."""
    told, stays = terms(data), episodes(data)
    ended = told[told["ended_on"].notna() & ~told["outcome"].isin(["broken_off", "open"])]
    known = stays.assign(begins=stays["entered_on"]).sort_values(["begins", "unit_id"])
    ended = ended.sort_values(["ended_on", "enrolment_id"])
    of = pd.merge_asof(ended, known, left_on="ended_on", right_on="begins", by="unit_id", suffixes=("", "_of"))
    lost = of[of["outcome"] == "not_renewed"]
    assert (lost["end_kind"] == "not_renewed").all()
    # A student who comes back to lessons without a contract begins a stay in which none ends.
    said = of[of["end_kind"] == "not_renewed"]
    assert set(zip(lost["unit_id"], lost["episode"], strict=True)) == set(
        zip(said["unit_id"], said["episode"], strict=True)
    )
    here = stays.drop_duplicates("unit_id", keep="last").set_index("unit_id")["left_on"].isna()
    running = told[told["outcome"].isin(["running", "open"]) & (told["starts_on"] < pd.Timestamp(data.as_of))]
    assert running["unit_id"].map(here).all()


def test_renewal_and_churn_agree_in_a_whole_institution():
    data = make(Institution(students=400, seed=3)).data()
    agrees_with_churn(data)
    told = terms(data)
    assert len(told) == told["enrolment_id"].nunique()
    assert (told["renewed_on"].notna() == told["renewed_by"].notna()).all()


@pytest.mark.parametrize("seed", [0, 1, 2, 4644])
def test_renewal_and_churn_agree_however_contradictory_the_rows(seed):
    tables = random_institution(np.random.default_rng(seed))
    agrees_with_churn(institution("2026-06-01", settings=Settings(), **tables))


def test_silence_breaks_off_only_the_contract_in_which_it_began():
    # e1 was renewed by e2 and came to its end; in e2 the weekly lessons stop on 7 March, and e2 would have run to May.
    contracts = [by_period("e1", "2025-01-01", "2025-01-31"), by_period("e2", "2025-02-01", "2025-05-31")]
    lessons = weekly("e1", "2025-01-03", "2025-01-31") + weekly("e2", "2025-02-07", "2025-03-07")
    told = terms(institution("2025-08-01", settings=Settings(), enrolments=contracts, lessons=lessons))
    assert told["outcome"].tolist() == ["renewed", "broken_off"]
    assert dates(told, "ended_on") == [["2025-01-31"], ["2025-03-07"]]


def test_what_is_settled_stays_as_it_was_told():
    data = make(Institution(students=400, seed=3)).data()
    first_told: dict[str, str] = {}
    for as_of in pd.date_range("2025-06-01", "2026-11-01", freq="4MS"):
        then = data.before(as_of.date())
        for month in pd.period_range("2025-03", settled_month(then, f"{as_of:%Y-%m}"), freq="M").astype(str):
            rate = renewal_rate(then, month).facts
            told = f"{rate['renewed']} of {rate['came_due']}: {rate['early_rate']:.6f}"
            assert first_told.setdefault(month, told) == told, month
    assert len(first_told) > 12


def test_the_order_of_rows_changes_nothing():
    turned = institution("2025-12-01", settings=settings(), enrolments=HAND[::-1], **OTHERS)
    pd.testing.assert_frame_equal(terms(turned), terms(by_hand()))


def test_the_future_changes_nothing():
    then = by_hand("2025-05-10")
    earlier = [row for row in HAND if row["signed_at"] < "2025-05-10"]
    without = institution("2025-05-10", settings=settings(), enrolments=earlier, refunds=OTHERS["refunds"])
    pd.testing.assert_frame_equal(terms(then), terms(without))
    pd.testing.assert_frame_equal(terms(by_hand().before(then.as_of)), terms(then))
