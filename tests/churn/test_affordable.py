from churnlab.churn.affordable import affordable
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
