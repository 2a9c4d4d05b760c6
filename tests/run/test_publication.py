import json
import os
import subprocess
import sys

import pytest

from churnlab.errors import PublishError
from churnlab.run import publication
from churnlab.run.publication import workplace


def publish(reports, **files):
    with workplace(reports) as work:
        made = {}
        for name, content in files.items():
            (work.folder / name).write_text(content)
            made[name] = work.folder / name
        return work.publish("2026-10/monthly-churn", made, {"files": {name: {} for name in made}, "by": "a test"})


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
from churnlab.run.publication import workplace
at, count = sys.argv[1], [0]
def deadly(name, real):
    def call(*a, **k):
        count[0] += 1
        if at == f"{name}-{count[0]}":
            os.kill(os.getpid(), 9)
        return real(*a, **k)
    return call
publication.os.replace = deadly("replace", os.replace)
with workplace(Path("reports")) as work:
    for name in ("a", "b"):
        (work.folder / name).write_text("new")
    work.publish("m/r", {n: work.folder / n for n in ("a", "b")}, {"files": {"a": {}, "b": {}}})
"""


@pytest.mark.parametrize(
    ("at", "left"), [("replace-1", "old"), ("replace-2", "new"), ("replace-3", "new"), ("replace-4", "new")]
)
def test_a_run_killed_at_any_rename_is_swept_away_or_finished_by_the_next(tmp_path, at, left):
    place = tmp_path / "reports" / "m" / "r"
    place.mkdir(parents=True)
    for name in ("a", "b"):
        (place / name).write_text("old")
    killed = subprocess.run([sys.executable, "-c", KILLED, at], cwd=tmp_path, check=False)
    assert killed.returncode == -9
    with workplace(tmp_path / "reports"):
        assert {(place / name).read_text() for name in ("a", "b")} == {left}
    assert (place / "manifest.json").exists() == (left == "new")
    assert [path for path in (tmp_path / "reports" / ".runs").iterdir() if path.is_dir()] == []


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
        f"The report was made but could not be put into {tmp_path.name}: No space left on device. "
        "Free the disk or mend the folder's rights and run again; what was published before stands."
    )
    assert (tmp_path / "2026-10" / "monthly-churn" / "a").read_text() == "old"


def test_reports_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "reports").write_text("a file, not a folder")
    with pytest.raises(PublishError), workplace(tmp_path / "reports"):
        pass
