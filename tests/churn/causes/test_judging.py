"""Is every text judged by what was learned from others, and is sure only what holds?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from churnlab.churn.causes.judging import answers, fitting, judged, surest
from churnlab.churn.causes.words import words


def _frame(texts, departments, students=None, reasons=None):
    n = len(texts)
    return pd.DataFrame({
        "student_id": students or [f"s{number}" for number in range(n)],
        "on": pd.date_range("2025-01-01", periods=n), "text": texts,
        "department": departments, "reason": reasons or departments,
    })  # fmt: skip


def _counts(frame):
    return CountVectorizer(analyzer=words, binary=True, dtype=float).fit_transform(frame["text"])


# Sorted by probability:  0.9 right · 0.8 right · 0.7 wrong · 0.6 right · 0.6 wrong
#   right so far            1 / 1       2 / 2      2 / 3       (3 / 5 for both of 0.6)
@pytest.mark.parametrize(
    ("share", "least", "from_on"), [(0.9, 1, 0.8), (0.66, 1, 0.7), (0.6, 1, 0.6), (0.9, 3, np.inf), (0.7, 4, np.inf)]
)
def test_the_threshold_by_hand(share, least, from_on):
    assert surest([0.6, 0.7, 0.9, 0.6, 0.8], [True, False, True, False, True], share=share, least=least) == from_on


def test_what_is_likelier_wrong_than_right_is_never_sure():
    assert surest([0.4, 0.3, 0.2], [True, True, True], share=0.8, least=1) == 1 / 2
    assert surest([], [], share=0.8, least=1) == np.inf
    assert surest([0.0, 0.0], [True, True], share=0.8, least=1) == np.inf


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.floats(0.1, 1))
def test_above_the_threshold_as_many_are_right_as_asked(pairs, share):
    chance, right = (np.array(one) for one in zip(*pairs, strict=True))
    from_on = surest(chance, right, share=share, least=1)
    lowest = chance[chance >= from_on]
    if from_on > 1 / 2 and len(lowest):
        assert right[chance >= from_on].mean() >= share


# Forty students copy two notes, by turns. Whoever learned from the copies would know what each note was filed under;
# without them there is nothing left to learn from.
@pytest.mark.parametrize("enough", [10, 100])
def test_copies_teach_nothing_about_each_other(enough):
    frame = _frame(["学费太贵", "老师太快"] * 20, ["market", "teaching"] * 20)
    rows, by_time = judged(frame, _counts(frame), enough=enough, least=2)
    assert by_time == (enough == 10)
    assert len(rows) == (20 if by_time else 40)
    assert rows["given"].isna().all()


# a and b write by turns, never the same; what a wrote before must not tell what she writes now.
@pytest.mark.parametrize("enough", [10, 100])
def test_a_student_teaches_nothing_about_herself(enough):
    texts = [f"{('太贵', '老师')[number % 2]} {chr(0x4E00 + number)}" for number in range(40)]
    frame = _frame(texts, ["market", "teaching"] * 20, ["a", "b"] * 20)
    rows, _ = judged(frame, _counts(frame), enough=enough, least=2)
    assert rows["given"].isna().all()
    assert rows["student_id"].tolist() == ["a", "b"]  # the latest text of each


def test_later_texts_are_judged_by_earlier_ones_only():
    words_of = {"market": "太贵 涨价", "teaching": "老师 教学"}
    kinds = ["market", "teaching"] * 40
    frame = _frame([f"{words_of[kind]} 第{chr(0x4E00 + number)}次" for number, kind in enumerate(kinds)], kinds)
    rows, by_time = judged(frame, _counts(frame), enough=40, least=2)
    assert by_time
    assert rows.index.tolist() == list(range(40, 80))
    assert (rows["given"] == rows["department"]).all()
    later = frame.assign(department=["market"] * 60 + kinds[60:])  # what the later ones are filed under teaches nothing
    first = judged(later.assign(department=frame["department"]), _counts(frame), enough=40, least=2)[0]
    pd.testing.assert_frame_equal(first, rows)
    changed = frame.assign(department=frame["department"].where(frame.index < 70, "service"))
    again = judged(changed, _counts(frame), enough=40, least=2)[0]
    assert again["given"].tolist() == rows["given"].tolist()


def test_the_finer_reason_belongs_to_the_department():
    frame = _frame(
        ["太贵 涨价", "别家 机构", "老师 太快", "换 老师了"] * 10,
        ["market", "market", "teaching", "teaching"] * 10,
        reasons=["price", "competitor", "teacher", "teaching"] * 10,
    )
    found = answers(frame, _counts(frame), _counts(frame)[:4], least=5)
    assert found["given"].tolist() == ["market", "market", "teaching", "teaching"]
    assert found["finer"].tolist() == ["price", "competitor", "teacher", "teacher"]
    assert found["finer_chance"].tolist()[2:] == [1, 1]  # the one finer reason of teaching that was learned


def test_a_threshold_is_chosen_by_other_folds():
    rows = pd.DataFrame({
        "fold": [0] * 4 + [1] * 4, "chance": [0.9, 0.8, 0.7, 0.6] * 2, "department": "market",
        "given": ["market"] * 4 + ["market", "market", "service", "service"],
    })  # fmt: skip
    # Fold 1 is right from 0.8 on: so fold 0 is sure there. Fold 0 is right throughout: fold 1 is sure from 0.6 on.
    assert fitting(rows, share=1.0, least=2).tolist() == [True, True, False, False] + [True] * 4
