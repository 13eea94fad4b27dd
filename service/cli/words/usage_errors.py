"""What was typed wrong, as a French sentence that names the command, what is expected, and where the help is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final

import typer

from service.cli.words import PROGRAM

_EXPECTED: Final = {
    "uuid": "ce n’est pas un identifiant",
    "int": "ce n’est pas un nombre entier",
    "datetime": "ce n’est pas une date, par exemple 2024-08-31",
    "date": "ce n’est pas une date, par exemple 2024-08-31",
    "bool": "attendu\u00a0: oui ou non",
}
"""By the first word of the validator's kind of error."""
_BOUNDS: Final = {
    "greater_than_equal": "au moins {ge}",
    "greater_than": "plus que {gt}",
    "less_than_equal": "au plus {le}",
    "less_than": "moins que {lt}",
}
_SENTENCES: Final = (
    (
        r"No such command '(.*?)'\. Did you mean (.*)\?",
        "La commande «\u00a0{0}\u00a0» n’existe pas. Serait-ce {1}\u00a0?",
    ),
    (r"No such command '(.*)'\.", "La commande «\u00a0{0}\u00a0» n’existe pas."),
    (r"Missing command\.", "Il manque une commande."),
    (r"Got unexpected extra argument\(s\) \((.*)\)", "C’est un argument de trop\u00a0: {0}."),
    (r"Option '(.*)' does not take a value\.", "L’option «\u00a0{0}\u00a0» n’attend pas de valeur."),
    (r"Option '(.*)' requires .*", "L’option «\u00a0{0}\u00a0» attend une valeur."),
    (r".* '(.*)' does not exist\.", "«\u00a0{0}\u00a0» n’existe pas."),
    (r".* '(.*)' is a directory\.", "«\u00a0{0}\u00a0» est un dossier, pas un fichier."),
    (r".* '(.*)' is a file\.", "«\u00a0{0}\u00a0» est un fichier, pas un dossier."),
    (r".* '(.*)' is not (?:readable|writable)\.", "«\u00a0{0}\u00a0» n’est pas accessible à ce compte."),
)
"""The library's own sentences, which it has no translations of, and ours."""
_UNKNOWN: Final = "La commande n’a pas été comprise."


def said(error: typer.TyperException) -> str:
    """Say what was typed wrong; where nothing was typed, the help itself."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return error.message.strip()
    ctx = getattr(error, "ctx", None)
    if ctx is None:
        return f"{_sentence(error)}\nAide\u00a0: {PROGRAM} --help"
    return f"{_sentence(error)}\n{ctx.get_usage()}\nAide\u00a0: {ctx.command_path} --help"


def _sentence(error: typer.TyperException) -> str:
    name = type(error).__name__
    if name == "MissingParameter":
        return f"Il manque {_param(error)}."
    if name == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        told = f"L’option «\u00a0{getattr(error, 'option_name', '')}\u00a0» n’existe pas."
        return f"{told} Serait-ce {_listed(near)}\u00a0?" if near else told
    if name == "BadParameter" and getattr(error, "param", None) is not None:
        return f"Ce qui est donné pour {_param(error)} ne convient pas\u00a0: {_reason(error)}"
    return error.message if name == "BadParameter" else _translated(error.message) or _UNKNOWN


def _param(error: typer.TyperException) -> str:
    """Name what is about an option or an argument."""
    param: Any = getattr(error, "param", None)
    if param is None:
        return "une valeur"
    shown = "/".join(param.opts) if param.param_type_name == "option" else param.name
    return f"{'l’option' if param.param_type_name == 'option' else 'l’argument'} «\u00a0{shown}\u00a0»"


def _reason(error: typer.TyperException) -> str:
    """Say what would have been right."""
    param: Any = getattr(error, "param", None)
    choices = param.type_descriptor.choices
    if choices is not None:
        return f"attendu\u00a0: {_listed(one.value if isinstance(one, Enum) else str(one) for one in choices)}."
    if formats := param.type_descriptor.parameter_info.formats:
        shown = (one.replace("%Y", "AAAA").replace("%m", "MM").replace("%d", "JJ") for one in formats)
        return f"attendu\u00a0: {_listed(shown)}."
    found: Mapping[str, Any] = next(iter(getattr(error.__cause__, "errors", list)()), {})
    kind = str(found.get("type", ""))
    if kind in _BOUNDS:
        return f"{_BOUNDS[kind].format(**found.get('ctx', {}))}."
    expected = _EXPECTED.get(kind.partition("_")[0])
    return f"{expected}." if expected else _translated(error.message) or "valeur inattendue."


def _translated(message: str) -> str | None:
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, message):
            return sentence.format(*(part.replace("'", "") for part in match.groups()))
    return None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(word.strip("'") for word in words)
