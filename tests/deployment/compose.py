"""What `docker compose` makes of compose.yaml, as far as our file goes: interpolation, env files, secrets, commands.

Interpolation is that of the Compose specification: ``${A:-…}``, ``${A:+…}``, ``${A:?…}``, one within another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from tests.house.sources import ROOT

COMPOSE: Final = ROOT / "compose.yaml"
_OPERATORS: Final = ("-", "+", "?")


class Refused(Exception):
    """Compose does not start: a variable is asked for."""


class Service(NamedTuple):
    """A service, ready to be started: ``secrets`` says of each file below /run/secrets where it lies here.

    ``ports`` are those of this machine that it takes; ``waits_for`` says of other services what must have come of each;
    ``alone`` lists what of it allows one container only: a name, or an address in the network.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    secrets: Mapping[str, Path]
    healthcheck: Mapping[str, Any]
    ports: tuple[str, ...]
    waits_for: Mapping[str, str]
    alone: tuple[str, ...]


def services(given: Mapping[str, str], folder: Path = ROOT) -> dict[str, Service]:
    """Return the services of compose.yaml, with the values of an `.env` file; other files are those of a folder.

    Raises:
        Refused: a variable that is asked for is not given.

    """
    told = _interpolated(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")), given)
    files = {name: Path(one["file"]) for name, one in told["secrets"].items()}
    return {name: _service(name, one, files, folder) for name, one in told["services"].items()}


def _service(name: str, told: Mapping[str, Any], files: Mapping[str, Path], folder: Path) -> Service:
    environment: dict[str, str] = {}
    for one in told.get("env_file", ()):
        environment |= _env_file(folder / one["path"], required=one["required"])
    environment |= {variable: str(value) for variable, value in told.get("environment", {}).items()}
    secrets = {secret: files[secret] for secret in told.get("secrets", ())}
    command = tuple(told.get("command", ()))
    ports, waits_for = tuple(told.get("ports", ())), told.get("depends_on", {})
    conditions = {other: one["condition"] for other, one in waits_for.items()}
    alone = tuple(_alone(told))
    return Service(name, command, environment, secrets, told.get("healthcheck", {}), ports, conditions, alone)


def _alone(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (word for word in ("container_name", "hostname", "mac_address", "network_mode") if word in told)
    for network in told.get("networks", {}).values():
        yield from (word for word in ("ipv4_address", "ipv6_address", "mac_address") if word in (network or {}))


def _env_file(path: Path, *, required: bool) -> dict[str, str]:
    if not path.exists() and not required:
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _interpolated(told: Any, given: Mapping[str, str]) -> Any:  # noqa: ANN401 - a document of any shape
    if isinstance(told, dict):
        return {name: _interpolated(value, given) for name, value in told.items()}
    if isinstance(told, list):
        return [_interpolated(value, given) for value in told]
    return interpolate(told, given) if isinstance(told, str) else told


def interpolate(text: str, given: Mapping[str, str]) -> str:
    """Put values in the place of the variables of a text."""
    done, rest = "", text
    while (start := rest.find("${")) >= 0:
        end = _end(rest, start + 2)
        done += rest[:start] + _value(rest[start + 2 : end], given)
        rest = rest[end + 1 :]
    assert "$" not in rest, f"a form of interpolation that is not looked at: {text}"
    return done + rest


def _end(text: str, at: int) -> int:
    """The brace that closes what begins at a place."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at - 1


def _value(inside: str, given: Mapping[str, str]) -> str:
    name, colon, rest = inside.partition(":")
    value = given.get(name, "")
    assert colon, f"an empty {name} and none must be the same: {inside}"
    operator, other = rest[0], rest[1:]
    assert operator in _OPERATORS, inside
    if operator == "+":
        return interpolate(other, given) if value else ""
    if value:
        return value
    if operator == "?":
        raise Refused(f"{name}: {other}")
    return interpolate(other, given)
