"""Is a folder made ready once, and is nothing of it overwritten?"""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from churnlab.run import home
from churnlab.settings import Settings
from churnlab.tables import privacy


def test_what_is_missing_is_made_and_what_is_there_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(home, "key_place", lambda: tmp_path / "user/key")
    institution = tmp_path / "home"
    assert all(made for _, made in home.prepare(institution))
    assert (institution / "data/raw/mapping.toml").exists()
    key = privacy.read_key(tmp_path / "user/key")
    (institution / "churnlab.toml").write_text("# ours\n", encoding="utf-8")
    assert not any(made for _, made in home.prepare(institution))
    assert (institution / "churnlab.toml").read_text(encoding="utf-8") == "# ours\n"
    assert privacy.read_key(tmp_path / "user/key") == key


def test_the_settings_file_lists_every_setting_and_sets_none():
    written = home.settings_file()
    assert {name: values for name, values in tomllib.loads(written).items() if values} == {}
    for section in Settings.model_fields:
        for name in type(getattr(Settings(), section)).model_fields:
            assert f"\n# {name} = " in written


def test_the_settings_file_uncommented_is_the_defaults():
    lines = [line.removeprefix("# ") for line in home.settings_file().splitlines() if " = " in line or "[" in line[:1]]
    assert Settings.model_validate(tomllib.loads("\n".join(lines))) == Settings()


@pytest.mark.parametrize(
    ("value", "written"),
    [(30, "30"), (0.95, "0.95"), (None, '"never"'), ("按", '"按"'), (["a"], '["a"]'), (Path("data/raw"), '"data/raw"')],
)
def test_a_value_is_written_as_toml_has_it(value, written):
    assert home.as_toml(value) == written


def test_a_value_that_toml_cannot_hold_is_no_setting():
    with pytest.raises(AttributeError):
        home.as_toml(date(2026, 1, 1))
