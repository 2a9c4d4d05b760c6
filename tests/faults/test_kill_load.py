import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from churnlab.errors import StoreError
from churnlab.settings import Settings
from churnlab.tables.loading import load
from churnlab.tables.store import Store, store_facts
from tests.exports import LESSONS, some_exports, write
from tests.languages import speaking

KILLED = Path(__file__).with_name("kill_load.py")
POINTS = (
    *(f"step {number}" for number in range(1, 9)),
    "in a table",
    "before the commit",
    "after the commit",
)
MOMENTS = (0.2, 0.5, 0.8, 0.95)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One load that stands, and the exports of the next, with rows to set aside."""
    home = tmp_path_factory.mktemp("once")
    some_exports(home / "data/raw")
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2))
    rows = [f"L{number},S1,东,2026-02-{number % 28 + 1:02} 09:00,到课" for number in range(1, 20_000)]
    write(home / "data/raw", "考勤2月.csv", LESSONS, *rows, "L0,S1,东,明天,到课")
    return home


@pytest.fixture
def home(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "home"))


def again(home: Path) -> dict[str, object]:
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 3))
    return store_facts(home / "data/store")


@pytest.fixture(scope="module")
def done(once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the store holds when nothing goes wrong."""
    return again(Path(shutil.copytree(once, tmp_path_factory.mktemp("done") / "home")))


def files(home: Path) -> list[str]:
    return sorted(file.name for file in (home / "data/set_aside").glob("*"))


def versions_of_no_load(home: Path) -> int:
    """Count the versions that a load wrote which does not stand: the door would not show them, but there are none."""
    loads = len(Store(home / "data/store").loads())
    with duckdb.connect(str(home / "data/store/churnlab.duckdb"), read_only=True) as engine:
        counted = [
            engine.execute(f"SELECT count(*) FROM {name} WHERE _load_from > $1 OR _load_to > $1", [loads]).fetchone()
            for name in ("students", "enrolments", "lessons")
        ]
    return sum(number for (number,) in counted)


def killed(home: Path, point: str) -> None:
    ended = subprocess.run([sys.executable, str(KILLED), str(home), point], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_load_killed_at_any_point_is_there_whole_or_not_at_all(once, home, done, point):
    before = store_facts(home / "data/store")
    killed(home, point)
    stands = point == "after the commit"
    assert len(Store(home / "data/store").loads()) == (2 if stands else 1)
    assert versions_of_no_load(home) == 0
    found = store_facts(home / "data/store")
    assert found["digest"] == (done if stands else before)["digest"]
    assert [name for name in files(home) if not name.startswith(".")] == []
    assert again(home)["digest"] == done["digest"]
    assert files(home) == (["load-0002.csv", "load-0003.csv"] if stands else ["load-0002.csv"])


@pytest.mark.slow
def test_a_load_killed_at_any_moment_is_there_whole_or_not_at_all(once, tmp_path, done):
    whole = timed(Path(shutil.copytree(once, tmp_path / "timed")))
    before = store_facts(once / "data/store")["digest"]
    for number, moment in enumerate(MOMENTS):
        home = Path(shutil.copytree(once, tmp_path / str(number)))
        with subprocess.Popen(command(home), stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as running:
            assert running.stdout.readline() == b"ready\n"
            time.sleep(whole * moment)
            running.kill()
        assert versions_of_no_load(home) == 0
        assert store_facts(home / "data/store")["digest"] in (before, done["digest"])
        assert again(home)["digest"] == done["digest"]
        assert [name for name in files(home) if name.startswith(".")] == []


def command(home: Path) -> list[str]:
    return [sys.executable, str(KILLED), str(home), "never"]


def timed(home: Path) -> float:
    with subprocess.Popen(command(home), stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as running:
        assert running.stdout.readline() == b"ready\n"
        started = time.monotonic()
        running.wait()
    return time.monotonic() - started


def test_the_very_first_load_killed_leaves_nothing_to_read(tmp_path):
    some_exports(tmp_path / "data/raw")
    killed(tmp_path, "before the commit")
    with speaking("en"), pytest.raises(StoreError, match=r"There is no store in .*, or nothing was loaded"):
        store_facts(tmp_path / "data/store")
    assert again(tmp_path)["rows"] == {"students": 2, "enrolments": 2, "lessons": 3}


def test_a_lock_that_a_dead_process_left_stops_nobody(home, done):
    killed(home, "in a table")
    assert (home / "data/store/churnlab.lock").exists()
    assert again(home)["digest"] == done["digest"]


FULL = """
import resource, sys
from datetime import datetime
from pathlib import Path
from churnlab.errors import StoreError
from churnlab.settings import Settings
from churnlab.tables.loading import load
home = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
except StoreError as error:
    print(error.key)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no such limit here")
@pytest.mark.parametrize(("room", "said"), [(100, "store.not_writable"), (300_000, "store.not_written")])
def test_a_full_disk_undoes_the_load(home, done, room, said):
    before = store_facts(home / "data/store")
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(home), str(room)], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == said
    assert store_facts(home / "data/store") == before
    assert files(home) == []
    assert again(home)["digest"] == done["digest"]


def test_half_a_file_that_was_to_become_the_store_is_no_store(tmp_path):
    folder = tmp_path / "data/store"
    folder.mkdir(parents=True)
    (folder / "churnlab.new").write_bytes(b"half a store")
    some_exports(tmp_path / "data/raw")
    assert again(tmp_path)["rows"] == {"students": 2, "enrolments": 2, "lessons": 3}
    assert not (folder / "churnlab.new").exists()
