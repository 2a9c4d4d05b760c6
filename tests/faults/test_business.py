"""Has every fault of the business the outcome that was declared for it?"""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.i18n import LANGUAGES, text
from churnlab.tables.identity import latest
from churnlab.tables.schemas import TABLES
from tests.faults.business import FAULTS
from tests.tables.sheets import kept

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["business"]


@pytest.mark.parametrize("fault", sorted({*FAULTS, *DECLARED}))
def test_a_fault_has_its_declared_outcome(fault):
    assert fault in FAULTS, "declared, but no tables show it"
    assert fault in DECLARED, "no outcome is declared"
    told = FAULTS[fault]()
    assert ("warn" if told else "taken") == DECLARED[fault]["outcome"]
    assert len(told) <= 1, "one fault, one warning"
    assert DECLARED[fault]["reason"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_warning_survives_the_store_and_is_said_in_both_languages(fault):
    for key, facts in FAULTS[fault]():
        remembered = json.loads(json.dumps(facts))
        for lang in LANGUAGES:
            assert text(key, lang, **remembered) == text(key, lang, **facts)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10_000)), min_size=1, max_size=12), st.integers(0, 3))
def test_the_sum_by_campus_is_the_sum_of_the_payments_however_often_a_contract_is_handed_in(paid, again):
    contracts = [{"enrolment_id": name, "campus": {"a": "浦东", "b": "静安", "c": "浦东"}[name]} for name in "abc"]
    rows = [
        {"payment_id": f"P{at}", "enrolment_id": name, "amount": f"{cents / 100:.2f}"}
        for at, (name, cents) in enumerate(paid)
    ]
    standing = latest(kept("enrolments", *contracts, *contracts[:again]), TABLES["enrolments"])
    payments = latest(kept("payments", *rows, *rows[:again]), TABLES["payments"])
    joined = payments.merge(standing[["enrolment_id", "campus"]], on="enrolment_id", how="left")
    by_campus = {campus: sum(amounts) for campus, amounts in joined.groupby("campus")["amount"]}
    assert sum(by_campus.values()) * 100 == sum(cents for _, cents in paid)
    assert len(joined) == len(paid)
