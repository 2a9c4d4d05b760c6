"""What a user can get wrong has an exit code of its own and a sentence in both languages."""

import re

import pytest

from churnlab import errors
from churnlab.errors import ChurnlabError, InputError, OrderError, RunError
from churnlab.i18n import LANGUAGES, Lang, sentences
from tests.languages import speaking

KINDS = ChurnlabError.__subclasses__()


def test_every_kind_has_an_exit_code_of_its_own_and_what_was_asked_for_wrongly_that_of_a_wrong_command_line() -> None:
    assert sorted(kind.exit_code for kind in KINDS) == [2, *range(4, 11)]
    assert ChurnlabError.exit_code == 1


def test_kinds_stand_in_errors_py_alone_and_none_below_another() -> None:
    assert {kind.__module__ for kind in KINDS} == {errors.__name__}
    assert [kind for kind in KINDS if kind.__subclasses__()] == []


def test_an_error_is_said_in_the_language_asked_for_else_in_the_one_in_use() -> None:
    error = RunError("run.month_outside", month="2026-09", first="2026-01", last="2026-08")
    zh = "数据中没有 2026-09，现有 2026-01 至 2026-08。请先导入该月数据，或从中选择月份。"
    assert error.message("zh") == zh
    assert error.message("en") == (
        "Month 2026-09 is not in the store, which holds 2026-01 to 2026-08. "
        "Load that month's exports first, or choose one of these."
    )
    with speaking("zh"):
        assert str(error) == zh
    assert (error.key, error.facts["last"]) == ("run.month_outside", "2026-08")


def test_what_a_user_wrote_passes_into_the_message_unchanged() -> None:
    told = "{month} <b>徐汇</b> %s \\n"
    assert told in OrderError("run.campus", unknown=told, known="—").message("zh")


def test_an_error_is_a_mistake_of_ours_if_it_forgets_a_fact() -> None:
    with pytest.raises(KeyError):
        RunError("run.month_outside", month="2026-09").message("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_ends_as_a_sentence_does(lang: Lang) -> None:
    # A message may end in a list of what is wrong, or in the command that mends it.
    ends = re.compile(r"[。.?？}]$|[:：] ?churnlab [a-z]+[^。.]*$")
    assert [key for key, said in errors_of(lang).items() if not ends.search(said.rstrip("\n"))] == []


def errors_of(lang: Lang) -> dict[str, str]:
    return {key: said for key, said in sentences(lang).items() if key.startswith("error.")}


def test_an_error_names_its_key_where_no_locale_is_read() -> None:
    assert InputError("reading.several", n=1, wrong={}).args == ("reading.several",)
