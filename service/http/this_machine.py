"""What begins on this machine: health checks, tools, and a browser that runs beside the service.

A proxy on this machine makes everything seem to begin here. Where that matters, what came through one is told apart by
the headers that proxies add.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine."""
_PROXIED: Final = frozenset({b"x-forwarded-for", b"x-real-ip", b"forwarded", b"via"})
"""Headers by which proxies tell that a request came through them."""


def asked_name(scope: Scope) -> str:
    """Return the name that a request asks for, in lower case and without a port; empty for what is no name."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    try:
        return urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return ""


def is_peer_here(scope: Scope) -> bool:
    """Tell whether a request was sent from this machine, be it by a proxy for somebody else."""
    try:
        return ip_address(scope["client"][0]).is_loopback
    except (TypeError, ValueError):
        return False


def began_here(scope: Scope) -> bool:
    """Tell whether a request began on this machine and came through no proxy."""
    return is_peer_here(scope) and not any(name in _PROXIED for name, _ in scope["headers"])
