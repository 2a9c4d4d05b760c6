import pandas as pd
import pytest

from churnlab.tables import keeping
from churnlab.tables.keeping import kept_frame

PANEL = pd.DataFrame({"as_of": pd.to_datetime(["2026-01-01"]), "unit_id": ["a"], "x": [0.5], "churned": [True]})


def never():
    raise AssertionError("made again")


def test_what_was_kept_is_what_was_made(tmp_path):
    keep = tmp_path / "fits" / "key"
    made = kept_frame(keep, "panel", lambda: PANEL)
    pd.testing.assert_frame_equal(kept_frame(keep, "panel", never), made)
    other = kept_frame(keep, "scoring", lambda: PANEL.assign(x=0.25))
    pd.testing.assert_frame_equal(kept_frame(keep, "scoring", never), other)


def test_nothing_is_kept_where_there_is_no_place(tmp_path):
    assert kept_frame(None, "panel", lambda: PANEL) is PANEL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet"])
def test_a_damaged_fit_is_made_again(tmp_path, content):
    keep = tmp_path / "fits" / "key"
    kept_frame(keep, "panel", lambda: PANEL)
    (keep / "panel" / "frame.parquet").write_bytes(content)
    pd.testing.assert_frame_equal(kept_frame(keep, "panel", lambda: PANEL), PANEL)
    pd.testing.assert_frame_equal(kept_frame(keep, "panel", never), PANEL)


def test_a_full_disk_stops_no_report(tmp_path):
    (tmp_path / "fits").write_text("a file where the folder should be")
    assert kept_frame(tmp_path / "fits" / "key", "panel", lambda: PANEL) is PANEL


def test_a_fit_that_fails_halfway_leaves_nothing(tmp_path, monkeypatch):
    def half(frame, place, **choices):
        place.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", half)
    kept_frame(tmp_path / "fits" / "key", "panel", lambda: PANEL)
    assert [path.name for path in (tmp_path / "fits" / "key").iterdir()] == []


def test_only_the_newest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "_MOST_KEPT", 2)
    for key in "abc":
        kept_frame(tmp_path / "fits" / key, "panel", lambda: PANEL)
    assert len(list((tmp_path / "fits").iterdir())) == 2
    assert (tmp_path / "fits" / "c").exists()
