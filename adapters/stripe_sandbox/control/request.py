"""What a function of the control API gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import msgspec

from adapters.stripe_sandbox.sandbox import Sandbox

Wanted = TypeVar("Wanted")


class ControlRequest(NamedTuple):
    """The sandbox, the ids of the path, and the JSON body, not yet checked."""

    sandbox: Sandbox
    path: dict[str, str]
    body: object

    def read(self, kind: type[Wanted]) -> Wanted:
        """Return the body as a value of a type.

        Raises:
            msgspec.ValidationError: it is none.
        """
        return msgspec.convert(self.body, kind)


Handler = Callable[[ControlRequest], Awaitable[object]]
