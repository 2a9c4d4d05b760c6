"""Is the store's file opened by one writer or by readers, and written anew where old bytes must go?"""

import duckdb
import pytest

from churnlab.errors import StoreError
from churnlab.tables import engine as engines
from churnlab.tables.engine import FILE, FORMAT, make, reader, tables, writer, written


@pytest.fixture
def file(tmp_path):
    make(tmp_path / FILE)
    return tmp_path / FILE


def noted(file) -> list[str]:
    with duckdb.connect(str(file), read_only=True) as engine:
        return [text for (text,) in engine.execute("SELECT text FROM notes ORDER BY text").fetchall()]


def note(engine, text: str) -> None:
    engine.execute("CREATE TABLE IF NOT EXISTS notes (text VARCHAR)")
    engine.execute("INSERT INTO notes VALUES (?)", [text])


def test_a_fresh_store_is_empty_and_says_its_format(file):
    engine = reader(file, 0.2)
    assert tables(engine.con) == {"_meta", "_loads", "_names"}
    assert engine.con.execute("SELECT format, made_up FROM churnlab._meta").fetchone() == (FORMAT, None)
    engine.disconnect()


def test_a_store_that_is_there_is_not_made_again(file):
    with writer(file, 0.2) as engine:
        note(engine, "kept")
    make(file)
    assert noted(file) == ["kept"]


def test_readers_may_not_write(file):
    engine = reader(file, 0.2)
    with pytest.raises(duckdb.Error):
        engine.con.execute("CREATE TABLE churnlab.notes (text VARCHAR)")
    engine.disconnect()


def test_nothing_is_fetched_from_a_network(file):
    with writer(file, 0.2) as engine:
        for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert engine.execute(f"SELECT current_setting('{name}')").fetchone() == (False,)


def fail(file, *, anew: bool) -> None:
    with written(file, 0.2, anew=anew) as engine:
        engine.begin()
        note(engine, "second")
        raise ZeroDivisionError


@pytest.mark.parametrize("anew", [False, True])
def test_what_a_block_commits_stands_and_what_it_does_not_is_gone(file, anew):
    with written(file, 0.2, anew=anew) as engine:
        note(engine, "first")
    with pytest.raises(ZeroDivisionError):
        fail(file, anew=anew)
    assert noted(file) == ["first"]
    assert [left.name for left in file.parent.iterdir()] == [FILE]


def test_anew_leaves_no_byte_of_what_was_overwritten(file):
    secret = "欧阳金丝雀" * 3
    with written(file, 0.2) as engine:
        note(engine, secret)
    assert secret.encode() in file.read_bytes()
    with written(file, 0.2, anew=True) as engine:
        engine.execute("UPDATE notes SET text = 'gone'")
    assert secret.encode() not in file.read_bytes()
    assert noted(file) == ["gone"]


def test_until_it_is_whole_the_new_file_is_not_in_the_place_of_the_old(file):
    with written(file, 0.2, anew=True) as engine:
        note(engine, "new")
        assert "notes" not in tables(reader(file, 0.2).con)
    assert noted(file) == ["new"]


def test_where_the_old_file_may_not_be_replaced_somebody_reads_it(file, monkeypatch):
    def held(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(engines.os, "replace", held)
    with pytest.raises(StoreError) as refused, written(file, 0.2, anew=True) as engine:
        note(engine, "new")
    assert refused.value.key == "store.busy"
    assert [left.name for left in file.parent.iterdir()] == [FILE]
    assert "notes" not in tables(reader(file, 0.2).con)
