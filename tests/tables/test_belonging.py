"""Whose settings does a store go by, wherever it lies?"""

import shutil
from pathlib import Path

import pytest

from churnlab.errors import StoreError
from churnlab.settings import FILE, Settings
from churnlab.tables.belonging import belong, home_of, refuse_other_home, settings_of


def home(folder: Path, grace_days: int | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if grace_days is not None:
        (folder / FILE).write_text(f"[outcome]\ngrace_days = {grace_days}\n")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return home(tmp_path / "disk" / "store")


def test_a_store_below_its_home_goes_by_the_nearest_settings_and_holds_no_path(tmp_path: Path) -> None:
    store = home(home(tmp_path / "school", 1) / "data" / "store")
    belong(store, tmp_path / "school")
    assert settings_of(store).outcome.grace_days == 1
    assert list(store.iterdir()) == []
    home(tmp_path / "school" / "data", 2)
    assert settings_of(store).outcome.grace_days == 2


def test_without_any_settings_the_defaults_count(store: Path, tmp_path: Path) -> None:
    assert settings_of(store) == Settings()
    belong(store, home(tmp_path / "school"))
    assert settings_of(store) == Settings()
    assert list(store.iterdir()) == []


def test_a_store_elsewhere_goes_by_the_home_that_loaded_last(store: Path, tmp_path: Path) -> None:
    for name, days in (("school", 1), ("other", 2)):
        belong(store, home(tmp_path / name, days))
        assert home_of(store) == tmp_path / name
        assert settings_of(store).outcome.grace_days == days


def test_settings_that_only_happen_to_lie_above_the_store_are_not_its_own(store: Path, tmp_path: Path) -> None:
    home(tmp_path / "disk", 9)
    belong(store, home(tmp_path / "school", 1))
    assert settings_of(store).outcome.grace_days == 1
    belong(store, home(tmp_path / "bare"))
    assert settings_of(store) == Settings()


def test_a_home_that_is_gone_is_told_and_a_load_from_its_new_place_mends_it(store: Path, tmp_path: Path) -> None:
    belong(store, home(tmp_path / "school", 1))
    shutil.move(tmp_path / "school", tmp_path / "moved")
    with pytest.raises(StoreError) as told:
        settings_of(store)
    school = (tmp_path / "school").as_posix()
    assert told.value.message("en") == (
        f"The store {store.as_posix()} goes by the settings in {school}, as the last load into it said, and this "
        "folder is not there. Run churnlab load --home with the folder where the settings are now; the same files add "
        "nothing."
    )
    belong(store, tmp_path / "moved")
    assert settings_of(store).outcome.grace_days == 1


def test_another_home_than_the_one_it_goes_by_is_refused(store: Path, tmp_path: Path) -> None:
    school, other = home(tmp_path / "school", 1), home(tmp_path / "other", 2)
    with pytest.raises(StoreError):
        refuse_other_home(store, school)  # nobody said so yet
    belong(store, school)
    refuse_other_home(store, school)
    with pytest.raises(StoreError) as told:
        refuse_other_home(store, other)
    assert told.value.message("zh").startswith(f"数据库 {store.as_posix()} 用的不是 {other.as_posix()} 里的设置")
    assert told.value.message("en").startswith(f"The store {store.as_posix()} does not go by the settings in {other}:")
