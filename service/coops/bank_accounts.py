"""The bank accounts of a coop as people see them: registered from a typed IBAN, shown with the bank's name."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from adapters.fields.banks import Bank, bank_of
from adapters.fields.iban import spaced_iban
from domain.aggregate import Stamp
from domain.coop.bank_accounts import RegisterBankAccount
from domain.coop.state import Coop
from service.people import keep_iban, people_of_command
from service.runtime.open_ledger import OpenLedger


class BankAccountStatus(StrEnum):
    """Where a bank account stands."""

    UNCONFIRMED = "unconfirmed"
    CURRENT = "current"
    FORMER = "former"


class ShownAccount(NamedTuple):
    """A bank account of a coop: the ends of its IBAN, its bank, who registered it when, and where it stands."""

    bank_account_id: UUID
    iban_masked: str
    bank: Bank | None
    registered_by: str
    registered_at: datetime
    status: BankAccountStatus


def register_bank_account(
    opened: OpenLedger, coop_id: UUID, account_id: UUID, iban: str, stamp: Stamp, key: str
) -> int | None:
    """Register an account of a coop: its IBAN goes to the vault, the log keeps its ends and a keyed fingerprint.

    Returns the position of the log at which it is known; under the same key it is registered once.

    Raises:
        IbanInvalid: no IBAN to pay out to.
        AlreadyExists: it is the coop's account already, or waits for its confirmation.

    """
    with people_of_command(opened.vault) as kept:
        masked, fingerprint = keep_iban(kept, coop_id, account_id, iban, stamp.at)
        command = RegisterBankAccount(
            stream_id=coop_id,
            stamp=stamp,
            bank_account_id=account_id,
            iban_masked=masked,
            iban_fingerprint=fingerprint,
        )
        (outcome,) = opened.ledger.bus.submit(command, key=key).result()
    return outcome.last_position


def account_status(coop: Coop, account_id: UUID) -> BankAccountStatus:
    """Tell where a registered account stands."""
    if account_id in coop.unconfirmed_accounts:
        return BankAccountStatus.UNCONFIRMED
    return BankAccountStatus.CURRENT if account_id == coop.current_account else BankAccountStatus.FORMER


def whole_iban(opened: OpenLedger, account_id: UUID) -> str:
    """Return an IBAN as people compare it with the paper of the bank; nothing where the vault has forgotten it.

    For who may confirm the account, and once it is noted who reads it.
    """
    held = opened.vault.get(account_id)
    return "" if held is None else spaced_iban(str(held.extra.get("iban", "")))


def shown_accounts(opened: OpenLedger, coop: Coop) -> list[ShownAccount]:
    """Return the accounts of a coop, the latest first; a bank whose IBAN the vault has forgotten is not named."""
    known = opened.vault.get_many(coop.bank_accounts)
    ibans = {key: str(held.extra.get("iban", "")) for key, held in known.items()}
    shown = [
        ShownAccount(
            account_id,
            coop.masked_ibans[account_id],
            bank_of(ibans[account_id]) if ibans.get(account_id) else None,
            by,
            at,
            account_status(coop, account_id),
        )
        for account_id, (by, at) in coop.bank_accounts.items()
    ]
    return shown[::-1]
