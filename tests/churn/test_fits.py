from datetime import date

import pandas as pd

from churnlab.churn import fits
from churnlab.churn.evaluation import Backtest

PANEL = pd.DataFrame({"as_of": pd.to_datetime(["2026-01-01"]), "unit_id": ["a"], "x": [0.5], "churned": [True]})


def judged():
    return Backtest(
        scored=PANEL, rivals=("last_rate",), months=(date(2026, 1, 1),), skipped=(date(2025, 12, 1),),
        contributions=PANEL.assign(x=0.1),
    )  # fmt: skip


def never():
    raise AssertionError("made again")


def test_what_was_kept_is_what_was_made(tmp_path):
    keep = tmp_path / "fits" / "key"
    fits.backtest(keep, judged)
    again = fits.backtest(keep, never)
    pd.testing.assert_frame_equal(again.scored, PANEL)
    pd.testing.assert_frame_equal(again.contributions, PANEL.assign(x=0.1))
    assert (again.rivals, again.months, again.skipped) == (judged().rivals, judged().months, judged().skipped)
