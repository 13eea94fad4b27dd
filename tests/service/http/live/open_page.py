"""A page that stays open, as a browser holds it: a connection, and whatever it was told."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.waiting import wait_until

_EVENT: Final = re.compile(rb"event: \w+\ndata: (.*)\n\n")


class OpenPage:
    """What one page was told so far."""

    def __init__(self, connection: socket.socket) -> None:
        """Read in a thread until the answer ends."""
        self.heard = b""
        self._connection = connection
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def events(self) -> list[bytes]:
        """The data of each event."""
        return _EVENT.findall(self.heard)

    @property
    def ended(self) -> bool:
        """Whether the answer came to its end."""
        return self.heard.endswith(b"\r\n0\r\n\r\n")

    def wait(self, count: int) -> None:
        """Wait until so many events came."""
        wait_until(lambda: len(self.events) >= count)

    def _read(self) -> None:
        with suppress(OSError):  # a service that stops may cut it
            while data := self._connection.recv(65_536):
                self.heard += data


@contextmanager
def open_page(url: str, path: str, session: str = "") -> Iterator[OpenPage]:
    """Open a page for a while, and wait until it shows its first figures."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port)) as connection:
        cookie = f"Cookie: {MEMBER_COOKIE}={session}\r\n" if session else ""
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n".encode())
        page = OpenPage(connection)
        wait_until(lambda: page.events != [] or page.ended)
        yield page
        with suppress(OSError):  # it has ended
            connection.shutdown(socket.SHUT_RDWR)
