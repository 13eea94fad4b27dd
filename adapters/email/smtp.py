"""Sending by SMTP, always encrypted, one connection for each e-mail.

A connection kept between e-mails may be closed by the server at any time, and its loss looks like a lost answer:
one connection for each e-mail keeps « was it sent? » out of all but the last instant.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final

from adapters.email.email import Email, check_address
from adapters.email.errors import DeliveryUnknown, EmailError, TransportUnavailable, Undeliverable
from adapters.email.mime import message_bytes
from domain.calendar import PARIS
from domain.errors import InvalidInput

_FOR_GOOD: Final = range(500, 600)
_ABOUT_US: Final = frozenset((530, 534, 535, 538))
"""RFC 4954 and 3207: the server wants credentials or encryption, for every recipient."""


class SmtpSecurity(Enum):
    """How the connection is encrypted: from the first byte (port 465), or by STARTTLS (port 587)."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True)
class SmtpSettings:
    """Where the server is and who we are to it.

    ``sender`` is the address that e-mails come from and that their bounces return to. Without ``user`` no password is
    given. ``timeout`` is in seconds for each answer of the server. ``ca_file`` holds the authorities to trust instead
    of the system's.
    """

    host: str
    port: int
    sender: str
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what no e-mail could leave with.

        Raises:
            EmailInvalid: the sender's address is none.
            InvalidInput: the credentials are not ASCII, which smtplib cannot send.

        """
        check_address(self.sender)
        if not (self.user + self.password).isascii():
            raise InvalidInput(kind="credentials")


class SmtpTransport:
    """A transport that sends e-mails to one SMTP server."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Keep the settings and read the trusted authorities; nothing is connected yet."""
        self._settings = settings
        self._context = ssl.create_default_context(cafile=settings.ca_file)

    def send(self, email: Email) -> None:
        """Send one e-mail; returning means that the server answers for it.

        Raises:
            Undeliverable: the server refuses this recipient or this e-mail for good.
            TransportUnavailable: anything else.
            DeliveryUnknown: the same, where the answer was lost: it may have left.

        """
        sender = check_address(self._settings.sender)
        content = message_bytes(email, sender, datetime.now(PARIS))
        handing = False
        try:
            with self._connected(sender) as client:
                options, handing = _options(client, email), True
                client.sendmail(sender, [check_address(email.to)], content, rcpt_options=options)
        except (smtplib.SMTPException, OSError) as error:
            # Not « from error »: what the server said often quotes the address.
            raise _refusal(error, handing=handing) from None

    def check(self) -> None:
        """Sign in as for an e-mail, and send none.

        Raises:
            EmailError: the server does not let us in; why, as for an e-mail.

        """
        try:
            with self._connected(check_address(self._settings.sender)) as client:
                client.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise _refusal(error) from None

    @contextmanager
    def _connected(self, sender: str) -> Iterator[smtplib.SMTP]:
        """Open an encrypted session under our name, and leave it politely whatever happened.

        The name given to the server is that of the sender's domain: the machine's own name stays private.
        """
        given = self._settings
        ours = sender.rpartition("@")[2]
        client: smtplib.SMTP
        if given.security is SmtpSecurity.TLS:
            client = smtplib.SMTP_SSL(given.host, given.port, ours, timeout=given.timeout, context=self._context)
        else:
            client = smtplib.SMTP(given.host, given.port, ours, timeout=given.timeout)
        try:
            if given.security is SmtpSecurity.STARTTLS:
                client.starttls(context=self._context)
            if given.user:
                client.login(given.user, given.password)
            yield client
        finally:
            # An e-mail that was accepted stays accepted if the farewell fails.
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()


def _options(client: smtplib.SMTP, email: Email) -> tuple[str, ...]:
    """What is asked of the server for the recipient: for a silent e-mail never a report (RFC 3461), where it can."""
    client.ehlo_or_helo_if_needed()
    return ("NOTIFY=NEVER",) if email.silent and client.has_extn("dsn") else ()


def _refusal(error: smtplib.SMTPException | OSError, *, handing: bool = False) -> EmailError:
    """Tell a refusal of the e-mail from a trouble of the server or of ours; ``handing``: it was being handed over."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        reply = next(iter(error.recipients.values()))[0]
        return _by_reply("RCPT", reply, about_the_letter=True)
    if isinstance(error, smtplib.SMTPResponseException):
        about_the_letter = isinstance(error, smtplib.SMTPDataError)
        return _by_reply(type(error).__name__, error.smtp_code, about_the_letter=about_the_letter)
    return (DeliveryUnknown if handing else TransportUnavailable)(cause=type(error).__name__)


def _by_reply(action: str, reply: int, *, about_the_letter: bool) -> EmailError:
    """Read a reply code: 5xx is for good, but only when it is about the e-mail."""
    if about_the_letter and reply in _FOR_GOOD and reply not in _ABOUT_US:
        return Undeliverable(action=action, reply=reply)
    return TransportUnavailable(action=action, reply=reply)
