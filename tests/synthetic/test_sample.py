"""Can the exports be read back, row for row?"""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import InputError
from churnlab.synthetic import Institution, Made, make, make_sample, write
from churnlab.synthetic.exports import EXPORTS
from churnlab.synthetic.sample import Written
from churnlab.tables.checking import Checked, check
from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import Reading, read
from churnlab.tables.schemas import TABLES
from tests.languages import speaking
from tests.tables.sheets import NOBODY

ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def folder(made: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Written]]:
    place = tmp_path_factory.mktemp("raw")
    return place, write(made, place)


@pytest.fixture(scope="module")
def reading(folder: tuple[Path, dict[str, Written]]) -> Reading:
    return read(folder[0], Mapping.read(folder[0] / "mapping.toml"))


@pytest.fixture(scope="module")
def checked(folder: tuple[Path, dict[str, Written]], reading: Reading) -> dict[str, Checked]:
    mapping = Mapping.read(folder[0] / "mapping.toml")
    return {sheet.file: check(sheet, mapping=mapping, timezone=ZONE, students=NOBODY) for sheet in reading}


def test_every_file_is_known_as_the_table_it_is(folder: tuple[Path, dict[str, Written]], reading: Reading) -> None:
    assert {sheet.file: sheet.table.name for sheet in reading} == {name: told.table for name, told in folder[1].items()}
    assert not reading.warnings


def test_rows_written_are_kept_or_set_aside_for_the_reason_told(
    folder: tuple[Path, dict[str, Written]], checked: dict[str, Checked]
) -> None:
    for name, told in folder[1].items():
        found = checked[name]
        assert found.rows_read == told.rows
        assert Counter(found.set_aside["reason"]) == Counter(told.set_aside), name
        assert len(found.kept) == told.rows - sum(told.set_aside.values())


@pytest.mark.parametrize("name", sorted({export.table for export in EXPORTS}))
def test_what_is_read_is_what_was_made(made: Made, checked: dict[str, Checked], name: str) -> None:
    table = TABLES[name]
    export = next(export for export in EXPORTS if export.table == name)
    parts = [found.kept for _, found in sorted(checked.items()) if found.table.name == name]
    kept = pd.concat(parts).sort_values(list(table.key), ignore_index=True)
    frame = made.frames[name].sort_values(list(table.key), ignore_index=True)
    for column in table.columns:
        if column.name in export.left_out:
            assert kept[column.name].isna().all()
            continue
        came, wanted = kept[column.name], frame[column.name]
        if column.kind in ("money", "hours", "number", "count"):
            numbers = pd.to_numeric(came.astype(object)).to_numpy(dtype=float, na_value=np.nan)
            np.testing.assert_allclose(numbers, wanted.to_numpy(dtype=float), atol=1e-9)
        else:
            blank = came.isna() & wanted.isna()
            assert came[~blank].tolist() == wanted[~blank].tolist()


def test_the_exports_are_as_messy_as_real_ones(folder: tuple[Path, dict[str, Written]], reading: Reading) -> None:
    place = folder[0]
    assert (place / "合同订单.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    leads = (place / "潜在学员.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        leads.decode("utf-8")
    assert "抖音" in leads.decode("gb18030")
    lines = Counter()
    for sheet in reading:
        lines.update(sheet.lines)
    assert lines["total"] == 5
    assert lines["note"] == 7
    assert any("𠮷" in name for name in _names(reading))
    assert {"备注", "教室", "打印次数"} <= {header for sheet in reading for header in sheet.ignored_columns}
    assert len([sheet for sheet in reading if sheet.table.name == "lessons"]) == 24


def _names(reading: Reading) -> pd.Series:
    return next(sheet.rows["name"] for sheet in reading if sheet.table.name == "students")


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    def digest(place: Path) -> dict[str, str]:
        return {file.name: sha256(file.read_bytes()).hexdigest() for file in place.iterdir()}

    first = make_sample(tmp_path / "one", students=60, seed=5)
    second = make_sample(tmp_path / "two", students=60, seed=5)
    assert digest(first.folder) == digest(second.folder)
    assert digest(first.truth_folder) == digest(second.truth_folder)
    waiting = [len(pd.read_parquet(first.truth_folder / f"{name}.parquet")) for name in ("never_came", "to_come")]
    assert (first.files, first.students) == (61, 60 + sum(waiting))


def test_a_sample_replaces_an_older_one_whole(tmp_path: Path) -> None:
    place = tmp_path / "sample"
    make_sample(place, students=60, seed=1)
    (place / "旧文件.csv").write_text("旧", encoding="utf-8")
    make_sample(place, students=60, seed=2)
    assert not (place / "旧文件.csv").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["sample", "sample-truth"]


def test_what_a_killed_run_left_behind_is_cleared_away(tmp_path: Path) -> None:
    for left in (".sample.new", ".sample.old", ".sample-truth.new"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "half.csv").write_text("", encoding="utf-8")
    make_sample(tmp_path / "sample", students=60, seed=1)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["sample", "sample-truth"]


def test_other_peoples_files_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "工资.xlsx").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        make_sample(tmp_path, students=60)
    assert (tmp_path / "工资.xlsx").exists()
    place = tmp_path.as_posix()
    with speaking("zh"):
        assert str(caught.value) == (
            f"{place} 里已有其他文件，不能覆盖。示例数据只能写入不存在的文件夹、空文件夹，或含有“made_up = true”的 "
            "mapping.toml 的旧示例。请换一个文件夹。"
        )
    with speaking("en"):
        assert str(caught.value) == (
            f"{place} holds other files, which a sample must not overwrite. A sample goes into a folder that does not "
            "exist, is empty, or holds an older sample (its mapping.toml says made_up = true). Choose another folder."
        )


def test_the_truth_lies_beside_the_exports_and_not_among_them(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample", students=60, seed=1)
    assert sample.truth_folder == tmp_path / "sample-truth"
    told = json.loads((sample.truth_folder / "truth.json").read_text(encoding="utf-8"))
    assert set(told["files"]) == {file.name for file in sample.folder.iterdir()} - {"mapping.toml"}
    assert told["files"]["退费.csv"]["set_aside"] == {"out_of_bounds": 1, "disordered": 1}
    truth = make(Institution(students=60, seed=1)).truth
    pd.testing.assert_frame_equal(pd.read_parquet(sample.truth_folder / "months.parquet"), truth.months)
    planted = pd.read_parquet(sample.truth_folder / "training_programmes.parquet")
    pd.testing.assert_frame_equal(planted, truth.training.programmes)
    assert told["training"]["kr20"] == truth.training.facts["kr20"]
    assert told["log_hazard_ratios"] == truth.log_hazard_ratios
