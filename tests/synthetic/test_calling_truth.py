"""Is the effect of calling truly what the truth says?"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, norm

from churnlab.synthetic import Calling, Effects, Hazards, Institution, Made, calling_effect, make

CHURN = ["not_renewed", "refunded", "dormant", "withdrawn"]
SURE = norm.ppf(0.995)
NOTHING: dict[str, float] = {}
ALIKE = Effects(campus=NOTHING, channel=NOTHING, course=NOTHING, weak_teacher=0.0)
SIMPLE = Institution(
    students=400,
    months=21,
    simple=True,
    hazards=Hazards(simple_per_week=0.02, personal_per_week=0.002),
    calling=Calling(capacity=200, hold_out_share=0.4, log_hazard_ratio=-1.0, from_month=12),
)
FULL = Institution(
    students=500,
    months=17,
    calling=Calling(capacity=200, hold_out_share=0.5, log_hazard_ratio=-1.5, reached_share=1.0, from_month=13),
)


def churned(made: Made, rows: pd.DataFrame, horizon_days: int) -> pd.Series:
    """Tell from what really happened who of the listed churned within the horizon."""
    left = made.truth.episodes[made.truth.episodes["end_kind"].isin(CHURN)]
    pairs = rows[["call_id", "student_id", "made_on"]].merge(left[["student_id", "left_on"]], on="student_id")
    inside = (pairs["left_on"] >= pairs["made_on"]) & (
        pairs["left_on"] < pairs["made_on"] + pd.Timedelta(days=horizon_days)
    )
    return rows["call_id"].isin(pairs.loc[inside, "call_id"])


def test_chances_worked_by_hand() -> None:
    # A hazard of 0.02 a week, the same for all. What counts are the weeks between lessons of the class:
    #
    #   lesson    | list   call            lesson                lesson  |      | end of horizon
    #   ----------+---------+-----------------+---------------------+----|------|
    #   since     |<------- 0.02 a week, by the call's factor ----->|    not decided yet
    hazards = Hazards(simple_per_week=0.02, personal_per_week=0.0, early_ratio=1.0)
    calling = Calling(capacity=200, log_hazard_ratio=-math.log(2), within_days=1, reached_share=0.5)
    made = make(Institution(students=200, simple=True, effects=ALIKE, hazards=hazards, calling=calling, seed=1))
    met = made.frames["lessons"].assign(on=made.frames["lessons"]["starts_at"].dt.normalize())
    checked = 0
    for row in made.truth.calls.dropna(subset="if_called_30d").head(40).itertuples():
        mine = met[met["student_id"] == row.student_id]
        of_class = met.loc[met["class_id"] == mine["class_id"].iloc[0], "on"].drop_duplicates().sort_values()
        last = mine.loc[mine["on"] < row.made_on, "on"].max()
        inside = of_class[(of_class >= row.made_on) & (of_class < row.made_on + pd.Timedelta(days=30))]
        at_call = of_class[of_class <= row.made_on + pd.Timedelta(days=1)].max()
        if not len(inside) or at_call >= row.made_on:
            continue  # A lesson before the call: two factors, the next test's case.
        weeks = (inside.max() - last).days / 7
        held_out = 1 - math.exp(-0.02 * weeks)
        assert row.if_held_out_30d == pytest.approx(held_out)
        assert row.if_called_30d == pytest.approx(1 / 2 * held_out + 1 / 2 * (1 - math.exp(-0.02 / 2 * weeks)))
        checked += 1
    assert checked > 10


def test_a_call_helps_only_after_it_was_made() -> None:
    # A call that keeps everybody: churn comes at lessons on the day of the list or of the call, or not at all.
    calling = Calling(capacity=200, log_hazard_ratio=-50.0, within_days=5, reached_share=1.0)
    made = make(Institution(students=300, simple=True, calling=calling, seed=2))
    rows = made.truth.calls.dropna(subset="if_called_60d")
    assert rows["if_called_30d"].to_numpy() == pytest.approx(rows["if_called_60d"].to_numpy())
    assert (rows["if_called_30d"] < rows["if_held_out_30d"]).all()
    ends = made.truth.episodes.merge(rows[rows["arm"] == "call"], on="student_id")
    saved = ends[(ends["left_on"] > ends["called_on"]) & (ends["left_on"] <= ends["called_on"] + pd.Timedelta(days=84))]
    assert not saved["end_kind"].isin(CHURN).any()


def test_a_call_without_an_effect_changes_no_chance() -> None:
    none = Calling(log_hazard_ratio=0.0)
    rows = make(Institution(students=200, simple=True, calling=none, seed=2)).truth.calls
    for horizon in (30, 60, 90):
        pd.testing.assert_series_equal(
            rows[f"if_called_{horizon}d"], rows[f"if_held_out_{horizon}d"], check_names=False
        )
    forks = calling_effect(Institution(students=200, seed=2, calling=none), horizon_days=60)
    assert forks["drawn"].sum() > 50
    assert (forks["churned_if_called"] == forks["churned_if_held_out"]).all()


def test_chances_are_told_where_they_are_exact_and_nowhere_else(made: Made) -> None:
    simple = make(SIMPLE).truth.calls
    end = pd.Timestamp(SIMPLE.end)
    for horizon in (30, 60, 90):
        whole = simple["made_on"] + pd.Timedelta(days=horizon) <= end
        assert (simple[f"if_called_{horizon}d"].notna() == whole).all()
    assert made.truth.calls.filter(like="if_").isna().all(axis=None)


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """Lists of many institutions of the simple mode, with what happened within each horizon."""
    tables = []
    for seed in range(15):
        made = make(Institution(**{**vars(SIMPLE), "seed": seed}))
        rows = made.truth.calls
        happened = {f"churned_{horizon}d": churned(made, rows, horizon) for horizon in (30, 60, 90)}
        tables.append(rows.assign(seed=seed, **happened))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("horizon", [30, 60, 90])
@pytest.mark.parametrize("arm", ["called", "held_out"])
def test_as_many_churn_in_each_arm_as_their_chances_say(many: pd.DataFrame, arm: str, horizon: int) -> None:
    """Given the list, students leave independently of each other: each seed's sum is normal."""
    rows = many[many["arm"] == {"called": "call", "held_out": "hold_out"}[arm]]
    rows = rows.dropna(subset=f"if_{arm}_{horizon}d")
    chance, came = rows[f"if_{arm}_{horizon}d"], rows[f"churned_{horizon}d"]
    by_seed = pd.DataFrame({"off": came - chance, "variance": chance * (1 - chance)}).groupby(rows["seed"]).sum()
    z = by_seed["off"] / np.sqrt(by_seed["variance"])
    assert len(z) == 15
    assert abs(by_seed["off"].sum() / np.sqrt(by_seed["variance"].sum())) < SURE
    assert (z**2).sum() < chi2.ppf(0.99, len(z))


