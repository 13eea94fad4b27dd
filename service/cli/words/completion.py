"""Completion of what is typed, in bash, zsh and fish: the library's scripts, under the program's own name."""

from __future__ import annotations

import os
from typing import Annotated, Final, Literal

import typer

from service.cli.words import PROGRAM

_ASKED: Final = "_COOPLEDGER_COMPLETE"
"""The variable by which a shell asks the program how to go on."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("completion", help="Écrire le script qui complète les commandes, par exemple pour le fichier .bashrc.")(
        completion
    )


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Le programme qui lit vos commandes")],
) -> None:
    """Print the script that makes a shell ask this program how a command goes on."""
    from typer._completion_shared import get_completion_script

    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=_ASKED, shell=shell))


def answer_shells() -> bool:
    """Teach the library the shells' ways of asking, where one asks: nothing else needs them. Tell whether one does."""
    if _ASKED not in os.environ:
        return False
    from typer._completion_classes import completion_init

    completion_init()
    return True
