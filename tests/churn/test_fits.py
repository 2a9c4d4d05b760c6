from datetime import date

import pandas as pd
import pytest

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
    made = fits.panel(keep, lambda: PANEL)
    pd.testing.assert_frame_equal(fits.panel(keep, never), made)
    fits.backtest(keep, judged)
    again = fits.backtest(keep, never)
    pd.testing.assert_frame_equal(again.scored, PANEL)
    pd.testing.assert_frame_equal(again.contributions, PANEL.assign(x=0.1))
    assert (again.rivals, again.months, again.skipped) == (judged().rivals, judged().months, judged().skipped)


def test_nothing_is_kept_where_there_is_no_place(tmp_path):
    assert fits.panel(None, lambda: PANEL) is PANEL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet"])
def test_a_damaged_fit_is_made_again(tmp_path, content):
    keep = tmp_path / "fits" / "key"
    fits.panel(keep, lambda: PANEL)
    (keep / "panel" / "panel.parquet").write_bytes(content)
    pd.testing.assert_frame_equal(fits.panel(keep, lambda: PANEL), PANEL)
    pd.testing.assert_frame_equal(fits.panel(keep, never), PANEL)


def test_a_full_disk_stops_no_report(tmp_path):
    (tmp_path / "fits").write_text("a file where the folder should be")
    assert fits.panel(tmp_path / "fits" / "key", lambda: PANEL) is PANEL


def test_a_fit_that_fails_halfway_leaves_nothing(tmp_path, monkeypatch):
    def half(frame, place):
        place.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", half)
    fits.panel(tmp_path / "fits" / "key", lambda: PANEL)
    assert [path.name for path in (tmp_path / "fits" / "key").iterdir()] == []


def test_only_the_newest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(fits, "_MOST_KEPT", 2)
    for key in "abc":
        fits.panel(tmp_path / "fits" / key, lambda: PANEL)
    assert len(list((tmp_path / "fits").iterdir())) == 2
    assert (tmp_path / "fits" / "c").exists()
