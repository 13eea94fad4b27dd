"""The certification page: an account, what it still has to give, its bank, and what is decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.stripe_sandbox.connect import accounts, bank_accounts, certification
from adapters.stripe_sandbox.connect.certification import CertificationAction, CertificationState
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.sandbox import Sandbox


@dataclass(frozen=True)
class AccountPage:
    """A connected account to show.

    ``requirements`` holds Stripe's names of what is asked; ``deadline`` is until when. ``iban_last4`` is of the bank
    account it is paid on.
    """

    account_id: str
    display_name: str
    email: str | None
    state: CertificationState
    requirements: tuple[str, ...]
    deadline: datetime | None
    document_given: bool
    iban_last4: str | None
    holder: str | None
    may_receive: bool
    may_pay_out: bool


@dataclass(frozen=True)
class OnboardingPage:
    """The page of an account link; an ``expired`` one only leads to ``refresh_url``."""

    link_id: str
    account: AccountPage
    expired: bool
    return_url: str
    refresh_url: str


@dataclass(frozen=True)
class BankAccountGiven:
    """The bank account was taken."""

    bank_account_id: str
    last4: str


@dataclass(frozen=True)
class BankAccountRefused:
    """It was not: ``account_number_invalid``, ``bank_account_unusable`` (not French) or ``holder_missing``."""

    code: str


def find_account(sandbox: Sandbox, account_id: str) -> AccountPage:
    """Return a connected account to show."""
    sandbox.settle()
    account = sandbox.get(accounts.ACCOUNT, account_id)
    hidden = sandbox.state.hidden[account_id]
    bank = sandbox.state.table("bank_account").get(hidden["bank"] or "", {})
    return AccountPage(
        account_id=account_id,
        display_name=account["display_name"] or account_id,
        email=account["contact_email"],
        state=certification.state_of(sandbox, account),
        requirements=tuple(one["description"] for one in account["requirements"]["entries"]),
        deadline=None if hidden["deadline"] is None else datetime.fromtimestamp(hidden["deadline"], UTC),
        document_given=bool(hidden.get("document")),
        iban_last4=bank.get("last4"),
        holder=bank.get("account_holder_name"),
        may_receive=certification.may(account, "stripe_transfers"),
        may_pay_out=certification.may(account, "payouts"),
    )


def find_onboarding(sandbox: Sandbox, link_id: str) -> OnboardingPage:
    """Return the page of an account link."""
    link = sandbox.get(accounts.LINK, link_id)
    return OnboardingPage(
        link_id=link_id,
        account=find_account(sandbox, link["account"]),
        expired=sandbox.now() >= link["expires_at"],
        return_url=link["return_url"] or link["refresh_url"],
        refresh_url=link["refresh_url"],
    )


def submit_bank_account(
    sandbox: Sandbox, account_id: str, iban: str, holder: str
) -> BankAccountGiven | BankAccountRefused:
    """Give an account the IBAN (spaces allowed) it is to be paid on, and the holder's name as the bank knows it."""
    if not holder.strip():
        return BankAccountRefused("holder_missing")
    try:
        made = bank_accounts.add_bank_account(sandbox, account_id, iban, holder.strip(), {})
    except ApiError as error:
        if error.status != 400:  # noqa: PLR2004 - a missing account stays a 404
            raise
        return BankAccountRefused(error.code or "account_number_invalid")
    return BankAccountGiven(made["id"], made["last4"])


def certify(sandbox: Sandbox, account_id: str, action: CertificationAction) -> AccountPage:
    """Carry out a decision: document given, accept, refuse, ask for a revision, revoke, close."""
    sandbox.settle()
    certification.certify(sandbox, sandbox.get(accounts.ACCOUNT, account_id), action)
    return find_account(sandbox, account_id)


def possible(state: CertificationState) -> tuple[CertificationAction, ...]:
    """Return the decisions that make sense in a state, in the order of their buttons."""
    return certification.possible(state)


def leave_onboarding(sandbox: Sandbox, link_id: str) -> str:
    """Leave the certification page, and return where its person goes on."""
    return accounts.return_from(sandbox, sandbox.get(accounts.LINK, link_id))
