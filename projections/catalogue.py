"""All read models of a ledger, and what makes their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg import Connection

from projections.base.read_model import TRACKING_DDL, ReadModel, ReadModelOutdatedError
from projections.base.rows import write_rows
from projections.by_hand.cash_slips import CashSlips
from projections.by_hand.class_counts import ClassCounts
from projections.by_hand.refund_lines import RefundLines
from projections.closings.closed_periods import Closings
from projections.contributions import Contributions
from projections.decisions import Decisions
from projections.directory import Directory
from projections.expected.instalments import ExpectedInstalments
from projections.external.movements import ExternalMovements
from projections.held.set_aside import SetAside
from projections.held.suspense import Suspense
from projections.journal import GUARDS, INDEXES, Journal
from projections.online_account import OnlineAccount
from projections.papers import Papers
from projections.participants import Participants
from projections.payouts import Payouts
from projections.storefront import Storefronts

MODELS: Final[tuple[ReadModel, ...]] = (
    Journal(),
    Contributions(),
    Participants(),
    OnlineAccount(),
    Payouts(),
    Papers(),
    Directory(),
    Storefronts(),
    Decisions(),
    CashSlips(),
    ClassCounts(),
    RefundLines(),
    Suspense(),
    SetAside(),
    ExpectedInstalments(),
    ExternalMovements(),
    Closings(),
)
"""They advance together."""
_LASTING: Final[Mapping[str, tuple[LiteralString, ...]]] = {Journal.name: (INDEXES, GUARDS)}
"""What finds single rows in the tables of a model, and watches over them, where they last."""


def make_tables(connection: Connection[Any], models: Sequence[ReadModel] = MODELS, *, lasting: bool = True) -> None:
    """Make the tables of all models and their tracking in the current schema, at position 0."""
    connection.execute(TRACKING_DDL)
    for model in models:
        connection.execute(model.ddl)
        for further in _LASTING.get(model.name, ()) if lasting else ():
            connection.execute(further)
    write_rows(
        connection,
        "INSERT INTO tracking (model, version, position) SELECT * FROM unnest(%s::text[], %s::int[], %s::bigint[])",
        [(model.name, model.version, 0) for model in models],
    )


def stored_versions(connection: Connection[Any]) -> dict[str, int]:
    """Return the versions of the models that made the tables of the current schema; empty when there are none."""
    made = connection.execute("SELECT to_regclass('tracking') IS NOT NULL").fetchone()
    if made is None or not made[0]:
        return {}
    return {row[0]: row[1] for row in connection.execute("SELECT model, version FROM tracking")}


def prepare(connection: Connection[Any], models: Sequence[ReadModel] = MODELS) -> None:
    """Make the tables where there are none.

    Raises:
        ReadModelOutdatedError: there are tables of other models or of another version.

    """
    stored = stored_versions(connection)
    expected = {model.name: model.version for model in models}
    if not stored:
        make_tables(connection, models)
    elif stored != expected:
        raise ReadModelOutdatedError(stored=stored, expected=expected)
