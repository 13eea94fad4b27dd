"""E-mails to members: an invitation, the link to sign in, the word that their passkeys were taken away.

The task holds ids alone. A link's token is made when its e-mail leaves, so that nothing else ever holds it; an e-mail
that is repeated after a crash has another token, and using one ends the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from adapters.email import Email, Undeliverable
from adapters.jobs import NewTask, Outbox, Task
from adapters.member_accounts import Member, MemberLinkPurpose, MemberStores
from domain.association.state import Association
from domain.calendar import paris_date
from domain.recorded_event import RecordedEvent
from domain.rights.roles import MemberRole
from service.emails import content
from service.emails.content import EmailEnvelope
from service.emails.email_plan import PREFIX
from service.logging import logger
from service.payments.context import PaymentContext

if TYPE_CHECKING:
    from service.emails.transports import EmailTransports

log = logger(__name__)
MembersOf = Callable[[str], MemberStores]
"""Finds what is kept for the members of an association."""
_PAUSE: Final = timedelta(minutes=2)
"""How long the same e-mail is not sent again."""
_BROWSER: Final = "browser"


class MemberEmail(StrEnum):
    """The e-mails to members."""

    INVITATION = "member-invitation"
    SIGN_IN = "member-sign-in"
    PASSKEYS_REMOVED = "member-passkeys-removed"
    CARDS_TESTED = "member-cards-tested"
    EXPORT_READY = "member-export-ready"


_ANSWERING: Final = frozenset({MemberRole.STAFF, MemberRole.TREASURER})
"""Roles whose holders answer for what happens to the association's campaigns."""
_WRITERS: Final[dict[MemberEmail, Callable[[EmailEnvelope, str], Email]]] = {
    MemberEmail.INVITATION: content.member_invitation,
    MemberEmail.SIGN_IN: content.member_sign_in,
    MemberEmail.PASSKEYS_REMOVED: content.member_passkeys_removed,
    MemberEmail.EXPORT_READY: content.member_export_ready,
}
_LONGEST_WAIT: Final = {
    MemberEmail.INVITATION: timedelta(days=7),
    MemberEmail.SIGN_IN: timedelta(hours=1),
    MemberEmail.PASSKEYS_REMOVED: timedelta(days=7),
    MemberEmail.CARDS_TESTED: timedelta(days=7),
    MemberEmail.EXPORT_READY: timedelta(days=7),
}
"""After this time the e-mail is useless: its reader has given up."""
KINDS: Final = tuple(f"{PREFIX}{message}" for message in MemberEmail)
"""Every kind of task that is such an e-mail."""


def request_member_email(
    outbox: Outbox, ledger: str, member_id: UUID, message: MemberEmail, at: datetime, *, browser: bytes | None = None
) -> bool:
    """Plan an e-mail to a member; False within two minutes of the last one.

    ``browser`` is the digest of what the browser that asked for a link holds.
    """
    facts = {"member_id": str(member_id)} | ({} if browser is None else {_BROWSER: browser.hex()})
    task = NewTask(f"{PREFIX}{message}", _subject(member_id, at), f"members:{member_id}", at, facts)
    return outbox.add_after(ledger, task, _subject(member_id, at - _PAUSE))


def export_ready_email(member_id: UUID, coop_id: UUID, export_id: UUID, at: datetime) -> NewTask:
    """Return the e-mail that tells a member that a file can be taken away: one for each file."""
    facts = {"member_id": str(member_id), "coop_id": str(coop_id)}
    return NewTask(f"{PREFIX}{MemberEmail.EXPORT_READY}", str(export_id), f"members:{member_id}", at, facts)


def cards_tested_emails(association: Association, fact: RecordedEvent) -> Iterator[NewTask]:
    """Yield the e-mails that tell staff and treasurers that cards are tested on a campaign: once a Paris day each."""
    day = paris_date(fact.event.at)
    kind, facts = f"{PREFIX}{MemberEmail.CARDS_TESTED}", {"campaign_id": str(fact.stream_id)}
    told = {held.member_id for held in association.roles.values() if held.role in _ANSWERING and held.holds_on(day)}
    for member_id in sorted(told):
        subject = f"{fact.stream_id}:{day}:{member_id}"
        yield NewTask(kind, subject, f"members:{member_id}", fact.event.at, {**facts, "member_id": str(member_id)})


