"""Do students leave for the reasons they are said to leave for, and say them?"""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2

from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.causes import CODES, DEPARTMENT_OF, EXCUSES, MISREPORTED_SHARE
from churnlab.synthetic.sayings import ABSENT_BECAUSE, CORES, KIDS, UNITS, VAGUE
from churnlab.synthetic.stated import NO_REASON_SHARE, OTHER_SHARE
from churnlab.tables.schemas.reasons import REASONS

P = [f"p_{code}" for code in CODES]
CORE = {
    code: re.compile("|".join(re.escape(core).replace(r"\{kid\}", f"(?:{'|'.join(KIDS)})").replace(
        r"\{n\}", "[两三四五六七八]").replace(r"\{unit\}", f"(?:{'|'.join(UNITS)})") for core in cores))
    for code, cores in CORES.items()
}  # fmt: skip


@cache
def some(seed: int) -> Made:
    return make(Institution(students=1200, seed=seed))


def all_causes() -> pd.DataFrame:
    return pd.concat([some(seed).truth.causes for seed in range(6)], ignore_index=True)


def believable(successes: int, of: int, share: float) -> bool:
    low, high = binom.ppf([0.0005, 0.9995], of, share)
    return bool(low <= successes <= high)


def test_each_cause_is_a_reason_of_one_department_with_words_of_its_own() -> None:
    assert set(CODES) <= set(REASONS)
    assert set(CODES) <= set(CORES)
    assert set(DEPARTMENT_OF.values()) == {"market", "teaching", "service", "facility"}
    assert all(len(CORES[code]) >= 9 for code in CODES)


def test_every_churned_episode_has_a_cause(made: Made) -> None:
    churned = made.truth.episodes.loc[
        lambda rows: rows["end_kind"].isin(["not_renewed", "refunded", "dormant", "withdrawn"])
    ]
    both = churned.merge(made.truth.causes, on=["student_id", "episode"], suffixes=("", "_of"), validate="one_to_one")
    assert len(both) == len(churned) == len(made.truth.causes)
    assert (both["left_on"] == both["left_on_of"]).all()
    assert (both["end_kind"] == both["end_kind_of"]).all()
    np.testing.assert_allclose(both[P].sum(axis=1), 1.0)


def test_causes_are_drawn_with_their_probabilities() -> None:
    rows = all_causes()
    drawn = np.array([(rows["cause"] == code).sum() for code in CODES])
    expected = rows[P].sum().to_numpy()
    variance = (rows[P] * (1 - rows[P])).sum().to_numpy()
    assert ((drawn - expected) ** 2 / variance).sum() < chi2.ppf(0.9995, len(CODES))


def test_shares_are_means_of_the_probabilities(made: Made) -> None:
    shares, causes = made.truth.cause_shares, made.truth.causes
    assert shares.groupby("campus")["share"].sum().to_numpy() == pytest.approx(1.0)
    whole = shares[shares["campus"] == ""].set_index("cause")
    assert whole.loc["price", "share"] == pytest.approx(causes["p_price"].mean())
    assert whole["drawn"].sum() == len(causes)
    one = shares[(shares["campus"] == "闵行校区") & (shares["cause"] == "scheduling")].iloc[0]
    assert one["drawn"] == ((causes["campus"] == "闵行校区") & (causes["cause"] == "scheduling")).sum()


def test_one_campus_has_too_many_who_leave_over_the_timetable_and_one_is_not_safe() -> None:
    mean = all_causes().groupby("campus")[["p_scheduling", "p_safety"]].mean()
    assert mean["p_scheduling"].idxmax() == "闵行校区"
    assert mean.loc["闵行校区", "p_scheduling"] > 2 * mean.loc["浦东校区", "p_scheduling"]
    assert mean["p_safety"].idxmax() == "徐汇校区"


