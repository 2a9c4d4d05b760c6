"""A funnel never grows, and says what it counts."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.churn.funnel.conversion import conversion
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import clustered_wilson, wilson
from tests.churn.funnel.asking import contact, crowd, opened, signed, student


# 20 ask and are called, 8 book a trial, 6 of them come to it, 10 sign (4 without a trial) and come.
def funnel_of_twenty() -> dict[str, Any]:
    rows = crowd(20, 10)
    booked = [contact(f"a{number}", "2025-01-12", "trial_booked") for number in range(4, 12)]
    done = [contact(f"a{number}", "2025-01-14", "trial_done") for number in range(4, 10)]
    return rows | {"contacts": [*rows["contacts"], *booked, *done]}


def test_each_step_has_its_numerator_denominator_and_interval() -> None:
    found = conversion(opened("2025-03-01", funnel_of_twenty()))
    table = found.table.set_index("funnel_step")
    assert table["reached"].to_dict() == {
        "asked": 20, "contacted": 20, "trial_booked": 12, "trial_done": 10, "enrolled": 10, "first_lesson": 10
    }  # fmt: skip
    assert table["without_record"].tolist() == [0, 0, 4, 4, 0, 0]
    assert table.loc["trial_done", "of_previous_rate"] == 10 / 12
    assert table.loc["enrolled", "of_asked_rate"] == 10 / 20
    low, high = wilson(10, 12, 0.95)
    assert (table.loc["trial_done", "of_previous_rate_low"], table.loc["trial_done", "of_previous_rate_high"]) == (
        low,
        high,
    )
    assert pd.isna(table.loc["asked", "of_previous_rate"])
    assert "funnel_skipped" in found.caveats


def test_it_says_where_most_are_lost() -> None:
    found = conversion(opened("2025-03-01", funnel_of_twenty()))
    assert found.sentence("en").endswith("Most are lost between “Contacted” and “Trial booked”: 8 of 20.")
    assert found.sentence("zh").endswith("流失最多的是从“已联系”到“约试听”：20 次中少了 8 次。")
    for lang in LANGUAGES:
        assert found.title(lang)
        assert len(found.warnings(lang)) == len(found.caveats)


def test_one_campus_has_its_own_funnel() -> None:
    data = opened("2025-03-01", crowd(10, 6), crowd(8, 2, of="b", campus="West"))
    assert conversion(data, campus="West").table["reached"].tolist()[0] == 8
    assert conversion(data).table["reached"].tolist()[0] == 18


# 20 ask in January, 10 of them come; all 20 had asked the summer before, and the same 10 had booked a trial then, too.
def test_requests_of_one_person_are_one_source_of_chance() -> None:
    before = [
        row | {"lead_id": f"{row['lead_id']} before", "created_at": "2024-07-10"} for row in crowd(20, 0)["leads"]
    ]
    booked = [contact(f"a{number} before", "2024-07-12", "trial_booked") for number in range(10)]
    data = opened("2025-03-01", crowd(20, 10), {"leads": before, "contacts": booked})
    table = conversion(data, through="enrolled").table.set_index("funnel_step")
    low, high = clustered_wilson(2 * ([True] * 10 + [False] * 10), [*range(20), *range(20)], 0.95)
    told = table.loc["trial_booked", ["of_asked_rate", "of_asked_rate_low", "of_asked_rate_high"]].tolist()
    assert told == pytest.approx([20 / 40, low, high])
    assert low < wilson(20, 40, 0.95)[0] - 0.01


STEP = st.sampled_from(["trial_booked", "trial_done", "trial_cancelled", "follow_up", "signed", "lesson", "renewed"])


@settings(max_examples=8, deadline=None)
@given(
    taken=st.lists(st.lists(STEP, max_size=4), min_size=6, max_size=15),
    channels=st.lists(st.sampled_from(["web", "shop"]), min_size=15, max_size=15),
    order=st.randoms(use_true_random=False),
)
def test_a_funnel_never_grows_and_row_order_changes_nothing(taken: Any, channels: Any, order: Any) -> None:
    rows = _told(taken, channels)
    shuffled = {name: order.sample(part, len(part)) for name, part in rows.items()}
    for through in ("enrolled", "first_lesson"):
        whole, again = (conversion(opened("2025-03-01", part), through=through).table for part in (rows, shuffled))
        pd.testing.assert_frame_equal(whole, again)
        assert (whole["reached"].diff().dropna() <= 0).all()
        assert whole["without_record"].le(whole["reached"]).all()
    counted = [
        conversion(opened("2025-03-01", _told(taken, channels, only=channel)), through="enrolled")
        .table["reached"]
        .to_numpy()
        for channel in ("web", "shop")
        if channels[: len(taken)].count(channel)
    ]
    whole = conversion(opened("2025-03-01", rows), through="enrolled").table["reached"].to_numpy()
    assert (sum(counted) == whole).all()


def _told(taken: list[list[str]], channels: list[str], only: str | None = None) -> dict[str, Any]:
    """Return what each of these did, and per channel ten more of whom six came, so that all are told."""
    parts = [crowd(10, 6, of=name, channel=name) for name in ("web", "shop") if name in channels[: len(taken)]]
    for part in parts:  # one trial each, so that trials are steps of all
        part["contacts"].append(part["contacts"][0] | {"at": "2025-01-12", "kind": "trial_done"})
    parts = [part for part in parts if only is None or part["leads"][0]["channel"] == only]
    for number, (steps, channel) in enumerate(zip(taken, channels, strict=False)):
        if only in (None, channel):
            one = crowd(1, int(bool({"signed", "lesson", "renewed"} & set(steps))), of=f"x{number}-", channel=channel)
            said = [
                contact(f"x{number}-0", "2025-01-13", kind) for kind in steps if kind.startswith(("trial", "follow"))
            ]
            lessons = one["lessons"] if "lesson" in steps else []
            parts.append(one | {"contacts": said, "lessons": lessons})
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


# 20 ask on 10 January, 10 sign on the 20th and come that day; 5 of the others sign that day for 1 July.
def booked_ahead() -> list[dict[str, Any]]:
    names = [f"a{number}" for number in range(15, 20)]
    ahead = {
        "students": [student(name, "2025-01-20") for name in names],
        "enrolments": [signed(name, "2025-01-20", starts_on="2025-07-01") for name in names],
    }
    return [crowd(20, 10), ahead]


def test_who_has_booked_ahead_has_neither_come_nor_stayed_away() -> None:
    found = conversion(opened("2025-03-01", *booked_ahead()))
    table = found.table.set_index("funnel_step")
    assert table["reached"].tolist() == [20, 20, 15, 10]
    assert table["not_due"].tolist() == [0, 0, 0, 5]
    told = [table.loc["first_lesson", f"of_previous_{name}"] for name in ("rate", "rate_low", "rate_high")]
    assert told == [10 / 10, *wilson(10, 10, 0.95)]
    assert pd.isna(table.loc["first_lesson", "of_asked_rate"])
    assert "“Enrolled”: 75.0%" in found.sentence("en")
    assert "Of the 10 of them who should have come by now, 10 came to a first lesson: 100.0%" in found.sentence("en")
    assert "到现在应已开课的有 10 次，来上了第一节课的 10 次，占 100.0%" in found.sentence("zh")
    assert "funnel_due_at_once" in found.caveats
    assert "5 more enrolled and are not due yet" in " ".join(found.warnings("en"))
    assert all(len(found.warnings(lang)) == len(found.caveats) for lang in LANGUAGES)


def test_once_their_start_has_passed_they_have_not_come() -> None:
    table = conversion(opened("2025-07-03", *booked_ahead())).table.set_index("funnel_step")
    assert "not_due" not in table
    assert table.loc["first_lesson", "of_previous_rate"] == 10 / 15
    assert table.loc["first_lesson", "of_asked_rate"] == 10 / 20


# 5 are lost before a trial, and 5 have signed and not come: these have booked ahead.
def test_who_starts_later_is_most_lost_at_no_step() -> None:
    found = conversion(opened("2025-03-01", *booked_ahead()))
    assert found.sentence("en").endswith("Most are lost between “Contacted” and “Enrolled”: 5 of 20.")


# 20 ask and are called, 10 sign; no trial is on record of anybody. That all ten passed two trials is no finding.
def test_steps_of_which_nothing_is_recorded_are_not_told() -> None:
    called = conversion(opened("2025-03-01", crowd(20, 10)))
    assert called.table["funnel_step"].tolist() == ["asked", "contacted", "enrolled", "first_lesson"]
    assert called.table["reached"].tolist() == [20, 20, 10, 10]
    assert called.table["without_record"].sum() == 0
    assert "funnel_no_trials" in called.caveats
    asked = conversion(opened("2025-03-01", crowd(20, 10) | {"contacts": []}))
    assert asked.table["funnel_step"].tolist() == ["asked", "enrolled", "first_lesson"]
    assert asked.sentence("en").endswith("Most are lost between “Asked” and “Enrolled”: 10 of 20.")
    assert "funnel_no_contacts" in asked.caveats
    assert "funnel_no_trials" not in asked.caveats
    for lang in LANGUAGES:
        assert len(called.warnings(lang)) == len(called.caveats)
        assert len(asked.warnings(lang)) == len(asked.caveats)


def test_with_contacts_and_trials_on_record_nothing_is_missing() -> None:
    caveats = conversion(opened("2025-03-01", funnel_of_twenty())).caveats
    assert not {"funnel_no_contacts", "funnel_no_trials"} & {*caveats}
