"""Does a manifest say from what a report was made, and whether all of it is there?"""

import json

from churnlab.run.manifest import MANIFEST, entry, merged, read, sha256
from churnlab.settings import Settings
from tests.run.whole import is_whole

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing (FIPS 180-4)


def test_a_run_is_described_without_a_clock_and_without_places(tmp_path):
    (tmp_path / "made.pdf").write_bytes(b"")
    (tmp_path / "monthly.ipynb").write_bytes(b"")
    said = entry(
        {"all.zh.pdf": tmp_path / "made.pdf"},
        arguments={"month": "2026-10"},
        store={"digest": "d"},
        settings=Settings(),
        notebook=tmp_path / "monthly.ipynb",
    )
    assert said["files"] == {"all.zh.pdf": {"sha256": EMPTY, "bytes": 0}}
    assert said["notebook"] == {"name": "monthly.ipynb", "sha256": EMPTY}
    assert (said["arguments"], said["store"]) == ({"month": "2026-10"}, {"digest": "d"})
    assert said["settings"]["outcome"]["grace_days"] == Settings().outcome.grace_days
    assert "paths" not in said["settings"]
    assert str(tmp_path) not in json.dumps(said)
    assert set(said["packages"]) >= {"churnlab", "pandas", "duckdb", "typst"}


def test_of_earlier_runs_stays_what_is_said_of_files_that_are_not_replaced():
    first = merged({"by": 1, "files": {"a": {}, "b": {}}}, None)
    second = merged({"by": 2, "files": {"b": {}, "c": {}}}, first)
    assert second["runs"] == [{"by": 1, "files": {"a": {}}}, {"by": 2, "files": {"b": {}, "c": {}}}]
    third = merged({"by": 3, "files": {"a": {}}}, second)
    assert [run["by"] for run in third["runs"]] == [3, 2]  # nothing is left of the first


def test_a_folder_is_whole_when_every_file_is_there_as_it_was(tmp_path):
    assert read(tmp_path) is None
    assert not is_whole(tmp_path)
    (tmp_path / "a").write_bytes(b"one")
    said = merged({"files": {"a": {"sha256": sha256(tmp_path / "a"), "bytes": 3}}}, None)
    (tmp_path / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    assert read(tmp_path) == said
    assert is_whole(tmp_path)
    (tmp_path / "a").write_bytes(b"two")
    assert not is_whole(tmp_path)
    (tmp_path / "a").unlink()
    assert not is_whole(tmp_path)
