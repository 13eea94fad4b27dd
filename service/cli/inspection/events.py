"""Commands about events: what takes back what, and the log as lines of JSON, as far as its reader may see it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.cli.access.roles import Slug
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from adapters.log.chain import ChainRow
    from service.auth.principal import Principal
    from service.runtime.open_ledger import OpenLedger

_PAGE: Final = 500
"""Events in memory at once, however long the log is."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    events = typer.Typer(help="Ce que disent les événements.", no_args_is_help=True)
    events.command("reversals", help="Afficher ce qui annule quoi.")(reversals)
    events.command(
        "export", help="Écrire le registre, un événement par ligne de JSON, tel que son lecteur peut le voir."
    )(export)
    app.add_typer(events, name="events")


def reversals(as_json: AsJson = False) -> None:
    """Print what takes back what, as the documentation shows it."""
    from domain.postings.taken_back import TAKEN_BACK_BY, reversals_table

    if as_json:
        say_json(
            {
                event.TOPIC: by if isinstance(by, str) else [one.TOPIC for one in by]
                for event, by in TAKEN_BACK_BY.items()
            }
        )
        return
    typer.echo(reversals_table(), nl=False)


def export(
    slug: Slug,
    by: Annotated[str, typer.Option("--by", help="Membre qui le lit : ses droits décident de ce qui est montré")],
    after: Annotated[int, typer.Option(min=0, help="Après cette position")] = 0,
    to: Annotated[Path | None, typer.Option(help="Fichier à écrire ; sinon la sortie")] = None,
) -> None:
    """Write the log as NDJSON; of what the reader may not read, the position and the chain's hash alone."""
    from service.auth.actions import Action
    from service.auth.principal import check_allowed
    from service.bootstrap.runtime import open_runtime
    from service.reports.accounting_archive import asker
    from service.retention.person.private_file import write_private_file
    from service.settings import Settings
    from service.trail import TrailKind, record

    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        reader = asker(runtime, slug, by, datetime.now(UTC))
        seen = reader.coops(Action.READ)
        if seen is not None and not seen:
            check_allowed(reader, Action.READ, None)
        record(runtime.trail, TrailKind.LOG_READ, association=slug, actor=reader.actor)
        if to is None:
            for line in _lines(opened, reader, after):
                typer.echo(line)
            return
        write_private_file(to, b"")
        with to.open("wb") as file:
            for line in _lines(opened, reader, after):
                file.write(line + b"\n")
    typer.echo(f"{to} : {to.stat().st_size} octets.")


def _lines(opened: OpenLedger, reader: Principal, after: int) -> Iterator[bytes]:
    """Give each event after a position as a line of JSON, page by page: whoever audits reads all of them."""
    import msgspec

    from service.auth.actions import Action

    seen, audits = reader.coops(Action.READ), reader.coops(Action.AUDIT) is None
    encode = msgspec.json.Encoder().encode
    while page := opened.ledger.store.stored(after + 1, _PAGE):
        for row in page:
            allowed = audits or (row.coop_id is not None and (seen is None or row.coop_id in seen))
            yield encode(_told(row) if allowed else {"position": row.position, "hash": row.hash.hex()})
        after = page[-1].position


def _told(row: ChainRow) -> dict[str, Any]:
    """One event with all that its hash covers, as the API gives it."""
    import msgspec

    from domain.events import decode

    return {
        "position": row.position,
        "hash": row.hash.hex(),
        "stream_id": row.stream_id,
        "version": row.version,
        "coop_id": row.coop_id,
        "recorded_at": row.recorded_at.astimezone(UTC),
        "topic": row.topic,
        "event": msgspec.to_builtins(decode(row.topic, row.state)),
        "raw": b64encode(row.state).decode(),
    }
