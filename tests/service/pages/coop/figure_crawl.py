"""Reading every figure of a coop's pages as people see it, and the rows that its link leads to, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final, NamedTuple

import httpx2

from domain.money import parse_euros
from domain.recorded_event import RecordedEvent
from projections.base.read_model import set_schema
from projections.engine.runner import tracked
from tests.kit.api_server import SLUG, ApiServer
from tests.kit.waiting import wait_until
from tests.projections.projected_ledger import append, connect

_FIGURE: Final = re.compile(r'<a class="why"[^>]*? href="([^"]+)">([^<]+)</a>')
_ROW: Final = re.compile(r'<td role="cell" class="number strong amount">([^<]+)<')
_NEXT: Final = re.compile(r'rel="next" href="([^"]+)"')
_BUTTON: Final = re.compile(r'name="page" value="(\d+)">Page suivante')
_BEFORE: Final = re.compile(r'rel="prev" href="([^"]+)"')
FILTERS: Final = ("collecte", "mois", "classe", "etat", "moyen")
"""The filters of the list of payments."""
_COUNT: Final = re.compile(r'id="count">(\d+) lignes?<')
_TOTAL: Final = re.compile(r'id="total">([^<]+)<')


class PageFigure(NamedTuple):
    """A figure: the page it stands on, what it says, and where its rows are."""

    page: str
    text: str
    href: str


class SummedRows(NamedTuple):
    """The rows of a figure, added up by hand, and what their page says of them."""

    number: int
    total: int
    told_number: int
    told_total: int


def put_behind(api: ApiServer, facts: Sequence[RecordedEvent]) -> None:
    """Put facts behind what the log holds, and wait until they are read."""
    with connect(api.database_url) as connection:
        set_schema(connection, f"{SLUG}_read")
        last = tracked(connection)
        append(api.database_url, [fact._replace(position=last + at) for at, fact in enumerate(facts, 1)], SLUG)
        wait_until(lambda: tracked(connection) == last + len(facts), seconds=60)


def number(text: str) -> int:
    """Read cents, or how many."""
    return parse_euros(text) if "€" in text else int(text)


def read(client: httpx2.Client, path: str) -> str:
    """Read a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def figures_on(client: httpx2.Client, path: str) -> Iterator[PageFigure]:
    """Yield the figures of a page."""
    for href, text in _FIGURE.findall(read(client, path)):
        yield PageFigure(path, unescape(text), unescape(href))


def months_of(client: httpx2.Client, path: str) -> Iterator[str]:
    """Yield the addresses of the account's months, from this one back to the first."""
    here: str | None = path
    while here is not None:
        yield here
        found = _BEFORE.search(read(client, here))
        here = unescape(found[1]) if found else None


def payouts_of(client: httpx2.Client, path: str) -> list[str]:
    """Return the addresses of a coop's payouts, of which the list has each once."""
    return [unescape(href) for href in re.findall(rf'href="({re.escape(path)}/[^"]+)"', read(client, path))]


def rows_of(client: httpx2.Client, href: str) -> SummedRows:
    """Add up the rows that a figure leads to, over all their pages; a list of payments turns them by a button."""
    amounts: list[int] = []
    path, here = href.split("?", maxsplit=1)[0], href
    while True:
        shown = read(client, here)
        amounts += [number(unescape(text)) for text in _ROW.findall(shown)]
        told = _COUNT.search(shown), _TOTAL.search(shown)
        assert told[0] is not None
        assert told[1] is not None
        found, button = _NEXT.search(shown), _BUTTON.search(shown)
        if button is not None:
            here = f"{href}{'&' if '?' in href else '?'}page={button[1]}"
            continue
        if found is None:
            return SummedRows(len(amounts), sum(amounts), int(told[0][1]), number(unescape(told[1][1])))
        following = unescape(found[1])
        here = f"{path}{following}" if following.startswith("?") else following


def filters_of(client: httpx2.Client, path: str) -> dict[str, list[str]]:
    """Return what each filter of a list offers, by its name."""
    found = re.findall(r'<select id="(\w+)"(.*?)</select>', read(client, path), re.DOTALL)
    return {name: [unescape(word) for word in re.findall(r'value="([^"]+)"', options)] for name, options in found}
