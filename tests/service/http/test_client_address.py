"""A visitor's network, as limits count it."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from service.http.client_address import UNKNOWN, client_address


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_home_or_a_school_is_one_network(host: str, network: str) -> None:
    assert client_address(HTTPConnection({"type": "http", "client": (host, 4711)})) == network


def test_a_connection_without_an_address_is_an_unknown_network() -> None:
    assert client_address(HTTPConnection({"type": "http", "client": None})) == UNKNOWN
