"""The payment context of one association: its ledger, the provider, what is to be done, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, Self, TypeVar
from uuid import UUID

from adapters.jobs import Outbox, ProviderAccountStore
from adapters.log.bus.state_cache import StateCache
from adapters.log.command_bus import CommandOutcome, CommandOutcomes, submission
from adapters.log.ledger import Ledger
from adapters.payments.errors import ProviderMissing, ProviderModeMismatch
from adapters.payments.port import PaymentProvider
from adapters.people_vault import FamilyTokens, PeopleVault
from domain.aggregate import Intent, Stamp, State
from domain.association.state import Association
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import NotFound
from domain.funds import CoopFunds
from domain.provider_ids import ProviderIds
from service.payments.turns import SharedTurns, waiting

S = TypeVar("S", bound=State)
Clock = Callable[[], datetime]
"""Tells the time in UTC: the machine's, or the sandbox's that the whole demonstration follows."""
ACTOR: Final = "system:payments"
"""Who records what the provider says."""
_PATIENCE: Final = 60.0


def check_mode(association: str, *, demo: bool, live: bool) -> None:
    """Refuse an association to a provider of the other mode; ``live`` says whether real money moves there (S-04).

    Raises:
        ProviderModeMismatch: a real association at a provider for trials, or a demonstration where money is real.

    """
    if demo is live:
        raise ProviderModeMismatch(association=association, live=live)


class ProviderAccess(NamedTuple):
    """The payment provider, if this installation has one, and how the objects of a provider are told apart anyway.

    ``patience`` is how many seconds a call waits until the provider takes one more; None where nobody waits for it.
    """

    provider: PaymentProvider | None
    ids: ProviderIds
    patience: float | None = None

    def needed(self) -> PaymentProvider:
        """Return the provider.

        Raises:
            ProviderMissing: there is none.

        """
        if self.provider is None:
            raise ProviderMissing
        return self.provider


class PaymentContext:
    """What a worker needs to serve one association; it remembers states of its own.

    Each thread of a web server has one; those that wait for the provider share one, in turns.
    """

    def __init__(
        self,
        ledger: Ledger,
        vault: PeopleVault,
        tokens: FamilyTokens,
        access: ProviderAccess,
        outbox: Outbox,
        accounts: ProviderAccountStore,
        clock: Clock,
        public_url: str,
    ) -> None:
        """Remember the parts; nothing is opened here. ``public_url`` is what the addresses of our pages begin with.

        Raises:
            ProviderModeMismatch: real money and money for trials would mix.

        """
        if access.provider is not None:
            check_mode(ledger.slug, demo=ledger.demo, live=access.provider.live)
        self.ledger = ledger
        self.vault = vault
        self.secret: Callable[[str], bytes] = cache(vault.secret)
        """The association's secret of a name, which never changes."""
        self.tokens = tokens
        self._access = access
        self.ids = access.ids
        self.outbox = outbox
        self.accounts = accounts
        self.now = clock
        self.public_url = public_url
        self._states = StateCache(ledger.store, ledger.shelf)
        self._turns = SharedTurns()
        self._moment: int | None = None
        self._of_now: set[UUID] = set()
        self._asked: set[UUID] = set()
        self._asked_before: set[UUID] = set()

    @contextmanager
    def in_turn(self) -> Iterator[Self]:
        """Use it alone, while no other thread does: whoever shares a context asks it for anything in its turn only.

        Calls of the provider and the ledger's decisions are waited for out of turn. So an amount is never of two
        moments; and states are asked for again after each of these, once however often they are looked at until then.
        """
        with self._turns.hold():
            yield self

    def out_of_turn(self) -> AbstractContextManager[None]:
        """Leave one's turn to others for as long as one waits for another server, as for a mail server."""
        return self._turns.left()

    @property
    def provider(self) -> PaymentProvider:
        """The payment provider.

        Raises:
            ProviderMissing: this installation has none; what was to be done there waits for one.

        """
        return waiting(self._access.needed(), self._turns, self._access.patience)

    @property
    def slug(self) -> str:
        """The name of the ledger."""
        return self.ledger.slug

    @property
    def stamp(self) -> Stamp:
        """Who and when, for a command."""
        return Stamp(at=self.now(), by=ACTOR)

    def record(self, command: Intent[Any]) -> CommandOutcome:
        """Have the ledger decide a fact, and wait for its outcome.

        Raises:
            LedgerError: what the decision refused, or an outcome that is not known yet.

        """
        return self.record_together(command)[0]

    def record_together(self, *commands: Intent[Any]) -> CommandOutcomes:
        """Have the ledger decide several facts, each on what those before it left; all are stored, or none.

        Raises:
            LedgerError: what the decision of one of them refused, or an outcome that is not known yet.

        """
        future = self.ledger.bus.submit_together(tuple(map(submission, commands)))
        with self._turns.left():
            return future.result(_PATIENCE)

    def association(self) -> Association:
        """Return the association as it is now.

        Raises:
            NotFound: the ledger has none yet.

        """
        return self._state(Association, self.ledger.association_id)

    def campaign(self, campaign_id: UUID) -> Campaign:
        """Return a campaign as it is now.

        Raises:
            NotFound: the ledger has no such campaign.

        """
        return self._state(Campaign, campaign_id)

    def coop(self, coop_id: UUID) -> Coop:
        """Return a coop as it is now.

        Raises:
            NotFound: the ledger has no such coop.

        """
        return self._state(Coop, coop_id)

    def funds(self, coop_id: UUID) -> CoopFunds:
        """Return what a coop may spend now."""
        return self._states.funds(coop_id)[1]

    def _bring_up_to_now(self, stream_id: UUID) -> None:
        """Catch up with what was stored to a stream, once in a moment, and to those that the last moment asked for."""
        moment = self._turns.moment
        if moment is None:
            self._states.refresh([stream_id])
            return
        if moment != self._moment:
            self._moment, self._of_now = moment, set()
            self._asked, self._asked_before = set(), self._asked
        self._asked.add(stream_id)
        if stream_id not in self._of_now:
            together = self._asked_before | {stream_id}
            self._states.refresh(together)
            self._of_now |= together

    def _state(self, kind: type[S], stream_id: UUID) -> S:
        self._bring_up_to_now(stream_id)
        found = self._states.state(kind, stream_id)
        if not isinstance(found, kind) or not found.version:
            raise NotFound(stream=stream_id)
        return found
