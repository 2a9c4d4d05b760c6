"""Who differs is told with the correction for all that were compared."""

import pytest

from churnlab.churn.funnel.conversion_by import conversion_by
from churnlab.churn.groups import POOLED, UNKNOWN
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Funnel
from tests.churn.funnel.asking import SMALL, contact, crowd, lead, opened

AS_OF = "2025-03-01"


def test_a_channel_that_differs_is_named() -> None:
    data = opened(AS_OF, crowd(30, 25), crowd(30, 5, of="b", channel="shop"), crowd(3, 1, of="c", channel="fair"))
    found = conversion_by(data)
    assert found.table["channel"].tolist() == ["web", "shop", POOLED]
    assert found.table["requests"].tolist() == [30, 30, 3]
    assert found.table["requests_enrolled"].tolist() == [25, 5, 1]
    assert found.sentence("en").startswith(
        "Channel web: 83.3% enrolled (25 of 30), more than of all others: +65.2 points"
    )
    assert found.sentence("zh").startswith("按来源渠道看，web的报名率为 83.3%")


def test_sums_over_channels_are_all() -> None:
    data = opened(AS_OF, crowd(30, 25), crowd(30, 5, of="b", channel="shop"), crowd(3, 1, of="c", channel=None))
    table = conversion_by(data).table
    assert table["channel"].tolist()[-1] == UNKNOWN
    assert (table["requests"].sum(), table["requests_enrolled"].sum()) == (63, 31)


def test_advisers_are_drawn_together_and_stand_in_the_order_of_their_size() -> None:
    # Chen spoke first with 20 of whom 10 came, Sun with 4 who all came; nobody with 6.
    rows = [crowd(20, 10, of="a"), crowd(4, 4, of="b"), crowd(6, 0, of="c")]
    rows[0]["contacts"] = [contact(f"a{number}", "2025-01-10", staff_id="Chen") for number in range(20)]
    rows[1]["contacts"] = [contact(f"b{number}", "2025-01-10", staff_id="Sun") for number in range(4)]
    rows[2]["contacts"] = []
    found = conversion_by(opened(AS_OF, *rows), by="adviser")
    assert found.table["adviser_id"].tolist() == ["Chen", "Sun"]  # nobody spoke to six
    assert found.table["shrunken_rate"].iloc[1] < 1
    assert {"funnel_shrunken", "funnel_adviser"} <= set(found.caveats)
    for lang in LANGUAGES:
        assert found.sentence(lang)


#  of each 20, six sign on 20 Jan: 30 %
#  a  asks 10 Jan ── Chen calls 11 Jan ── signs 20 Jan
#  b  asks 10 Jan ── Sun calls 11 Jan ─── signs 20 Jan
#  c  asks 10 Jan ─────────────────────── signs 20 Jan ── Sun's welcome call 22 Jan, for the six who signed
def test_welcome_calls_win_nobody() -> None:
    rows = [crowd(20, 6, of=of) for of in "abc"]
    rows[0]["contacts"] = [contact(f"a{number}", "2025-01-11", staff_id="Chen") for number in range(20)]
    rows[1]["contacts"] = [contact(f"b{number}", "2025-01-11", staff_id="Sun") for number in range(20)]
    rows[2]["contacts"] = [contact(f"c{number}", "2025-01-22", staff_id="Sun") for number in range(6)]
    table = conversion_by(opened(AS_OF, *rows), by="adviser").table.set_index("adviser_id")
    assert table["requests"].to_dict() == {"Chen": 20, "Sun": 20}
    assert table["requests_enrolled"].to_dict() == {"Chen": 6, "Sun": 6}
    assert table.loc["Chen", "shrunken_rate"] == table.loc["Sun", "shrunken_rate"]


def test_an_adviser_is_compared_at_her_campus() -> None:
    """In the east half sign, in the west a tenth: nobody is named. Then Chen wins fewer than Sun in the east."""
    for wins, named in (((10, 10, 2, 2), False), ((3, 17, 2, 2), True)):
        people = [("Chen", "East"), ("Sun", "East"), ("Wu", "West"), ("Xu", "West")]
        parts = []
        for (who, campus), came in zip(people, wins, strict=True):
            part = crowd(20, came, of=who, campus=campus)
            part["contacts"] = [contact(f"{who}{number}", "2025-01-10", staff_id=who) for number in range(20)]
            parts.append(part)
        found = conversion_by(opened(AS_OF, *parts), by="adviser")
        said = found.sentence("en")
        assert ("differences may be chance" in said) is not named
        assert ("Chen: 3 of 20 enrolled" in said and "requests of the same campus −70.0 points" in said) is named
        assert ("同校区的其余咨询" in found.sentence("zh")) is named
        assert "funnel_groups_like" in found.caveats


def test_only_the_largest_campaigns_are_listed_and_the_others_counted() -> None:
    rules = SMALL.model_copy(update={"funnel": Funnel(longest_days=30, listed=2)})
    parts = [crowd(5 + many, 3, of=f"c{many}-", campaign_id=f"no. {many}") for many in range(4)]
    found = conversion_by(opened(AS_OF, *parts, crowd(6, 3), settings=rules), by="campaign")
    assert found.table["campaign_id"].tolist() == ["no. 3", "no. 2", UNKNOWN]
    assert found.facts["unlisted"] == 2
    assert "funnel_unlisted" in found.caveats


@pytest.mark.parametrize(("by", "key"), [("campaign", "churn.no_groups"), ("campus", "churn.only_group")])
def test_what_is_not_recorded_or_alike_for_all_is_not_compared(by: str, key: str) -> None:
    with pytest.raises(NotEnoughData) as told:
        conversion_by(opened(AS_OF, crowd(10, 5)), by=by)  # type: ignore[arg-type]
    assert told.value.key == key


def test_who_asks_at_one_campus_is_compared_there() -> None:
    data = opened(
        AS_OF, crowd(10, 6), crowd(10, 6, of="b", channel="shop"), {"leads": [lead("x", "2025-01-01", campus="West")]}
    )
    assert conversion_by(data, campus="East").table["requests"].sum() == 20


def test_without_contacts_no_adviser_is_told() -> None:
    with pytest.raises(NotEnoughData) as told:
        conversion_by(opened(AS_OF, crowd(10, 5) | {"contacts": []}), by="adviser")
    assert told.value.key == "not_loaded"
    without = (crowd(20, 10, of=of, channel=of) | {"contacts": []} for of in "ab")
    assert conversion_by(opened(AS_OF, *without)).table["requests"].tolist() == [20, 20]
