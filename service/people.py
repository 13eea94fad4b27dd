"""Putting people and bank accounts in the vault before a command, so that events carry only ids and commitments."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from starlette.concurrency import run_in_threadpool

from adapters.fields.iban import read_iban
from adapters.people_vault import (
    MOST_TOGETHER,
    Brought,
    NewPerson,
    PeopleVault,
    Person,
    PersonKind,
    Purpose,
    retention_end,
)
from domain.calendar import paris_date
from domain.errors import LedgerCorrupt, LedgerError, OutcomeUnknown
from reports.parts.wording import ERASED_NAME
from service.grouped_calls import GroupedCalls
from service.logging import logger

log = logger(__name__)
_SHOWN: Final = 4
_SOON: Final = 0.1
"""Seconds for which confirmations are gathered, to be one statement: no answer waits for them."""


class CommandPeople:
    """Whom one command names: in the vault on approval, until the command is decided.

    It takes people as the vault does. When the event stands they are confirmed; a refusal takes them back.
    """

    def __init__(self, vault: PeopleVault) -> None:
        """Begin with nobody."""
        self._vault = vault
        self._attempt = uuid4()
        self._people: dict[UUID, NewPerson] = {}

    @property
    def anybody(self) -> bool:
        """Whether somebody waits for the decision."""
        return bool(self._people)

    def put_many(self, people: Iterable[NewPerson]) -> dict[UUID, str]:
        """Seal people and return their commitments; errors as the vault's."""
        fresh = list(people)
        self._people |= {new.person_id: new for new in fresh}
        if len(fresh) > MOST_TOGETHER:
            return self._vault.put_many(fresh, self._attempt)
        (commitments,) = self._vault.put_together([Brought(fresh, self._attempt)])
        if isinstance(commitments, LedgerError):
            raise commitments
        return commitments

    def secret(self, name: str) -> bytes:
        """Return a secret of the association."""
        return self._vault.secret(name)

    def confirm(self) -> None:
        """Keep everybody: the event stands. Whoever was erased meanwhile is put again, since the event names them."""
        people, self._people = self._people, {}
        if people:
            self._put_back(people, self._vault.provisional.confirm(people))

    def _put_back(self, people: dict[UUID, NewPerson], present: AbstractSet[UUID]) -> None:
        if lost := people.keys() - present:
            log.warning("people had gone before their event was known", count=len(lost))
            self._vault.put_many(people[key] for key in lost)

    def settle(self, refusal: LedgerError) -> None:
        """Take everybody back, since the command is refused; where its outcome is unknown, the log is asked later."""
        if self._people and not isinstance(refusal, OutcomeUnknown | LedgerCorrupt):
            self._vault.provisional.withdraw(self._attempt)
        self._people = {}


class RequestPeople(CommandPeople):
    """Whom a request to the API brings in: stored together with those of the other requests of the moment."""

    def __init__(self, vault: PeopleVault, together: PeopleCalls) -> None:
        """Begin with nobody."""
        super().__init__(vault)
        self._together = together

    def bring(self, people: Sequence[NewPerson]) -> asyncio.Future[dict[UUID, str]]:
        """Begin to seal people, and return what will hold their commitments; errors as the vault's."""
        self._people |= {new.person_id: new for new in people}
        return self._together.bring.begin(Brought(people, self._attempt))

    def confirm_soon(self) -> None:
        """Keep everybody, as ``confirm`` does, without having the answer wait: they are in the vault already."""
        people, self._people = self._people, {}
        if people:
            confirmed = self._together.confirm.begin(frozenset(people))
            confirmed.add_done_callback(partial(self._look_for_lost, people))

    def _look_for_lost(self, people: dict[UUID, NewPerson], confirmed: asyncio.Future[frozenset[UUID]]) -> None:
        """Put back whom the vault has not any more; where it was not asked, the log tells later whom it names."""
        if confirmed.cancelled():
            return
        error = confirmed.exception()
        if error is not None:
            log.warning("people not confirmed yet", count=len(people), kind=type(error).__name__)
        elif people.keys() - confirmed.result():
            self._together.keep(self._put_back_later(people, confirmed.result()))

    async def _put_back_later(self, people: dict[UUID, NewPerson], present: AbstractSet[UUID]) -> None:
        try:
            await run_in_threadpool(self._put_back, people, present)
        except Exception as error:  # noqa: BLE001 - the answer is given: whoever the log names is found there later
            log.warning("people not put back yet", count=len(people), kind=type(error).__name__)


