"""Accounts of the coops at the provider: opened once, certified by it, paid out to the confirmed bank account only."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.jobs import ProviderAccount, Task
from adapters.payments.errors import ObjectMissing
from adapters.payments.values import AccountStatus, NewAccount
from domain.coop.certification import RecordCertificationRevoked, RecordCertified
from domain.coop.state import Coop
from domain.coop.suspense import FreezePayouts
from domain.errors import NotFound
from domain.vocabulary.reasons import FreezeReason
from service.payments.context import PaymentContext

_IBAN: Final = "iban"


def bank_account_task(context: PaymentContext, task: Task) -> None:
    """Give the provider the bank account that the association confirmed, and note what the provider calls it.

    Raises:
        NotFound: the coop has no account at the provider yet, or its IBAN was erased.

    """
    coop, bank_account_id = context.coop(task.id("coop_id")), task.id("bank_account_id")
    if coop.current_account != bank_account_id:
        return
    account = account_of(context, coop)
    if account is None:
        raise NotFound(provider_account="missing")
    person = context.vault.get(bank_account_id)
    iban = None if person is None else person.extra.get(_IBAN)
    if not iban or coop.details is None:
        raise NotFound(bank_account=bank_account_id)
    # Until it is given, the provider's idea of where to pay out says nothing about the confirmation (apply_account).
    context.accounts.name_bank_account(account, bank_account_id, "")
    # Each confirmation gives it again: after another was given at the provider, this one must be the one paid out to.
    name = context.provider.add_bank_account(account, iban, coop.details.name, key=f"ba:{account}:{task.subject}")
    context.accounts.name_bank_account(account, bank_account_id, name)


def apply_account(context: PaymentContext, account: AccountStatus) -> None:
    """Record whether an account is certified, and freeze payouts when it knows another bank account than confirmed.

    Raises:
        NotFound: the account is none of ours.

    """
    known = context.accounts.of_account(account.account)
    if known is None:
        raise NotFound(provider_account=account.account)
    coop = context.coop(known.coop_id)
    coop_id, stamp = known.coop_id, context.stamp
    if account.certified and (not coop.certified or coop.provider_account != account.account):
        context.record(RecordCertified(stream_id=coop_id, stamp=stamp, provider_account=account.account))
    elif not account.certified and coop.certified:
        missing = ", ".join(account.requirements) or "capability_withdrawn"
        context.record(RecordCertificationRevoked(stream_id=coop_id, stamp=stamp, reason=missing))
    elsewhere = _pays_elsewhere(known, account) and known.bank_account_id == coop.current_account
    # What the provider said may be older than what is known: a bank account just given looks like another one.
    if elsewhere and _pays_elsewhere(known, context.provider.account(account.account)):
        context.record(FreezePayouts(stream_id=coop_id, stamp=stamp, reason=FreezeReason.BANK_ACCOUNT_CHANGED))


def _pays_elsewhere(known: ProviderAccount, account: AccountStatus) -> bool:
    """Whether the provider would pay out to another bank account than the one it was given as confirmed."""
    return bool(known.bank_account) and account.payout_account not in (None, known.bank_account)


def account_of(context: PaymentContext, coop: Coop) -> str | None:
    """Return the account that the provider opened for a coop; the ledger's word for it is checked there once."""
    known = context.accounts.of_coop(context.slug, coop.id)
    if known is not None:
        return known.account
    if not coop.provider_account:
        return None
    try:
        found = context.provider.account(coop.provider_account)
    except ObjectMissing:
        return None
    if (found.ledger, found.coop_id) != (context.slug, coop.id):
        return None
    context.accounts.add(found.account, context.slug, coop.id)
    return found.account


def open_account(context: PaymentContext, coop_id: UUID, *, email: str) -> str:
    """Open a coop's account at the provider, or return the one it has; ``email`` is the mandate holder's.

    The ledger may name another one: whatever the provider did not open for this coop is not its account.

    After a crash between the provider's answer and our note of it the account is found again, days later too.

    Raises:
        NotFound: the ledger has no such coop.

    """
    coop = context.coop(coop_id)
    opened = account_of(context, coop)
    if opened is not None:
        return opened
    name = coop.details.name if coop.details else ""
    wanted = NewAccount(ledger=context.slug, coop_id=coop_id, name=name, email=email)
    again = context.accounts.begin(context.slug, coop_id, context.now())
    account = context.provider.create_account(wanted, key=f"acct:{coop_id}", again=again).account
    context.accounts.add(account, context.slug, coop_id)
    return account
