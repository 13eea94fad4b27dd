"""The lines that docs/operate/install.md tells to type, by its parts."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tests.house.sources import ROOT

PAGE: Final = ROOT / "docs/operate/install.md"
_PART: Final = re.compile(r"^## (\d+\. .+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HERE_DOCUMENT: Final = "<<'END'"


class Part(NamedTuple):
    """A part of the page: what is typed in it, a command each; one with a text below it is several lines."""

    title: str
    commands: tuple[str, ...]


def parts() -> list[Part]:
    """Return the numbered parts of the page, in order."""
    text = PAGE.read_text(encoding="utf-8")
    return [Part(title, tuple(_commands("".join(_BLOCK.findall(body))))) for title, body in _PART.findall(text)]


def _commands(typed: str) -> list[str]:
    commands: list[str] = []
    inside = False
    for line in typed.splitlines():
        if inside:
            commands[-1] += f"\n{line}"
            inside = line != "END"
            continue
        commands.append(line)
        inside = _HERE_DOCUMENT in line
    return commands
