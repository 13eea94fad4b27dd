"""An e-mail arrives whole, encrypted and once; refusals and troubles are told apart; no address is logged."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.email import EmailError, SmtpSecurity, SmtpSettings, SmtpTransport, TransportUnavailable, Undeliverable
from domain.errors import InvalidInput
from service.logging import trace
from tests.kit.example_emails import FAMILY, LETTER, SENDER, letter, part, read, sender
from tests.kit.smtp_server import HOST, LOST, SmtpReplies, free_port, make_certificate, run_smtp_server

in_each_security = pytest.mark.parametrize(
    "security",
    [
        SmtpSecurity.STARTTLS,
        # aiosmtpd does not see that the connection below it is encrypted, and warns.
        pytest.param(SmtpSecurity.TLS, marks=pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")),
    ],
)


def _taken(replies: SmtpReplies) -> bytes:
    """The one e-mail that the server took."""
    (envelope,) = replies.envelopes
    assert isinstance(envelope.content, bytes)
    return envelope.content


@in_each_security
def test_a_letter_arrives_encrypted_in_both_parts(
    replies: SmtpReplies, certificate: tuple[Path, Path], security: SmtpSecurity
) -> None:
    with run_smtp_server(replies, certificate, security) as settings:
        SmtpTransport(settings).send(LETTER)
    message = read(_taken(replies))
    assert (replies.envelopes[0].mail_from, replies.envelopes[0].rcpt_tos) == (SENDER, [FAMILY])
    assert part(message, "plain") == LETTER.text
    assert part(message, "html") == LETTER.html
    assert message["Subject"] == LETTER.subject


def test_the_coop_s_name_with_accents_and_commas_is_the_sender_s_and_answers_go_to_the_coop(
    replies: SmtpReplies, server: SmtpSettings
) -> None:
    SmtpTransport(server).send(LETTER)
    message = read(_taken(replies))
    assert sender(_taken(replies)) == (LETTER.sender_name, SENDER)
    assert message["Reply-To"] == "ecole.ferry@example.org"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_server_learns_the_sender_s_domain_and_not_the_machine_s_name(
    replies: SmtpReplies, server: SmtpSettings
) -> None:
    SmtpTransport(server).send(LETTER)
    assert replies.names == ["coopledger.example"]


def test_a_domain_with_accents_is_reached_by_its_ascii_name(replies: SmtpReplies, server: SmtpSettings) -> None:
    SmtpTransport(server).send(letter(to="marie@école.example"))
    assert replies.envelopes[0].rcpt_tos == ["marie@xn--cole-9oa.example"]


@pytest.mark.parametrize("reply", ["550 5.1.1 <z.quatrebarbes@example.org> unknown", "552 mailbox of z. is full"])
def test_a_recipient_refused_for_good_is_undeliverable(replies: SmtpReplies, server: SmtpSettings, reply: str) -> None:
    replies.rcpt = reply
    with pytest.raises(Undeliverable) as refused:
        SmtpTransport(server).send(LETTER)
    assert refused.value.values == {"action": "RCPT", "reply": int(reply[:3])}


def test_a_letter_refused_for_good_is_undeliverable(replies: SmtpReplies, server: SmtpSettings) -> None:
    replies.data = "554 5.7.1 Refused as unwanted"
    with pytest.raises(Undeliverable):
        SmtpTransport(server).send(LETTER)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("reply", ["421 4.3.2 Closing", "451 4.7.1 Try again later"])
def test_a_passing_failure_asks_to_try_again(replies: SmtpReplies, server: SmtpSettings, step: str, reply: str) -> None:
    setattr(replies, step, reply)
    with pytest.raises(TransportUnavailable):
        SmtpTransport(server).send(LETTER)
    setattr(replies, step, None)
    SmtpTransport(server).send(LETTER)
    assert len(replies.envelopes) == 1


@pytest.mark.parametrize(("step", "reply"), [("mail", "550 5.7.1 Sender not allowed"), ("rcpt", "530 5.7.0 Log in")])
def test_a_refusal_of_the_platform_itself_never_condemns_the_recipient(
    replies: SmtpReplies, server: SmtpSettings, step: str, reply: str
) -> None:
    setattr(replies, step, reply)
    with pytest.raises(TransportUnavailable):
        SmtpTransport(server).send(LETTER)


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_lost_before_the_letter_asks_to_try_again(
    replies: SmtpReplies, server: SmtpSettings, step: str
) -> None:
    setattr(replies, step, LOST)
    with pytest.raises(TransportUnavailable):
        SmtpTransport(server).send(LETTER)
    assert replies.envelopes == []


def test_a_letter_sent_again_after_a_lost_answer_is_the_same_message(
    replies: SmtpReplies, server: SmtpSettings
) -> None:
    replies.data = LOST
    with pytest.raises(TransportUnavailable):
        SmtpTransport(server).send(LETTER)
    replies.data = None
    SmtpTransport(server).send(LETTER)
    first, second = (read(envelope.content or b"") for envelope in replies.envelopes)  # type: ignore[arg-type]
    assert first["Message-ID"] == second["Message-ID"]
    assert part(first, "plain") == part(second, "plain")


@pytest.mark.parametrize("farewell", [LOST, "421 Closing", "500 What?"])
def test_an_accepted_letter_stays_accepted_whatever_the_farewell(
    replies: SmtpReplies, server: SmtpSettings, farewell: str
) -> None:
    replies.quit = farewell
    SmtpTransport(server).send(LETTER)
    assert len(replies.envelopes) == 1


def test_a_wrong_password_asks_to_try_again_and_is_not_told(replies: SmtpReplies, server: SmtpSettings) -> None:
    settings = replace(server, password="autre secret")  # noqa: S106 - that of no server
    with pytest.raises(TransportUnavailable) as refused:
        SmtpTransport(settings).send(LETTER)
    assert refused.value.values["reply"] == 535
    assert "autre secret" not in repr(settings) + _told(refused.value)
    assert replies.envelopes == []


@in_each_security
def test_a_server_with_another_certificate_receives_nothing(
    replies: SmtpReplies, certificate: tuple[Path, Path], tmp_path: Path, security: SmtpSecurity
) -> None:
    other = make_certificate(tmp_path, "other")
    with run_smtp_server(replies, other, security) as settings:
        with pytest.raises(TransportUnavailable) as refused:
            SmtpTransport(replace(settings, ca_file=certificate[0])).send(LETTER)
        assert refused.value.values == {"cause": "SSLCertVerificationError"}
    assert replies.names == []


def test_a_server_that_is_not_there_asks_to_try_again(server: SmtpSettings) -> None:
    with pytest.raises(TransportUnavailable):
        SmtpTransport(replace(server, port=free_port())).send(LETTER)


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ([], "SMTPServerDisconnected"),
        ([b"554 No service here\r\n"], ""),
        ([b"220 Hello\r\n", b"250 No encryption\r\n"], "SMTPNotSupportedError"),
    ],
    ids=["silent", "refusing", "without STARTTLS"],
)
def test_a_server_that_is_silent_or_cannot_encrypt_is_not_waited_for(
    server: SmtpSettings, lines: list[bytes], cause: str
) -> None:
    with _scripted(lines) as port, pytest.raises(TransportUnavailable) as refused:
        SmtpTransport(replace(server, port=port, timeout=0.3)).send(LETTER)
    assert refused.value.values.get("cause", "") == cause


@contextmanager
def _scripted(lines: list[bytes]) -> Iterator[int]:
    """A bare server that says one line after each of the client's, then nothing."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client, suppress(OSError):
                for line in lines:
                    client.sendall(line)
                    client.recv(1024)
                while client.recv(1024):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
    assert not thread.is_alive()


def _told(error: BaseException) -> str:
    """All that a log or a console may say of an error."""
    return f"{error} {error!r} {trace(error)} {''.join(traceback.format_exception(error))}"


@pytest.mark.parametrize("reply", ["550 <z.quatrebarbes@example.org> unknown", "451 <z.quatrebarbes@example.org> full"])
def test_no_log_tells_an_address_nor_what_the_server_said(
    replies: SmtpReplies, server: SmtpSettings, reply: str
) -> None:
    replies.rcpt = reply
    with pytest.raises(EmailError) as refused:
        SmtpTransport(server).send(LETTER)
    assert "quatrebarbes" not in _told(refused.value)
    assert "quatrebarbes" not in repr(LETTER)
    assert "quatrebarbes" not in refused.value.french


def test_credentials_that_smtp_cannot_carry_are_refused_at_once(server: SmtpSettings) -> None:
    with pytest.raises(InvalidInput):
        replace(server, password="clé")  # noqa: S106
