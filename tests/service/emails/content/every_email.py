"""Every e-mail in every variant, its typed words passed through a function that a test may make hostile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from adapters.email import Email
from domain.texts.identification import identification_line
from service.emails import content as write

Words = Callable[[str], str]
"""What is done to each text that a person typed."""

LATER: Final = (write.DuePayment(date(2024, 8, 4), 800), write.DuePayment(date(2024, 9, 1), 800))
PAID_ON: Final = date(2024, 7, 4)
URL: Final = "https://coop.example/ad06/lien?a=1&signature=Zk3_-"
MESSAGE: Final = "Merci à toutes & à tous !\nLa sortie au musée est le 12 octobre.\n\nL’équipe de l’école"
TRIED: Final = write.Recovery(URL, date(2024, 8, 31), date(2024, 8, 7))


def as_typed(text: str) -> str:
    """Leave a text as it is."""
    return text


def envelope(words: Words, **changes: object) -> write.EmailEnvelope:
    """The envelope of all e-mails."""
    line = identification_line(words("école Jules Ferry"), "Cannes", "174", "OCCE06")
    fields = {"to": "z.quatrebarbes@example.org", "key": "sample", "coop": words("Coopérative Jules Ferry")}
    given: dict[str, object] = fields | {"identification": line, "reply_to": "ferry@example.org"} | changes
    return write.EmailEnvelope(**given)  # type: ignore[arg-type]


def every_letter(words: Words = as_typed) -> dict[str, Email]:
    """Every e-mail, by the name of its function, then of its variant."""
    parts = (_contributions, _instalments, _refunds, _payouts, _certification, _accounts, _members, _reminders)
    return {name: letter for part in parts for name, letter in part(words)}


def confirmation(words: Words = as_typed, *, tip: int = 192, later: bool = True, message: str = MESSAGE) -> Email:
    """A confirmation for two children."""
    lines = (_child(words, "Marie", "CE2-CM1", 1200), _child(words, "Julien", "", 1200))
    basket = (words("Contributions volontaires"), "3F2A9-0B7C1", PAID_ON, lines, tip, URL, words(message))
    plan = (LATER, URL) if later else ()
    return write.confirmation(envelope(words), write.ConfirmationEmail(*basket, *plan))


def _child(words: Words, name: str, school_class: str, cents: int) -> write.ChildAmount:
    return write.ChildAmount(words(f"{name} GALANTE"), school_class, words("Tarif par enfant"), cents)


def _contributions(words: Words) -> Iterator[tuple[str, Email]]:
    yield "confirmation", confirmation(words)
    yield "confirmation paid at once", confirmation(words, later=False)
    yield "confirmation without tip or message", confirmation(words, tip=0, later=False, message="")
    campaign = words("Contributions volontaires")
    facts = write.ReceiptEmail(campaign, "3F2A9-0B7C1", 2592, date(2024, 8, 3), URL)
    children = (_child(words, "Ava", "CP", 0), _child(words, "Julien", "", 0))
    for name, message in (("registration", MESSAGE), ("registration without message", "")):
        placed = write.RegistrationEmail(campaign, "3F2A9-0B7C1", PAID_ON, children, words(message))
        yield name, write.registration(envelope(words), placed)
    yield "receipt", write.receipt(envelope(words, reply_to=""), facts)
    lines = (write.ClassAmount(words("CE2-CM1"), 1200), write.ClassAmount("", 123_400))
    for name, received in (("notification", 124_600), ("notification in instalments", 41_534)):
        told = write.NotificationEmail(campaign, "3F2A9-0B7C1", PAID_ON, lines, received, URL)
        yield name, write.notification(envelope(words, demo=True), told)
    contested = write.DisputeEmail(campaign, "3F2A9-0B7C1", words("du_1QxYz"), 1200, PAID_ON, URL)
    yield "dispute_to_explain", write.dispute_to_explain(envelope(words), contested)
    yield "cards_tested", write.cards_tested(envelope(words), campaign, PAID_ON, URL)


def _instalments(words: Words) -> Iterator[tuple[str, Email]]:
    campaign, given = words("Contributions volontaires"), envelope(words)
    second = write.Instalment(campaign, "3F2A9-0B7C1", 2, 3, date(2024, 8, 4), 800)
    yield "instalment_reminder", write.instalment_reminder(given, second, URL)
    yield "instalment_collected", write.instalment_collected(given, second, LATER[1:], URL)
    yield "instalment_collected, the last", write.instalment_collected(given, replace(second, number=3), (), URL)
    for why in write.DeclineCause:
        yield f"instalment_failed, {why.value}", write.instalment_failed(given, second, why, TRIED)
        alone = write.Recovery(URL, TRIED.until)
        yield f"instalment_failed, {why.value}, not retried", write.instalment_failed(given, second, why, alone)
    yield "instalment_given_up", write.instalment_given_up(given, second)
    yield "plan_cancelled", write.plan_cancelled(given, write.InstalmentsStopped(campaign, "3F2A9-0B7C1", LATER, 800))


def _refunds(words: Words) -> Iterator[tuple[str, Email]]:
    both = (_child(words, "Marie", "CE1", 1200), _child(words, "Julien", "", 1200))
    variants = {"in full": (both, 192, 0), "in part": (both[:1], 0, 1200), "of the tip": ((), 192, 2400)}
    for name, (lines, tip, kept) in variants.items():
        facts = write.RefundEmail(words("Contributions volontaires"), "3F2A9-0B7C1", lines, tip, kept)
        yield f"refund_made {name}", write.refund_made(envelope(words), facts)
        yield f"refund_failed {name}", write.refund_failed(envelope(words), facts)

    for left in (False, True):
        waits = write.WaitingEmail(words("Sortie au musée"), "3F2A9-0B7C1", PAID_ON, 1200, left, URL)
        yield f"money_waits, {left}", write.money_waits(envelope(words), waits)
        yield f"money_waits, {left}, of no campaign", write.money_waits(envelope(words), replace(waits, campaign=""))


def _payouts(words: Words) -> Iterator[tuple[str, Email]]:
    given = envelope(words)
    payout = write.PayoutEmail(date(2024, 9, 30), 180_000, "FR76 •••• 0189", date(2024, 10, 1), URL)
    yield "payout_requested", write.payout_requested(given, payout, words("Camille Dubois"))
    yield "payout_cancelled", write.payout_cancelled(given, payout, words("Camille Dubois"))
    account = write.BankAccountEmail("FR76 •••• 0189", words("Camille Dubois"), date(2024, 10, 1), URL)
    yield "bank_account_registered", write.bank_account_registered(given, account)
    yield "bank_account_confirmed", write.bank_account_confirmed(given, account)
    yield "bank_account_withdrawn", write.bank_account_withdrawn(given, account)
    yield "payout_paid", write.payout_paid(given, payout)
    for trouble in write.PayoutTrouble:
        yield f"payout_failed, {trouble.value}", write.payout_failed(given, payout, trouble)
        yield f"payout_returned, {trouble.value}", write.payout_returned(given, payout, trouble)


def _certification(words: Words) -> Iterator[tuple[str, Email]]:
    given, day = envelope(words), date(2024, 10, 1)
    reasons = (words("Le nom du RIB n’est pas celui de la coopérative."), words("La pièce d’identité est expirée."))
    yield "certification_gained", write.certification_gained(given, day, URL)
    yield "certification_revoked", write.certification_revoked(given, day, reasons, URL)


def _accounts(words: Words) -> Iterator[tuple[str, Email]]:
    given = envelope(words)
    yield "account_confirm", write.account_confirm(given, URL)
    yield "account_known", write.account_known(given, URL)
    yield "account_password", write.account_password(given, URL)


def _members(words: Words) -> Iterator[tuple[str, Email]]:
    given = envelope(words)
    yield "member_invitation", write.member_invitation(given, URL)
    coop, school, by = words("Coopérative Jules Ferry"), words("école Jules Ferry"), words("Laurence MARDEGAN")
    teacher = write.InvitedTo(coop, school, words("CE1 A"), by)
    yield "member_invitation-teacher", write.member_invitation(given, URL, teacher)
    mandate = write.InvitedTo(coop, school, "", "")
    yield "member_invitation-mandate", write.member_invitation(given, URL, mandate)
    yield "member_sign_in", write.member_sign_in(given, URL)
    yield "member_passkeys_removed", write.member_passkeys_removed(given, URL)
    text = words("La sortie au musée est le 12 octobre : prévoyez un pique-nique !\nÀ bientôt, l’équipe « CP »")
    told = write.CoopMessage(words("Sortie du 12 octobre"), text, words("Contributions volontaires"), URL)
    yield "family_message", write.family_message(envelope(words), told)
    yield "member_export_ready", write.member_export_ready(given, URL)


def _reminders(words: Words) -> Iterator[tuple[str, Email]]:
    of_campaign = words("Contributions volontaires")
    nobody = envelope(words, reply_to="")
    open_until = write.ReminderEmail(of_campaign, "31 octobre 2024, 18 h 00", URL, URL)
    yield "collection_reminder", write.collection_reminder(nobody, open_until)
    yield "collection_reminder without an end", write.collection_reminder(nobody, replace(open_until, closes=""))
