"""Origins of web sites (RFC 6454): scheme, host, perhaps a port. Those that a coop names may frame its form (S-124).

What is accepted becomes a directive of a content policy, so that a host is a real one: ``https``, labels of letters,
digits and hyphens as DNS knows them (RFC 1123), a last label that is no number, a port that exists.
"""

from __future__ import annotations

import re
from typing import Final

MAX_ORIGIN: Final = 270
"""Characters: a host of 253, with its scheme and its port."""
_MAX_HOST: Final = 253
_MAX_PORT: Final = 65_535
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN: Final = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.){{1,126}}(?=[0-9-]{{0,62}}[a-z]){_LABEL})(?P<port>:[1-9][0-9]{{0,4}})?"
)
_THIS_MACHINE: Final = re.compile(r"http://localhost(?P<port>:[1-9][0-9]{0,4})?")
"""A site that somebody tries out beside the demonstration: browsers trust it, and nobody else reaches it."""


def is_origin(text: str, *, demo: bool = False) -> bool:
    """Tell whether a text is the origin of a site; that of this very machine is one in the demonstration alone."""
    if len(text) > MAX_ORIGIN:
        return False
    found = _ORIGIN.fullmatch(text)
    if found is None:
        local = _THIS_MACHINE.fullmatch(text) if demo else None
        return local is not None and _is_port(local["port"])
    return len(found["host"]) <= _MAX_HOST and _is_port(found["port"])


def _is_port(text: str | None) -> bool:
    return text is None or int(text[1:]) <= _MAX_PORT
