"""How much may be open at once, in all and for one visitor: connections, requests under way, open pages.

The numbers are sized for one process of the web service and for a school whose families all come from one address.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address
from typing import Final

from domain.errors import LedgerError
from service.http.this_machine import parse_address

MAX_CONNECTIONS: Final = 6_500
"""Connections of one process: every open page, and 1,500 requests beside them. Each costs some 20 kB."""
MAX_STREAMS: Final = 5_000
"""Open pages of one process that follow what they show: sixteen schools of 300 families that all pay at one time."""
MAX_OF_ADDRESS: Final = 600
"""Connections, and requests under way, of one address: its open pages and half as many requests again."""
MAX_STREAMS_OF_ADDRESS: Final = 400
"""Open pages of one address: the 300 families of a school behind one router, and its mandataires."""
_NETWORK: Final = 64
"""What a provider gives to one household of IPv6 addresses: the whole of it counts as one address."""
_SITE: Final = 48
"""What is given to one organisation, or to anybody by a tunnel: it counts where networks are without number."""


class TooManyOpen(LedgerError):
    """The service or this visitor has as much open as may be; a page without its stream still shows what it knew."""

    status = 503
    code = "too-many-open"
    sentence = "Beaucoup de monde en même temps\u00a0: réessayez dans un instant. Rien n’a été débité."


class ConcurrencyLimit:
    """A count of what is open, in all and by address; only ever used from the event loop."""

    def __init__(self, total: int, per_address: int) -> None:
        """Allow so much in all, and so much of one address."""
        self._total = total
        self._per_address = per_address
        self._open: Counter[str] = Counter()
        self.count = 0
        """How much is open now."""

    def acquire(self, address: str | None) -> bool:
        """Count one more; False, and nothing counted, where that is too many. None belongs to no one visitor."""
        if self.count >= self._total or (address is not None and self._open[address] >= self._per_address):
            return False
        self.count += 1
        if address is not None:
            self._open[address] += 1
        return True

    def release(self, address: str | None) -> None:
        """Count one less of an address that was acquired before."""
        self.count -= 1
        if address is not None:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def visitor_address(client: tuple[str, int] | None) -> str:
    """Return the address that a visitor counts under: of IPv6 its network, since a household owns a whole one.

    ``client`` is the scope's: behind a trusted proxy already the right-most address that is none of ours.
    """
    if client is None:
        return "unknown"
    address = parse_address(client[0])
    if address is None:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> _NETWORK << _NETWORK)}/{_NETWORK}"


def visitor_site(client: tuple[str, int] | None) -> str | None:
    """Return the /48 that the network of an IPv6 visitor is part of, as anybody is given one; None where there is none.

    It holds 65,536 networks: whoever owns one could otherwise come from a new network with each request.
    """
    if client is None or ":" not in client[0]:
        return None
    address = parse_address(client[0])
    if not isinstance(address, IPv6Address) or address.ipv4_mapped is not None:
        return None
    return f"{int(address) >> (128 - _SITE):x}/{_SITE}"
