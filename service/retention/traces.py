"""Erasing what passing things leave: baskets, accounts, files, webhook bodies, e-mails asked for or in folders."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from adapters.email import erase_emails
from adapters.files import AttachmentRef, PictureRef, erase_unused
from adapters.jobs.card_alerts import CardAlerts
from domain.calendar import paris_date
from projections import storefront
from service.emails import account_emails
from service.emails.email_plan import PREFIX
from service.emails.member_emails import MemberEmail
from service.emails.receipt_requests import RECEIPT
from service.emails.transports import reminders_place
from service.exports.requests import EXPORT
from service.messages.dispatch import MESSAGE
from service.retention.context import RetentionContext
from service.retention.people import is_current

EVIDENCE: Final = timedelta(days=7)
"""How long the body of a webhook event is kept."""
REQUESTS: Final = timedelta(days=30)
"""How long an e-mail that a visitor asked for is remembered, once it is sent or given up."""
ANNOUNCED: Final = timedelta(days=90)
"""How long a webhook event is remembered once looked into: the provider lists its own for thirty days, no longer."""
DONE: Final = timedelta(days=800)
"""How long a task is remembered once done: two school years and their closings, so that no late event asks again."""
LAID_DOWN: Final = timedelta(days=30)
"""How long e-mails lie in the folder of an installation that sends none."""
_OF_MEMBERS: Final = (EXPORT, f"{PREFIX}{MemberEmail.EXPORT_READY}", MESSAGE)
_REQUESTED: Final = (*account_emails.KINDS, f"{PREFIX}{RECEIPT}", *_OF_MEMBERS)


def erase_expired_baskets(context: RetentionContext) -> int:
    """Erase baskets not written for a day."""
    return context.opened.baskets.erase_expired(context.now)


def erase_expired_import_files(context: RetentionContext) -> int:
    """Erase files that were given to be imported an hour ago."""
    return context.opened.import_files.erase_expired(context.now)


def erase_expired_accounts(context: RetentionContext) -> int:
    """Erase accounts that are unconfirmed or unused, sessions and links past their end, attempts that count no more."""
    return context.opened.families.erase_expired(context.now)


def erase_expired_notes(context: RetentionContext) -> int:
    """Erase the notes of decisions past their day."""
    return context.opened.notes.erase_expired(paris_date(context.now))


def erase_expired_contacts(context: RetentionContext) -> int:
    """Erase the contacts that coops wrote down, past their day, and groups without a member."""
    return context.opened.contacts.erase_expired(paris_date(context.now))


def erase_expired_reminders(context: RetentionContext) -> int:
    """Erase the lists of reminders past their day, and the wishes to get none."""
    return context.opened.reminders.erase_expired(paris_date(context.now))


def erase_exports_over(context: RetentionContext) -> int:
    """Erase files that were asked for, past their days or taken away as often as may be."""
    return context.opened.exports.erase_over(context.now)


def erase_expired_messages(context: RetentionContext) -> int:
    """Erase messages to families, and who wanted no more of them, past their day."""
    return context.opened.messages.erase_expired(paris_date(context.now))


def erase_expired_family_tokens(context: RetentionContext) -> int:
    """Erase the digests of families' tokens past their day."""
    return context.opened.tokens.erase_expired(paris_date(context.now))


def erase_expired_class_links(context: RetentionContext) -> int:
    """Erase the links for colleagues that are over."""
    return context.opened.class_links.erase_expired(paris_date(context.now))


def erase_ended_card_alerts(context: RetentionContext) -> int:
    """Erase the alerts about cards that are over."""
    return CardAlerts(context.outbox.pool).erase_expired(context.now)


def erase_hidden_files(context: RetentionContext) -> int:
    """Erase pictures and files to download that no campaign shows any more."""
    opened = context.opened
    if not is_current(opened):
        return 0
    shown = set[str]()
    for details in opened.read(storefront.all_details):
        refs = [PictureRef.parse(details.picture), *map(AttachmentRef.parse, details.attachments)]
        shown |= {ref.digest for ref in refs if ref}
    # Where the association's files are: its ledger may have a database of its own.
    with opened.work.connection() as connection:
        return erase_unused(connection, opened.ledger.association_id, shown)


def empty_webhook_bodies(context: RetentionContext) -> int:
    """Empty the bodies of webhook events that have served."""
    return context.inbox.empty_bodies(context.now - EVIDENCE)


def erase_requested_emails(context: RetentionContext) -> int:
    """Erase the tasks of e-mails that a visitor asked for, once they have ended."""
    return context.outbox.erase_ended(context.opened.ledger.slug, _REQUESTED, context.now - REQUESTS)


def erase_done_tasks(context: RetentionContext) -> int:
    """Erase the tasks that were done long ago."""
    return context.outbox.erase_done(context.opened.ledger.slug, context.now - DONE)


def erase_answered_webhooks(context: RetentionContext) -> int:
    """Erase the webhook events that were looked into long ago."""
    return context.inbox.erase_done(context.now - ANNOUNCED)


def erase_laid_emails(context: RetentionContext) -> int:
    """Erase e-mails that were laid down in a folder instead of being sent; reminders among them are not counted."""
    before, reminders = context.now - LAID_DOWN, reminders_place(context.opened.ledger.association_id)
    erase_emails(context.mail_folder / str(reminders), lambda email: email.at < before)
    return erase_emails(context.mail_folder, lambda email: email.at < before)


def erase_old_trail(context: RetentionContext) -> int:
    """Erase entries of the trail past their day."""
    return context.trail.erase_old()
