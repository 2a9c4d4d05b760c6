"""Do words and ids lose the names that nobody declared there, and nothing else?"""

import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES, text
from churnlab.tables import known_names, undeclared
from churnlab.tables.contract import Column
from churnlab.tables.pseudonym import pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.undeclared import changed, held, left, mended, places, role, rules, warnings

KEY = bytes(range(32))
SURE = frozenset({"王小明", "李小红", "王丽丽", "李致远", "王芳", "文明", "高一", "李天天", "Ann Lee"})
RULES = rules({}, known_names.brought(SURE | {"抖音"}, (), {}, KEY, sure=SURE).told, KEY)


@pytest.mark.parametrize(
    ("word", "stored"),
    [
        ("王小明妈妈介绍", "[name]妈妈介绍"),
        ("李小红妈妈介绍", "[name]妈妈介绍"),
        ("小明妈妈介绍", "[name]妈妈介绍"),
        ("老生小明推荐", "老生[name]推荐"),
        ("朋友小明", "朋友[name]"),
        ("小明", "[name]"),
        ("王 小明介绍", "[name]介绍"),
        ("王芳介绍", "[name]介绍"),
        ("王小明和李小红", "[name]和[name]"),
        ("asked by ann lee", "asked by [name]"),
        ("Ann Lee's friend", "[name]'s friend"),
        ("致远班", "致远班"),  # a course may be called so; with more beside it 致远 is a person
        ("致远妈妈", "[name]妈妈"),
        ("文明家庭", "文明家庭"),
        ("高一", "高一"),
        ("天天特价", "天天特价"),
        ("抖音", "抖音"),  # stood under 推荐人, and is no name
        ("Ann Leeward", "Ann Leeward"),
        ("老带新", "老带新"),
        ("moved", "moved"),
    ],
)
def test_a_word_loses_a_name_and_stays_what_it_is_without(word, stored):
    assert RULES.word(word) == stored
    assert RULES.word(stored) == stored


@pytest.mark.parametrize("id", ["王小明一对一", "王丽丽周六班", "王芳班", "Ann Lee 1v1", "A班(李致远)", "a班(李致远)"])
def test_an_id_that_holds_a_whole_name_becomes_its_own_pseudonym(id):
    assert RULES.id(id) == pseudonym(id, KEY)


@pytest.mark.parametrize(
    "id", ["K1", "20260101", "致远班", "小明一对一", "高一数学", "文明班", "抖音课", "周六 A", "Ann"]
)
def test_any_other_id_stays_as_it_is(id):
    assert RULES.id(id) == id


def test_what_an_earlier_load_declared_counts_as_what_this_one_declares():
    told = known_names.brought(SURE, (), {}, KEY, sure=SURE).told
    for stored, come in ((told, {}), ({}, told)):
        by = rules(stored, come, KEY)
        assert (by.word("小明妈妈介绍"), by.id("王丽丽周六班")) == ("[name]妈妈介绍", pseudonym("王丽丽周六班", KEY))
    assert rules(told, {}, bytes(32)).id("王丽丽周六班") == "王丽丽周六班"  # under another key nobody is known


def test_every_column_has_its_role():
    told = {f"{name}.{column.name}": role(column) for name, table in TABLES.items() for column in table.columns}
    assert {place for place, of in told.items() if of == "campus"} >= {"campuses.campus", "lessons.campus"}
    words = ("leads.channel", "exits.reason_code", "complaints.category", "students.grade", "courses.name")
    assert {told[place] for place in words} == {"word"}
    assert {told[f"{name}.course_id"] for name in ("leads", "courses", "classes", "enrolments", "lessons")} == {"id"}
    who = ("lessons.student_id", "lessons.teacher_id", "leads.referrer_id", "exits.staff_id", "leads.lead_id")
    other = (
        "students.name",
        "students.school",
        "students.birth_date",
        "contacts.text",
        "lessons.status",
        "lessons.starts_at",
    )
    assert {told[place] for place in (*who, *other)} == {None}
    assert ("lessons", "class_id") in places("id")
    assert role(Column(name="campus", kind="word", zh=("校区",))) == "campus"


