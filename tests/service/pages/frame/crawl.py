"""Every page of a member's space that a link leads to, found as a person would find it: by following links."""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

import httpx2

from tests.kit.members.sessions import MEMBER_COOKIE

START: Final = "/ad06/accueil"
_LINK: Final = re.compile(r'<a [^>]*?href="(/[^"#]*)')
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_FRAME: Final = '<div class="desk">'
_MOST: Final = 400


class FoundPage(NamedTuple):
    """One address that a link leads to: how it answers, and on which page the link is."""

    path: str
    status: int
    led_from: str

    is_framed: bool
    """Whether it is a page of the space, rather than a file to take away or a page of families."""


def kind_of(path: str) -> str:
    """What a page is, whichever coop, campaign or selection it is about."""
    where, _, query = path.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&") if part)
    return _ID.sub("{id}", where) + ("?" + "&".join(names) if names else "")


def follow_links(url: str, session: str) -> dict[str, FoundPage]:
    """Follow every link from the first page on, each kind of page once; return what was found, by kind."""
    found: dict[str, FoundPage] = {}
    waiting = [(START, "")]
    with httpx2.Client(base_url=url, cookies={MEMBER_COOKIE: session}, follow_redirects=True) as client:
        while waiting:
            path, led_from = waiting.pop(0)
            if kind_of(path) in found:
                continue
            answer = client.get(path)
            framed = answer.headers["content-type"].startswith("text/html") and _FRAME in answer.text
            page = FoundPage(path, answer.status_code, led_from, framed)
            found[kind_of(path)] = page
            assert len(found) < _MOST, "the pages have no end"
            if framed:
                waiting += [(html.unescape(link), path) for link in _LINK.findall(answer.text)]
    return found
