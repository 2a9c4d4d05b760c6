"""Is a case written only of who is surely above her role, with what is luck, and with what surely sets her apart?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people import cases
from churnlab.kirkpatrick.people.cases import benchmark_cases
from churnlab.kirkpatrick.people.standing import monthly_index, performance
from tests.kirkpatrick.people.team import IDS, PX1, kpis, opened, staff, trainees

YEAR = 365 / (365.25 / 12)  # months at work of who was there all the time


def praised(by_person):
    return [
        {"staff_id": one, "at": f"2025-{1 + number % 12:02}-{1 + number // 12:02} 10:00", "kind": "praise"}
        for one, many in by_person.items()
        for number in range(many)
    ]


def rated(scores, dimension="listens", raters=4):
    """Return ratings by peers who differ by ±0.5 around each one's score."""
    return [
        {"staff_id": one, "rater_id": f"P{number}", "rater_role": "peer", "kind": "behavior", "occasion": "pre",
         "at": "2025-06-01 10:00", "dimension": dimension, "score": score + (number % 2) - 0.5, "scale_min": 1.0,
         "scale_max": 5.0}
        for one, score in scores.items()
        for number in range(raters)
    ]  # fmt: skip


def told(as_of="2026-01-01", **more):
    tables = {
        "incidents": praised({one: 24 if one == "A11" else 1 for one in IDS}),
        "ratings": rated({one: 3.0 for one in IDS}),
        "trainings": [PX1],
        "trainees": trainees(IDS[:6]),
    }
    return opened(as_of, **(tables | more))


def test_the_case_is_the_highest_with_her_own_numbers_beside_her_colleagues():
    found = benchmark_cases(told())
    assert set(found.table["staff_id"]) == {"A11"}
    rows = found.table.set_index("thing")
    praise = rows.loc["praise"]
    assert praise["own_value"] == pytest.approx(24 / YEAR)
    assert praise["colleague_mean"] == pytest.approx(1 / YEAR)
    assert praise["colleagues_below_share"] == 1
    assert praise["colleague_mean"] < praise["drawn_value_low"] < praise["drawn_value"] < praise["own_value"]
    listens = rows.loc["listens"]
    assert (listens["own_value"], listens["colleague_mean"]) == (3, 3)
    assert listens["colleagues_below_share"] == 1 / 2
    hours = rows.loc["training_hours"]  # six of eleven colleagues had ten hours, she none
    assert (hours["own_value"], hours["colleague_mean"]) == (0, pytest.approx(6 * 10 / YEAR / 11))
    assert hours["colleagues_below_share"] == pytest.approx(5 / 11 / 2)
    assert rows["unlike_for_certain"].tolist() == [True, None, False]  # hours are told, not tested
    assert found.facts["compared"] == 2


def test_the_case_can_be_read_aloud():
    found, top = benchmark_cases(told()), performance(told()).table.iloc[-1]
    assert top["staff_id"] == "A11"
    sure = performance(told()).above(0.2)[-1]
    luck, most = 1 - top["estimate"] / top["raw"], 1 - top["estimate_low"] / top["raw"]
    assert found.sentence("en").startswith(
        "Of 12 people 2 of the top of their role are above its mean for certain (95%)"
    )
    assert found.sentence("en").endswith(
        f"the highest of each role is written up, which makes 1 case. A11 (adviser): {top['raw']:.2f} standard "
        f"deviations above the mean of the role. {luck:.0%} of that is probably luck, at most {most:.0%}; "
        f"{top['estimate']:.2f} is to be expected of this person from now on (95% interval {top['estimate_low']:.2f} "
        f"to {top['estimate_high']:.2f}). With a probability of {sure:.1%} truly among the top 20%. Trainings took 0.0 "
        f"hours a month (colleagues {60 / YEAR / 11:.1f}). For certain away from the mean of the colleagues in: "
        f"praise, {24 / YEAR:.2f} a month (colleagues {1 / YEAR:.2f})."
    )
    assert found.sentence("zh").endswith(
        f"每个岗位只写最高的一名，共 1 例。A11（adviser）高出同岗位平均 {top['raw']:.2f} 个标准差，其中约 {luck:.0%} "
        f"可能是运气，最多 {most:.0%}；今后可以预期的是 {top['estimate']:.2f}（95% 区间 {top['estimate_low']:.2f} 至 "
        f"{top['estimate_high']:.2f}）。确属前 20% 的概率为 {sure:.1%}。"
        f"每月参训 0.0 小时（同事 {60 / YEAR / 11:.1f} 小时）。"
        f"确实偏离同事平均的有：praise每月 {24 / YEAR:.2f} 次（同事 {1 / YEAR:.2f} 次）。"
    )


