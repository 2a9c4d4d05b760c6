"""Is a language that nobody speaks refused with those that are?"""

import pytest

import churnlab
from churnlab.errors import InputError
from churnlab.i18n import language


def test_a_language_that_is_chosen_is_spoken(monkeypatch):
    spoken = []
    monkeypatch.setattr("churnlab.i18n.use", spoken.append)
    churnlab.use("zh")
    assert spoken == ["zh"]


def test_another_language_is_refused_in_both_and_none_is_chosen():
    before = language()
    with pytest.raises(InputError) as refused:
        churnlab.use("fr")
    assert refused.value.message("en") == "There is no language fr; choose one of: zh, en."
    assert refused.value.message("zh") == "没有语言 fr，可选：zh, en。"
    assert language() == before