@pytest.mark.parametrize(
    ("covariate", "code", "ratio"), [("teacher_change", "teacher_change", 2.0), ("open_complaint", "slow_reply", 1.5)]
)
def test_what_happened_to_her_makes_its_cause_likelier(covariate: str, code: str, ratio: float) -> None:
    parts = []
    for seed in range(6):
        truth = some(seed).truth
        last = truth.risk[truth.risk["end_kind"].notna()][["student_id", "on", covariate]]
        parts.append(truth.causes.merge(last, left_on=["student_id", "left_on"], right_on=["student_id", "on"]))
    rows = pd.concat(parts)
    assert (
        rows.loc[rows[covariate] > 0, f"p_{code}"].mean() > ratio * rows.loc[rows[covariate] == 0, f"p_{code}"].mean()
    )


def test_some_give_an_excuse() -> None:
    rows = all_causes()
    other = rows[rows["stated"] != rows["cause"]]
    assert set(other["stated"]) <= set(EXCUSES)
    # Whose cause is what the excuse would be is not seen to give one.
    hidden = sum(rows[f"p_{code}"].sum() * share for code, share in EXCUSES.items()) / len(rows)
    assert believable(len(other), len(rows), MISREPORTED_SHARE * (1 - hidden))


def exits(made: Made) -> pd.DataFrame:
    return made.frames["exits"].merge(made.truth.causes, on=["student_id", "left_on"], how="left")


def test_exits_say_what_was_said(made: Made) -> None:
    rows = exits(made)
    churned = rows[rows["stated"].notna()]
    filed = churned[churned["reason_code"] != "other"]
    assert (filed["reason_detail"] == filed["stated"]).all()
    assert (filed["reason_code"] == filed["stated"].map(DEPARTMENT_OF)).all()
    assert churned.loc[churned["reason_code"] == "other", "reason_detail"].isna().all()
    assert believable((churned["reason_code"] == "other").sum(), len(churned), OTHER_SHARE)
    assert set(rows.loc[rows["stated"].isna(), "reason_code"]) <= {"moved", "health", "graduated"}


def test_texts_tell_the_reason_that_was_said_unless_they_are_vague(made: Made) -> None:
    rows = exits(made).dropna(subset=["text", "stated"])
    tells = np.array([bool(CORE[code].search(text)) for code, text in zip(rows["stated"], rows["text"], strict=True)])
    vague = rows["text"].str.contains("|".join(map(re.escape, VAGUE))).to_numpy()
    assert (tells ^ vague).all()
    assert believable(int(vague.sum()), len(rows), 0.12)
    assert rows["text"].nunique() > 0.9 * len(rows)


def test_refunds_say_why_but_for_some(made: Made) -> None:
    rows = made.frames["refunds"]
    silent = rows["reason_code"].isna()
    assert rows.loc[silent, "reason_text"].isna().all()
    assert believable(int(silent.sum()), len(rows), NO_REASON_SHARE)
    mine = rows[rows["outcome"] != "kept"].merge(
        made.truth.causes[made.truth.causes["end_kind"] == "refunded"], on="student_id"
    )
    mine = mine[
        (mine["requested_at"] >= mine["left_on"]) & (mine["requested_at"] < mine["left_on"] + pd.Timedelta("9D"))
    ]
    told = mine[mine["reason_code"].notna() & (mine["reason_code"] != "other")]
    assert len(told) > 10
    assert (told["reason_code"] == told["stated"].map(DEPARTMENT_OF)).all()


def test_some_who_stopped_coming_say_why_when_they_are_called() -> None:
    rows = []
    for seed in range(6):
        made = some(seed)
        calls = made.frames["contacts"].loc[lambda t: (t["kind"] == "save_call") & ~t["text"].isin(ABSENT_BECAUSE)]
        rows.append(calls.merge(made.truth.causes, on="student_id").loc[lambda t: t["at"] >= t["left_on"]])
    told = pd.concat(rows)
    assert len(told) > 30
    assert set(told["end_kind"]) >= {"dormant"}
    assert (told["outcome"] == "已接通").all()
