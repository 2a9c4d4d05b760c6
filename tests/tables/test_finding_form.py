"""Is a Finding that was written and read again the one that it was?"""

import json
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.finding import Design, Finding
from churnlab.tables.finding_form import NoForm, finding_of, form_of, plain
from churnlab.wording import Said

SAID = Said("churn.rate.title", {"month": "2026-10", "of": Said("code.unit.student"), "none": None})
COLUMNS = {
    "whole": pd.Series([1, 2, 3]),
    "some": pd.Series([1, None, 3], dtype="Int64"),
    "rate": pd.Series([0.1, np.nan, 1 / 3]),
    "flag": pd.Series([True, False, True]),
    "maybe": pd.Series([True, None, False], dtype="boolean"),
    "name": pd.Series(["a", None, "流失"], dtype=object),
    "text": pd.Series(["a", None, "流失"], dtype="string"),
    "day": pd.Series([date(2026, 10, 28), None, pd.NaT], dtype=object),
    "moment": pd.to_datetime(pd.Series(["2026-10-28 09:30", None, "2026-10-29 00:00"])),
    "coarse": pd.Series(np.array(["2026-10-28", "NaT", "2026-10-29"], dtype="datetime64[s]")),
    "long": pd.to_timedelta(pd.Series([1, None, 30], dtype="Int64"), unit="D"),
    "month": pd.Series(pd.period_range("2026-08", periods=3, freq="M")),
    "kind": pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "a", "c"], ordered=True)),
    "reasons": pd.Series([(SAID, Said("x")), (), [1, "two", None]], dtype=object),
}


def again(finding: Finding) -> Finding:
    return finding_of(json.loads(json.dumps(form_of(finding))))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_of_every_kind_comes_back_as_it_was(name: str) -> None:
    table = pd.DataFrame({name: COLUMNS[name]})
    pd.testing.assert_frame_equal(again(Finding(key="k", table=table)).table, table, check_exact=True)


def test_all_columns_come_back_in_their_order_and_without_rows_too() -> None:
    for table in (pd.DataFrame(COLUMNS), pd.DataFrame(COLUMNS).iloc[:0], pd.DataFrame()):
        pd.testing.assert_frame_equal(again(Finding(key="k", table=table)).table, table, check_exact=True)


def test_what_it_says_comes_back_as_it_was() -> None:
    facts = {
        "n": 3, "rate": 0.1 + 0.2, "on": date(2026, 10, 28), "at": datetime(2026, 10, 28, 9), "said": SAID, "no": None,
        "by_lang": {"zh": "甲", "en": "A"}, "many": [1, (2, "3")], "yes": True, "small": np.float64(1 / 3),
        "count": np.int64(7), "day": pd.Timestamp("2026-10-28"),
    }  # fmt: skip
    told = Finding(
        key="k", table=pd.DataFrame({"x": [1]}), facts=facts, sentences=("a", "b"), caveats=("c",),
        design=Design.RANDOMISED, hidden=("x",),
    )  # fmt: skip
    now = again(told)
    assert (now.key, now.sentences, now.caveats, now.design) == ("k", ("a", "b"), ("c",), Design.RANDOMISED)
    assert (now.facts, now.hidden) == (facts, ("x",))
    assert [type(fact) for fact in now.facts.values()] == [
        int, float, date, datetime, Said, type(None), dict, list, bool, float, int, pd.Timestamp
    ]  # fmt: skip


@given(st.floats() | st.integers() | st.text() | st.none() | st.booleans() | st.dates() | st.datetimes())
def test_whatever_a_cell_holds_comes_back(value) -> None:
    now = again(Finding(key="k", table=pd.DataFrame(), facts={"x": value})).facts["x"]
    assert type(now) is type(value)
    assert now == value or (now != now and value != value)


def test_what_has_no_form_is_refused() -> None:
    for value in (object(), {1, 2}, b"bytes", 1j):
        with pytest.raises(NoForm):
            plain(value)
    with pytest.raises(NoForm):
        form_of(Finding(key="k", table=pd.DataFrame({"x": [1]}, index=["row"])))
