"""What is left of a load for which there is no room? The system itself refuses to write on, as a full disk would."""

import subprocess
import sys
from datetime import datetime
from hashlib import sha512
from pathlib import Path

import pandas as pd
import pytest

from churnlab.tables.door import fetch
from churnlab.tables.engine import FILE
from churnlab.tables.known_names import Brought
from churnlab.tables.store import Store, open_data

# A file may grow to so many bytes and no further: nothing made, the store half made, the load half written, all done.
LIMITS = (0, 1_000, 20_000, 270_000, 400_000, 2_000_000, 50_000_000)
LOAD = """
import resource, signal, sys
from datetime import datetime
from pathlib import Path
from churnlab.errors import StoreError
from tests.tables.test_full_disk import lessons
from churnlab.tables.store import Store

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    Store(Path(sys.argv[1])).load({"lessons": lessons()}, loaded_at=datetime(2026, 1, 1), made_up=True)
except StoreError as error:
    print(error.message("en"))
    sys.exit(6)
"""


def lessons() -> pd.DataFrame:
    """Return lessons that take more room than an empty store does."""
    ids = [f"L{number:05}" for number in range(40_000)]
    return pd.DataFrame({"lesson_id": ids, "student_id": ids, "starts_at": pd.Timestamp("2025-03-01 10:00")})


@pytest.mark.parametrize("limit", LIMITS)
def test_a_load_without_room_is_told_and_the_next_one_works(limit: int, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    ended = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), str(limit)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == (0 if limit == LIMITS[-1] else 6), ended.stderr
    assert ("Make room on the disk" in ended.stdout) == (limit != LIMITS[-1])
    done = Store(folder).load({"lessons": lessons()}, loaded_at=datetime(2026, 1, 2), made_up=True)
    assert done.number == (2 if limit == LIMITS[-1] else 1)
    assert len(Store(folder).standing()["lessons"]) == 40_000


NAME = "诸葛画眉"
ANEW = """
import resource, signal, sys
from pathlib import Path
from churnlab.errors import StoreError
from tests.tables.test_full_disk import mend

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    mend(Path(sys.argv[1]))
except StoreError as error:
    print(error.message("en"))
    sys.exit(6)
"""


def mend(folder: Path) -> None:
    """Load a name that texts of the store hold: the store is written anew without it."""
    brought = Brought(persons=frozenset({NAME}), shown=frozenset({NAME}))
    Store(folder).load({}, loaded_at=datetime(2026, 1, 2), made_up=True, names=brought)


def texts(folder: Path) -> set[str]:
    data = open_data(folder, as_of="2026-02-01")
    told = set(fetch(data.table("contacts"))["text"])
    data.close()
    return told


# In sizes of the store: hardly any of the copy can be made, nearly all of it, all is done.
@pytest.mark.parametrize("sizes", [0.01, 0.9, 50])
def test_a_store_that_cannot_be_written_anew_stays_as_it_was_and_the_next_load_does_it(sizes: float, tmp_path: Path):
    folder = tmp_path / "store"
    said = [f"{NAME}老师说{sha512(str(number).encode()).hexdigest()}" for number in range(6000)]
    contacts = pd.DataFrame({"contact_id": [f"G{number}" for number in range(6000)], "text": said})
    contacts = contacts.assign(student_id="S1", at=pd.Timestamp("2025-03-01 10:00"))
    Store(folder).load({"contacts": contacts}, loaded_at=datetime(2026, 1, 1), made_up=True)
    before, limit = texts(folder), round((folder / FILE).stat().st_size * sizes)
    ended = subprocess.run(
        [sys.executable, "-c", ANEW, str(folder), str(limit)], capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 6), ended.stderr
    assert (ended.returncode == 0) == (sizes == 50)
    assert ended.returncode == 0 or texts(folder) == before
    mend(folder)
    assert {NAME in text for text in texts(folder)} == {False}
    assert {left.name for left in folder.iterdir()} <= {FILE, "churnlab.lock"}
