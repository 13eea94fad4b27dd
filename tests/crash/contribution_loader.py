"""A process that contributes without end and prints what was acknowledged; run by the crash tests, and killed there.

Arguments: the connection string, the schema, the campaign, a name for this run. Each acknowledged contribution is one
line: its id, its position. The keys are ``<name>:<number>``, so that a later run may ask for the same ones again.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import NAMESPACE_OID, UUID, uuid5

from adapters.log.command_bus import CommandBus
from adapters.log.event_store import EventStore
from domain.errors import OutcomeUnknown, TooBusy
from tests.kit.postgres_ledger import place_contribution

FAMILIES = 16


def contribution_id(name: str, number: int) -> UUID:
    """The contribution that a number of a run stands for."""
    return uuid5(NAMESPACE_OID, f"{name}:{number}")


async def family(bus: CommandBus, campaign_id: UUID, name: str, numbers: range) -> None:
    """Contribute one after the other; try again under the same key until there is an answer."""
    for number in numbers:
        command = place_contribution(campaign_id, contribution_id(name, number))
        while True:
            try:
                outcome = await bus.do(command, key=f"{name}:{number}", fingerprint=b"loader")
            except (OutcomeUnknown, TooBusy):
                continue
            break
        sys.stdout.write(f"{command.contribution_id} {outcome.last_position}\n")
        sys.stdout.flush()


async def main(dsn: str, schema: str, campaign: str, name: str, last: int) -> None:
    """Let all families contribute at once."""
    store = EventStore(dsn, schema)
    bus = CommandBus(store)
    numbers = [range(first, last, FAMILIES) for first in range(FAMILIES)]
    await asyncio.gather(*(family(bus, UUID(campaign), name, mine) for mine in numbers))
    bus.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])))
