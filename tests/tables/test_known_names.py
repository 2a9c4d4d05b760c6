"""Is a name that an earlier load declared found in the texts of a later one?"""

from datetime import datetime
from pathlib import Path
from random import Random
from time import process_time

import pandas as pd
import pytest

from churnlab.tables.known_names import known_in
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.pseudonym import normal_name, pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.store import Store
from tests.tables.sheets import kept

KEY = bytes(range(32))
NAMES = ("王芳", "林小满", "欧阳金丝雀", "Ann Lee", "André", "Amy王", "迪丽热巴·迪力木拉提", "黄浦区第二实验小学")
STORED = frozenset(pseudonym(normal_name(name), KEY) for name in NAMES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("欧阳金丝雀的家长说孩子不想来", {"欧阳金丝雀"}),
        ("问王芳，林小满没来", {"王芳", "林小满"}),
        ("王 芳没来", {"王 芳"}),
        ("林\u200b小满没来", {"林小满"}),
        ("asked ANN LEE again", {"ANN LEE"}),
        ("ANDRÉ called", {"ANDRÉ"}),
        ("接待ＡＭＹ王", {"AMY王"}),
        ("迪丽热巴·迪力木拉提请假", {"迪丽热巴·迪力木拉提"}),
        ("黄浦区第二实验小学", {"黄浦区第二实验小学"}),  # a whole cell, as when columns slip
        ("王，芳", set()),
        ("Ann Leeward", set()),
        ("小满没来", set()),
        ("", set()),
    ],
)
def test_what_the_store_knows_is_found_however_it_is_written(text, names):
    assert known_in([text], STORED, KEY) == names


def test_nothing_is_found_with_another_key_or_in_an_empty_store():
    assert known_in(["问王芳"], STORED, PUBLIC_KEY) == frozenset()
    assert known_in(["问王芳"], frozenset(), KEY) == frozenset()


def test_the_time_grows_with_the_distinct_texts_only():
    drawn = Random(1)
    texts = ["".join(chr(drawn.randrange(0x4E00, 0x5E00)) for _ in range(24)) for _ in range(2000)]
    began = process_time()
    assert known_in([*(texts * 15), "问王芳"], STORED, KEY) == {"王芳"}
    assert process_time() - began < 5


def test_the_store_tells_the_pseudonyms_of_versions_that_stood_too_and_of_names_in_the_place_of_ids(tmp_path: Path):
    store = Store(tmp_path / "store")
    assert store.pseudonyms() == {}
    for day, name in ((1, "王芳"), (2, "林小满")):
        frames = {
            "students": kept("students", {"name": name, "guardian": "司徒百灵", "school": "黄鹂小学"}),
            "lessons": kept("lessons", {"teacher_id": "诸葛画眉"}),
        }
        stored: dict[str, pd.DataFrame] = {of: protect(rows, TABLES[of], KEY) for of, rows in frames.items()}
        store.load(stored, loaded_at=datetime(2026, 3, day), made_up=False)
    made = {name: pseudonym(name, KEY) for name in ("王芳", "林小满", "诸葛画眉", "司徒百灵", "黄鹂小学")}
    assert store.pseudonyms() == {
        "name": {made["王芳"], made["林小满"], made["诸葛画眉"]},
        "guardian": {made["司徒百灵"]},
        "school": {made["黄鹂小学"]},
    }
