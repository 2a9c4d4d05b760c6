"""Do texts that nobody filed get the reason that people would have given, or none?"""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.churn.causes import coding as coded_by
from churnlab.churn.causes.coding import coding, codings
from churnlab.churn.causes.coding_quality import text_coding, text_coding_table
from churnlab.churn.causes.stated import stated
from churnlab.errors import NotEnoughData
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.churn.causes.coded import FEW, exit_row, filed, told
from tests.churn.causes.leavers import complaint, gone


def _codes(data):
    rows = coding(data).open.set_index("student_id")
    return {student: (row["department"], row["reason"]) for student, row in rows.iterrows()}


def test_a_text_filed_under_nothing_gets_the_reason_of_its_words_in_both_languages():
    open_ones = [
        exit_row("a", "2025-06-01", "other", "[name]妈妈说学费太贵，负担重"),
        exit_row("b", "2025-06-02", "退学", "换了新老师，老师讲得太快"),
        exit_row("c", "2025-06-03", "other", "The TEACHER was late, the teacher shouts"),
        exit_row("d", "2025-06-04", "other", "the fees are too high for us"),
    ]
    found = _codes(told(filed(120) + open_ones))
    assert found == {
        "a": ("market", "price"), "b": ("teaching", "teacher"), "c": ("teaching", "teacher"), "d": ("market", "price"),
    }  # fmt: skip


def test_what_says_nothing_known_or_points_both_ways_stays_blank():
    open_ones = [
        exit_row("a", "2025-06-01", "other", "ничего"),
        exit_row("b", "2025-06-02", "other", "[name] 138 。"),
        exit_row("c", "2025-06-03", "other", "学费 老师 时间"),
    ]
    assert _codes(told(filed(120) + open_ones)) == {name: (None, None) for name in "abc"}


def test_what_people_filed_stands():
    data = told([*filed(120), exit_row("a", "2025-06-01", "environment", "学费太贵，负担重")])
    assert len(coding(data).open) == 0
    assert len(codings(data)) == 0


def test_refunds_without_a_reason_are_coded_but_not_of_those_who_stayed():
    asked = {
        "amount": 1.0,
        "reason_code": None,
        "reason_text": "学费太贵，负担重",
        "requested_at": "2025-06-01",
        "settled_at": "2025-06-03",
    }
    refunds = [asked | {"student_id": "a", "outcome": "refunded"}, asked | {"student_id": "b", "outcome": "kept"}]
    assert _codes(told(filed(120), refunds=refunds)) == {"a": ("market", "price")}


def test_notes_of_calls_are_left_alone():
    contacts = [
        {"student_id": "a", "at": "2025-06-01", "kind": "save_call", "method": "phone", "text": "学费太贵，负担重"}
    ]
    assert len(coding(told(filed(120), contacts=contacts)).open) == 0


# a and b leave on 31 March; nobody filed why, a had complained of the service before.
def test_in_what_was_stated_the_text_stands_after_people_and_before_guesses():
    exits = [exit_row("a", "2025-03-31", "other", "学费太贵，负担重"), exit_row("b", "2025-03-31", "other", "再看看吧")]
    contracts = [gone("a"), gone("b")]
    data = told(
        filed(120, start="2024-10-01") + exits,
        enrolments=contracts,
        complaints=[complaint("a", "服务态度", "2025-03-10")],
    )
    rows = stated(data).set_index("unit_id")
    assert rows.loc["a", ["department", "reason", "source"]].tolist() == ["market", "price", "text"]
    assert rows.loc["b", ["department", "source"]].tolist() == ["other", "phone"]
    filed_by_people = {"student_id": "a", "requested_at": "2025-03-20", "amount": 1.0, "reason_code": "attitude"}
    data = told(filed(120, start="2024-10-01") + exits, enrolments=contracts, refunds=[filed_by_people])
    assert stated(data).set_index("unit_id").loc["a", ["reason", "source"]].tolist() == ["attitude", "refund"]


def test_with_too_few_filed_texts_nothing_is_coded():
    data = told([*filed(49), exit_row("a", "2025-06-01", "other", "学费太贵")])
    with pytest.raises(NotEnoughData) as error:
        coding(data)
    assert error.value.message("en") == "People have filed 49 texts; it takes 50 to code the others, so none is coded."
    assert len(codings(data)) == 0