class PeopleCalls:
    """The vault's calls of many requests together."""

    def __init__(self, vault: PeopleVault) -> None:
        """Nothing is called yet."""
        self.bring = GroupedCalls(vault.put_together)
        self.confirm = GroupedCalls(vault.provisional.confirm_together, pause=_SOON)
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


PeopleStore = PeopleVault | CommandPeople
"""What takes people: the vault, for good; or those of a command, on approval."""


@contextmanager
def people_of_command(vault: PeopleVault) -> Iterator[CommandPeople]:
    """Give what takes the people of one command, which is to be carried out within; then they stay or go with it."""
    people = CommandPeople(vault)
    try:
        yield people
    except LedgerError as refusal:
        people.settle(refusal)
        raise
    people.confirm()


def keep_payer(vault: PeopleStore, coop_id: UUID, person_id: UUID, person: Person, at: datetime) -> str:
    """Keep who pays, as long as the accounts, and return the commitment."""
    return vault.put_many([new_payer(coop_id, person_id, person, at)])[person_id]


def new_payer(coop_id: UUID, person_id: UUID, person: Person, at: datetime) -> NewPerson:
    """The payer of a basket, as the vault takes them: kept as long as the accounts."""
    return _like_accounts(coop_id, person_id, person, PersonKind.PAYER, at)


def new_children(coop_id: UUID, children: Mapping[UUID, Person], at: datetime) -> list[NewPerson]:
    """The children of a basket, as the vault takes them: for the school year and one more."""
    purpose = Purpose.CLASS_LIFE
    expires_on = retention_end(purpose, paris_date(at))
    return [NewPerson(key, coop_id, purpose, expires_on, child, PersonKind.CHILD) for key, child in children.items()]


def keep_holder(vault: PeopleStore, coop_id: UUID, holder_id: UUID, holder: Person, at: datetime) -> str:
    """Keep who holds a mandate, as long as the accounts that they answer for."""
    return _keep_like_accounts(vault, coop_id, holder_id, holder, PersonKind.HOLDER, at)


def keep_children(vault: PeopleStore, coop_id: UUID, children: dict[UUID, Person], at: datetime) -> None:
    """Keep the children of a basket, for the school year and one more."""
    vault.put_many(new_children(coop_id, children, at))


def keep_contact(vault: PeopleStore, coop_id: UUID, contact_id: UUID, contact: Person, at: datetime) -> None:
    """Keep a campaign's contact, for the school year and one more."""
    purpose = Purpose.CLASS_LIFE
    expires_on = retention_end(purpose, paris_date(at))
    vault.put_many([NewPerson(contact_id, coop_id, purpose, expires_on, contact, PersonKind.CONTACT)])


def keep_iban(vault: PeopleStore, coop_id: UUID, account_id: UUID, iban: str, at: datetime) -> tuple[str, str]:
    """Keep an IBAN and return what the log may show: its masked form and a keyed fingerprint.

    Raises:
        IbanInvalid: wrong length, country or check digits, or outside SEPA.

    """
    compact = read_iban(iban)
    held = Person("", "", extra={"iban": compact})
    _keep_like_accounts(vault, coop_id, account_id, held, PersonKind.BANK_ACCOUNT, at)
    fingerprint = hmac.new(vault.secret("iban"), compact.encode(), hashlib.sha256).hexdigest()
    return f"{compact[:_SHOWN]} •••• {compact[-_SHOWN:]}", fingerprint


def _keep_like_accounts(
    vault: PeopleStore, coop_id: UUID, person_id: UUID, person: Person, kind: PersonKind, at: datetime
) -> str:
    """Keep a person as long as the accounts, and return the commitment."""
    return vault.put_many([_like_accounts(coop_id, person_id, person, kind, at)])[person_id]


def _like_accounts(coop_id: UUID, person_id: UUID, person: Person, kind: PersonKind, at: datetime) -> NewPerson:
    purpose = Purpose.ACCOUNTING
    return NewPerson(person_id, coop_id, purpose, retention_end(purpose, paris_date(at)), person, kind)


def full_names(vault: PeopleVault, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; an erased person is shown as such."""
    wanted = set(ids)
    known = vault.get_many(wanted)
    return {key: full_name(known.get(key)) for key in wanted}


def full_name(person: Person | None) -> str:
    """Return a person's name as the vault has it; an erased person is shown as such."""
    return ERASED_NAME if person is None else f"{person.first_name} {person.last_name}".strip()
