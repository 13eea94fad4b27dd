"""Accounts of families: what visitors ask for, one method each; no answer tells which addresses have an account."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from adapters.family_accounts import FamilyAccount, OneTimeLinkPurpose, Profile
from adapters.rate_limits import Charge
from domain.errors import Conflict
from service.accounts.account_limits import letter_charges, password_charges
from service.accounts.browsers import Browser, new_mark
from service.accounts.passwords import hash_password, is_outdated, matches
from service.emails.account_emails import AccountEmail, request_account_email, request_password_email
from service.rate_limits.catalogue import PASSWORDS_BY_ACCOUNT
from service.runtime.open_ledger import OpenLedger
from service.trail import TrailKind, record
from service.worker.worker import Worker

_BROWSERS: Final = "browsers"
"""The name of the secret that marks of browsers are made with."""


class SignedIn(NamedTuple):
    """A session that was just opened: its token and the mark of the browser, for cookies."""

    account: FamilyAccount
    token: str
    mark: str


class AccountService:
    """The accounts of one association, at an instant; ``browser`` is the visitor's, for counting only."""

    def __init__(self, opened: OpenLedger, worker: Worker, slug: str, now: datetime, browser: Browser) -> None:
        """Remember the parts, for one request."""
        self._families = opened.families
        self._secret = opened.vault.secret
        self._worker = worker
        self._slug = slug
        self._now = now
        self._browser = browser

    def create(self, profile: Profile, password: str) -> UUID:
        """Open an account that is to be confirmed by e-mail; return its id.

        Whether the address has an account already is not looked at here, so that the answer comes as soon in both
        cases: the worker finds it when the e-mail leaves, and writes that one is there.

        Raises:
            TooManyAttempts: many e-mails were asked for, to this address or from this network.

        """
        self._count_letter(profile.email)
        account_id, hashed = uuid4(), hash_password(password)
        self._families.accounts.create(account_id, profile, self._now, password=hashed)
        self._write(account_id, AccountEmail.CONFIRM)
        return account_id

    def confirm(self, token: str, password: str) -> SignedIn | None:
        """Confirm the address by the link of the e-mail and the password; None when the password is another.

        The password shows that the reader of the address's e-mails also asked for the account.

        Raises:
            TooManyAttempts: many passwords were tried with this link.

        """
        account_id = self._families.links.holds(token, OneTimeLinkPurpose.CONFIRM, self._now)
        account = None if account_id is None else self._families.accounts.by_id(account_id)
        if account is None or not self._knows_password(account, password):
            return None
        if not self._families.accounts.confirm(account.account_id, self._now):
            return None
        self._families.links.revoke(account.account_id)
        return self._sign_in(account)

    def sign_in(self, email: str, password: str) -> SignedIn | None:
        """Sign in; None for a wrong password, an unknown address, or one that is not confirmed yet.

        The right password of an account that is still to be confirmed has the e-mail sent again. A browser that the
        holder has signed in from is counted alone; a right password counts for nothing.

        Raises:
            TooManyAttempts: for this address, or from this network.

        """
        address = self._families.accounts.address_digest(email)
        known = self._browser.known_as(self._secret(_BROWSERS), email)
        charges = [*password_charges(address.hex(), self._browser.network, known)]
        self._families.limits.take(charges, self._now)
        account = self._families.accounts.by_address(address)
        if not matches(password, account.password if account else None) or account is None:
            self._note(TrailKind.SIGN_IN_FAILED, account)
            return None
        self._families.limits.give_back(charges)
        if not account.confirmed:
            self._count_letter(email)
            self._write(account.account_id, AccountEmail.CONFIRM)
            return None
        if account.password and is_outdated(account.password):
            self._families.accounts.set_password(account.account_id, hash_password(password))
        return self._sign_in(account)

    def forgot(self, email: str) -> None:
        """Have the link to choose another password sent to an address, if it has an account.

        The worker finds out: whether there is one, what is done here is the same and takes as long.

        Raises:
            TooManyAttempts: many e-mails were asked for, to this address or from this network.

        """
        self._count_letter(email)
        address = self._families.accounts.address_digest(email)
        request_password_email(self._worker.outbox, self._slug, address, self._now)

    def may_renew(self, token: str) -> FamilyAccount | None:
        """Return whose password a link changes, or None when it is over or has served."""
        account_id = self._families.links.holds(token, OneTimeLinkPurpose.PASSWORD, self._now)
        return None if account_id is None else self._families.accounts.by_id(account_id)

    def may_confirm(self, token: str) -> bool:
        """Tell whether a link still confirms an address."""
        return self._families.links.holds(token, OneTimeLinkPurpose.CONFIRM, self._now) is not None

    def renew(self, token: str, password: str) -> SignedIn | None:
        """Choose another password by the link of the e-mail, which confirms the address as well.

        All sessions and all other links end. What was linked before the address was confirmed may be anybody's: it is
        unlinked.
        """
        account_id = self._families.links.use(token, OneTimeLinkPurpose.PASSWORD, self._now)
        account = None if account_id is None else self._families.accounts.by_id(account_id)
        if account is None:
            return None
        accounts = self._families.accounts
        if not account.confirmed:
            accounts.unlink_all(account.account_id)
        if not accounts.confirm(account.account_id, self._now):
            return None
        self._set_password(account, password)
        return self._sign_in(account)

    def by_google(self, subject: str, profile: Profile) -> SignedIn:
        """Sign in whom Google knows by an address that it has verified; the account is opened when there is none.

        Accounts of the address that wait to be confirmed give way: who asked for them has shown nothing.

        Raises:
            Conflict: the same identity comes in twice at once.

        """
        accounts = self._families.accounts
        account = accounts.by_google(subject)
        if account is None:
            account_id = uuid4()
            if not accounts.create(account_id, profile, self._now, google=subject, confirmed=True):
                known = accounts.by_email(profile.email)
                account_id = account_id if known is None else known.account_id
                accounts.connect_google(account_id, subject)
            account = accounts.by_id(account_id)
        if account is None:
            raise Conflict(kind="account")
        accounts.note_seen(account.account_id, self._now)
        return self._sign_in(account)

    def change_password(self, account: FamilyAccount, current: str, password: str) -> SignedIn | None:
        """Change the password of the holder; None when the current one is wrong. Other sessions and links end.

        Raises:
            TooManyAttempts: many were tried.

        """
        if account.password is not None and not self._knows_password(account, current):
            return None
        self._set_password(account, password)
        return self._sign_in(account)

    def may_erase(self, account: FamilyAccount, password: str) -> bool:
        """Tell whether who types a password may erase an account; False when it is another, or the account has none.

        Raises:
            TooManyAttempts: many were tried.

        """
        return account.password is not None and self._knows_password(account, password)

    def _knows_password(self, account: FamilyAccount, password: str) -> bool:
        """Tell whether a password is an account's, counting those that are not."""
        charges = (Charge(PASSWORDS_BY_ACCOUNT, str(account.account_id)),)
        self._families.limits.take(charges, self._now)
        right = matches(password, account.password)
        if right:
            self._families.limits.give_back(charges)
        return right

    def _set_password(self, account: FamilyAccount, password: str) -> None:
        """Keep another password; whoever was signed in, or holds a link of an e-mail, no longer is or does."""
        self._families.accounts.set_password(account.account_id, hash_password(password))
        self._families.sessions.close_all(account.account_id)
        self._families.links.revoke(account.account_id)

    def _note(self, kind: TrailKind, account: FamilyAccount | None) -> None:
        """Write into the trail that somebody signed in to an account, or did not."""
        account_id = None if account is None else account.account_id
        record(self._worker.runtime.trail, kind, association=self._slug, subject_id=account_id, detail="family account")

    def _sign_in(self, account: FamilyAccount) -> SignedIn:
        self._note(TrailKind.SIGNED_IN, account)
        self._families.accounts.note_seen(account.account_id, self._now)
        token = self._families.sessions.open(account.account_id, self._now)
        return SignedIn(account, token, new_mark(self._secret(_BROWSERS), account.profile.email))

    def _count_letter(self, email: str) -> None:
        address = self._families.accounts.address_digest(email).hex()
        self._families.limits.take([*letter_charges(address, self._browser.network)], self._now)

    def _write(self, account_id: UUID, letter: AccountEmail) -> None:
        request_account_email(self._worker.outbox, self._slug, account_id, letter, self._now)
