"""What README and docs tell to type, to open and to follow; decisions say what once was, and are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.house.sources import ROOT

SHELLS: Final = ("sh", "bash", "console", "crontab")
"""The languages of blocks that hold commands."""
OTHERS: Final = ("", "nginx", "text")
"""Those of blocks that hold none."""
_FENCE: Final = re.compile(r"\s*```(\w*)")
_INDENTED: Final = re.compile(r" {4}((?:\./dev|coopledger|curl|docker|python) .+)")
_PROMPT: Final = re.compile(r"[$#] (.+)")
_CRON: Final = re.compile(r"(?:\S+ ){5}root (.+)")
_COMMENT: Final = re.compile(r"\s+# .*$")
_INLINE: Final = re.compile(r"`([^`]+)`")
_COMMAND: Final = re.compile(
    r"(?:\./dev|coopledger|curl|python -m|docker|systemctl|git|openssl|pg_dump|pg_restore) .+|\.ci/run"
)
_ADDRESS: Final = re.compile(r"(?:(GET|POST|PUT|PATCH|DELETE) )?((?:/|…/|\$C\b)\S*|https?://\S+)")
_URL: Final = re.compile(r"https?://[^\s`)»\"'|;<>$]+")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FILES: Final = ("/opt/", "/var/", "/etc/", "/run/", "/usr/")
"""Where folders of a machine begin, which look like addresses."""
_HERE_DOCUMENT: Final = "<<'END'"


class Named(NamedTuple):
    """Something that a document names: the page, its line, and the text; ``block`` is the language of its block."""

    page: str
    line: int
    text: str
    block: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as people look it up."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """README, then the pages of docs in the order of their names, the manual before the recipes."""
    inside = sorted((ROOT / "docs").rglob("*.md"), key=lambda path: (len(path.parts), path))
    return [ROOT / "README.md", *(page for page in inside if page.parent.name != "adr")]


def lines() -> Iterator[Named]:
    """Each line of each page, with the language of the block that it stands in; fences are none."""
    for page in pages():
        language: str | None = None
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            if fence := _FENCE.match(line):
                language = (fence[1] or "text") if language is None else None
            else:
                yield Named(str(page.relative_to(ROOT)), number, line, language or "")


def commands() -> list[Named]:
    """Each command that is told to be typed, in the order of the pages; one with a text below it is several lines."""
    found: list[Named] = []
    inside = False
    for line in lines():
        if inside:
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line.text}")
            inside = line.text != "END"
            continue
        found += [line._replace(text=text) for text in _typed(line)]
        inside = line.block in SHELLS and _HERE_DOCUMENT in line.text
    return found


def _typed(line: Named) -> list[str]:
    """The commands of a line, without remarks."""
    if not line.block:
        if indented := _INDENTED.match(line.text):
            return [_COMMENT.sub("", indented[1])]
        return [text for text in _INLINE.findall(line.text) if _COMMAND.fullmatch(text)]
    if line.block == "console":
        prompted = _PROMPT.match(line.text)
        return [_COMMENT.sub("", prompted[1])] if prompted else [line.text]
    if line.block == "crontab":
        planned = _CRON.fullmatch(line.text)
        return [] if line.text.startswith("#") else [planned[1] if planned else line.text]
    return [_COMMENT.sub("", line.text)] if line.block in SHELLS and line.text.strip() else []


def addresses() -> list[Named]:
    """Each address that is named outside of a block, as ``METHOD address`` or ``address``, and each URL anywhere."""
    found = []
    for line in lines():
        inline = [] if line.block else [text for text in _INLINE.findall(line.text) if _ADDRESS.fullmatch(text)]
        linked = [url.rstrip(".,;:") for url in _URL.findall(line.text) if f"`{url}`" not in line.text]
        found += [line._replace(text=text) for text in (*inline, *linked) if not text.startswith(_FILES)]
    return found


def links() -> list[Named]:
    """Each link from a document to a file or a heading."""
    return [
        line._replace(text=target)
        for line in lines()
        if not line.block
        for target in _LINK.findall(line.text)
        if not target.startswith("http")
    ]


def languages() -> set[str]:
    """The languages of all blocks."""
    return {line.block for line in lines()}


def is_dead(link: Named) -> bool:
    """Tell whether a link leads to no file, or to a heading that its file does not have."""
    path, _, heading = link.text.partition("#")
    target = (ROOT / link.page).parent / path if path else ROOT / link.page
    if not target.exists():
        return True
    return bool(heading) and heading not in headings(target)


def headings(page: Path) -> set[str]:
    """The names by which the headings of a page are linked."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
