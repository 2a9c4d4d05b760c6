"""A table reads as its reader writes, in words, with the interval beside the value."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab import i18n, wording
from churnlab.i18n import LANGUAGES
from churnlab.wording import Said, cell, plain, presented
from tests.languages import speaking

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("column", "value", "zh", "en"),
    [
        ("churn_rate", 0.125, "12.5%", "12.5%"),
        ("share", 1, "100.0%", "100.0%"),
        ("set_aside_share", 0.0002, "<0.1%", "<0.1%"),
        ("set_aside_share", 0.0006, "0.1%", "0.1%"),
        ("set_aside_share", 0.9994, "99.9%", "99.9%"),
        ("set_aside_share", 0.9995, ">99.9%", ">99.9%"),
        ("set_aside_share", 1.0, "100.0%", "100.0%"),
        ("share", 0.0, "0.0%", "0.0%"),
        ("churn_probability", 0.031, "3.1%", "3.1%"),
        ("gap_points", -0.012, "−1.2", "−1.2"),
        ("amount_cny", 1234.5, "¥1,234", "¥1,234"),
        ("p_value", 0.0004, "<0.001", "<0.001"),
        ("p_value", 0.0312, "0.031", "0.031"),
        ("students", 1200.0, "1,200", "1,200"),
        ("mean_days", 123.46, "123.5", "123.5"),
        ("mean_days", 2.5, "2.50", "2.50"),
        ("odds_ratio", 2.0, "2.00", "2.00"),
        ("odds_ratio", 0.8, "0.800", "0.800"),
        ("auc", 1.0, "1.00", "1.00"),
        ("month", date(2026, 10, 1), "2026-10", "2026-10"),
        ("month", "2026-10", "2026-10", "2026-10"),
        ("month", "2026-10-15/2026-11-14", "2026-10-15 至 2026-11-14", "2026-10-15 to 2026-11-14"),
        ("left_on", pd.Timestamp("2026-10-07"), "2026-10-07", "2026-10-07"),
        ("end_kind", "dormant", "不再来上课", "Stopped coming"),
        ("campus", "徐汇校区", "徐汇校区", "徐汇校区"),
        ("provisional", True, "是", "yes"),
        ("provisional", np.False_, "否", "no"),
        ("odds_ratio", INF, "∞", "∞"),
        ("n", -INF, "−∞", "−∞"),
    ],
)
def test_the_columns_name_says_how_a_value_is_written(column: str, value: Any, zh: str, en: str) -> None:
    assert [cell(value, column, lang) for lang in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize("value", [None, NAN, np.float32("nan"), pd.NaT, pd.NA, ()])
def test_what_is_not_known_is_a_dash(value: Any) -> None:
    assert cell(value, "students", "zh") == "—"


# Beyond the edges of what an institution counts, babel gives up; inside there is nothing that cannot be written.
FIGURES = st.one_of(st.floats(-1e15, 1e15), st.sampled_from([NAN, INF, -INF, -0.0]))


@given(st.one_of(FIGURES, st.integers(-(10**15), 10**15), st.text(), st.booleans(), st.dates(), st.none()))
def test_any_value_can_be_written_and_stored(value: Any) -> None:
    for lang in LANGUAGES:
        for column in ("n", "churn_rate", "gap_points", "amount_cny", "p_value", "odds_ratio", "month"):
            assert isinstance(cell(value, column, lang), str)
        json.dumps(plain(value, lang), allow_nan=False)


@given(st.text(min_size=1))
def test_a_word_that_is_no_code_passes_unchanged(word: str) -> None:
    assert cell(word, "campus", "zh") == word


def test_several_things_in_a_cell_are_told_one_after_the_other() -> None:
    kinds = (Said("code.end_kind.dormant"), Said("code.end_kind.refunded"))
    assert cell(kinds, "reasons", "zh") == "不再来上课；退费"
    assert cell(kinds, "reasons", "en") == "Stopped coming; Refunded"


def test_what_is_said_may_hold_something_said() -> None:
    inner = Said("code.end_kind.dormant")
    outer = Said("cli.init.made", {"place": inner})
    assert outer.say("zh") == "新建   不再来上课"
    assert outer.say("en") == "made   Stopped coming"
    with speaking("zh"):
        assert str(inner) == "不再来上课"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (date(2026, 10, 1), "2026-10-01"),
        (pd.Timestamp("2026-10-01"), "2026-10-01"),
        (np.int64(3), 3),
        (np.True_, True),
        (Decimal("1.50"), 1.5),
        (np.float64("nan"), None),
        (INF, None),
        (pd.NaT, None),
        (pd.NA, None),
        (None, None),
        (Said("code.end_kind.dormant"), "不再来上课"),
    ],
)
def test_a_value_is_stored_as_json_knows_it(value: Any, stored: Any) -> None:
    assert plain(value, "zh") == stored
    assert type(plain(value, "zh")) is type(stored)


@pytest.mark.parametrize(
    ("column", "unit"),
    [("churn_rate", "rate"), ("rate", "rate"), ("still_here_share", "rate"), ("churn_probability", "rate"),
     ("gap_points", "points"), ("amount_cny", "cny"), ("p_value", "p_value"), ("students", "plain")],
)  # fmt: skip
def test_the_columns_name_says_the_unit(column: str, unit: str) -> None:
    assert wording.unit(column) == unit


# Intervals


def test_an_interval_stands_in_its_values_cell() -> None:
    table = pd.DataFrame({
        "campus": ["南山", "福田"], "churn_rate": [0.05, NAN], "churn_rate_low": [0.041, NAN],
        "churn_rate_high": [0.062, NAN], "churned": [5, 0],
    })  # fmt: skip
    shown = presented(table, "zh")
    assert list(shown) == ["校区", "流失率", "流失"]
    assert shown.to_numpy().tolist() == [["南山", "5.0% (4.1–6.2%)", "5"], ["福田", "—", "0"]]
    assert shown.attrs["names"] == ["campus", "churn_rate", "churned"]


def test_a_numerator_stands_before_its_figure_and_its_interval() -> None:
    """Of what has no interval it is a column as any other; and what is not known is not written."""
    table = pd.DataFrame({
        "churn_rate_count": [5.0, 1.0, NAN], "churn_rate": [0.05, NAN, NAN], "churn_rate_low": [0.041, NAN, NAN],
        "churn_rate_high": [0.062, NAN, NAN],
    })  # fmt: skip
    shown = presented(table, "zh")
    assert shown.attrs["names"] == ["churn_rate"]
    assert shown.iloc[:, 0].tolist() == ["5 · 5.0% (4.1–6.2%)", "1 · —", "—"]


def test_bounds_with_signs_are_joined_by_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {lang: {**i18n.sentences(lang), "column.gap_points": "差"} for lang in LANGUAGES}
    monkeypatch.setattr(i18n, "sentences", lambda lang: known[lang])
    table = pd.DataFrame({"gap_points": [0.001], "gap_points_low": [-0.012], "gap_points_high": [0.013]})
    assert presented(table, "zh").iloc[0, 0] == "+0.1 (−1.2 至 +1.3)"
    assert presented(table, "en").iloc[0, 0] == "+0.1 (−1.2 to +1.3)"


def test_a_bound_that_the_data_leave_open_is_said_so() -> None:
    bounds = {"churn_rate_low": [NAN, 0.05, NAN], "churn_rate_high": [0.2, NAN, NAN]}
    table = pd.DataFrame({"churn_rate": [0.1, 0.1, 0.1]} | bounds)
    assert presented(table, "en").iloc[:, 0].tolist() == ["10.0% (≤ 20.0%)", "10.0% (≥ 5.0%)", "10.0%"]


def test_a_lone_bound_is_a_column_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {lang: {**i18n.sentences(lang), "column.churn_rate_low": "at least"} for lang in LANGUAGES}
    monkeypatch.setattr(i18n, "sentences", lambda lang: known[lang])
    table = pd.DataFrame({"churn_rate": [0.1], "churn_rate_low": [0.05]})
    assert presented(table, "en").to_dict("records") == [{"Churn rate": "10.0%", "at least": "0.050"}]


def test_columns_that_are_said_alike_are_both_shown() -> None:
    table = pd.DataFrame({"course_id": ["C1"], "course": ["Piano"]})
    assert i18n.text("column.course_id", "en") == i18n.text("column.course", "en")
    assert presented(table, "en").to_numpy().tolist() == [["C1", "Piano"]]


def test_an_empty_table_keeps_its_headers() -> None:
    assert list(presented(pd.DataFrame({"campus": [], "churned": []}), "zh")) == ["校区", "流失"]
    assert presented(pd.DataFrame(), "zh").shape == (0, 0)


def test_a_column_without_a_name_in_the_locale_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match=r"column\.nobody_named_me"):
        presented(pd.DataFrame({"nobody_named_me": [1]}), "zh")


def test_a_fact_may_be_something_to_say_or_a_list_of_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "text", lambda key, lang, **facts: f"{key}[{lang}]{facts or ''}")
    facts = {"n": 2, "one": Said("a"), "list": (Said("a"), Said("b")), "none": ()}
    assert wording.spoken(facts, "en") == {"n": 2, "one": "a[en]", "list": "a[en]; b[en]", "none": i18n.MISSING}
    assert wording.spoken(facts, "zh")["list"] == "a[zh]；b[zh]"
