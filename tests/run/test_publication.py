import hashlib
import json
import os
import subprocess
import sys

import pytest

from churnlab.errors import PublishError
from churnlab.run import publication
from churnlab.run.publication import workplace
from tests.run.whole import is_whole
from tests.sources import ROOT

PLACE = "2026-10/monthly-churn"
AT_THE_ROOT = {**os.environ, "PYTHONPATH": str(ROOT)}


def described(**files):
    said = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content.encode()).hexdigest()}
        for name, content in files.items()
    }
    return {"files": said, "by": "a test"}


def publish(reports, **files):
    with workplace(reports) as work:
        made = {}
        for name, content in files.items():
            (work.folder / name).write_text(content)
            made[name] = work.folder / name
        return work.publish(PLACE, made, described(**files))


def content(reports):
    return {file.name: file.read_text() for file in (reports / PLACE).iterdir() if file.name != "manifest.json"}


def test_files_stand_in_their_place_with_a_manifest_and_nothing_else(tmp_path):
    published = publish(tmp_path, a="1", b="2")
    place = tmp_path / "2026-10" / "monthly-churn"
    assert published == [place / "a", place / "b"]
    assert sorted(path.name for path in place.iterdir()) == ["a", "b", "manifest.json"]
    assert [path for path in (tmp_path / ".runs").iterdir() if path.is_dir()] == []


def test_a_second_run_replaces_its_files_and_keeps_what_is_said_of_the_others(tmp_path):
    publish(tmp_path, a="1", b="2")
    publish(tmp_path, b="3", c="4")
    place = tmp_path / "2026-10" / "monthly-churn"
    assert (place / "b").read_text() == "3"
    runs = json.loads((place / "manifest.json").read_text())["runs"]
    assert [sorted(run["files"]) for run in runs] == [["a"], ["b", "c"]]


KILLED = """
import os, sys
from pathlib import Path
from churnlab.run import publication
from tests.run.test_publication import publish
at, count = sys.argv[1], [0]
def deadly(name, real):
    def call(*a, **k):
        count[0] += 1
        if at == f"{name}-{count[0]}":
            os.kill(os.getpid(), 9)
        return real(*a, **k)
    return call
publication.os.replace = deadly("replace", os.replace)
publish(Path("reports"), a="new", b="new")
"""
# The first rename puts the journal in its place: from then on the run counts.
MOVING = ["replace-2", "replace-3", "replace-4"]


def killed(folder, at):
    ended = subprocess.run([sys.executable, "-c", KILLED, at], cwd=folder, env=AT_THE_ROOT, check=False)
    assert ended.returncode == -9


@pytest.mark.parametrize(("at", "left"), [("replace-1", "old"), *((at, "new") for at in MOVING)])
def test_a_run_killed_at_any_rename_is_swept_away_or_finished_by_the_next(tmp_path, at, left):
    publish(tmp_path / "reports", a="old", b="old")
    killed(tmp_path, at)
    assert is_whole(tmp_path / "reports" / PLACE) == (left == "old"), "a reader can tell that it is on its way"
    with workplace(tmp_path / "reports"):
        assert content(tmp_path / "reports") == {"a": left, "b": left}
    assert is_whole(tmp_path / "reports" / PLACE)
    assert [path for path in (tmp_path / "reports" / ".runs").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("at", MOVING)
def test_between_two_renames_there_is_no_manifest(tmp_path, at):
    publish(tmp_path / "reports", a="old", b="old")
    killed(tmp_path, at)
    assert not (tmp_path / "reports" / PLACE / "manifest.json").exists()


@pytest.mark.parametrize("at", MOVING)
def test_what_others_published_stays_in_the_manifest_through_a_kill(tmp_path, at):
    publish(tmp_path / "reports", c="another campus")
    killed(tmp_path, at)
    with workplace(tmp_path / "reports"):
        pass
    runs = json.loads((tmp_path / "reports" / PLACE / "manifest.json").read_text())["runs"]
    assert [sorted(run["files"]) for run in runs] == [["a", "b"], ["c"]]


@pytest.mark.parametrize("at", MOVING)
def test_a_run_that_was_at_work_meanwhile_finishes_the_killed_one_before_its_own_files_move(tmp_path, at):
    """Or the next run would finish the killed one over what this one published: two runs' files side by side."""
    with workplace(tmp_path / "reports") as work:
        killed(tmp_path, at)
        (work.folder / "a").write_text("newest")
        work.publish(PLACE, {"a": work.folder / "a"}, described(a="newest"))
    with workplace(tmp_path / "reports"):
        assert content(tmp_path / "reports") == {"a": "newest", "b": "new"}
    assert is_whole(tmp_path / "reports" / PLACE)


def test_a_killed_finishing_is_finished_by_the_one_after(tmp_path):
    publish(tmp_path / "reports", a="old", b="old")
    killed(tmp_path, "replace-2")
    killed(tmp_path, "replace-1")  # the first rename of this one is the first that was left to do
    assert not is_whole(tmp_path / "reports" / PLACE)
    with workplace(tmp_path / "reports"):
        assert content(tmp_path / "reports") == {"a": "new", "b": "new"}
    assert is_whole(tmp_path / "reports" / PLACE)


def test_the_names_reach_the_disk_in_their_order(tmp_path, monkeypatch):
    """A power cut must not keep the new manifest and lose a file it names."""
    steps = []
    real, sync = os.replace, publication._sync_folder
    monkeypatch.setattr(publication.os, "replace", lambda old, new: (steps.append(new.name), real(old, new)))
    monkeypatch.setattr(publication, "_sync_folder", lambda folder: (steps.append("synced"), sync(folder)))
    publish(tmp_path, a="1", b="2")
    assert [step for step in steps if step != "synced"] == ["ready.json", "a", "b", "manifest.json"]
    assert all(steps[place + 1] == "synced" for place, step in enumerate(steps) if step != "synced")


def test_a_reader_can_tell_a_changed_and_a_missing_file(tmp_path):
    publish(tmp_path, a="1", b="2")
    (tmp_path / PLACE / "a").write_text("9")
    assert not is_whole(tmp_path / PLACE)
    publish(tmp_path, a="1")
    assert is_whole(tmp_path / PLACE)
    (tmp_path / PLACE / "b").unlink()
    assert not is_whole(tmp_path / PLACE)
    assert not is_whole(tmp_path / "nowhere")


def test_a_run_at_work_is_left_alone_by_another(tmp_path):
    with workplace(tmp_path) as first:
        (first.folder / "a").write_text("1")
        publish(tmp_path, b="2")
        assert (first.folder / "a").exists()


def test_a_full_disk_is_told_without_a_traceback_and_what_was_there_stands(tmp_path, monkeypatch):
    publish(tmp_path, a="old")

    def full(descriptor):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(publication.os, "fsync", full)
    with pytest.raises(PublishError) as told:
        publish(tmp_path, a="new")
    assert told.value.message("en") == (
        f"The report could not be put into {tmp_path.name}: No space left on device. "
        "Make room on the disk or mend the folder's rights and run again; what was published before stands."
    )
    assert (tmp_path / "2026-10" / "monthly-churn" / "a").read_text() == "old"


def test_reports_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "reports").write_text("a file, not a folder")
    with pytest.raises(PublishError), workplace(tmp_path / "reports"):
        pass
