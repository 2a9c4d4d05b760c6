"""The alerts of a week get to their place, and the command ends with 3 where there are any."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from churnlab import cli
from churnlab.errors import OrderError
from churnlab.finding import Finding
from churnlab.run import watching
from churnlab.settings import Settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose store holds weeks up to 25 October 2026, and one Finding in place of the charts."""
    facts = {"campuses": ["East"], "first_week": "2025-W01", "last_whole_week": "2026-W43", "made_up": True}
    data = SimpleNamespace(as_of=date(2026, 10, 26), made_up=True)
    monkeypatch.setattr(watching, "store_facts", lambda store: facts)
    monkeypatch.setattr(watching, "refuse_other_home", lambda store, home: None)
    monkeypatch.setattr(watching, "open_week", lambda store, week, campus: (data, "2026-W43"))
    monkeypatch.setattr(watching, "open_data", lambda store, as_of: data)
    return tmp_path


def asked(monkeypatch, alarms: int) -> None:
    facts: dict[str, Any] = {"open": 1, "overdue": 0, "alerts": alarms}
    one = Finding(key="measures.overdue", table=pd.DataFrame({"title": ["A"]}), facts=facts, sentences=("in_time",))
    monkeypatch.setattr(watching, "_asked", lambda data, campus, with_model: (one,))
    monkeypatch.setattr(watching, "_alarms", lambda findings: alarms)


def test_the_files_stand_whole_with_their_manifest(home, monkeypatch):
    asked(monkeypatch, 2)
    told = watching.watch(home=home, settings=Settings(), languages=("zh",))
    place = home / "reports" / "2026-W43" / "watch"
    assert sorted(file.name for file in told.files) == ["all.json", "all.zh.xlsx"]
    assert json.loads((place / "all.json").read_text(encoding="utf-8"))["alarms"] == 2
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["runs"][0]["files"]) == ["all.json", "all.zh.xlsx"]
    assert "notebook" not in manifest["runs"][0]


def test_the_same_week_again_gives_the_same_bytes(home, monkeypatch):
    asked(monkeypatch, 0)
    once = {file.name: file.read_bytes() for file in watching.watch(home=home, settings=Settings()).files}
    again = {file.name: file.read_bytes() for file in watching.watch(home=home, settings=Settings()).files}
    assert once == again


def test_a_day_that_is_not_loaded_yet_is_refused(home):
    with pytest.raises(OrderError) as caught:
        watching.watch(home=home, settings=Settings(), as_of=date(2026, 10, 27))
    assert caught.value.key == "watch.too_late"
    assert "26 Oct 2026" in caught.value.message("en")


@pytest.mark.parametrize(("alarms", "code"), [(0, 0), (1, 3)])
def test_the_command_ends_with_three_where_there_are_alerts(home, monkeypatch, capsys, alarms, code):
    asked(monkeypatch, alarms)
    with pytest.raises(SystemExit) as left:
        cli.main(["watch", "--home", str(home), "--lang", "en"])
    assert left.value.code == code
    assert "1 measure is open, none overdue." in capsys.readouterr().out


@pytest.mark.parametrize(("lang", "word"), [("zh", "已写入："), ("en", "Written:")])
def test_all_that_it_prints_is_in_the_asked_language(home, monkeypatch, capsys, lang, word):
    asked(monkeypatch, 0)
    with pytest.raises(SystemExit):
        cli.main(["watch", "--home", str(home), "--lang", lang])
    assert word in capsys.readouterr().out


def test_a_week_and_a_day_at_once_are_refused(home, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["watch", "--home", str(home), "--week", "2026-W43", "--as-of", "2026-10-26"])
    assert left.value.code == 2