def test_where_words_tell_nothing_nothing_is_coded():
    rows = filed(120)
    rng = np.random.default_rng(1)
    shuffled = [row | {"text": rows[at]["text"]} for row, at in zip(rows, rng.permutation(120), strict=True)]
    with pytest.raises(NotEnoughData) as error:
        coding(told([*shuffled, exit_row("a", "2025-06-01", "other", "学费太贵")]))
    assert error.value.key == "coding.unsure"


def test_texts_without_words_teach_nothing():
    rows = [row | {"text": "[name] 123"} for row in filed(120)]
    with pytest.raises(NotEnoughData):
        coding(told(rows))


def test_the_order_of_rows_changes_nothing():
    rows = [*filed(120), exit_row("a", "2025-06-01", "other", "学费太贵"), exit_row("b", "2025-06-01", "other", "老师")]
    one, other = (text_coding(told(each)) for each in (rows, rows[::-1]))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.facts == other.facts


# Of 120 filed texts the later 60 are judged; all words are known and all agree.
def test_the_findings_say_how_far_people_would_have_agreed():
    data = told(
        [*filed(120), exit_row("a", "2025-06-01", "other", "学费太贵"), exit_row("b", "2025-06-01", "other", "好")]
    )
    found = text_coding(data)
    assert found.table["department"].tolist() == ["all", "market", "teaching", "service"]
    assert found.table["judged_texts"].tolist() == [60, 20, 20, 20]
    coded = coding(data).judged
    agreed = (coded["given"] == coded["department"])[coded["given"].notna()].mean()
    assert found.table.loc[0, "agreed_share"] == agreed
    assert (found.facts["open"], found.facts["coded"], found.facts["coded_share"]) == (2, 1, 1 / 2)
    assert "Later texts were judged" in found.sentence("en")
    crossed = text_coding_table(data).table.set_index("department")
    assert crossed.to_numpy().sum() == 60
    assert crossed.loc["market"].sum() == 20


def test_no_text_stands_in_what_is_told():
    data = told([*filed(120), exit_row("a", "2025-06-01", "other", "学费太贵")])
    for finding in (text_coding(data), text_coding_table(data)):
        for lang in ("zh", "en"):
            assert "贵" not in str(finding.as_json(lang))


def test_the_future_changes_nothing():
    day = pd.Timestamp("2026-06-15").date()
    rules = FEW.model_copy(update={"causes": FEW.causes.model_copy(update={"text_agreement_share": 0.6})})
    made = make(Institution(students=900, months=20, campuses=2, seed=4))
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=8))
    one, two = (text_coding(each.data(day, settings=rules)) for each in (made, other))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.facts == two.facts


@cache
def _made(seed):
    made = make(Institution(students=5000, seed=seed))
    found = coding(made.data())
    truth = made.truth.causes
    owner = dict(zip(truth["cause"], truth["department"], strict=True))
    rows = found.open[found.open["department"].notna()].merge(
        truth[["student_id", "left_on", "stated", "department"]], on="student_id", suffixes=("", "_true")
    )
    rows = rows[(rows["on"] - rows["left_on"]).dt.days.between(-60, 90)].drop_duplicates("student_id")
    return found, rows["department"] == rows["stated"].map(owner), rows["department"] == rows["department_true"]


# The made-up institution: 18 % of exits and refunds are filed under 其他 with a text that tells why. What is coded is
# what she said at the rate that was promised, and what was true at that rate times the 88 % who give no excuse.
@pytest.mark.slow
def test_made_up_texts_are_coded_to_what_was_said_and_mostly_to_what_was_true():
    said, true, judged = [], [], []
    for seed in (1, 2, 3):
        found, is_said, is_true = _made(seed)
        said.append(is_said), true.append(is_true)
        judged.append((found.judged["given"] == found.judged["department"])[found.judged["given"].notna()])
    said, true, judged = (pd.concat(parts) for parts in (said, true, judged))
    promised = FEW.causes.text_agreement_share
    assert len(said) > 200
    assert judged.mean() >= promised
    assert said.sum() >= binom.ppf(0.005, len(said), promised)
    assert true.sum() >= binom.ppf(0.005, len(true), promised * 0.88)


def test_the_coding_is_worked_out_once(monkeypatch):
    data = told([*filed(120), exit_row("a", "2025-06-01", "other", "学费太贵")])
    coding(data)
    monkeypatch.setattr(coded_by, "texts", None)
    assert len(codings(data)) == 1
