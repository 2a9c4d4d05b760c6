import numpy as np

from churnlab.churn.affordable import affordable, unaffordable
from churnlab.churn.declarations import CORE, FEATURES
from churnlab.settings import Settings

# Five leavers to a column. Two columns of what is always in, then, as declared: absence, leave, two of classes.
OWNERS = ["hours_left", "hours_left", "classmates_left_share_84d", "classmates_left_share_84d", "leave_share_84d",
          "absence_share_84d"]  # fmt: skip


def taken(events):
    return {
        name
        for name, is_in in zip(OWNERS, affordable(OWNERS, events=events, settings=Settings()), strict=True)
        if is_in
    }


def test_features_join_in_the_order_declared_as_long_as_there_are_leavers():
    assert taken(30) == set(OWNERS)
    assert taken(29) == {"hours_left", "absence_share_84d", "leave_share_84d"}
    assert taken(15) == {"hours_left", "absence_share_84d"}
    assert taken(14) == {"hours_left"}


def test_the_first_sixteen_and_what_nobody_declared_are_always_in():
    first = [feature.name for feature in FEATURES[:CORE]]
    assert len(first) == 16
    assert all(affordable([*first, "clicks"], events=1, settings=Settings()))


def test_no_columns_cost_nothing():
    assert affordable([], events=0, settings=Settings()) == []


def test_a_prediction_takes_the_others_together_or_not_at_all():
    # Ten leavers to each of the six columns.
    others = ("classmates_left_share_84d", "leave_share_84d", "absence_share_84d")
    assert unaffordable(OWNERS, events=60, settings=Settings()) == ()
    assert unaffordable(OWNERS, events=59, settings=Settings()) == others


def test_a_prediction_that_has_only_others_keeps_them():
    assert unaffordable(OWNERS[2:], events=1, settings=Settings()) == ()
    assert unaffordable([], events=0, settings=Settings()) == ()


def test_the_leavers_asked_for_are_those_of_riley_for_the_shares_that_leave_in_a_month():
    def needed(share, *, shrinkage=0.9, explained=0.15):
        """Return events per column by criterion (i) of Riley et al. 2019, for 15 % of the largest R² (BMJ 2020)."""
        most = 1 - np.exp(2 * (share * np.log(share) + (1 - share) * np.log(1 - share)))
        return share / ((shrinkage - 1) * np.log(1 - explained * most / shrinkage))

    assert needed(0.05) < Settings().model.events_per_learned_column < needed(0.12)
    assert [round(needed(share)) for share in (0.05, 0.08, 0.12)] == [9, 11, 13]
