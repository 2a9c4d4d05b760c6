"""Is it said clearly where a folder cannot be?"""

import os
from pathlib import Path

import pytest

from churnlab.errors import InputError
from churnlab.tables.places import make_file, make_folder, need_folder


def test_a_file_where_or_above_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("a file")
    for place in (file, file / "store" / "deep"):
        with pytest.raises(InputError) as told:
            need_folder(tmp_path, place)
        assert told.value.message("en") == (
            f"{file.as_posix()}: expected a folder, but a file stands there. Move or rename the file, or choose "
            "another folder (--home, --to, or [paths] in churnlab.toml), then run again; nothing was done."
        )
        assert told.value.message("zh") == (
            f"{file.as_posix()}：这里应是文件夹，却有一个同名文件。请把该文件移走或改名，或另选文件夹"
            "（--home、--to，或 churnlab.toml 的 [paths]），再运行一次；这次没有做任何改动。"
        )


def test_what_is_a_folder_or_is_not_there_yet_may_be_one(tmp_path: Path) -> None:
    need_folder(tmp_path, tmp_path / "new" / "deep")
    assert make_folder(tmp_path / "new" / "deep")
    assert not make_folder(tmp_path / "new")


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_that_leads_nowhere_is_no_folder_and_one_to_a_folder_is(tmp_path: Path) -> None:
    (tmp_path / "lost").symlink_to(tmp_path / "gone")
    (tmp_path / "kept").symlink_to(tmp_path)
    with pytest.raises(InputError):
        make_folder(tmp_path / "lost" / "store")
    need_folder(tmp_path / "kept" / "store")


def test_a_folder_where_a_file_should_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        make_file(tmp_path, "")
    assert "expected a file, but a folder stands there" in told.value.message("en")


@pytest.mark.parametrize("make", [make_folder, lambda place: make_file(place, "")])
def test_a_place_that_cannot_be_written_is_told_with_its_cause(make, tmp_path: Path, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(Path, "write_text", refused)
    with pytest.raises(InputError) as told:
        make(tmp_path / "new")
    assert told.value.message("en").startswith(
        f"{(tmp_path / 'new').as_posix()}: cannot be written (Permission denied)."
    )