LESSONS = pd.DataFrame(
    {
        "class_id": ["王丽丽周六班", "王丽丽周六班", "C1", None],
        "course_id": ["K1", "13812345678 王芳", "K1", "K1"],
        "campus": ["王芳校区", "东", "东", "东"],
    }
)
LEADS = pd.DataFrame({"channel": ["王小明介绍", "李小红介绍", "地推"]})


def of(**frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {name: frame.reindex(columns=list(TABLES[name].names)) for name, frame in frames.items()}


def test_only_values_with_room_for_a_name_are_looked_at():
    room = held(of(lessons=LESSONS, leads=LEADS))
    assert room["lessons"] == {
        "class_id": {"王丽丽周六班"}, "course_id": {"13812345678 王芳"}, "campus": {"王芳校区", "东"},
    }  # fmt: skip
    assert room["leads"] == {"channel": {"王小明介绍", "李小红介绍", "地推"}}


def test_rows_and_values_are_counted_and_nobody_is_named():
    frames = of(lessons=LESSONS, leads=LEADS)
    told = list(warnings(frames, changed(held(frames), RULES)))
    assert [(key.rpartition(".")[2], facts.get("n"), facts.get("ids")) for key, facts in told] == [
        ("id", 2, 1),  # the id that is a phone too has its own rule
        ("word", 2, 2),
        ("campus", 1, None),
    ]
    said = [text(key, lang, **facts) for key, facts in told for lang in LANGUAGES]
    assert not [name for name in SURE for sentence in said if name in sentence]
    assert "2 rows hold the name of a person (1 id)" in " ".join(said).replace("in 1 id", "1 id")


def test_rows_of_the_store_are_written_as_from_now_on():
    stand = of(lessons=LESSONS, leads=LEADS)
    change = left({"word": frozenset({"王小明介绍", "地推"}), "id": frozenset({"王丽丽周六班"})}, RULES)
    assert change == {"word": {"王小明介绍": "[name]介绍"}, "id": {"王丽丽周六班": pseudonym("王丽丽周六班", KEY)}}
    done = mended(stand, change)
    assert done["leads"]["channel"].tolist() == ["[name]介绍", "李小红介绍", "地推"]
    assert done["lessons"]["class_id"].tolist() == [pseudonym("王丽丽周六班", KEY)] * 2 + ["C1", None]
    assert stand["leads"]["channel"].tolist() == LEADS["channel"].tolist()


def test_what_the_institution_itself_calls_so_stays_and_comes_back():
    known = known_names.brought(SURE, (), {}, KEY, sure=SURE).told
    spared = rules({}, known, KEY, spared={"王丽丽周六班", "王小明离校", "K1"})
    assert [spared.id(id) for id in ("王丽丽周六班", "王芳班")] == ["王丽丽周六班", pseudonym("王芳班", KEY)]
    assert [spared.word(word) for word in ("王小明离校", "王小明介绍")] == ["王小明离校", "[name]介绍"]
    stand = of(lessons=LESSONS.assign(class_id=[pseudonym("王丽丽周六班", KEY), pseudonym("王芳班", KEY), "K1", None]))
    again = undeclared.named_again(stand, {"王丽丽周六班", "王小明离校", "K1"}, KEY)
    assert again == {pseudonym("王丽丽周六班", KEY): "王丽丽周六班"}
    assert mended(stand, {"id": again})["lessons"]["class_id"].tolist()[0] == "王丽丽周六班"
    assert undeclared.named_again(stand, set(), KEY) == {}


def test_each_distinct_value_is_looked_up_once(monkeypatch):
    asked = []
    by = undeclared.Rules(
        word=lambda value: asked.append(value) or value, id=lambda value: asked.append(value) or value
    )
    changed(held(of(lessons=pd.concat([LESSONS] * 50, ignore_index=True))), by)
    assert sorted(asked) == ["东", "王丽丽周六班", "王芳校区"]
