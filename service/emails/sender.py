"""Sending the e-mails of the outbox: read from the log again, names from the vault, given to a transport.

An e-mail to several is first split into one task for each, so that one bad address or a lost answer repeats nothing for
the others. What is logged is ids.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from adapters.email import Undeliverable
from adapters.jobs import NewTask, Task
from adapters.member_accounts import MemberStores
from domain.errors import LedgerCorrupt, NotFound
from domain.texts.identification import identification_line
from domain.texts.network_words import wording_of
from service.emails import account_emails, family_emails, mandate_holder_emails, member_emails
from service.emails.account_emails import AccountEmailSender, FamiliesOf
from service.emails.content import EmailEnvelope
from service.emails.context import EmailContext, EmailNotSent
from service.emails.email_plan import PREFIX, cards_tested_email, emails_for
from service.emails.member_emails import MemberEmailSender, MembersOf
from service.emails.receipt_requests import requested_emails
from service.emails.recipients import Recipient, contact_id_of, find_email, recipients, reply_address
from service.emails.transports import EmailTransports, open_transport
from service.logging import logger
from service.payments.context import PaymentContext
from service.settings import Settings

log = logger(__name__)
Handler = Callable[[PaymentContext, Task], None]
LONGEST_WAIT: Final = timedelta(days=7)
"""After this time an e-mail is no news any more: it is not sent, as after a rebuild or a long outage."""
_WRITERS: Final = family_emails.WRITERS | mandate_holder_emails.WRITERS
KINDS: Final = tuple(f"{PREFIX}{name}" for name in _WRITERS)
"""Every kind of task that is an e-mail."""


class EmailSender:
    """Sends the e-mails of all ledgers; threads may share it."""

    def __init__(self, transports: EmailTransports, public_url: str) -> None:
        """Use transports, and an address that links begin with."""
        self._transports = transports
        self._public_url = public_url

    def email_task(self, members: MembersOf, context: PaymentContext, task: Task) -> None:
        """Send one e-mail, or split one to several; what must not or cannot be sent is done, and logged by id.

        ``members`` finds those of the association: the office is written to, and former addresses are.

        Raises:
            TransportUnavailable: to be tried again; the same e-mail then has the same Message-ID.

        """
        try:
            self._carry_out(members(context.slug), context, task)
        except EmailNotSent as why:
            context.outbox.note_unsent(task.task_id, why.reason)
            _tell("letter not sent", task, why.reason)
        except Undeliverable as refusal:
            context.outbox.note_unsent(task.task_id, refusal.code)
            _tell("letter not sent", task, str(refusal))

    @property
    def public_url(self) -> str:
        """What the links of e-mails begin with."""
        return self._public_url

    @property
    def transports(self) -> EmailTransports:
        """Which transport takes the e-mails of a coop away."""
        return self._transports

    def for_accounts(self, families: FamiliesOf) -> AccountEmailSender:
        """Return the sender of e-mails about accounts, by the same transports."""
        return AccountEmailSender(self._transports, self._public_url, families)

    def for_members(self, members: MembersOf) -> MemberEmailSender:
        """Return the sender of e-mails to members, by the same transports."""
        return MemberEmailSender(self._transports, self._public_url, members)

    def _carry_out(self, stores: MemberStores, context: PaymentContext, task: Task) -> None:
        name = task.kind.removeprefix(PREFIX)
        email_context, born = self._email_context(context, task)
        if context.now() - born.run_at > LONGEST_WAIT:
            raise EmailNotSent("too old")
        to_family, recipient = name in family_emails.WRITERS, Recipient.of_task(task)
        if to_family:
            email_context.know_family()
            recipient = Recipient(email_context.contribution().payer_id)
        if recipient is None:
            _split(context, task, born, recipients(email_context, stores, name))
            return
        email = find_email(email_context, stores, recipient)
        if not email:
            raise EmailNotSent("erased" if email is None else "no address")
        key = f"{context.ledger.association_id}:{task.subject}"
        contact_id = contact_id_of(email_context.campaign()) if to_family else None
        contact = email_context.person(contact_id) if contact_id else None
        envelope = coop_envelope(email_context, email, key, reply_address(contact))
        written = _WRITERS[name](email_context, envelope)
        with context.out_of_turn():
            self._transports(context.slug, email_context.coop_id).send(written)
        _tell("letter sent", task, "")

    def _email_context(self, context: PaymentContext, task: Task) -> tuple[EmailContext, NewTask]:
        """What the task is about, and the task as it was planned: since then it may have been put off many times.

        Raises:
            LedgerCorrupt: the log has no such event, or the event asks for no such e-mail.

        """
        position = task.number("position")
        for fact in context.ledger.store.events(position, 1):
            planned = (*emails_for(fact, context.ids), *requested_emails(fact, task.facts))
            for born in (*planned, cards_tested_email(fact)):
                if born.kind == task.kind and born.facts.items() <= task.facts.items():
                    number = int(task.facts.get("number", 0))
                    return EmailContext(context, fact, task.id("coop_id"), self._public_url, number), born
        raise LedgerCorrupt(ledger=context.slug, position=position, kind=task.kind)


def email_handlers(email_sender: EmailSender, families: FamiliesOf, members: MembersOf) -> dict[str, Handler]:
    """Return the handlers of all kinds of e-mails, for the worker."""
    about_accounts, to_members = email_sender.for_accounts(families), email_sender.for_members(members)
    handlers: dict[str, Handler] = dict.fromkeys(KINDS, partial(email_sender.email_task, members))
    handlers |= dict.fromkeys(account_emails.KINDS, about_accounts.email_task)
    return handlers | dict.fromkeys(member_emails.KINDS, to_members.email_task)


def open_email_sender(settings: Settings) -> EmailSender:
    """Open the sender of an installation's e-mails.

    Raises:
        EmailInvalid: the configured sender is no address.

    """
    return EmailSender(open_transport(settings), settings.address)


def _split(context: PaymentContext, task: Task, born: NewTask, to: list[Recipient]) -> None:
    """Plan an e-mail for each of several addresses."""
    for one in to:
        subject = ":".join((born.subject, *map(str, one.facts.values())))
        facts = {**task.facts, **one.facts}
        context.outbox.add(context.slug, NewTask(task.kind, subject, born.lane, born.run_at, facts))
    if not to:
        raise EmailNotSent("nobody to write to")


def coop_envelope(email_context: EmailContext, to: str, key: str, reply_to: str) -> EmailEnvelope:
    """The envelope of an e-mail: the coop writes, under its regulated line."""
    coop = email_context.coop()
    if coop.details is None:
        raise NotFound(coop=coop.id)
    details, association = coop.details, email_context.payment_context.association()
    line = identification_line(details.school, details.town, details.affiliation_number, association.name)
    words = wording_of(association.policy.wording)
    return EmailEnvelope(to, key, details.name, line, reply_to, coop.demo, words)


def _tell(event: str, task: Task, reason: str) -> None:
    log.info(event, task=task.task_id, ledger=task.ledger, kind=task.kind, subject=task.subject, reason=reason)
