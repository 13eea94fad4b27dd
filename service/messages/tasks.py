"""What the worker does for a message: one letter to one family, unless it wants none or was forgotten."""

from __future__ import annotations

from typing import Final

from adapters.email import Email, Undeliverable
from adapters.jobs import Task
from adapters.messages import SentMessage
from domain.campaign.state import Campaign
from domain.texts.identification import identification_line
from domain.texts.network_words import wording_of
from service.emails import content
from service.emails.content import EmailEnvelope
from service.emails.context import EmailNotSent
from service.emails.recipients import contact_id_of, reply_address
from service.emails.sender import LONGEST_WAIT, EmailSender
from service.logging import logger
from service.messages.stop_links import PATH, StopLink, digest_of, write_stop_link
from service.payments.context import PaymentContext
from service.runtime.open_ledger import OpenLedgers

log = logger(__name__)
_GONE: Final = "erased"


class MessageTasks:
    """Sends the messages of coops, one letter at a time; threads may share it."""

    def __init__(self, email_sender: EmailSender, ledgers: OpenLedgers) -> None:
        """Send as the other e-mails are sent, for these ledgers."""
        self._transports = email_sender.transports
        self._public_url = email_sender.public_url
        self._ledgers = ledgers

    def message_task(self, context: PaymentContext, task: Task) -> None:
        """Send one letter; what must not or cannot be sent is done, and logged by id.

        Raises:
            TransportUnavailable: to be tried again; the same letter then has the same Message-ID.

        """
        reason = ""
        try:
            written = self._written(context, task)
            with context.out_of_turn():
                self._transports(context.slug, task.id("coop_id")).send(written)
        except EmailNotSent as why:
            reason = why.reason
        except Undeliverable as refusal:
            reason = refusal.code
        if reason:
            context.outbox.note_unsent(task.task_id, reason)
        event = "letter not sent" if reason else "letter sent"
        log.info(event, task=task.task_id, ledger=task.ledger, kind=task.kind, subject=task.subject, reason=reason)

    def _written(self, context: PaymentContext, task: Task) -> Email:
        """Write the letter.

        Raises:
            EmailNotSent: it is not to be sent any more.

        """
        opened, coop_id = self._ledgers(context.slug), task.id("coop_id")
        sent = opened.messages.find(task.id("message_id"))
        if sent is None:
            raise EmailNotSent(_GONE)
        if context.now() - sent.sent_at > LONGEST_WAIT:
            raise EmailNotSent("too old")
        campaign = context.campaign(task.id("campaign_id"))
        payer = opened.vault.get(campaign.contribution(task.id("contribution_id")).payer_id)
        if payer is None or not payer.email.strip():
            raise EmailNotSent(_GONE if payer is None else "no address")
        digest = digest_of(opened.secret, payer.email)
        if opened.messages.refuses(coop_id, digest):
            raise EmailNotSent("refused")
        token = write_stop_link(opened.secret, StopLink(coop_id, digest))
        stop_url = f"{self._public_url}/{context.slug}/{PATH}/{token}"
        envelope = self._envelope(context, task, campaign, payer.email.strip())
        return content.family_message(envelope, _letter(sent, campaign, stop_url))

    def _envelope(self, context: PaymentContext, task: Task, campaign: Campaign, email: str) -> EmailEnvelope:
        """The envelope: the coop writes, under its regulated line; the campaign's contact reads the answers (S-60)."""
        details, association = context.coop(task.id("coop_id")).details, context.association()
        if details is None:
            raise EmailNotSent(_GONE)
        contact_id = contact_id_of(campaign)
        contact = context.vault.get(contact_id) if contact_id else None
        line = identification_line(details.school, details.town, details.affiliation_number, association.name)
        return EmailEnvelope(
            email,
            f"{context.ledger.association_id}:{task.subject}",
            details.name,
            line,
            reply_address(contact),
            association.demo,
            wording_of(association.policy.wording),
        )


def _letter(sent: SentMessage, campaign: Campaign, stop_url: str) -> content.CoopMessage:
    title = campaign.details.title if campaign.details else ""
    return content.CoopMessage(sent.message.subject, sent.message.text, title, stop_url)