def test_comparing_arms_at_first_lists_finds_the_true_effect(many: pd.DataFrame) -> None:
    rows = many[many["is_first"]].dropna(subset="if_called_60d")
    true = (rows["if_called_60d"] - rows["if_held_out_60d"]).mean()
    arms = [rows.loc[rows["arm"] == arm, "churned_60d"] for arm in ("call", "hold_out")]
    spread = np.sqrt(sum(part.mean() * (1 - part.mean()) / len(part) for part in arms))
    assert abs(true) > 4 * spread
    assert abs(arms[0].mean() - arms[1].mean() - true) < SURE * spread


@pytest.mark.slow
def test_worlds_that_differ_in_one_list_tell_the_effect_that_the_experiment_has() -> None:
    """In the full mode: the mean over seeds of the experiment less that of the paired worlds is 0."""
    differences, effects = [], []
    for seed in range(18):
        institution = Institution(**{**vars(FULL), "seed": seed})
        forks, made = calling_effect(institution, horizon_days=45), make(institution)
        rows = made.truth.calls
        rows = rows[rows["is_first"] & rows["made_on"].isin(forks["made_on"])]
        came = churned(made, rows, 45)
        assert (rows.groupby("made_on").size().to_numpy() == forks["drawn"]).all()
        share = {arm: came[rows["arm"] == arm].mean() for arm in ("call", "hold_out")}
        paired = (forks["churned_if_called"] - forks["churned_if_held_out"]).sum() / forks["drawn"].sum()
        effects.append(paired)
        differences.append(share["call"] - share["hold_out"] - paired)
    assert np.mean(effects) < -5 * np.std(effects, ddof=1) / np.sqrt(len(effects))
    assert abs(np.mean(differences)) < SURE * np.std(differences, ddof=1) / np.sqrt(len(differences))


def test_calls_are_found_in_the_hazards() -> None:
    made = make(Institution(students=400, seed=5, calling=Calling(log_hazard_ratio=-0.6, capacity=100)))
    calls, risk = made.truth.calls, made.truth.risk
    reached = calls[calls["reached"]][["student_id", "called_on"]].merge(risk, on="student_id")
    inside = (reached["on"] > reached["called_on"]) & (reached["on"] <= reached["called_on"] + pd.Timedelta(days=84))
    assert reached.loc[inside, "called"].all()
    assert risk["called"].sum() == inside.sum() > 1000
    assert made.truth.log_hazard_ratios["called"] == -0.6
