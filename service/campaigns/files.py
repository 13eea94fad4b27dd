"""The picture of a campaign and its files to download: read, drawn again and kept before an event names them."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool

from adapters.files import AttachmentRef, PictureRef, draw_picture, read_attachment
from domain.errors import InvalidInput
from service.http.bounds.cpu_bound import PICTURE, run_limited
from service.runtime.open_ledger import OpenLedger

MOST: Final = 10
"""Files to download that a campaign may have."""


class TooManyAttachments(InvalidInput):
    """A campaign would offer more files than it may."""

    code = "attachments-too-many"
    sentence = (
        "Une collecte a dix pièces jointes au plus\u00a0: retirez-en une pour en ajouter une autre. "
        "Rien n’a été enregistré."
    )


async def keep_picture(opened: OpenLedger, content: bytes) -> PictureRef:
    """Draw a picture again and keep it; return what an event names it by.

    Raises:
        PictureRefused: no picture of ours.

    """
    drawn = await run_limited(PICTURE, draw_picture, content)
    await run_in_threadpool(opened.files.keep_picture, drawn)
    return drawn.ref


async def keep_attachment(
    opened: OpenLedger, content: bytes, name: str, known: tuple[str, ...]
) -> tuple[AttachmentRef, tuple[str, ...]]:
    """Keep a file to download; return it, and those known with it: the same file again is one.

    Raises:
        AttachmentRefused: neither a PDF that only shows something nor a picture, empty, or too large.
        TooManyAttachments: there are ten others.

    """
    read = await run_limited(PICTURE, read_attachment, content, name)
    if str(read.ref) not in known and len(known) >= MOST:
        raise TooManyAttachments(attachments=len(known), most=MOST)
    await run_in_threadpool(opened.files.keep_attachment, read)
    return read.ref, tuple(dict.fromkeys((*known, str(read.ref))))
