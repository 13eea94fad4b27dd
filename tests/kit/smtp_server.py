"""An SMTP server on loopback that wants encryption and credentials, and answers as a test tells it to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.email import SmtpSecurity, SmtpSettings
from tests.kit.example_emails import SENDER

HOST: Final = "127.0.0.1"
USER, PASSWORD = "coopledger", "un secret du serveur"
LOST: Final = ""
"""Instead of a reply: the connection is cut."""


@dataclass
class SmtpReplies:
    """What the server answers at each step, unless it accepts, and what it received."""

    mail: str | None = None
    rcpt: str | None = None
    data: str | None = None
    quit: str | None = None
    envelopes: list[Envelope] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        self.names.append(session.host_name or "")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return _answer(server, self.mail, "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        envelope.rcpt_tos.append(address)
        return _answer(server, self.rcpt, "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the end of the e-mail; one whose answer is lost has been taken."""
        if self.data in {None, LOST}:
            self.envelopes.append(envelope)
        return _answer(server, self.data, "250 OK")

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Answer the farewell."""
        return _answer(server, self.quit, "221 Bye")


def _answer(server: SMTP, reply: str | None, usual: str) -> str:
    """Answer as told, or cut the connection."""
    if reply == LOST:
        assert server.transport is not None
        server.transport.close()
    return usual if reply is None else reply


def _check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    """Accept the one user."""
    known = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def make_certificate(folder: Path, name: str = "server") -> tuple[Path, Path]:
    """Make a certificate for the server's address that is its own authority; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def run_smtp_server(
    replies: SmtpReplies, certificate: tuple[Path, Path], security: SmtpSecurity
) -> Iterator[SmtpSettings]:
    """Run the server, and give the settings that reach it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    port = free_port()
    implicit = security is SmtpSecurity.TLS
    controller = Controller(
        replies,
        hostname=HOST,
        port=port,
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        require_starttls=not implicit,
        auth_required=True,
        auth_require_tls=not implicit,
        authenticator=_check,
    )
    controller.start()
    try:
        yield SmtpSettings(HOST, port, SENDER, security, USER, PASSWORD, timeout=5.0, ca_file=certificate[0])
    finally:
        controller.stop()
