"""E-mails to members: an invitation, the link to sign in, the word that their passkeys were taken away.

The task holds ids alone. A link's token is made when its e-mail leaves, so that nothing else ever holds it; an e-mail
that is repeated after a crash has another token, and using one ends the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from adapters.email import Email, Undeliverable
from adapters.jobs import NewTask, Outbox, Task
from adapters.member_accounts import Member, MemberLinkPurpose, MemberStores
from domain.association.state import Association
from domain.calendar import fiscal_year, paris_date
from domain.recorded_event import RecordedEvent
from domain.rights.roles import MemberRole
from service.emails import content
from service.emails.content import EmailEnvelope, InvitedTo
from service.emails.email_plan import PREFIX
from service.logging import logger
from service.payments.context import PaymentContext

if TYPE_CHECKING:
    from service.emails.transports import EmailTransports

log = logger(__name__)
MembersOf = Callable[[str], MemberStores]
"""Finds what is kept for the members of an association."""
NOTHING_MORE: Final[Mapping[str, str]] = MappingProxyType({})
"""What most e-mails say beside what they are."""
_PAUSE: Final = timedelta(minutes=2)
"""How long the same e-mail is not sent again."""
_BROWSER: Final = "browser"
_COOP, _CLASS, _BY = "of_coop", "school_class", "by_member"
"""What an invitation says beside its link, by ids: the coop, a teacher's class, who invites."""


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


def invited_to(coop_id: UUID, by: str, school_class: str = "") -> dict[str, str]:
    """Return what an invitation is to: a coop's mandate, or, with the code of a class, counting its cash.

    ``by`` is the actor who invites; the letter names a member alone.
    """
    return {_COOP: str(coop_id), _CLASS: school_class, _BY: by}


def request_member_email(
    outbox: Outbox,
    ledger: str,
    member_id: UUID,
    message: MemberEmail,
    at: datetime,
    *,
    browser: bytes | None = None,
    about: Mapping[str, str] = NOTHING_MORE,
) -> bool:
    """Plan an e-mail to a member; False within two minutes of the last one. ``about`` is what an invitation is to.

    ``browser`` is the digest of what the browser that asked for a link holds.
    """
    facts = {"member_id": str(member_id), **about} | ({} if browser is None else {_BROWSER: browser.hex()})
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
        if message is MemberEmail.INVITATION:
            url = self._url(context, task, member.member_id, message)
            return content.member_invitation(envelope, url, self._invited_to(context, task))
        if message is not MemberEmail.CARDS_TESTED:
            return _WRITERS[message](envelope, self._url(context, task, member.member_id, message))
        details = context.campaign(task.id("campaign_id")).details
        url = f"{self._public_url}/{context.slug}/collectes/{task.id('campaign_id')}"
        return content.cards_tested(envelope, details.title if details else "", paris_date(task.run_at), url)

    def _invited_to(self, context: PaymentContext, task: Task) -> InvitedTo | None:
        """Say what an invitation is to; nothing for one to the association itself."""
        if _COOP not in task.facts:
            return None
        coop, code, by = context.coop(task.id(_COOP)), str(task.facts[_CLASS]), str(task.facts[_BY])
        if coop.details is None:
            return None
        year = fiscal_year(paris_date(task.run_at))
        labels = dict(zip(coop.classes.get(year, ()), coop.class_labels.get(year, ()), strict=True))
        return InvitedTo(coop.details.name, coop.details.school, labels.get(code, code), self._name_of(context, by))

    def _name_of(self, context: PaymentContext, actor: str) -> str:
        """Return the name of a member who acts; empty for a program, and for who is no member any more."""
        try:
            member = self._members(context.slug).members.by_id(UUID(actor))
        except ValueError:
            return ""
        return "" if member is None else f"{member.profile.first_name} {member.profile.last_name}".strip()

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
