"""What is wrong with a command line?"""

from typing import Any

import typer

from churnlab.i18n import text

UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def fault(error: Any) -> str:
    """Say in the reader's language what is wrong with a command line, and where the help is.

    Parameters
    ----------
    error : UsageError
        As the parser of the command line raised it.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    where = error.ctx.command_path if error.ctx else "churnlab"
    return f"{_said(error)}\n{text('cli.usage.help', command=where)}"


def _said(error: Any) -> str:
    command, param = error.ctx and error.ctx.command, getattr(error, "param", None)
    if hasattr(error, "possibilities"):
        known = ", ".join(option for each in command.params for option in each.opts if option.startswith("--"))
        return text("cli.usage.option", told=error.option_name, known=known)
    if hasattr(error, "option_name"):
        return text("cli.usage.needs_value", told=error.option_name)
    if param is not None:
        key = "cli.usage.missing" if hasattr(error, "param_type") else "cli.usage.value"
        told = param.opts[0] if param.opts[0].startswith("-") else param.metavar
        return text(key, told=told, help=param.help)
    if hasattr(error, "param_hint"):
        return str(error.message)
    if hasattr(command, "commands"):
        return text("cli.usage.command", known=", ".join(command.commands))
    return text("cli.usage.too_many")
