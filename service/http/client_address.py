"""Where a request comes from, as far as limits count it: the one place that reads a visitor's address.

The address is the connection's, or what a trusted proxy says (``trusted_proxies``); it is never kept and never logged.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.requests import HTTPConnection

_HOME: Final = 64
"""Bits of an IPv6 address that name a household or a school: the rest changes as its devices like."""
UNKNOWN: Final = "unknown"
"""What cannot be read counts as one network."""


def client_address(request: HTTPConnection) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 of an IPv6 address."""
    if request.client is None:
        return UNKNOWN
    try:
        address = ip_address(request.client.host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, _HOME), strict=False))
    return str(address)
