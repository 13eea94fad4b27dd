"""What documents are made of: an open ledger, or a replay of one that knows no names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome
from domain.recorded_event import RecordedEvent

if TYPE_CHECKING:
    from psycopg import Connection

    from adapters.people_vault import Person

T = TypeVar("T")


class DocumentSource(Protocol):
    """The log and the read models of one association, and the names of its people where they are known."""

    @property
    def name(self) -> str:
        """What the association is called."""

    @property
    def log_schema(self) -> str:
        """Where its log is, for the proof that documents bear."""

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a query on the read models, all its statements on one snapshot."""

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return people by id; those that are missing have been erased, or are not to be known here."""

    def association(self) -> Association:
        """Return the association's name and policies, from its stream."""

    def head(self) -> tuple[int, bytes]:
        """Return the last position of the log and the chain's hash there."""

    def standing(self, connection: Connection[Any]) -> tuple[int, bytes]:
        """Return the position of the read models that a connection sees, and the chain's hash there."""

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> Sequence[SpreadIncome]:
        """Return what of a coop's income of a fiscal year is for later ones, as it was known at a position."""

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, up to a position, in order."""
