"""What an operation gets and how it is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox


@dataclass(frozen=True)
class Call:
    """A request that was checked: parameters, ids of its path, and the connected account it acts on ("" if none)."""

    sandbox: Sandbox
    params: Json
    path: dict[str, str]
    account: str
    url: str


class Operation(NamedTuple):
    """One operation of the API.

    ``template`` is its path with names in braces; ``params`` the SDK's name of its TypedDict; only those with
    ``on_account`` may be called with ``Stripe-Account``.
    """

    method: str
    template: str
    params: str | None
    run: Callable[[Call], Json]
    on_account: bool = False


def matcher(template: str) -> re.Pattern[str]:
    """Return the pattern of a path template."""
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
