"""Accounts of families: what visitors ask for, one method each; no answer tells which addresses have an account."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from adapters.family_accounts import FamilyAccount, OneTimeLinkPurpose, Profile, RateLimit
from adapters.family_accounts.account import address_form
from domain.errors import Conflict
from service.accounts.passwords import hash_password, is_outdated, matches
from service.emails.account_emails import AccountEmail, request_account_email
from service.runtime.open_ledger import OpenLedger
from service.trail import TrailKind, record
from service.worker.worker import Worker

BY_ADDRESS: Final = RateLimit("sign-in by address", 10)
BY_LINE: Final = RateLimit("sign-in by connection", 60)
EMAILS: Final = RateLimit("letters by connection", 60)
"""A whole school may sit behind one connection."""


class SignedIn(NamedTuple):
    """A session that was just opened: its token, for the cookie."""

    account: FamilyAccount
    token: str


class AccountService:
    """The accounts of one association, at an instant; ``line`` names the visitor's connection, for counting only."""

    def __init__(self, opened: OpenLedger, worker: Worker, slug: str, now: datetime, line: str) -> None:
        """Remember the parts, for one request."""
        self._families = opened.families
        self._worker = worker
        self._slug = slug
        self._now = now
        self._line = line

    def create(self, profile: Profile, password: str) -> UUID:
        """Open an account that is to be confirmed by e-mail; return its id, or an unused id where the address has one.

        Raises:
            TooManyAttempts: this connection opened many.

        """
        self._families.attempts.count(EMAILS, self._line, self._now)
        account_id, hashed = uuid4(), hash_password(password)
        if self._families.accounts.create(account_id, profile, self._now, password=hashed):
            self._write(account_id, AccountEmail.CONFIRM)
        elif known := self._families.accounts.by_email(profile.email):
            self._write(known.account_id, AccountEmail.KNOWN)
        return account_id

    def confirm(self, token: str, password: str) -> SignedIn | None:
        """Confirm the address by the link of the e-mail and the password; None when the password is another.

        The password shows that the reader of the address's e-mails also asked for the account.

        Raises:
            TooManyAttempts: of this link.

        """
        self._families.attempts.count(BY_ADDRESS, token, self._now)
        account_id = self._families.links.holds(token, OneTimeLinkPurpose.CONFIRM, self._now)
        account = None if account_id is None else self._families.accounts.by_id(account_id)
        if account is None or not matches(password, account.password):
            return None
        self._families.links.use(token, OneTimeLinkPurpose.CONFIRM, self._now)
        self._families.accounts.confirm(account.account_id, self._now)
        return self._sign_in(account)

    def sign_in(self, email: str, password: str) -> SignedIn | None:
        """Sign in; None for a wrong password, an unknown address, or one that is not confirmed yet.

        The right password of an account that is still to be confirmed has the e-mail sent again.

        Raises:
            TooManyAttempts: for this address, or from this connection.

        """
        attempts, address = self._families.attempts, address_form(email)
        attempts.count(BY_LINE, self._line, self._now)
        attempts.count(BY_ADDRESS, address, self._now)
        account = self._families.accounts.by_email(email)
        if not matches(password, account.password if account else None) or account is None:
            self._note(TrailKind.SIGN_IN_FAILED, account)
            return None
        if not account.confirmed:
            self._write(account.account_id, AccountEmail.CONFIRM)
            return None
        attempts.forget(BY_ADDRESS, address)
        if account.password and is_outdated(account.password):
            self._families.accounts.set_password(account.account_id, hash_password(password))
        return self._sign_in(account)

    def forgot(self, email: str) -> None:
        """Send the link to choose another password to an address, if it has an account.

        Raises:
            TooManyAttempts: from this connection.

        """
        self._families.attempts.count(EMAILS, self._line, self._now)
        if account := self._families.accounts.by_email(email):
            self._write(account.account_id, AccountEmail.PASSWORD)

    def may_renew(self, token: str) -> FamilyAccount | None:
        """Return whose password a link changes, or None when it is over or has served."""
        account_id = self._families.links.holds(token, OneTimeLinkPurpose.PASSWORD, self._now)
        return None if account_id is None else self._families.accounts.by_id(account_id)

    def may_confirm(self, token: str) -> bool:
        """Tell whether a link still confirms an address."""
        return self._families.links.holds(token, OneTimeLinkPurpose.CONFIRM, self._now) is not None

    def renew(self, token: str, password: str) -> SignedIn | None:
        """Choose another password by the link of the e-mail, which confirms the address as well.

        All sessions end. What was linked before the address was confirmed may be anybody's: it is unlinked.
        """
        account_id = self._families.links.use(token, OneTimeLinkPurpose.PASSWORD, self._now)
        account = None if account_id is None else self._families.accounts.by_id(account_id)
        if account is None:
            return None
        accounts = self._families.accounts
        if not account.confirmed:
            accounts.unlink_all(account.account_id)
        accounts.set_password(account.account_id, hash_password(password))
        accounts.confirm(account.account_id, self._now)
        self._families.sessions.close_all(account.account_id)
        return self._sign_in(account)

    def by_google(self, subject: str, profile: Profile) -> SignedIn:
        """Sign in whom Google knows by an address that it has verified; the account is opened when there is none.

        An account of the address that was never confirmed gives way: its opener has shown nothing.

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
        """Change the password of the holder; None when the current one is wrong. Other sessions end.

        Raises:
            TooManyAttempts: for this account.

        """
        self._families.attempts.count(BY_ADDRESS, str(account.account_id), self._now)
        if account.password is not None and not matches(current, account.password):
            return None
        self._families.accounts.set_password(account.account_id, hash_password(password))
        self._families.sessions.close_all(account.account_id)
        return self._sign_in(account)

    def _note(self, kind: TrailKind, account: FamilyAccount | None) -> None:
        """Write into the trail that somebody signed in to an account, or did not."""
        account_id = None if account is None else account.account_id
        record(self._worker.runtime.trail, kind, association=self._slug, subject_id=account_id, detail="family account")

    def _sign_in(self, account: FamilyAccount) -> SignedIn:
        self._note(TrailKind.SIGNED_IN, account)
        self._families.accounts.note_seen(account.account_id, self._now)
        return SignedIn(account, self._families.sessions.open(account.account_id, self._now))

    def _write(self, account_id: UUID, letter: AccountEmail) -> None:
        request_account_email(self._worker.outbox, self._slug, account_id, letter, self._now)
        self._worker.wakeup.set()
