"""A world whose service is on line: the sandbox notifies it, workers work, read models follow."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.email import FolderTransport
from adapters.stripe_sandbox.testing import SECRETS, run_sandbox
from service.emails.sender import EmailSender
from service.runtime.projectors import Projectors
from service.worker.threads import WorkerThreads
from tests.kit.api_server import run_web_server
from tests.kit.email_world import PUBLIC, EmailWorld, links
from tests.kit.example_emails import read
from tests.kit.service_world import open_world_as

VAULT_KEY: Final = base64.b64encode(bytes(range(32))).decode()


@dataclass
class LiveServer:
    """A world and the address of its service."""

    world: EmailWorld
    url: str
    database: str
    letters: Path

    def link(self, path: str) -> str | None:
        """Where the latest e-mail that leads to a path leads, if one came: its address without the host."""
        for letter in sorted(self.letters.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
            for link in links(read(letter.read_bytes())):
                if f"/{path}/" in link:
                    return link.removeprefix(PUBLIC)
        return None

    def address(self, contribution_id: object) -> str:
        """Where a family sees its contribution."""
        return f"/ad06/contributions/{self.world.campaign_id}/{contribution_id}"


@contextmanager
def run_live_server(database: str, letters: Path) -> Iterator[LiveServer]:
    """Put the service on line for a while, heard by the sandbox; e-mails are laid down in a folder."""
    email_sender = EmailSender(
        lambda _association, _coop: FolderTransport(letters, "ne-pas-repondre@coop.example"), PUBLIC
    )
    with run_sandbox(fee_delay=1) as sandbox, open_world_as(EmailWorld, database, sandbox, email_sender) as world:
        projectors = Projectors(world.runtime)
        workers = WorkerThreads(world.worker, threads=2)
        try:
            with run_web_server(world.runtime, world.worker) as url:
                for kind, secret in SECRETS.items():
                    told = f"{url}/provider/notifications/{kind}"
                    sandbox.do("/endpoints", url=told, secrets=[secret], kind=kind)
                yield LiveServer(world, url, database, letters)
        finally:
            workers.close()
            projectors.close()
