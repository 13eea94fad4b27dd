"""One association's ledger, open in this process with its vault, its files and its read models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from time import monotonic
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters import registry
from adapters.class_links import ClassLinks
from adapters.connections import ConnectionLostError, Connections
from adapters.contact_vault import ContactStores
from adapters.exports import ExportStore
from adapters.family_accounts import FamilyStores
from adapters.fields import FRANCE
from adapters.files import CharterStore, FileStore, PrintStore
from adapters.files.waiting_imports import WaitingFiles
from adapters.log.chain import hash_at
from adapters.log.command_bus import Watch, unwatched
from adapters.log.funds_reader import FundsReader
from adapters.log.ledger import Ledger
from adapters.member_accounts import MemberStores
from adapters.messages import MessageStore
from adapters.people_vault import (
    BasketVault,
    FamilyTokens,
    NameReader,
    NoteVault,
    PayerNameArchive,
    PeopleVault,
    Person,
    PhotoVault,
    keyring_from_environment,
)
from adapters.reminder_vault import ReminderVault
from adapters.retention import ErasureStore
from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome, held_later
from domain.recorded_event import RecordedEvent
from domain.texts.network_words import Wording, wording_of
from projections import online_account
from projections.engine.runner import tracked
from service.people import PeopleCalls
from service.runtime.folded_names import FoldedNames
from service.runtime.live_states import LiveStates
from service.runtime.remembered_states import RememberedStates
from service.runtime.shared_reads import SharedReads

T = TypeVar("T")
OpenLedgers = Callable[[str], "OpenLedger"]
"""Finds an open ledger by its name."""
_WORDS_LIFE: Final = 2.0
"""Seconds for which the words of the network are taken as they were read: associations hardly ever change them."""
_SEE: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path TO {}"


class OpenLedger:
    """One association's ledger with its vault and its read models."""

    def __init__(
        self,
        entry: registry.AssociationEntry,
        database_url: str,
        connections: Connections,
        phone_region: str = FRANCE,
        watch: Watch = unwatched,
        remembered: RememberedStates | None = None,
    ) -> None:
        """Open it on the process's connections, which serve other associations as well.

        The vault's key comes from the environment. Its families dial as the region does. ``watch`` hears how long each
        command took; ``remembered`` is the room for states that associations share.
        """
        self.phone_region = phone_region
        self.hears = entry.dsn is None
        """Whether its notices come where this process listens; those of a database of its own do not."""
        self.ledger = Ledger(
            entry,
            database_url,
            connections=connections,
            shelf=None if remembered is None else remembered.writers,
            watch=watch,
        )
        vault = connections.pool(self.ledger.vault_dsn)
        keyring = keyring_from_environment(entry.association_id, entry.slug)
        self.vault = PeopleVault(vault, entry.association_id, keyring)
        reader = NameReader(vault, entry.association_id, keyring)
        self.names = FoldedNames(reader, entry.association_id, (remembered or RememberedStates()).names)
        self.baskets = BasketVault(vault, entry.association_id, keyring)
        self.import_files = WaitingFiles(vault, entry.association_id, keyring)
        self.tokens = FamilyTokens(vault, entry.association_id)
        self.secret: Callable[[str], bytes] = cache(self.vault.secret)
        self.class_links = ClassLinks(vault, entry.association_id, self.secret)
        self.people_calls = PeopleCalls(self.vault)
        self.states = LiveStates(self.ledger.store, remembered)
        self._funds = FundsReader(self.ledger.store)
        self.families = FamilyStores.open(vault, entry.association_id, keyring, self.secret)
        self.members = MemberStores.open(vault, entry.association_id, keyring, self.secret)
        self.contacts = ContactStores.open(vault, entry.association_id, keyring, self.secret)
        self.reminders = ReminderVault(vault, entry.association_id, self.secret)
        self.photos = PhotoVault(vault, entry.association_id, keyring)
        self.notes = NoteVault(vault, entry.association_id, keyring)
        self.archive = PayerNameArchive(vault, entry.association_id, keyring)
        self.messages = MessageStore(vault, entry.association_id, keyring)
        self.exports = ExportStore(vault, entry.association_id, keyring)
        self.erasures = ErasureStore(vault, entry.association_id, self.archive)
        self.work = connections.pool(self.ledger.worker_dsn)
        """Where its files are, to be erased: its ledger may have a database of its own."""
        self._app = connections.pool(self.ledger.app_dsn)
        self.files = FileStore(self._app, entry.association_id)
        self.prints = PrintStore(self._app, entry.association_id)
        self.charters = CharterStore(self._app, entry.association_id)
        self.reads = SharedReads(self.read)
        self._coops: dict[UUID, UUID] = {}
        self._known_coops: set[UUID] = set()
        self._words: tuple[Wording, float] | None = None
        schema = Identifier(self.ledger.read_schema)
        # As bytes once, and for the transaction only: what a reader sees ends with it, whoever has the connection next.
        self._see = SQL(_SEE).format(schema).as_bytes()

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a query on the read models, all its statements on one snapshot; once more where its connection ended."""
        try:
            return self._read(query, *args)
        except ConnectionLostError:
            return self._read(query, *args)

    def _read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a query once; it sees the read models of this association only, and writes nothing."""
        with self._app.connection(used_for=self.ledger.read_schema, shared=True) as connection:
            connection.execute(self._see, prepare=False)
            return query(connection, *args)

    def association(self) -> Association:
        """Return the association's policy and charter, from its stream."""
        return self.ledger.store.load(Association, self.ledger.association_id)

    @cached_property
    def name(self) -> str:
        """What the association is called: it never changes."""
        return self.association().name

    def words(self) -> Wording:
        """Return what the association's pages and letters call what families give (S-25), as it was seconds ago."""
        if self._words is None or monotonic() - self._words[1] > _WORDS_LIFE:
            self._words = wording_of(self.association().policy.wording), monotonic()
        return self._words[0]

    @property
    def log_schema(self) -> str:
        """Where its log is."""
        return self.ledger.log_schema

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return people of the vault by id; those that are missing have been erased."""
        return self.vault.get_many(ids)

    def head(self) -> tuple[int, bytes]:
        """Return the last position of the log and the chain's hash there."""
        return self.ledger.store.head()

    def standing(self, connection: Connection[Any]) -> tuple[int, bytes]:
        """Return the position of the read models that a connection sees, and the chain's hash there."""
        position = tracked(connection)
        return position, hash_at(connection, self.log_schema, position)

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> list[SpreadIncome]:
        """Fold what of a coop's income of a fiscal year is for later ones, as it was known at a position."""
        since = self.association().deferring_since(year)
        return held_later(self.coop_events(coop_id, up_to), year, since=since)

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, up to a position, in order."""
        return self.ledger.store.coop_events(coop_id, up_to)

    def known_coop_of(self, stream_id: UUID) -> UUID | None:
        """Return the same as ``coop_of`` where this process knows it already; nothing is asked for it."""
        return self._coops.get(stream_id)

    def coop_of(self, stream_id: UUID) -> UUID | None:
        """Return the coop that a campaign belongs to, which never changes; None when there is no such campaign."""
        found = self._coops.get(stream_id) or self.ledger.store.coop_of(stream_id)
        if found is not None:
            self._coops[stream_id] = found
        return found

    def knows_coop(self, coop_id: UUID) -> bool:
        """Tell whether a coop was found here before: what is registered once is there for ever."""
        return coop_id in self._known_coops

    def note_coop(self, coop_id: UUID) -> None:
        """Remember that there is such a coop."""
        self._known_coops.add(coop_id)

    def coop_balance(self, connection: Connection[Any], coop_id: UUID) -> tuple[int, int, int]:
        """Return the balance of a coop's online account, what of it is blocked, and what it may spend now; in cents."""
        return *online_account.balance(connection, coop_id), self.available(coop_id)

    def available(self, coop_id: UUID) -> int:
        """Return what a coop may spend now, in cents, from its events: the figure that payouts are decided on."""
        return self._funds.available(coop_id)

    def close(self) -> None:
        """Carry out what is queued, then close; the connections are the process's."""
        self.ledger.close()
