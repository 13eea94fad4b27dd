"""Members at the pages: over HTTP without scripts, and in browsers of both sizes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import httpx2
from playwright.sync_api import Browser, Page

from tests.kit.api_server import ApiServer
from tests.kit.browser import SIZES, WAIT
from tests.kit.members.sessions import MEMBER_COOKIE, sign_in_browser

_INLINE = re.compile(r"</?(?:strong|span|a|b|em)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"[ \t\r\n]+")
_PLAIN = {"&nbsp;": "\u00a0", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#39;": "'", "&#34;": '"'}


@contextlib.contextmanager
def visit_as(api: ApiServer, who: str) -> Iterator[httpx2.Client]:
    """A signed-in person who asks for pages without a browser; forms are the site's own."""
    headers = {"Accept": "text/html", "Origin": api.url}
    cookies = {MEMBER_COOKIE: api.session(who)}
    with httpx2.Client(base_url=api.url, headers=headers, cookies=cookies, timeout=60) as client:
        yield client


@contextlib.contextmanager
def browse_as(
    browser: Browser, api: ApiServer, who: str, size: str = "desk", *, scripts: bool = True
) -> Iterator[Page]:
    """A signed-in person's browser, at a desk or a telephone."""
    visit = browser.new_context(
        base_url=api.url, locale="fr-FR", viewport=SIZES[size], java_script_enabled=scripts, bypass_csp=False
    )
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, api.url, api.session(who))
    yield visit.new_page()
    visit.close()


def words(html: str) -> str:
    """What a page says, without its tags, on one line."""
    said = _TAG.sub(" ", _INLINE.sub("", html))
    for written, meant in _PLAIN.items():
        said = said.replace(written, meant)
    return _BLANKS.sub(" ", said)
