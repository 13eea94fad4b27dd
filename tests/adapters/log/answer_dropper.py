"""A proxy before Postgres that loses answers on demand: what was asked is carried out, and the caller hears nothing."""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK = 65_536


class AnswerDropper:
    """Forwards a Unix socket to another; after ``drop_next`` the next matching request gets no answer.

    ``dsn`` is the way through the proxy. ``dropped`` is set once an answer was lost. While ``closed`` is set, new
    connections are refused as well.
    """

    def __init__(self, dsn: str) -> None:
        """Listen in a folder of our own."""
        given = conninfo_to_dict(dsn)
        self._target = str(Path(str(given["host"])) / f".s.PGSQL.{given['port']}")
        self._folder = tempfile.TemporaryDirectory(prefix="dropper-")
        self.dsn = make_conninfo(dsn, host=self._folder.name, port="5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self._folder.name) / ".s.PGSQL.5432"))
        self._listener.listen()
        self._word = b""
        self._forward = True
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.dropped = threading.Event()
        self.closed = threading.Event()

    def __enter__(self) -> Self:
        """Begin to forward."""
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in list(self._threads):
            thread.join(10)
        self._folder.cleanup()

    def drop_next(self, word: bytes, *, forward: bool = True) -> None:
        """Lose the answer of the next request that holds a word; unless ``forward``, lose the request too."""
        self.dropped.clear()
        with self._lock:
            self._word, self._forward = word, forward

    def cut(self) -> None:
        """Close all connections now."""
        with self._lock:
            sockets, self._open = self._open, []
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _start(self, target: object, *values: object) -> None:
        thread = threading.Thread(target=target, args=values, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                if self.closed.is_set():
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                deaf = threading.Event()
                with self._lock:
                    self._open += [client, server]
                self._start(self._requests, client, server, deaf)
                self._start(self._answers, client, server, deaf)

    def _requests(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if self._hit(data):
                    deaf.set()
                    if not self._forward:
                        break
                server.sendall(data)
        if deaf.is_set() and not self._forward:
            self._part(client, server)
            self.dropped.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _answers(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if deaf.is_set():
                    self._part(client, server)
                    self.dropped.set()
                    return
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)

    def _hit(self, data: bytes) -> bool:
        with self._lock:
            hit = bool(self._word) and self._word in data
            if hit:
                self._word = b""
            return hit

    def _part(self, *sockets: socket.socket) -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
