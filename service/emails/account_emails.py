"""E-mails about a family's account: asked for by a visitor, sent to the address on file only.

The task holds ids alone, or the keyed digest of an address: whether it has an account is found out when the e-mail
leaves, so that nobody can tell it from how soon a page answers. A link's token is made then too, so that nothing else
ever holds it; an e-mail that is repeated after a crash has another token, and both serve.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from adapters.email import Email, Undeliverable
from adapters.family_accounts import FamilyAccount, FamilyStores, OneTimeLinkPurpose
from adapters.jobs import NewTask, Outbox, Task
from domain.texts.network_words import wording_of
from service.emails import content
from service.emails.content import EmailEnvelope
from service.emails.email_plan import PREFIX
from service.logging import logger
from service.payments.context import PaymentContext

if TYPE_CHECKING:
    from service.emails.transports import EmailTransports

log = logger(__name__)
FamiliesOf = Callable[[str], FamilyStores]
"""Finds what is kept for the families of an association."""
_PAUSE: Final = timedelta(minutes=5)
"""How long the same e-mail is not sent again."""
_LONGEST_WAIT: Final = timedelta(hours=6)
"""After this time the e-mail is useless: the visitor has given up."""


class AccountEmail(StrEnum):
    """The e-mails about accounts."""

    CONFIRM = "account-confirm"
    KNOWN = "account-known"
    PASSWORD = "account-password"  # noqa: S105 - the name of an e-mail


_WRITERS: Final[dict[AccountEmail, Callable[[EmailEnvelope, str], Email]]] = {
    AccountEmail.CONFIRM: content.account_confirm,
    AccountEmail.KNOWN: content.account_known,
    AccountEmail.PASSWORD: content.account_password,
}
_PASSWORD: Final = f"{PREFIX}{AccountEmail.PASSWORD}"
_ADDRESS: Final = "address"
"""The fact that holds the digest of an address."""
KINDS: Final = tuple(f"{PREFIX}{message}" for message in AccountEmail)
"""Every kind of task that is such an e-mail."""


def request_account_email(outbox: Outbox, ledger: str, account_id: UUID, message: AccountEmail, at: datetime) -> bool:
    """Plan an e-mail to the holder of an account; False within five minutes of the last one."""
    facts = {"account_id": str(account_id)}
    task = NewTask(f"{PREFIX}{message}", _subject(account_id, at), f"accounts:{account_id}", at, facts)
    return outbox.add_after(ledger, task, _subject(account_id, at - _PAUSE))


def request_password_email(outbox: Outbox, ledger: str, address: bytes, at: datetime) -> bool:
    """Plan the link to another password for whoever has an address, by its digest; False within five minutes."""
    name = address.hex()
    task = NewTask(_PASSWORD, _subject(name, at), f"accounts:{name}", at, {_ADDRESS: name})
    return outbox.add_after(ledger, task, _subject(name, at - _PAUSE))


def _subject(about: UUID | str, at: datetime) -> str:
    """Name the e-mail by its account or address and the instant; later instants have later names."""
    return f"{about}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


class AccountEmailSender:
    """Carries out the e-mails about accounts; threads may share it."""

    def __init__(self, transports: EmailTransports, public_url: str, families: FamiliesOf) -> None:
        """Use transports, an address that links begin with, and the accounts of each association."""
        self._transports = transports
        self._public_url = public_url
        self._families = families

    def email_task(self, context: PaymentContext, task: Task) -> None:
        """Send one e-mail; one that cannot be sent is done, and logged by id.

        Raises:
            TransportUnavailable: to be tried again.

        """
        families, message = self._families(context.slug), AccountEmail(task.kind.removeprefix(PREFIX))
        account, reason = _addressee(families, task), ""
        waiting = account is not None and not account.confirmed
        known = families.accounts.by_email(account.profile.email) if account is not None and waiting else None
        if known is not None:
            # Somebody asked for an account whose address has one: its holder is told, at the address on file.
            message = AccountEmail.KNOWN
        if account is None:
            reason = "no account"
        elif context.now() - task.run_at > _LONGEST_WAIT and not task.attempts:
            reason = "too old"
        else:
            try:
                self._send(context, task, known or account, message)
            except Undeliverable as refusal:
                reason = str(refusal)
            if known is not None:
                families.accounts.drop_unconfirmed(account.account_id)
        event = "letter not sent" if reason else "letter sent"
        log.info(event, task=task.task_id, ledger=task.ledger, kind=task.kind, subject=task.subject, reason=reason)

    def _send(self, context: PaymentContext, task: Task, account: FamilyAccount, message: AccountEmail) -> None:
        ledger, association = context.ledger, context.association()
        key = f"{ledger.association_id}:{task.kind}:{task.subject}"
        to, name, words = account.profile.email, association.name, wording_of(association.policy.wording)
        envelope = EmailEnvelope(to, key, name, name, demo=association.demo, words=words)
        url = self._url(context, account.account_id, message)
        written = _WRITERS[message](envelope, url)
        with context.out_of_turn():
            self._transports(context.slug, ledger.association_id).send(written)

    def _url(self, context: PaymentContext, account_id: UUID, message: AccountEmail) -> str:
        """The address that the e-mail's button leads to."""
        account = f"{self._public_url}/{context.slug}/compte"
        links, now = self._families(context.slug).links, context.now()
        if message is AccountEmail.CONFIRM:
            return f"{account}/confirmation/{links.make(account_id, OneTimeLinkPurpose.CONFIRM, now)}"
        if message is AccountEmail.PASSWORD:
            return f"{account}/mot-de-passe/{links.make(account_id, OneTimeLinkPurpose.PASSWORD, now)}"
        return f"{account}/connexion"


def _addressee(families: FamilyStores, task: Task) -> FamilyAccount | None:
    """Find the account that an e-mail is about, by its id or by the digest of an address."""
    if _ADDRESS in task.facts:
        return families.accounts.by_address(bytes.fromhex(task.text(_ADDRESS)))
    return families.accounts.by_id(task.id("account_id"))
