"""Where the coop's money goes: a bank account is brought in by one person and confirmed by another (S-63, S-153).

While one waits for its confirmation no payout may be asked for: nobody, alone, can have money leave to an account of
their choice, and the holders of the coop's addresses are told meanwhile.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.association.ties import TIE_LIFE, Tie, are_independent
from domain.coop.state import Coop, CoopCommand
from domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound, PayeeMismatch, SecondPersonNeeded
from domain.events.bank import BankAccountConfirmed, BankAccountRegistered, BankAccountWithdrawn
from domain.events.base import Event


class RegisterBankAccount(CoopCommand, frozen=True, kw_only=True):
    """Register an account by its masked IBAN and keyed fingerprint; the IBAN itself lives in the vault."""

    KIND: ClassVar[str] = "RegisterBankAccount"
    bank_account_id: UUID
    iban_masked: str
    iban_fingerprint: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse the current account and one that waits; an account that was replaced may be brought in again."""
        present = {state.fingerprints[key] for key in (*state.unconfirmed_accounts, state.current_account) if key}
        if self.bank_account_id in state.bank_accounts or self.iban_fingerprint in present:
            raise AlreadyExists(bank_account=self.bank_account_id)
        return (
            BankAccountRegistered(
                at=self.at,
                by=self.by,
                bank_account_id=self.bank_account_id,
                iban_masked=self.iban_masked,
                iban_fingerprint=self.iban_fingerprint,
            ),
        )


class ConfirmBankAccount(CoopCommand, frozen=True, kw_only=True):
    """Confirm an account as a second person of the association, with the bank's answer on the payee.

    ``payee_check`` is that of the verification of payee (regulation EU 2024/886): match, close, none, unavailable.
    ``ties`` are all that the association knows, to tell whether the two people are two.
    """

    KIND: ClassVar[str] = "ConfirmBankAccount"
    bank_account_id: UUID
    payee_check: str
    ties: tuple[Tie, ...] = ()

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse an unknown account, another payee, and the one person who registered it or is tied to that one.

        Confirming the current account again changes nothing, unless payouts are frozen: then it goes to the provider
        again, and one person is enough, since two brought it in. One that was replaced has to be registered again.
        """
        if self.bank_account_id not in state.bank_accounts:
            raise NotFound(bank_account=self.bank_account_id)
        if self.payee_check not in ("match", "close", "none", "unavailable"):
            raise InvalidInput(payee_check=self.payee_check)
        if self.payee_check == "none":
            raise PayeeMismatch(bank_account=self.bank_account_id)
        if state.current_account == self.bank_account_id and not state.frozen:
            return ()
        if state.current_account != self.bank_account_id:
            self._check_waiting(state)
        return (
            BankAccountConfirmed(
                at=self.at, by=self.by, bank_account_id=self.bank_account_id, payee_check=self.payee_check
            ),
        )

    def _check_waiting(self, state: Coop) -> None:
        """Refuse an account that does not wait, and whoever is tied to its first person since thirty days before it."""
        if self.bank_account_id not in state.unconfirmed_accounts:
            raise Conflict(bank_account=self.bank_account_id, kind="replaced")
        registered_by, registered_at = state.bank_accounts[self.bank_account_id]
        if not are_independent(registered_by, self.by, self.ties, registered_at - TIE_LIFE):
            raise SecondPersonNeeded(bank_account=self.bank_account_id)


class WithdrawBankAccount(CoopCommand, frozen=True, kw_only=True):
    """Withdraw an account that waits for its confirmation; any person who may bring one in may do it, at once."""

    KIND: ClassVar[str] = "WithdrawBankAccount"
    bank_account_id: UUID

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse an account that is not waiting: a confirmed one is replaced by confirming another."""
        if self.bank_account_id not in state.unconfirmed_accounts:
            raise NotFound(bank_account=self.bank_account_id)
        return (BankAccountWithdrawn(at=self.at, by=self.by, bank_account_id=self.bank_account_id),)
