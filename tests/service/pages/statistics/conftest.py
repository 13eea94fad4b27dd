"""Two school years of a coop behind what the log holds, and somebody of the office who looks at them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.kit.api_server import STAFF, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.service.pages.coop.figure_crawl import put_behind
from tests.service.pages.statistics.two_years import TwoYears


@pytest.fixture(scope="module")
def years(api: ApiServer) -> TwoYears:
    """Two years of a coop."""
    history = TwoYears()
    put_behind(api, history.told)
    return history


@pytest.fixture(scope="module")
def client(api: ApiServer) -> Iterator[httpx2.Client]:
    """Somebody of the association's staff, in a browser without scripts."""
    cookies, headers = {MEMBER_COOKIE: api.session(STAFF)}, {"Accept": "text/html"}
    with httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=30) as browser:
        yield browser
