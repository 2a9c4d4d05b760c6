"""Is a person's name told from what else may stand where one should?"""

import pytest

from churnlab.tables.family_names import WORDS, looks_like_a_name, may_be_a_word


@pytest.mark.parametrize(
    "name",
    ["王芳", "王小明", "王 小明", "欧阳明月", "司马光", "迪丽热巴·迪力木拉提", "Ann Lee", "J. O'Brien", "Mary-Ann Lee"],
)
def test_a_name_looks_like_one(name):
    assert looks_like_a_name(name)


@pytest.mark.parametrize(
    "other", ["抖音", "朋友圈", "大众点评", "外教", "英语一对一", "小明", "Ann", "王小明的妈妈们", "S 1", "K-12", ""]
)
def test_a_channel_or_a_course_or_a_nickname_does_not(other):
    assert not looks_like_a_name(other)


def test_a_grade_or_a_weekday_is_a_word_though_it_begins_with_a_family_name():
    assert all(map(may_be_a_word, ["高一", "周六", "金牌", "文明", "高兴"]))
    assert not any(map(may_be_a_word, ["王芳", "高峰", "李娜"]))
    assert all(looks_like_a_name(word) for word in WORDS)  # what does not needs no mention
