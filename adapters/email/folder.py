"""A transport that keeps e-mails as files: the outbox of the demonstration, which sends nothing to anybody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters.email.email import Email, check_address
from adapters.email.errors import TransportUnavailable
from adapters.email.mime import digest, message_bytes
from domain.calendar import PARIS


class FolderTransport:
    """Writes each e-mail as ``<digest of its key>.eml`` in one folder, open to its owner only."""

    def __init__(self, folder: Path, sender: str) -> None:
        """Keep the folder, made at the first e-mail, and the address that e-mails come from.

        Raises:
            EmailInvalid: the sender's address is none.

        """
        self._folder = folder
        self._sender = check_address(sender)

    def send(self, email: Email) -> None:
        """Write one e-mail; the same e-mail again takes the place of the first.

        Raises:
            TransportUnavailable: the disk refuses.

        """
        content = message_bytes(email, self._sender, datetime.now(PARIS))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._folder / f"{digest(email)}.eml", content)
        except OSError as error:
            raise TransportUnavailable(cause=type(error).__name__, errno=error.errno) from None

    def _write(self, path: Path, content: bytes) -> None:
        """Write beside and rename, so that a reader never sees half an e-mail; temporary files are private."""
        with NamedTemporaryFile(dir=self._folder, prefix=".letter-", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
