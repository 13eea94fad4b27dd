"""E-mails about where the coop's money goes: an account brought in, confirmed by a second person, or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


@dataclass(frozen=True)
class BankAccountEmail:
    """A bank account: its masked IBAN, who did what the e-mail tells, on which day, and the page of the coop."""

    iban: str
    done_by: str
    on: date
    url: str


def bank_account_registered(envelope: EmailEnvelope, account: BankAccountEmail) -> Email:
    """Say that an account waits for a second person and that payouts wait meanwhile: who did not know is alarmed."""
    return compose("bank_account_registered", envelope, account=account)


def bank_account_confirmed(envelope: EmailEnvelope, account: BankAccountEmail) -> Email:
    """Say that payouts go to this account from now on."""
    return compose("bank_account_confirmed", envelope, account=account)


def bank_account_withdrawn(envelope: EmailEnvelope, account: BankAccountEmail) -> Email:
    """Say that an account was withdrawn before it was confirmed."""
    return compose("bank_account_withdrawn", envelope, account=account)
