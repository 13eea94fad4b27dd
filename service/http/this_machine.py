"""What begins on this machine: health checks, tools, and a browser that runs beside the service.

A proxy on this machine makes everything seem to begin here. Where that matters, what came through one is told apart by
the headers that proxies add.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine."""
_LONGEST: Final = 64
"""Characters of an address, with the network interface of one that is local."""
_PROXIED: Final = frozenset({b"x-forwarded-for", b"x-real-ip", b"forwarded", b"via"})
"""Headers by which proxies tell that a request came through them."""


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read the address of a peer, the network interface of one that is local left out; None for what is none."""
    return _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(4_096)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def asked_name(scope: Scope) -> str:
    """Return the name that a request asks for, in lower case and without a port; empty for what is no name."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    try:
        return urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return ""


def is_peer_here(scope: Scope) -> bool:
    """Tell whether a request was sent from this machine, be it by a proxy for somebody else."""
    client = scope["client"]
    peer = None if client is None else parse_address(client[0])
    return peer is not None and peer.is_loopback


def began_here(scope: Scope) -> bool:
    """Tell whether a request began on this machine and came through no proxy."""
    return is_peer_here(scope) and not any(name in _PROXIED for name, _ in scope["headers"])
