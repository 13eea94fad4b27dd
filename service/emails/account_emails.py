"""E-mails about a family's account: asked for by a visitor, sent to the address on file only.

The task holds ids alone. A link's token is made when its e-mail leaves, so that nothing else ever holds it; an e-mail
that is repeated after a crash has another token, and both serve.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from adapters.email import Email, Undeliverable
from adapters.family_accounts import FamilyStores, OneTimeLinkPurpose
from adapters.jobs import NewTask, Outbox, Task
from domain.association.state import Association
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
KINDS: Final = tuple(f"{PREFIX}{message}" for message in AccountEmail)
"""Every kind of task that is such an e-mail."""


def request_account_email(outbox: Outbox, ledger: str, account_id: UUID, message: AccountEmail, at: datetime) -> bool:
    """Plan an e-mail to the holder of an account; False within five minutes of the last one."""
    facts = {"account_id": str(account_id)}
    task = NewTask(f"{PREFIX}{message}", _subject(account_id, at), f"accounts:{account_id}", at, facts)
    return outbox.add_after(ledger, task, _subject(account_id, at - _PAUSE))


def _subject(account_id: UUID, at: datetime) -> str:
    """Name the e-mail by its account and the instant; later instants have later names."""
    return f"{account_id}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


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
        account = families.accounts.by_id(task.id("account_id"))
        reason = ""
        if account is None:
            reason = "erased"
        elif context.now() - task.run_at > _LONGEST_WAIT and not task.attempts:
            reason = "too old"
        else:
            ledger = context.ledger
            association = ledger.store.load(Association, ledger.association_id)
            key = f"{ledger.association_id}:{task.kind}:{task.subject}"
            envelope = EmailEnvelope(
                account.profile.email, key, association.name, association.name, demo=association.demo
            )
            url = self._url(context, account.account_id, message)
            try:
                self._transports(context.slug, ledger.association_id).send(_WRITERS[message](envelope, url))
            except Undeliverable as refusal:
                reason = str(refusal)
        event = "letter not sent" if reason else "letter sent"
        log.info(event, task=task.task_id, ledger=task.ledger, kind=task.kind, subject=task.subject, reason=reason)

    def _url(self, context: PaymentContext, account_id: UUID, message: AccountEmail) -> str:
        """The address that the e-mail's button leads to."""
        account = f"{self._public_url}/{context.slug}/compte"
        links, now = self._families(context.slug).links, context.now()
        if message is AccountEmail.CONFIRM:
            return f"{account}/confirmation/{links.make(account_id, OneTimeLinkPurpose.CONFIRM, now)}"
        if message is AccountEmail.PASSWORD:
            return f"{account}/mot-de-passe/{links.make(account_id, OneTimeLinkPurpose.PASSWORD, now)}"
        return f"{account}/connexion"
