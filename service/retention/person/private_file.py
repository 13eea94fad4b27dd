"""A file that names people, handed over on the command line: for its owner's eyes, and never in another's place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from domain.errors import LedgerError

_PRIVATE: Final = 0o600


class ExportUnwritable(LedgerError):
    """The file cannot be written, or is there already: an export never replaces another."""

    status = 409
    code = "export-unwritable"
    sentence = (
        "Le fichier ne peut pas être écrit dans ce dossier, ou il y est déjà\u00a0: choisissez un autre dossier. "
        "Rien n’a été remis."
    )


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read.

    Raises:
        ExportUnwritable: there is no such folder, or such a file is in it.

    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            file.write(content)
    except OSError as error:
        raise ExportUnwritable(kind=type(error).__name__, errno=error.errno) from error
