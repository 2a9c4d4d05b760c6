import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from churnlab.churn import challenger
from churnlab.churn.challenger import _BINS, _levels, challenge
from churnlab.churn.evaluation import backtest
from tests.churn.panels import made_up, settings


def _rows(n: int, *, seed: int, months: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = [f"S{number:04}" for number in range(n)]
    days = pd.date_range("2026-01-01", periods=months, freq="MS")
    return pd.DataFrame({
        "as_of": days[np.arange(n) % months], "unit_id": names, "student_id": names,
        "hours_left": rng.uniform(0, 1, n), "attendance_rate_28d": rng.uniform(0, 1, n),
        "course_id": rng.choice(["A", "B", "C"], n),
    })  # fmt: skip


def test_a_corner_that_no_line_can_show_is_found():
    # they leave where exactly one of two values is high: alone neither says anything
    def crossed(rows):
        high = (rows["hours_left"] > 1 / 2) != (rows["attendance_rate_28d"] > 1 / 2)
        return rows.assign(churned=high)

    known, now = crossed(_rows(1200, seed=1)), crossed(_rows(300, seed=2))
    assert roc_auc_score(now["churned"], challenge(known, now)) > 0.97


def test_words_are_told_apart_and_unknown_ones_are_taken():
    known = _rows(900, seed=3)
    known = known.assign(churned=known["course_id"] == "B")
    now = _rows(4, seed=4).assign(course_id=["A", "B", "new", None])
    told = challenge(known, now)
    assert told[1] > 0.9
    assert told[0] < 0.1
    assert np.isfinite(told).all()


def test_more_words_than_bins_and_values_nobody_knows_do_no_harm():
    known = _rows(900, seed=5).assign(
        course_id=[f"C{number % 60:02}" for number in range(900)], days_since_contact=np.nan
    )
    known = known.assign(churned=known["hours_left"] > 0.7)
    assert roc_auc_score(known["churned"], challenge(known, known)) > 0.99


def test_each_month_weighs_the_same():
    # in January all with few hours leave, in February, of ten times as many rows, nobody does
    few = _rows(400, seed=6).assign(as_of=pd.Timestamp("2026-01-01"), churned=True)
    many = _rows(4000, seed=7).assign(as_of=pd.Timestamp("2026-02-01"), churned=False)
    assert challenge(pd.concat([few, many]), _rows(50, seed=8)).mean() == pytest.approx(1 / 2, abs=0.05)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_same_rows_give_the_same_bytes_however_many_threads_there_are(threads):
    panel = made_up(students=200)
    known, now = panel[panel["as_of"] < "2026-06-01"], panel[panel["as_of"] >= "2026-06-01"]
    with threadpool_limits(limits=threads):
        told = challenge(known, now)
    assert told.tobytes() == challenge(known, now).tobytes()


def test_it_knows_what_the_readable_model_knows_and_no_more():
    """What comes in and after a month that is judged moves nothing that was said of it."""
    panel = made_up(students=200)
    judged = backtest(panel, settings=settings(test_months=3)).scored
    later = panel["as_of"] >= judged["as_of"].min()
    changed = panel.assign(churned=panel["churned"].where(~later, ~panel["churned"]))
    first = judged["as_of"] == judged["as_of"].min()
    again = backtest(changed, settings=settings(test_months=3)).scored
    assert again["challenger"][first].tolist() == judged["challenger"][first].tolist()


def test_words_have_no_order(monkeypatch):
    """Of twenty words every second one leaves: with one split in two a line of words could part two of them."""
    monkeypatch.setattr(challenger, "_TREES", 1)
    monkeypatch.setattr(challenger, "_LEAVES", 2)
    known = _rows(800, seed=9).assign(course_id=[f"C{number % 20:02}" for number in range(800)])
    known = known.assign(churned=np.arange(800) % 2 == 0)
    assert roc_auc_score(known["churned"], challenge(known, known)) == 1


def test_of_a_feature_with_one_value_it_counts_whether_it_is_known():
    known = _rows(400, seed=10).assign(churned=np.arange(400) % 2 == 0)
    known = known.assign(days_since_contact=np.where(known["churned"], 5.0, np.nan))
    assert roc_auc_score(known["churned"], challenge(known, known)) > 0.99


def test_the_commonest_words_are_kept_and_one_bin_is_left_for_the_others():
    words = pd.Series([f"W{number:02}" for number in range(1, 41) for _ in range(number)])
    assert _levels(words) == [f"W{number:02}" for number in range(41 - (_BINS - 1), 41)]
