"""Is a name that an earlier load declared found in the texts of a later one?"""

from random import Random
from time import process_time

import pytest

from churnlab.tables.known_names import known_in
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import normal_name, pseudonym

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
