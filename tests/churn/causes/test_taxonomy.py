"""Does every reason have its department, in the institution's own words too?"""

import pandas as pd
import pytest

from churnlab.churn.causes.taxonomy import DEPARTMENTS, OTHER, PERSONAL, UNSTATED, coded, departments
from churnlab.i18n import LANGUAGES, sentences
from churnlab.settings import Causes, Settings
from churnlab.tables.schemas.reasons import REASONS


def _coded(word, detail=None, settings=None):
    words = pd.Series([word], dtype=object), pd.Series([detail], dtype=object)
    return tuple(coded(*words, settings or Settings()).iloc[0])


@pytest.mark.parametrize(
    ("word", "detail", "department", "reason"),
    [
        ("market", "price", "market", "price"),  # the detail says it more closely
        ("market", None, "market", "market"),
        ("market", "teacher", "market", "market"),  # of another department: the word counts
        ("其他", "换老师", "teaching", "teacher_change"),  # the word says nothing
        ("太贵", None, "market", "price"),
        ("服务态度", "前台", "service", "attitude"),  # a detail that is not known
        ("moved", None, PERSONAL, "moved"),
        ("personal_family", None, PERSONAL, "personal_family"),
        ("毕业升学", None, PERSONAL, "graduated"),
        ("other", None, OTHER, "other"),
        ("风水不好", None, OTHER, "风水不好"),
        (None, "price", "market", "price"),
        (None, None, UNSTATED, None),
        ("", "", UNSTATED, None),
        ("withdrawn", None, UNSTATED, None),  # that she went, and not why
        ("主动退学", "退课", UNSTATED, None),
        ("退学", "太贵", "market", "price"),
    ],
)
def test_a_reason_belongs_to_a_department(word, detail, department, reason):
    assert _coded(word, detail) == (department, reason)


def test_every_reason_of_the_tables_has_one_department_and_a_name():
    owner = departments(Settings())
    assert set(REASONS) - set(owner) == {"other", "withdrawn"}
    listed = [code for name in DEPARTMENTS for code in getattr(Causes(), name)]
    assert len(listed) == len(set(listed))
    for lang in LANGUAGES:
        assert {f"code.reason.{code}" for code in REASONS} <= set(sentences(lang))


def test_an_institution_may_use_its_own_words_and_move_reasons():
    own = Settings(causes=Causes(teaching=("教研",), service=("location",), facility=()))
    assert _coded("教研", settings=own) == ("teaching", "教研")
    assert _coded("太远", settings=own) == ("service", "location")
    assert _coded("teacher", settings=own) == (OTHER, "teacher")
