import hashlib

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.tables import keeping
from churnlab.tables.keeping import kept_finding, kept_frame

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


# One byte of a page is another: the frame could be read, and would say something else.
def test_a_page_of_which_one_byte_is_wrong_is_made_again(tmp_path):
    keep, many = tmp_path / "fits" / "key", PANEL.loc[[0] * 500].assign(x=np.arange(500) / 7).reset_index(drop=True)
    kept_frame(keep, "panel", lambda: many)
    file = keep / "panel" / "frame.parquet"
    whole = file.read_bytes()
    for place in range(40, len(whole), max(1, len(whole) // 40)):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        pd.testing.assert_frame_equal(kept_frame(keep, "panel", lambda: many), many)


# The first line is the digest of the second: a form of another version, half a form, none.
@pytest.mark.parametrize("form", ['{"version": 0}', '{"key": "churn.rate"', "[]", ""])
def test_a_finding_of_another_form_is_made_again(tmp_path, form):
    keep, found = tmp_path / "fits" / "key", Finding(key="churn.rate", table=PANEL, facts={"n": 1})
    kept_finding(keep, "rate", lambda: found)
    file = keep / "rate" / "finding.json"
    file.write_text(f"{hashlib.sha256(form.encode()).hexdigest()}\n{form}", encoding="utf-8")
    again = kept_finding(keep, "rate", lambda: found)
    assert (again.key, dict(again.facts)) == ("churn.rate", {"n": 1})
    assert kept_finding(keep, "rate", never).facts["n"] == 1
