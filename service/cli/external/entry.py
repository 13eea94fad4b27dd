"""What the commands about other platforms share: whose ledger, who asks, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer

if TYPE_CHECKING:
    from domain.aggregate import Stamp
    from service.runtime.open_ledger import OpenLedger

Slug = Annotated[str, typer.Argument(help="Association, par exemple ad06")]
Coop = Annotated[UUID, typer.Argument(help="Coopérative")]
Campaign = Annotated[UUID, typer.Argument(help="Collecte")]
_BY: Final = "cli"


def stamped() -> Stamp:
    """Who asks, and when."""
    from domain.aggregate import Stamp

    return Stamp(at=datetime.now(UTC), by=_BY)


@contextmanager
def opened_ledger(slug: str) -> Iterator[OpenLedger]:
    """Open the ledger of an association and its read models."""
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        yield runtime.ledger(slug)
