"""Reading an e-mail as a person does: its words in order, whatever the part."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_WORD: Final = re.compile(r"\w+")
_LINK: Final = re.compile(r"https?://\S+")
AMOUNT: Final = re.compile("−?[0-9\u202f]+,[0-9]{2}\u00a0€")


class Page(HTMLParser):
    """What an HTML part shows, links to and is made of."""

    def __init__(self, html: str) -> None:
        """Read the whole part."""
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self._shown: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All that is shown."""
        return " ".join(self._shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its link."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self._hidden += tag in {"title", "style"}

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows a hidden part."""
        self._hidden -= tag in {"title", "style"}

    def handle_data(self, data: str) -> None:
        """Note what is shown."""
        if not self._hidden:
            self._shown.append(data)


def words(text: str) -> list[str]:
    """The words of a part in order, without its links."""
    return _WORD.findall(_LINK.sub("", text))
