"""Help in French: the library's own headings, the names of kinds of values, and the option that shows it.

The library has no catalogue of translations; what it writes itself is overridden here, at the two classes of commands.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from service.cli.words import PROGRAM
from service.cli.words.usage_errors import said

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

_HELP: Final = "Afficher cette aide."
_KINDS: Final = {
    "str": "texte",
    "int": "nombre",
    "int range": "nombre",
    "UUID": "identifiant",
    "datetime": "instant",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "%Y-%m-%d": "AAAA-MM-JJ",
    "%Y-%m": "AAAA-MM",
}
_HEADINGS: Final = {
    "DEFAULT_STRING": "[par défaut\u00a0: {}]",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "COMMANDS_PANEL_TITLE": "Commandes",
}


class FrenchCommand(TyperCommand):
    """A command whose help is French."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is typed."""
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write its help."""
        _set_words(self, ctx)
        super().format_help(ctx, formatter)


class FrenchGroup(TyperGroup):
    """A group of commands, or the whole program, that speaks French."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is typed."""
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write its help."""
        _set_words(self, ctx)
        super().format_help(ctx, formatter)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - the library's own
    ) -> Any:  # noqa: ANN401 - the library's own
        """Run what was typed under the program's own name; what was typed wrong ends with a French sentence."""
        del prog_name  # however it was started, it has one name
        given = args, PROGRAM, complete_var, False, windows_expand_args
        if not standalone_mode:
            return super().main(*given, **extra)
        try:
            status = super().main(*given, **extra)
        except typer.TyperException as error:
            print(said(error), file=sys.stderr)
            sys.exit(error.exit_code)
        except typer.Abort:
            print("Interrompu.", file=sys.stderr)
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


class _FrenchOption(TyperOption):
    """An option whose kind of value is said in French."""

    def display_type(self, ctx: Context) -> str:
        """Name its kind; one that is there or not has none."""
        return "" if self.is_bool_flag else kind_of(super().display_type(ctx))


class _FrenchArgument(TyperArgument):
    """An argument whose kind of value is said in French."""

    def display_type(self, ctx: Context) -> str:
        """Name its kind."""
        return kind_of(super().display_type(ctx))


def kind_of(label: str) -> str:
    """Name a kind of values as people do: ``<UUID>`` is an identifier."""
    inner = label.strip("<>").removeprefix("list[").removesuffix("]")
    return f"<{_KINDS.get(inner, inner)}>"


def speak_french(app: typer.Typer) -> None:
    """Have all commands below an application made by these classes."""
    for command in app.registered_commands:
        command.cls = FrenchCommand
    for group in app.registered_groups:
        _set(group, cls=FrenchGroup, subcommand_metavar="COMMANDE …")
        if group.typer_instance is not None:
            speak_french(group.typer_instance)


def _write_usage(command: Command, ctx: Context, formatter: HelpFormatter) -> None:
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), prefix="Usage\u00a0: ")


def leave_out_others(app: typer.Typer, typed: Sequence[str]) -> None:
    """Take the commands of every group but the one that is typed out of an application that runs once.

    Before one of them runs the library builds them all, which costs more than most of what is typed.
    """
    wanted = next((word for word in typed if not word.startswith("-")), None)
    for group in app.registered_groups:
        if group.name != wanted and group.typer_instance is not None:
            group.typer_instance.registered_commands.clear()


def _renderer() -> ModuleType:
    """Import what draws the page of help, without what it never draws: Markdown and tracebacks take half of the time.

    Whoever needs the two later gets the real ones.
    """
    left_out = {name: ModuleType(name) for name in ("rich.markdown", "rich.traceback") if name not in sys.modules}
    for name, stand_in in left_out.items():
        setattr(stand_in, name.partition(".")[2].capitalize(), None)
    sys.modules |= left_out
    try:
        return import_module("typer.rich_utils")
    finally:
        for name in left_out:
            del sys.modules[name]


def _set_words(command: Command, ctx: Context) -> None:
    """Set the words that the page of help will use: they are the library's, and the same for all commands."""
    _set(_renderer(), **_HEADINGS)
    for param in command.get_params(ctx):
        if isinstance(param, TyperOption):
            _set(param, __class__=_FrenchOption, **({"help": _HELP} if param.name == "help" else {}))
        elif isinstance(param, TyperArgument):
            _set(param, __class__=_FrenchArgument)


def _set(of: object, **values: object) -> None:
    """Set what the library reads."""
    for name, value in values.items():
        setattr(of, name, value)
