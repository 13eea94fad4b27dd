"""The choices that narrow a list: filters by words of ours, a page of it, and names that were searched for.

Filters stand in addresses, so that other pages can lead to them. What was searched for is a name: it is sent as a form
and never stands in an address.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

from domain.texts.visible import plain_letters, visible_line
from reports.parts.wording import STATES

T = TypeVar("T")
LONGEST: Final = 100
"""Characters of a search."""
ROWS: Final = 50
"""Rows of a page."""
CHOSEN_STATES: Final = {**STATES, "partial": "Paiement partiel ou en cours"}
"""The states of payments as filters offer them: one word may stand for several in the rows."""
_DIGITS: Final = 6


class Choices(NamedTuple):
    """Filters by name, empty where nothing was chosen; the page from 1; what was searched for; how it is sorted.

    ``sort`` is the word of a column, after a hyphen where it goes down; empty for the list's own order.
    """

    filters: Mapping[str, str]
    page: int = 1
    search: str = ""
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something is left out of the list."""
        return bool(self.search) or any(self.filters.values())

    @property
    def active(self) -> int:
        """How many filters leave something out."""
        return sum(1 for value in self.filters.values() if value)

    def fits(self, name: str, value: str) -> bool:
        """Tell whether a row's value is what was chosen, or nothing was."""
        chosen = self.filters.get(name, "")
        return not chosen or chosen == value

    def finds(self, *texts: str) -> bool:
        """Tell whether every word that was searched for occurs in some texts, whatever the case and accents."""
        if not self.search:
            return True
        said = plain_letters(" ".join(texts))
        return all(word in said for word in plain_letters(self.search).split())

    def query(self) -> str:
        """Write the choices as an address has them: without what was searched for."""
        told = {**self.filters, "tri": self.sort, "page": "" if self.page == 1 else str(self.page)}
        return urlencode({name: value for name, value in told.items() if value})

    def sorted_by(self, column: str) -> Choices:
        """Return the first page sorted by a column: up, and down where it goes up already."""
        return self._replace(page=1, sort=f"-{column}" if self.sort == column else column)

    def address(self, below: str) -> str:
        """Return the address of the list with its filters, for a form in which no name was searched for."""
        query = self.query()
        return f"{below}?{query}" if query else below


class Pages(NamedTuple):
    """Which page of a list is shown, and which is the last."""

    number: int
    last: int


def read_choices(given: Mapping[str, Any], names: Collection[str], sorts: Collection[str] = ()) -> Choices:
    """Read choices from an address or a form; what is too long for a word of ours is none, nor another column."""
    told = {name: str(given.get(name, ""))[: LONGEST + 1] for name in (*names, "page", "recherche")}
    filters = {name: told[name] if len(told[name]) <= LONGEST else "" for name in names}
    number = told["page"]
    page = int(number) if number.isascii() and number.isdigit() and len(number) <= _DIGITS else 1
    sort = str(given.get("tri", ""))[: LONGEST + 1]
    known = sort if sort.removeprefix("-") in sorts else ""
    return Choices(filters, max(page, 1), visible_line(told["recherche"], LONGEST), known)


def one_page(rows: Sequence[T], choices: Choices) -> tuple[Sequence[T], Pages]:
    """Return the rows of the page that was chosen; of the last one where there are not so many."""
    last = max(-(-len(rows) // ROWS), 1)
    number = min(choices.page, last)
    return rows[(number - 1) * ROWS : number * ROWS], Pages(number, last)
