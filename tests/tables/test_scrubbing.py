"""Is what says who somebody is taken out of a text, and nothing else?"""

import pytest

from churnlab.tables import scrubbing
from churnlab.tables.scrubbing import nameless, scrubber, without_numbers

SCRUB = scrubber(["林小满", "欧阳明月", "王芳", "Ann Lee", "李", "None"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("林小满说太贵", "[name]说太贵"),
        ("小满说太贵", "[name]说太贵"),
        ("明月没来", "[name]没来"),
        ("林 小满没来", "[name]没来"),
        ("林\u200b小满没来", "[name]没来"),
        ("问王芳，王芳不在", "问[name]，[name]不在"),
        ("ask ann lee or ANN LEE", "ask [name] or [name]"),
        ("planned annual leave", "planned annual leave"),
        ("李子很甜", "李子很甜"),
        ("Ann Leeward", "Ann Leeward"),
    ],
)
def test_known_names_are_taken_out(text, left):
    assert SCRUB(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打13812345678找我", "打[phone]找我"),
        ("138-1234-5678", "[phone]"),
        ("138 1234 5678", "[phone]"),
        ("138 123 456 78", "[phone]"),
        ("+86 13812345678", "[phone]"),
        ("１３８１２３４５６７８", "[phone]"),
        ("一三八一二三四五六七八", "[phone]"),
        ("021-61234567", "[phone]"),
        ("(021) 61234567", "[phone]"),
        ("02161234567", "[phone]"),
        ("400-820-8820", "[phone]"),
        ("电话：61234567", "[phone]"),
        ("身份证110105199003070013", "身份证[id number]"),
        ("11010519900307001X。", "[id number]。"),
        ("110105 19900307 0013", "[id number]"),
        ("护照E12345678", "护照[id number]"),
        ("写信到lin.xm+1@mail.example.com吧", "写信到[email]吧"),
        ("微信：linxm_88", "[chat]"),
        ("微信号是linxm88", "[chat]"),
        ("加v linxm88", "[chat]"),
        ("wxid_ab12cd", "[chat]"),
        ("QQ 12345678", "[chat]"),
    ],
)
def test_numbers_of_a_person_are_taken_out(text, left):
    assert SCRUB(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-01 09:00 上了 2 课时",
        "退费 12800.50 元",
        "订单 20250301000012",
        "第 12345 号",
        "微信联系过了",
        "QQ 群里问的",
        "100% 满意",
    ],
)
def test_dates_amounts_and_orders_stay(text):
    assert SCRUB(text) == text


@pytest.mark.parametrize("word", ["WeChat Moments", "wechatmoments", "QQ空间", "微信朋友圈", "抖音2025春季"])
def test_a_channel_is_no_chat_id(word):
    assert without_numbers(word) == word


class Counted(dict):
    """Names by their first two characters, and how many of them a text was compared with."""

    compared = 0

    def get(self, head, otherwise=()):
        forms = super().get(head, otherwise)
        self.compared += len(forms)
        return forms


def test_the_work_does_not_grow_with_the_number_of_names(monkeypatch):
    names = {
        f"{family}{given}{third}"
        for family in "赵钱孙李周吴郑王冯陈"
        for given in "一二三四五六七八九十"
        for third in "天地玄黄"
    }
    held, take = {}, scrubbing._without_names
    monkeypatch.setattr(scrubbing, "_without_names", lambda text, known: held.update(known) or take(text, known))
    nameless(names)("王一天没来")
    known = Counted(held)
    assert take("老师上课经常迟到，希望更换，家长表示如果下个月还是这样就退费。" * 3, known) == (
        "老师上课经常迟到，希望更换，家长表示如果下个月还是这样就退费。" * 3
    )
    assert known.compared == 0  # no name begins with two characters of it
    assert take("王一天没来" * 3, known) == "[name]没来" * 3
    assert known.compared == 3 * 2 * 4  # of 400 names four begin so; each may have a blank