def test_ratings_that_set_her_apart_are_named_and_where_nothing_does_it_says_so():
    high = rated({one: 4.5 if one == "A11" else 2.5 + place % 3 / 10 for place, one in enumerate(IDS)}, raters=8)
    said = benchmark_cases(told(ratings=high, incidents=[])).sentence("en")
    # Colleagues 2.5, 2.6, 2.7 in turn, A11 left out: (4 · 2.5 + 4 · 2.6 + 3 · 2.7) / 11.
    assert "listens, rated 4.50 by others (colleagues 2.59)" in said
    even = praised({one: 3 for one in IDS})
    assert "Nothing of 2 things on record is away from the mean" in benchmark_cases(told(incidents=even)).sentence("en")
    bare = benchmark_cases(opened())
    assert bare.table.empty
    assert bare.sentence("zh").endswith("没有可与足够多的同事相比的记录。")


def test_nobody_is_written_up_who_left_or_who_may_be_first_by_luck():
    left = benchmark_cases(told(staff=staff(A11="2025-12-15")))
    assert set(left.table["staff_id"]) == {"A10"}
    with pytest.raises(NotEnoughData) as error:
        benchmark_cases(told(kpis=kpis(spread=60.0)))
    assert error.value.message("en") == (
        "Of 12 people nobody at the top of a role who still works here is above its mean for certain (95%): who is "
        "first may be so by luck, and no case is written up."
    )
    assert "因此不写案例" in error.value.message("zh")


def test_the_future_changes_nothing():
    wild = [row if row["month"] < "2025-10" else row | {"value": 1e6} for row in kpis()]
    later = told(
        "2025-10-01",
        kpis=wild,
        incidents=[*praised({"A10": 200}), {"staff_id": "A11", "at": "2025-10-05", "kind": "y"}],
    )
    now = told("2025-10-01", incidents=[row for row in praised({"A10": 200}) if row["at"] < "2025-10"])
    assert benchmark_cases(later).table.equals(benchmark_cases(now).table)


def drawn(rng, apart, index):
    """Return true levels, and a year of twelve people's index with as much chance as levels lie apart."""
    level = apart * rng.normal(size=12)
    values = level[:, None] + rng.normal(size=(12, 12))
    level, values = level - level.mean(), values - values.mean(axis=0)
    return level, index.assign(index=values.ravel())


@pytest.mark.slow
@pytest.mark.parametrize("apart", [0.0, 0.7])
def test_luck_is_told_at_its_rate_of_who_came_out_on_top_and_what_all_do_alike_sets_nobody_apart(apart, monkeypatch):
    # Estimands: the true level of the one written up, chosen because she is highest; that nobody is written up where
    # all are alike; that nothing is said to set her apart where all praise and ratings are drawn from the same.
    data, rng, draws = opened(), np.random.default_rng(3), 200
    index, held, too_high, called = monthly_index(data), [], [], []
    people = pd.DataFrame({"staff_id": IDS, "role": "adviser"})
    for _ in range(draws):
        level, months = drawn(rng, apart, index)
        standing = performance(data, index=months)
        praise = people.assign(source="incident", thing="praise", many=rng.poisson(6, 12) * 1.0, months=12.0)
        scores = people.loc[people.index.repeat(6)].assign(thing="listens", rater_id=[*"abcdef"] * 12)
        scores = scores.assign(score=3.0, off=rng.normal(size=72))
        for name, told_ in (("performance", standing), ("counted", praise), ("rated", scores)):
            monkeypatch.setattr(cases, name, lambda *_, told_=told_: told_)
        try:
            found = benchmark_cases(data)
        except NotEnoughData:
            continue
        who = found.table["staff_id"].iloc[0]
        row = standing.table.set_index("staff_id").loc[who]
        held.append(row["estimate_low"] <= level[IDS.index(who)] <= row["estimate_high"])
        too_high.append(row["raw"] > level[IDS.index(who)])
        called.append(found.table["unlike_for_certain"].eq(True).any())
    assert np.sum(called) <= binom.ppf(0.995, len(called), 0.05)
    if not apart:
        assert len(held) <= binom.ppf(0.995, draws, 0.05)
        return
    assert len(held) > 100
    assert np.sum(held) >= binom.ppf(0.005, len(held), 0.95)
    assert np.mean(too_high) > 0.6  # what she had is too high far oftener than too low: hence the luck
