"""Is a gap to a KPI's target worked out as by hand, and called short only where it is?"""

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import kpi_diagnosis
from tests.builders import institution
from tests.kirkpatrick.needs.rows import STAFF, kpi, opened

# As of 1 July 2026 the six months are January to June. Means over them: A 7, B 8, C 9, D 9 of a target of 10.
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
EVEN = kpi("sales", {one: dict.fromkeys(MONTHS, level) for one, level in zip("ABCD", (7.0, 8, 9, 9), strict=True)})
SALES = [row | {"target": 10.0} for row in EVEN]


def told(rows: list[dict[str, object]], as_of: str = "2026-07-01", **more: object) -> Finding:
    return kpi_diagnosis(opened(as_of, kpis=rows, **more))  # type: ignore[arg-type]


def test_the_gap_is_the_mean_of_peoples_with_its_interval() -> None:
    (row,) = told(SALES).table.to_dict("records")
    # Gaps −3, −2, −1, −1: mean −7/4, standard deviation √(11/12), its error half of that.
    half = t.ppf(0.975, 3) * np.sqrt(11 / 12) / 2
    assert row["kpi_gap"].facts == pytest.approx({"change": -7 / 4, "low": -7 / 4 - half, "high": -7 / 4 + half})
    assert (row["kpi_now"].facts["value"], row["kpi_target"].facts["value"]) == (33 / 4, 10)
    assert row["of_kpi_target_share"] == 33 / 40
    assert row["of_kpi_target_share_low"] == pytest.approx((33 / 4 - half) / 10)
    assert row["adjusted_p_value"] == pytest.approx(2 * t.sf(7 / 4 / (np.sqrt(11 / 12) / 2), 3))
    assert (row["people"], row["short_people"], row["need_state"]) == (4, 4, "short")


def test_who_is_short_for_certain_is_told_by_how_much_ones_own_quarters_differ() -> None:
    # Quarters of A: 7 and 9; of B 8.5 and 10.5; the others 12 both times. One error for all, over six months each:
    # Σ 3 (2 · 1²) for A and for B over 4 free blocks = 3, root of 3/6 = 0.707. Four people: 1 − 0.05/4 of the normal,
    # 2.498.
    levels = {"A": (7.0, 9.0), "B": (8.5, 10.5), "C": (12.0, 12.0), "D": (12.0, 12.0)}
    rows = kpi("sales", {one: dict(zip(MONTHS, [a] * 3 + [b] * 3, strict=True)) for one, (a, b) in levels.items()})
    (row,) = told([one | {"target": 10.0} for one in rows]).table.to_dict("records")
    # A is at 8, 8 + 1.77 < 10; B at 9.5, 9.5 + 1.77 > 10.
    assert (row["short_people"], row["surely_short_people"]) == (2, 1)


def test_where_low_is_good_below_the_target_is_reached_and_the_share_is_turned_round() -> None:
    levels = zip("ABCD", (20.0, 21.0, 20.0, 19.0), strict=True)
    rows = kpi("reply_hours", {one: dict.fromkeys(MONTHS, level) for one, level in levels})
    (row,) = told([one | {"target": 24.0} for one in rows]).table.to_dict("records")
    assert (row["need_state"], row["of_kpi_target_share"], row["short_people"]) == ("reached", 24 / 20, 0)


def test_only_the_last_months_and_who_works_here_count_and_what_has_a_target() -> None:
    more = kpi("sales", {"A": {"2025-12": 100.0}}) + kpi("sales", {"E": dict.fromkeys(MONTHS, 100.0)})
    rows = SALES + [row | {"target": 10.0} for row in more] + kpi("calls", {one: {"2026-03": 1.0} for one in "ABCD"})
    staff = [row | ({"left_on": "2026-06-30"} if row["staff_id"] == "E" else {}) for row in STAFF]
    pd.testing.assert_frame_equal(told(rows, staff=staff).table, told(SALES).table)


def test_the_future_changes_nothing() -> None:
    later = [row | {"target": 10.0} for row in kpi("sales", {one: {"2026-07": 99.0} for one in "ABCD"})]
    pd.testing.assert_frame_equal(told(SALES + later).table, told(SALES).table)


