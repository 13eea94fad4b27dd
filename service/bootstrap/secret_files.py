"""Secrets given as files: ``COOPLEDGER_VAULT_KEY_FILE=/run/secrets/vault_key`` for ``COOPLEDGER_VAULT_KEY=…``.

As the official images of Docker do it, and systemd's ``LoadCredential``: a file has an owner and a mode, and is in no
list of processes and no description of a container. Whatever reads the variable finds it as if it had been given.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from domain.errors import LedgerError
from service.variables import OWN_KEY, secret_names

_SUFFIX: Final = "_FILE"


class SecretFileInvalid(LedgerError):
    """A secret that should come from a file does not; its kinds say why, and never what is in it."""

    status = 500


class SecretFileUnreadable(SecretFileInvalid):
    """The file is not there, or not for this account."""

    code = "secret-file-unreadable"
    sentence = (
        "Le fichier que nomme la variable {variable} ne peut pas être lu. Vérifiez son chemin et ses droits d’accès."
    )


class SecretGivenTwice(SecretFileInvalid):
    """The variable holds a value, and its file is named too: which of them counts nobody can tell."""

    code = "secret-given-twice"
    sentence = "Le même secret est donné deux fois, par {variable} et par {variable}_FILE. Gardez l’un des deux."


def read_secret_files(environment: MutableMapping[str, str]) -> None:
    """Put what files hold where it is looked for; an empty file, or an empty name of one, counts as not given.

    Raises:
        SecretFileUnreadable: a file that is named cannot be read as text.
        SecretGivenTwice: a secret is given as a value and as a file that holds another.

    """
    secrets = secret_names()
    for named in sorted(environment):
        variable, path = named.removesuffix(_SUFFIX), environment[named]
        own_key = variable.startswith(OWN_KEY)
        if not path or variable == named or not (variable in secrets or own_key):
            continue
        try:
            value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretFileUnreadable(variable=named) from error
        if environment.get(variable) not in (None, "", value):
            raise SecretGivenTwice(variable=variable)
        environment[variable] = value
