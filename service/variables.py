"""The list of all variables of the environment, as operators read it: made from the settings, it misses none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from textwrap import fill
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from service.settings import (
    OF_THE_MACHINE,
    PROJECT,
    READ_BY_ADAPTERS,
    GoogleSettings,
    PaymentSettings,
    Settings,
)

OWN_KEY: Final = "COOPLEDGER_VAULT_KEY_"
"""What the variable of an association's own key begins with; its slug in capitals follows."""
_WIDTH: Final = 118
_TITLES: Final[Mapping[type[BaseSettings], str]] = MappingProxyType(
    {Settings: "The service", PaymentSettings: "Payments by card", GoogleSettings: "« Continuer avec Google »"}
)
_HEAD: Final = """\
# Every variable of Coopledger, each with its value where nothing is said. `coopledger settings env` prints this file.
# Copy it to `.env`, open what you need, and keep it from others: `chmod 600 .env`. An empty value counts as none.
# What is marked « secret » may lie in a file instead: name the file in the same variable with `_FILE` at its end.
"""


class Variable(NamedTuple):
    """A variable: ``default`` is what counts where it is not given, empty for nothing."""

    name: str
    default: str
    sentence: str
    secret: bool


class VariableGroup(NamedTuple):
    """Variables that are about one thing."""

    title: str
    variables: tuple[Variable, ...]


def variable_groups() -> tuple[VariableGroup, ...]:
    """Return every variable that the service reads, in groups."""
    settings = [VariableGroup(title, tuple(_fields(of))) for of, title in _TITLES.items()]
    secrets = (Variable(name, "", sentence, secret=True) for name, sentence in READ_BY_ADAPTERS.items())
    machine = (Variable(name, "", sentence, secret=False) for name, sentence in OF_THE_MACHINE.items())
    return (
        settings[0],
        VariableGroup("Passwords and keys", tuple(secrets)),
        *settings[1:],
        VariableGroup("Programs of Postgres", tuple(machine)),
    )


def secret_names() -> frozenset[str]:
    """Return the variables that may be given as a file; keys of single associations come on top (`OWN_KEY`)."""
    return frozenset(one.name for group in variable_groups() for one in group.variables if one.secret)


def env_example() -> str:
    """Write ``.env.example``: every variable with its sentence, commented out."""
    parts = [_HEAD]
    for group in variable_groups():
        parts.append(f"\n# --- {group.title}\n")
        for one in group.variables:
            told = one.sentence + (" (secret)" if one.secret else "")
            comment = fill(told, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
            parts.append(f"\n{comment}\n#{one.name}={one.default}\n")
    return "".join(parts)


def settings_table() -> str:
    """Write the tables of ``docs/operate/settings.md``."""
    lines = []
    for group in variable_groups():
        lines += ["", f"## {group.title}", "", "| variable | without it | what |", "|---|---|---|"]
        for one in group.variables:
            default = f"`{one.default}`" if one.default else ""
            name = f"`{one.name}`, or `…_FILE`" if one.secret else f"`{one.name}`"
            lines.append(f"| {name} | {default} | {one.sentence} |")
    return "\n".join([*lines, ""])


def _fields(settings: type[BaseSettings]) -> Iterator[Variable]:
    """The variables of the fields of a class."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    for name, field in settings.model_fields.items():
        yield Variable(
            f"{prefix}{name}".upper(), _written(field.default), field.description or "", secret=_is_secret(field)
        )


def _is_secret(field: FieldInfo) -> bool:
    """Tell whether a field hides what it holds."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _written(default: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Write a default as a variable holds it."""
    if isinstance(default, SecretStr | tuple | None):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, Enum):
        return str(default.value)
    if isinstance(default, Path) and default.is_relative_to(PROJECT):
        return str(default.relative_to(PROJECT))
    return str(default)
