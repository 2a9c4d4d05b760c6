"""Of every step it is told by group how many passed it, and one is named only if it is more than chance."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.churn.funnel import steps_by as module
from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.conversion import conversion
from churnlab.churn.funnel.steps_by import steps_by
from churnlab.churn.groups import POOLED, UNKNOWN
from churnlab.errors import NotEnoughData, OrderError
from churnlab.i18n import LANGUAGES
from churnlab.settings import Funnel
from churnlab.stats.intervals import wilson
from churnlab.stats.shrinkage import beta_binomial
from churnlab.synthetic import Institution, make
from tests.churn.funnel.asking import SMALL, contact, crowd, opened, signed

AS_OF = "2025-03-01"
STEPS = ["contacted", "trial_booked", "trial_done", "enrolled", "first_lesson"]


def with_trials(rows: dict[str, Any], of: str, booked: int, done: int) -> dict[str, Any]:
    """Let so many of a crowd book a trial, and so many of them have it."""
    kinds = [("trial_booked", "2025-01-12", booked), ("trial_done", "2025-01-14", done)]
    said = [contact(f"{of}{number}", on, kind) for kind, on, many in kinds for number in range(many)]
    return rows | {"contacts": [*rows["contacts"], *said]}


#         asked  contacted  booked  done  enrolled  came
#  web      30       30       28     26      25      25
#  shop     30       30       20     10       5       5
#  fair      3        3        1      1       1       1
def three_channels() -> tuple[dict[str, Any], ...]:
    web, shop, fair = crowd(30, 25), crowd(30, 5, of="b", channel="shop"), crowd(3, 1, of="c", channel="fair")
    return with_trials(web, "a", 28, 26), with_trials(shop, "b", 20, 10), fair


def test_each_channel_has_its_numbers_at_each_step() -> None:
    found = steps_by(opened(AS_OF, *three_channels()))
    table = found.table
    assert found.key == "churn.funnel_steps_by_channel"
    assert table["channel"].tolist() == 5 * ["shop"] + 5 * ["web"] + 5 * [POOLED]
    assert table["funnel_step"].tolist() == 3 * STEPS
    assert table["at_step_before"].tolist() == [30, 30, 20, 10, 5, 30, 30, 28, 26, 25, 3, 3, 1, 1, 1]
    assert table["reached"].tolist() == [30, 20, 10, 5, 5, 30, 28, 26, 25, 25, 3, 1, 1, 1, 1]
    shop = table.iloc[2]
    low, high = wilson(10, 20, 0.95)
    assert (shop["of_previous_rate"], shop["of_previous_rate_low"], shop["of_previous_rate_high"]) == (1 / 2, low, high)
    assert shop["difference_points"] == pytest.approx(10 / 20 - 27 / 29)
    assert table["of_previous_rate"].iloc[10:].isna().all()  # fewer than five
    assert table["adjusted_p_value"].iloc[10:].isna().all()
    assert len(found.presented("en").columns) <= 8


def test_it_is_corrected_over_all_groups_and_steps_and_the_one_furthest_below_is_named() -> None:
    found = steps_by(opened(AS_OF, *three_channels()))
    squares = [
        [[30, 0], [33, 0]], [[20, 10], [29, 4]], [[10, 10], [27, 2]], [[5, 5], [26, 1]], [[5, 0], [26, 0]],
        [[30, 0], [33, 0]], [[28, 2], [21, 12]], [[26, 2], [11, 10]], [[25, 1], [6, 5]], [[25, 0], [6, 0]],
    ]  # fmt: skip
    raw = [min(stats.fisher_exact(square).pvalue, 1) for square in squares]
    np.testing.assert_allclose(found.table["adjusted_p_value"].iloc[:10], stats.false_discovery_control(raw))
    assert found.sentence("en").startswith(
        "Channel shop: of 10 who could go on to “Enrolled” 5 did (50.0%), fewer than of all others: −46.3 points"
    )
    assert "Of 10 comparisons" in found.sentence("en")
    assert found.sentence("zh").startswith(
        "按来源渠道看，shop在“报名”这一步最落后：应走到这一步的 10 次咨询中走到了 5 次"
    )
    for lang in LANGUAGES:
        assert found.title(lang)
        assert len(found.warnings(lang)) == len(found.caveats)


def test_where_none_is_below_the_others_none_is_named() -> None:
    found = steps_by(opened(AS_OF, crowd(30, 15), crowd(30, 14, of="b", channel="shop")))
    assert found.table["funnel_step"].unique().tolist() == ["contacted", "enrolled", "first_lesson"]
    assert found.sentence("en") == (
        "Channel: at no step is a group below the others by more than chance would explain (6 comparisons, each group "
        "at each step). That is no proof that all are alike."
    )
    assert "funnel_no_trials" in found.caveats


def test_groups_too_small_at_every_step_are_not_compared() -> None:
    found = steps_by(opened(AS_OF, crowd(4, 3, channel="fair"), crowd(4, 3, of="b")))
    assert found.table["channel"].tolist() == 3 * [POOLED]
    assert found.sentence("en") == "Channel: there are too few in each group to compare the steps."


#  2024  20 ask on 10 Jan on the web, 15 come, 9 of them renew on 1 Jun; 20 in the shop, 10 come, 7 renew
#  2025  30 each ask on 10 Jan; whether they renew nobody knows yet
def test_renewals_are_told_of_older_requests() -> None:
    old = [crowd(20, 15, on="2024-01-10", of="x"), crowd(20, 10, on="2024-01-10", of="y", channel="shop")]
    for part, name, many in zip(old, "xy", (9, 7), strict=True):
        part["enrolments"] += [signed(f"{name}{number}", "2024-06-01", kind="renewal") for number in range(many)]
    found = steps_by(opened(AS_OF, *three_channels(), *old))
    rows = found.table[found.table["funnel_step"] == "renewed"].set_index("channel")
    assert rows["at_step_before"].to_dict() == {"web": 15, "shop": 10}
    assert rows["of_previous_rate"].to_dict() == {"web": 9 / 15, "shop": 7 / 10}
    assert found.table["reached"].tolist()[6:11] == [30, 28, 26, 25, 25]  # the others' steps are those of this year
    assert "funnel_steps_renewed" in found.caveats
    assert "from 10 Jan 2024 to 10 Jan 2024" in " ".join(found.warnings("en"))
    assert "funnel_steps_no_renewed" in steps_by(opened(AS_OF, *three_channels())).caveats


def test_who_has_booked_ahead_has_not_stayed_away() -> None:
    rows = three_channels()
    for contract in rows[1]["enrolments"][:2]:
        contract["starts_on"] = "2025-07-01"
        rows[1]["lessons"] = [row for row in rows[1]["lessons"] if row["student_id"] != contract["student_id"]]
    found = steps_by(opened(AS_OF, *rows))
    shop = found.table.iloc[4]
    assert (shop["funnel_step"], shop["at_step_before"], shop["reached"]) == ("first_lesson", 3, 3)
    assert found.facts["not_due"] == 2


#  Chen spoke first with 20, Sun with 4; nobody with 6
def test_advisers_are_drawn_together_and_not_asked_whether_they_made_contact() -> None:
    rows = [crowd(20, 10, of="a"), crowd(4, 4, of="b"), crowd(6, 0, of="c")]
    rows[0]["contacts"] = [contact(f"a{number}", "2025-01-10", staff_id="Chen") for number in range(20)]
    rows[1]["contacts"] = [contact(f"b{number}", "2025-01-10", staff_id="Sun") for number in range(4)]
    rows[2]["contacts"] = []
    found = steps_by(opened(AS_OF, *rows), by="adviser")
    table = found.table
    assert table[["adviser_id", "funnel_step"]].to_numpy().tolist() == [
        ["Chen", "enrolled"], ["Chen", "first_lesson"], ["Sun", "enrolled"], ["Sun", "first_lesson"]
    ]  # fmt: skip
    want = beta_binomial([10, 4], [20, 4], level=0.95)
    np.testing.assert_allclose(table["passed_shrunken_rate"].iloc[::2], want.mean)
    assert {"funnel_steps_shrunken", "funnel_adviser"} <= set(found.caveats)


def test_only_the_largest_campaigns_are_listed_and_the_others_counted() -> None:
    rules = SMALL.model_copy(update={"funnel": Funnel(longest_days=30, listed=2)})
    parts = [crowd(5 + many, 3, of=f"c{many}-", campaign_id=f"no. {many}") for many in range(4)]
    found = steps_by(opened(AS_OF, *parts, crowd(6, 3), settings=rules), by="campaign")
    assert found.table["campaign_id"].drop_duplicates().tolist() == ["no. 3", "no. 2", UNKNOWN]
    assert found.facts["unlisted"] == 2
    assert "funnel_unlisted" in found.caveats


def test_what_tells_no_groups_apart_is_refused_in_words() -> None:
    data = opened(AS_OF, crowd(10, 5))
    with pytest.raises(OrderError) as told:
        steps_by(data, by="weekday")  # type: ignore[arg-type]
    assert told.value.message("en") == (
        "by='weekday' is no choice here; ask for one of channel, campaign, campus, adviser, course."
    )
    with pytest.raises(NotEnoughData) as few:
        steps_by(data, by="campus")
    assert few.value.key == "churn.only_group"


@pytest.fixture(name="made", scope="module")
def made_up() -> Any:
    return make(Institution(students=400, seed=3, campuses=2)).data()


@pytest.mark.parametrize("by", ["channel", "campus", "course"])
def test_sums_over_groups_are_those_of_the_whole_funnel(made: Any, by: Any) -> None:
    sums = steps_by(made, by=by).table.groupby("funnel_step")[["at_step_before", "reached"]].sum()
    for through in ("first_lesson", "renewed"):
        whole = conversion(made, through=through).table.set_index("funnel_step")
        asked_of = whole["reached"].shift() - whole.get("not_due", 0)
        for step in STEPS if through == "first_lesson" else ["renewed"]:
            assert sums.loc[step].tolist() == [asked_of[step], whole.loc[step, "reached"]]


@pytest.mark.slow
def test_where_groups_are_drawn_by_lot_one_is_seldom_named(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, many = np.random.default_rng(5), 80
    cohorts = {through: ripe_cohort(made, through) for through in ("first_lesson", "renewed")}

    def by_lot(_: Any, through: Any, campus: Any = None) -> Any:
        cohort = cohorts[through]
        return replace(cohort, rows=cohort.rows.assign(channel=rng.choice(list("abcde"), len(cohort.rows))))

    monkeypatch.setattr(module, "ripe_cohort", by_lot)
    said = pd.Series([steps_by(made).facts["statement"].key for _ in range(many)])
    assert said.str.endswith(".lower").sum() <= stats.binom.ppf(0.99, many, 0.05), said.value_counts()
