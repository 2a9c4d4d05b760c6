import pytest
import typer

from churnlab.cli import application
from churnlab.i18n import LANGUAGES, Lang
from churnlab.usage import UsageError, fault
from tests.languages import speaking


def told(lang: Lang, *arguments: str) -> str:
    with speaking(lang), pytest.raises(UsageError) as wrong:
        application(lang)(args=list(arguments), prog_name="churnlab", standalone_mode=False)
    with speaking(lang):
        return fault(wrong.value)


def test_an_option_that_does_not_exist_is_named_with_those_that_do() -> None:
    assert told("en", "load", "--hom", ".") == (
        "There is no option --hom here; there are: --home, --mapping, --debug.\nchurnlab load --help says more."
    )
    zh = told("zh", "load", "--hom", ".")
    assert "--hom" in zh.split("--home")[0]
    assert "No such option" not in zh


def test_a_command_that_does_not_exist_is_answered_with_the_commands() -> None:
    for lang in LANGUAGES:
        assert "import-oulad" in told(lang, "lod")


def test_an_argument_too_many_or_too_few_is_said_in_the_readers_language() -> None:
    for arguments in (["import-oulad"], ["import-oulad", "a", "b"]):
        assert told("zh", *arguments) != told("en", *arguments)


def test_what_typer_raises_is_a_usage_error() -> None:
    assert issubclass(typer.BadParameter, UsageError)
