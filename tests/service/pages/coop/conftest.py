"""Somebody who is signed in at the guide's coop, as a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest

from tests.kit.api_server import ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE

Visits = Callable[[str], httpx2.Client]


@pytest.fixture(scope="module")
def visits(api: ApiServer) -> Iterator[Visits]:
    """Sign somebody in by role, and return the browser."""
    with ExitStack() as opened:

        def visit(who: str) -> httpx2.Client:
            cookies = {MEMBER_COOKIE: api.session(who)}
            headers = {"Accept": "text/html"}
            return opened.enter_context(httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=30))

        yield visit
