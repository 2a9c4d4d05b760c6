"""Is a target met only where its time is over and its interval says so?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.needs.targets import agreed_targets, targets_met
from churnlab.settings import Settings
from tests.kirkpatrick.needs.rows import TRAINED, evaluated, kpi

AFTER = ("2026-02", "2026-03", "2026-04")
SALES = kpi("sales", {one: dict.fromkeys(AFTER, 10.0 + n) for n, one in enumerate(TRAINED)})  # 11.5 (9.4 to 13.6)
HOURS = kpi(
    "reply_hours", {one: dict.fromkeys(AFTER, 20.0 + n) for n, one in enumerate(TRAINED)}
)  # 21.5 (19.4 to 23.6)


def agreed(
    measure: str = "sales", target: float = 9.0, months: float | None = 3.0, **more: object
) -> dict[str, object]:
    return {"training_id": "PX1", "measure": measure, "target": target, "months": months,
            "agreed_on": "2025-12-20"} | more  # fmt: skip


def state(*rows: dict[str, object], as_of: str = "2026-07-01") -> list[str]:
    found = targets_met(evaluated(as_of, kpis=SALES + HOURS, training_targets=list(rows)))
    return list(found.table["target_state"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (agreed(target=9.0), "met"), (agreed(target=11.0), "open_interval"), (agreed(target=14.0), "not_met"),
        # Low is good by the settings, or because somebody said so.
        (agreed("reply_hours", 24.0), "met"), (agreed("reply_hours", 19.0), "not_met"),
        (agreed("reply_hours", 22.0), "open_interval"), (agreed(target=9.0, direction="down"), "not_met"),
        (agreed("orders", 5.0), "open_nothing"), (agreed("check_ins", 0.85, None), "open_nothing"),
        # Nothing from before is there to have changed from.
        (agreed(target=0.2, kind="change"), "open_nothing"),
    ],
)  # fmt: skip
def test_the_interval_and_the_side_decide(row: dict[str, object], said: str) -> None:
    assert state(row) == [said]


def test_before_its_time_nothing_is_said_and_from_the_day_it_is_over_it_is() -> None:
    # Over on 31 January, so that February to April are its three months.
    assert state(agreed(target=9.0), as_of="2026-04-30") == ["open_time"]
    assert state(agreed(target=9.0), as_of="2026-05-01") == ["met"]
    found = targets_met(evaluated(kpis=SALES, training_targets=[agreed()]))
    assert found.table["target_due_on"].iloc[0] == pd.Timestamp("2026-05-01").date()
    assert state(agreed(months=None), as_of="2026-04-30") == ["met"]


def test_without_a_time_the_training_must_be_over() -> None:
    done = [{"training_id": "PX1", "staff_id": one, "week": "2026-01-11", "done": True} for one in TRAINED]
    for as_of, said in (("2026-01-31", "open_time"), ("2026-02-01", "met")):
        row = agreed("check_ins", 0.2, None)
        found = targets_met(evaluated(as_of, check_ins=done, training_targets=[row]))
        assert found.table["target_state"].tolist() == [said]
        assert pd.isna(found.table["target_due_on"].iloc[0])


def test_a_fall_is_agreed_with_or_without_a_sign() -> None:
    uneven = kpi("reply_hours", {one: {"2025-12": 40.0 + n} for n, one in enumerate(TRAINED)})
    for told, said in ((0.4, "met"), (-0.4, "met"), (0.6, "not_met")):
        row = agreed("reply_hours", told, kind="change", direction="down")
        found = targets_met(evaluated(kpis=HOURS + uneven, training_targets=[row]))
        assert found.table["target_state"].tolist() == [said]


def test_where_nobody_differs_nothing_tells_how_sure_it_is() -> None:
    alike = kpi("sales", {one: dict.fromkeys(AFTER, 10.0) for one in TRAINED})
    found = targets_met(evaluated(kpis=alike, training_targets=[agreed(target=9.0)]))
    assert found.table["target_state"].tolist() == ["open_interval"]
    assert "sales 10.0, target ≥ 9.0" in found.sentence("en")


def test_how_much_of_the_target_is_reached() -> None:
    rows = [agreed(target=10.0), agreed("reply_hours", 43.0)]
    table = targets_met(evaluated(kpis=SALES + HOURS, training_targets=rows)).table.set_index("metric")
    assert table["of_target_share"].to_dict() == {"sales": 11.5 / 10, "reply_hours": 43 / 21.5}


def test_percent_is_understood_of_shares_of_ours_alone() -> None:
    rows = [agreed("check_ins", 85.0), agreed("attendance", 0.9), agreed("some_rate", 85.0), agreed("nps", 50.0)]
    told = agreed_targets(evaluated(training_targets=rows)).set_index("measure")["target"]
    assert told.to_dict() == {"check_ins": 0.85, "attendance": 0.9, "some_rate": 85.0, "nps": 50.0}


def test_what_was_agreed_last_counts_and_both_that_and_late_agreements_are_told() -> None:
    again = agreed(target=14.0, agreed_on="2026-03-01")
    found = targets_met(evaluated(kpis=SALES, training_targets=[agreed(), again]))
    assert found.table["target_state"].tolist() == ["not_met"]
    assert {"needs_agreed_late", "needs_agreed_anew", "needs_few"} <= set(found.caveats)
    early = targets_met(evaluated("2026-02-15", kpis=SALES, training_targets=[agreed(), again]))
    assert not {"needs_agreed_late", "needs_agreed_anew"} & set(early.caveats)  # not known yet


def test_the_sentence_names_each_target_with_what_was_measured() -> None:
    rows = [agreed(target=14.0), agreed("reply_hours", 24.0), agreed("check_ins", 0.85), agreed(months=12.0)]
    found = targets_met(evaluated(kpis=SALES + HOURS, training_targets=rows))
    assert found.sentence("en") == (
        "Selling has 4 agreed targets: 1 met, 1 not met, 2 cannot be told yet (95% intervals). "
        "Not met: sales 11.5 (9.4 to 13.6), target ≥ 14.0. Met: Hours to answer 21.5 (19.4 to 23.6), target ≤ 24.0. "
        "Not due yet: sales 11.5 (9.4 to 13.6), target ≥ 9.0. Without data: check-ins done (target ≥ 85.0%)."
    )
    assert found.sentence("zh") == (
        "“Selling”约定了 4 项目标：达到 1 项，未达到 1 项，还不能判断 2 项（95% 区间）。"
        "未达到的：sales 11.5（9.4 至 13.6），目标 ≥ 14.0。达到的：答复用时（小时） 21.5（19.4 至 23.6），目标 ≤ 24.0。"
        "还没到期的：sales 11.5（9.4 至 13.6），目标 ≥ 9.0。没有数据的：打卡完成率（目标 ≥ 85.0%）。"
    )
    assert found.design is None  # a target that is reached is no effect


def test_without_targets_it_is_refused_and_a_future_one_is_not_known() -> None:
    with pytest.raises(NotEnoughData) as nowhere:
        targets_met(evaluated(kpis=SALES))
    with pytest.raises(NotEnoughData) as none:
        targets_met(evaluated(kpis=SALES, training_targets=[agreed() | {"training_id": "PX2"}]))
    assert (nowhere.value.key, none.value.key) == ("not_loaded", "needs.no_targets")
    later = agreed(target=99.0, agreed_on="2026-07-01")
    assert state(agreed(), later) == state(agreed())


def test_the_level_of_the_settings_counts() -> None:
    row = agreed(target=10.0)
    assert state(row) == ["open_interval"]
    less_sure = Settings.model_validate({"uncertainty": {"level": 0.5}})
    found = targets_met(evaluated(settings=less_sure, kpis=SALES, training_targets=[row]))
    assert found.table["target_state"].tolist() == ["met"]
