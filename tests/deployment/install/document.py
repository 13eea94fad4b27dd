"""The lines that the pages on installing, backing up and restoring tell to type, by their parts."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tests.house.sources import ROOT

PAGES: Final = tuple(ROOT / f"docs/operate/{name}.md" for name in ("install", "backup", "restore"))
"""In the order in which they are typed."""
_PART: Final = re.compile(r"^## (\d+\. .+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HERE_DOCUMENT: Final = "<<'END'"


class Part(NamedTuple):
    """A part of a page: what is typed in it, a command each; one with a text below it is several lines."""

    title: str
    commands: tuple[str, ...]


def parts() -> list[Part]:
    """Return the numbered parts of the pages, in order."""
    return [
        Part(f"{page.stem}, {title}", tuple(_commands("".join(_BLOCK.findall(body)))))
        for page in PAGES
        for title, body in _PART.findall(page.read_text(encoding="utf-8"))
    ]


def blocks() -> int:
    """Count the blocks of all pages, in parts or not."""
    return sum(len(_BLOCK.findall(page.read_text(encoding="utf-8"))) for page in PAGES)


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
