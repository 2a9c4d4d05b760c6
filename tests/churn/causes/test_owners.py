"""Is it declared of every feature which department could change it, or that it is a sign?"""

from churnlab.churn.causes.owners import OWNERS, SIGNS, owner
from churnlab.churn.causes.taxonomy import DEPARTMENTS
from churnlab.churn.declarations import FEATURES


def test_every_feature_is_a_departments_or_a_sign_and_none_is_both():
    stems = {feature.stem for feature in FEATURES}
    assert stems == set(OWNERS) | SIGNS
    assert not set(OWNERS) & SIGNS
    assert set(OWNERS.values()) <= set(DEPARTMENTS)


def test_a_feature_has_its_owner_whatever_its_window():
    assert owner("teacher_changes_84d") == owner("teacher_changes_30d") == "teaching"
    assert owner("price_per_hour_cny") == "market"
    assert owner("attendance_rate_28d") is None
    assert owner("days_to_contract_end") is None
