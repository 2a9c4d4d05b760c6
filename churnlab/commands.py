"""How do the commands explain themselves, in the reader's language?"""

import re
from collections.abc import Callable, Mapping

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from churnlab.i18n import Lang, has, text

# What the parser writes around our own words: by its place in the line, so that no word of ours is ever taken for it.
_FRAME = {
    "usage": r"^Usage: ",
    "options": r"^Options:$",
    "arguments": r"^Arguments:$",
    "commands": r"^Commands:$",
    "required": r"\[required\]$",
    "default": r"\[default: ",
}


class _Group(TyperGroup):
    lang: Lang

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _framed(super().get_help(ctx), self.lang)


class _Command(TyperCommand):
    lang: Lang

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _framed(super().get_help(ctx), self.lang)


def application(commands: Mapping[str, Callable[..., None]], whole: Callable[..., None], lang: Lang) -> TyperGroup:
    """Build the command line with its help in this language.

    Parameters
    ----------
    commands : mapping of str to callable
        By name what each command runs; its sentences are `cli.<name>.help` and `cli.<name>.example`, those of its
        options `cli.option.<option>`, or `cli.<name>.option.<option>` where one means something of its own there.
    whole : callable
        Takes the options before any command.
    lang : {"zh", "en"}
        The reader's language.
    """
    app = typer.Typer(
        cls=_Group, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
        options_metavar=text("cli.frame.some_options", lang), subcommand_metavar=text("cli.frame.a_command", lang),
    )  # fmt: skip
    app.callback(help=text("cli.help", lang), epilog=text("cli.exit_codes", lang))(whole)
    for name, function in commands.items():
        said = text(f"cli.{name}.help", lang)
        app.command(
            name, cls=_Command, help=said, short_help=said, epilog=text(f"cli.{name}.example", lang),
            options_metavar=text("cli.frame.some_options", lang),
        )(function)  # fmt: skip
    group = typer.main.get_command(app)
    assert isinstance(group, _Group)
    for command in (group, *group.commands.values()):
        assert isinstance(command, _Group | _Command)
        command.lang = lang
        for option in (*command.params, command.get_help_option(typer.Context(command))):
            if isinstance(option, TyperOption | TyperArgument):
                own = f"cli.{command.name}.option.{option.name}"
                option.help = text(own if has(own) else f"cli.option.{option.name}", lang)
    return group


def _framed(written: str, lang: Lang) -> str:
    # A long line is broken anywhere, also within what the parser writes.
    written = re.sub(r"\[default:\s+", "[default: ", written)
    for name, where in _FRAME.items():
        word = text(f"cli.frame.{name}", lang)
        # A full-width colon needs no blank behind it.
        word += " " if where.endswith(" ") and word.isascii() else ""
        written = re.sub(where, word, written, flags=re.MULTILINE)
    return written
