"""Is a name that an earlier load declared found in the texts of a later one, and is every name remembered?"""

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from churnlab.tables import known_names
from churnlab.tables.known_names import GIVEN, HEAD, OTHER, PERSON, WHOLE, brought, known_in
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import normal_name, pseudonym
from churnlab.tables.store import Store

KEY = bytes(range(32))
NAMES = frozenset(
    {"王芳", "林小满", "欧阳金丝雀", "Ann Lee", "André", "Amy王", "迪丽热巴·迪力木拉提", "李天天", "李妈妈"}
)
STORED = brought(NAMES, {"黄浦区第二实验小学"}, {}, KEY).told


def made(*names: str) -> set[str]:
    return {pseudonym(normal_name(name), KEY) for name in names}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("欧阳金丝雀的家长说孩子不想来", {"欧阳金丝雀"}),
        ("问王芳，林小满没来", {"王芳", "林小满", "小满"}),
        ("王 芳没来", {"王 芳"}),
        ("林\u200b小满没来", {"林小满", "小满"}),
        ("asked ANN LEE again", {"ANN LEE"}),
        ("ANDRÉ called", {"ANDRÉ"}),
        ("接待ＡＭＹ王", {"AMY王"}),
        ("迪丽热巴·迪力木拉提请假", {"迪丽热巴·迪力木拉提", "迪丽热巴"}),
        ("小满没来", {"小满"}),  # the given name alone
        ("小 满没来", {"小 满"}),
        ("Ann Lee's class", {"Ann Lee"}),
        ("迪丽热巴请假", {"迪丽热巴"}),
        ("金丝雀的妈妈天天来", set()),  # three characters are no given name; 妈妈 and 天天 are words
        ("李天天的妈妈", {"李天天"}),
        ("王，芳", set()),
        ("Ann Leeward", set()),
        ("", set()),
    ],
)
def test_what_the_store_knows_is_found_however_it_is_written(text, names):
    assert known_in([text], STORED, KEY) == names


def test_a_school_is_looked_for_where_cells_are_shown_and_not_in_texts():
    school = "黄浦区第二实验小学"  # a whole cell, as when columns slip
    assert known_in([school], STORED, KEY) == frozenset()
    assert known_in([school], STORED, KEY, kinds=(PERSON, OTHER)) == {school}


def test_nothing_is_found_with_another_key_or_in_an_empty_store():
    assert known_in(["问王芳"], STORED, PUBLIC_KEY) == frozenset()
    assert known_in(["问王芳"], {}, KEY) == frozenset()


def test_the_work_grows_with_the_distinct_texts_only(monkeypatch):
    drawn = Random(1)
    texts = ["".join(chr(drawn.randrange(0x4E00, 0x5E00)) for _ in range(24)) for _ in range(2000)]
    asked = []
    monkeypatch.setattr(known_names, "pseudonym", lambda name, key: asked.append(name) or pseudonym(name, key))
    assert known_in([*texts, "问王芳"], STORED, KEY) == {"王芳"}
    once = len(asked)
    assert known_in([*(texts * 15), "问王芳"], STORED, KEY) == {"王芳"}
    assert len(asked) == 2 * once


def test_of_a_name_its_pseudonym_is_remembered_and_that_of_the_given_name_and_of_how_they_begin():
    came = brought({"王小明", "Ann Lee"}, {"实验小学"}, {}, KEY)
    assert came.told[PERSON] == made("王小明", "小明", "Ann Lee")
    assert came.told[OTHER] == made("实验小学")
    assert came.told[HEAD] == made("王小", "小明", "an", "实验")
    assert (came.persons, came.shown) == ({"王小明", "Ann Lee"}, {"王小明", "Ann Lee", "实验小学"})


@pytest.mark.parametrize("value", ["妈妈", "张", "13812345678", "S-1", "未填写", "Mother", "很" * 61])
def test_what_can_be_no_name_is_not_remembered(value):
    came = brought({value}, {value}, {}, KEY)
    assert came.shown == frozenset()
    assert not any(came.told.values())


def test_what_the_store_knows_is_not_brought_again():
    assert brought({"王 芳", "小满"}, {"王芳"}, STORED, KEY).shown == {"王芳"}  # not as a school, so far
    assert brought({"李小满"}, (), STORED, KEY).told[PERSON] == made("李小满")


def test_words_and_ids_are_rid_only_of_what_is_sure_to_be_a_name_or_looks_like_one():
    said = {"抖音", "王小明", "小明", "高一", "王芳", "Ann Lee", "Ann", "迪丽热巴·迪力木拉提", "英语一对一"}
    come = brought(said, (), {}, KEY)
    assert come.told[WHOLE] == made("王小明", "王芳", "Ann Lee", "迪丽热巴·迪力木拉提", "迪丽热巴")
    assert come.told[GIVEN] == made("小明")
    sure = brought(said, (), {}, KEY, sure=said)
    assert sure.told[WHOLE] - come.told[WHOLE] == made("抖音", "小明", "英语一对一")  # 高一 is a grade whoever says it


def test_a_name_that_becomes_sure_is_brought_again():
    before = brought({"小雨"}, (), {}, KEY).told  # 推荐人
    assert brought({"小雨"}, (), before, KEY).persons == frozenset()
    assert brought({"小雨"}, (), before, KEY, sure={"小雨"}).persons == {"小雨"}


def test_names_in_clear_are_not_printed():
    assert "王芳" not in repr(brought({"王芳"}, {"实验小学"}, {}, KEY))


def test_the_store_remembers_what_loads_brought(tmp_path: Path):
    store = Store(tmp_path / "store")
    assert store.pseudonyms() == {}
    for day, name in ((1, "王芳"), (2, "林小满")):
        store.load(
            {},
            loaded_at=datetime(2026, 3, day),
            made_up=False,
            names=brought({name}, {"实验小学"}, store.pseudonyms(), KEY),
        )
    assert store.pseudonyms() == {
        PERSON: made("王芳", "林小满", "小满"),
        WHOLE: made("王芳", "林小满"),
        GIVEN: made("小满"),
        OTHER: made("实验小学"),
        HEAD: made("王芳", "林小", "小满", "实验"),
    }