def _subject(member_id: UUID, at: datetime) -> str:
    """Name the e-mail by its member and the instant; later instants have later names."""
    return f"{member_id}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


class MemberEmailSender:
    """Carries out the e-mails to members; threads may share it."""

    def __init__(self, transports: EmailTransports, public_url: str, members: MembersOf) -> None:
        """Use transports, an address that links begin with, and the members of each association."""
        self._transports = transports
        self._public_url = public_url
        self._members = members

    def email_task(self, context: PaymentContext, task: Task) -> None:
        """Send one e-mail; one that cannot be sent is done, and logged by id.

        Raises:
            TransportUnavailable: to be tried again.

        """
        stores, message = self._members(context.slug), MemberEmail(task.kind.removeprefix(PREFIX))
        member = stores.members.by_id(task.id("member_id"))
        if member is None:
            reason = "unknown"
        elif context.now() - task.run_at > _LONGEST_WAIT[message] and not task.attempts:
            reason = "too old"
        else:
            reason = self._send(context, task, member, message)
        if reason:
            context.outbox.note_unsent(task.task_id, reason)
        event = "letter not sent" if reason else "letter sent"
        log.info(event, task=task.task_id, ledger=task.ledger, kind=task.kind, subject=task.subject, reason=reason)

    def _send(self, context: PaymentContext, task: Task, member: Member, message: MemberEmail) -> str:
        """Send it; return why it could not be, empty when it left."""
        ledger, association = context.ledger, context.association()
        key = f"{ledger.association_id}:{task.kind}:{task.subject}"
        envelope = EmailEnvelope(member.profile.email, key, association.name, association.name, demo=association.demo)
        try:
            email = self._written(context, task, member, message, envelope)
            with context.out_of_turn():
                self._transports(context.slug, ledger.association_id).send(email)
        except Undeliverable as refusal:
            return str(refusal)
        return ""

    def _written(
        self, context: PaymentContext, task: Task, member: Member, message: MemberEmail, envelope: EmailEnvelope
    ) -> Email:
        """Write it."""
        if message is not MemberEmail.CARDS_TESTED:
            return _WRITERS[message](envelope, self._url(context, task, member.member_id, message))
        details = context.campaign(task.id("campaign_id")).details
        url = f"{self._public_url}/{context.slug}/collectes/{task.id('campaign_id')}"
        return content.cards_tested(envelope, details.title if details else "", paris_date(task.run_at), url)

    def _url(self, context: PaymentContext, task: Task, member_id: UUID, message: MemberEmail) -> str:
        """The address that the e-mail's button leads to."""
        links, now = self._members(context.slug).links, context.now()
        if message is MemberEmail.PASSKEYS_REMOVED:
            return f"{self._public_url}{sign_in_address(context.slug)}"
        if message is MemberEmail.EXPORT_READY:
            return f"{self._public_url}/{context.slug}/coops/{task.id('coop_id')}/exports"
        if message is MemberEmail.INVITATION:
            token = links.make(member_id, MemberLinkPurpose.INVITATION, now)
            return f"{self._public_url}{link_address(context.slug, MemberLinkPurpose.INVITATION, token)}"
        browser = bytes.fromhex(task.text(_BROWSER)) if _BROWSER in task.facts else None
        token = links.make(member_id, MemberLinkPurpose.SIGN_IN, now, browser=browser)
        return f"{self._public_url}{link_address(context.slug, MemberLinkPurpose.SIGN_IN, token)}"


def sign_in_address(association: str) -> str:
    """Return where members of an association sign in."""
    return f"/{association}/connexion"


def link_address(association: str, purpose: MemberLinkPurpose, token: str) -> str:
    """Return where a link of a letter leads."""
    page = "invitation" if purpose is MemberLinkPurpose.INVITATION else "connexion"
    return f"/{association}/{page}/{token}"
