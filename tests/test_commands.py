from typing import Annotated

import typer

from churnlab import cli
from churnlab.commands import application
from churnlab.i18n import LANGUAGES, Lang


def help_of(lang: Lang, *command: str) -> str:
    group = cli.application(lang)
    shown = group.commands[command[0]] if command else group
    return str(shown.get_help(typer.Context(shown, info_name="churnlab")))


def test_the_chinese_help_has_no_english_frame() -> None:
    every = [help_of("zh"), *(help_of("zh", name) for name in cli._COMMANDS)]
    for english in ("Usage", "Options", "OPTIONS", "Arguments", "Commands", "COMMAND", "required", "default", "Show "):
        assert [said for said in every if english in said] == []
    assert "用法：churnlab [选项]" in every[0]
    assert "[默认：5000;" in help_of("zh", "sample")
    assert "[必填]" in help_of("zh", "report")


def test_the_english_help_says_the_same() -> None:
    assert help_of("en").startswith("Usage: churnlab [OPTIONS] COMMAND [ARGS]...\n")
    assert "[default: 5000;" in help_of("en", "sample")


def test_each_option_is_shown_once_in_every_command() -> None:
    for lang in LANGUAGES:
        for name in cli._COMMANDS:
            assert help_of(lang, name).count("--help ") == 1


def test_a_word_of_ours_is_not_taken_for_the_frame() -> None:
    def report(name: Annotated[str, typer.Argument(metavar="Options:")]) -> None:
        pass

    def whole() -> None:
        pass

    said = application({"report": report}, whole, "zh").commands["report"]
    assert "Options: <str>" in said.get_help(typer.Context(said, info_name="churnlab"))