def test_several_kpis_are_corrected_for_and_the_furthest_short_comes_first() -> None:
    # The same gaps of a larger target are less of it: 6.75 of 8.5 before 8.25 of 10.
    nearer = [row | {"metric": "calls", "value": row["value"] - 1.5, "target": 8.5} for row in SALES]
    found = told(SALES + nearer)
    alone = told(SALES).table["adjusted_p_value"].iloc[0]
    assert found.table["metric"].tolist() == ["calls", "sales"]
    assert found.table["adjusted_p_value"].tolist() == pytest.approx([2 * alone, 2 * alone])
    assert found.table["need_state"].tolist() == ["unclear", "unclear"]  # 0.035 alone, 0.07 of two


def test_a_gap_that_all_share_tells_nothing_of_how_sure_it_is() -> None:
    rows = [row | {"value": 9.0} for row in SALES]
    (row,) = told(rows).table.to_dict("records")
    assert row["need_state"] == "unclear"
    assert row["kpi_gap"].say("en") == "−1.0"


def test_the_sentence() -> None:
    found = told(SALES)
    assert found.sentence("en") == (
        "Of 1 KPI with a target (January 2026 to June 2026, people working here now) 1 falls short beyond "
        "chance, 0 are "
        "above it beyond chance, and of 0 it cannot be told (95% intervals, corrected for the number of KPIs). "
        "Furthest short, measured by the target, is sales (adviser): 8.2 against 10.0, −1.8 (−3.3 to −0.2). "
        "4 of 4 are short by their own mean, 4 of them beyond chance."
    )
    assert found.sentence("zh") == (
        "1 项有目标的指标中（2026年1月至2026年6月，只看在职员工），1 项未达标且超出偶然，0 项达标且超出偶然，0 "
        "项不能判断"
        "（95% 区间，已按指标项数校正）。相对目标差得最远的是adviser的“sales”：现状 8.2，目标 10.0，相差 −1.8（"
        "−3.3 至 −0.2）。"
        "4 人中 4 人的平均值未达标，其中 4 人超出偶然。"
    )
    assert found.caveats == ("needs_kpis", "needs_few")
    assert found.design is None


@pytest.mark.parametrize("rows", [EVEN, [row for row in SALES if row["unit_id"] == "A"]])
def test_without_targets_or_of_a_single_person_it_is_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(NotEnoughData) as none:
        told(rows)
    assert none.value.key == "needs.no_kpi_targets"
    with pytest.raises(NotEnoughData):
        kpi_diagnosis(opened())


@pytest.mark.slow
def test_of_kpis_at_their_target_none_is_called_short_or_reached_in_most_institutions() -> None:
    """Estimand: what a person of the role is expected to reach, less the target; here 0 for four KPIs at once."""
    rng, wrong, held = np.random.default_rng(11), 0, []
    people, seeds = [f"P{number}" for number in range(10)], 100
    staff = [{"staff_id": one, "role": "adviser", "campus": "East", "hired_on": "2024-01-01"} for one in people]
    for _ in range(seeds):
        rows = []
        for metric in ("one", "two", "three", "four"):
            level = 10 + rng.normal(size=len(people))
            rows += [
                {"unit": "staff", "unit_id": one, "metric": metric, "month": f"{month}-28", "target": 10.0,
                 "value": own + rng.normal()}
                for one, own in zip(people, level, strict=True)
                for month in MONTHS
            ]  # fmt: skip
        with closing(institution("2026-07-01", staff=staff, kpis=rows)) as data:
            table = kpi_diagnosis(data).table
        wrong += bool((table["need_state"] != "unclear").any())
        held += [said.facts["low"] <= 0 <= said.facts["high"] for said in table["kpi_gap"]]
    # In 5 of 100 institutions any of the four, and no interval oftener: within what chance does in 99 of 100 tests.
    assert binom.ppf(0.005, seeds, 0.05) <= wrong <= binom.ppf(0.995, seeds, 0.05), wrong / seeds
    band = binom.ppf([0.005, 0.995], len(held), 0.95)
    assert band[0] <= sum(held) <= band[1], np.mean(held)
