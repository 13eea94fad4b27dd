"""Files that are given to the form of a campaign: kept at once, named by the form until it is saved, or refused."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from adapters.files import MAX_ATTACHMENT, MAX_PICTURE, WIDTHS, AttachmentRef, PictureRef
from adapters.files.attachments import safe_stem
from adapters.processes import LimitExceeded
from domain.errors import InvalidInput
from service.campaigns.files import MOST, keep_attachment, keep_picture
from service.fields import MAX_TEXT
from service.http.forms import text
from service.logging import logger
from service.runtime.open_ledger import OpenLedger

log = logger(__name__)
PICTURE: Final = "image"
"""The field that names the picture of the form, kept already."""
ATTACHMENT: Final = "piece"
"""The field that names a file of the form, kept already; there is one for each."""
NEW_PICTURE: Final = "photo"
"""Where a picture is chosen."""
NEW_ATTACHMENTS: Final = "pieces"
"""Where files are chosen."""
NO_PICTURE: Final = "retirer-photo"
"""The button that takes the picture away."""
NO_ATTACHMENT: Final = "retirer-piece-"
"""What the button that takes a file away begins with; its digest follows."""
_GONE: Final = "Ce fichier n’est plus disponible\u00a0: choisissez-le de nouveau."


class FormFiles(NamedTuple):
    """The files of a form as it stands: what events will name, and what is wrong by field."""

    picture: str
    attachments: tuple[str, ...]
    errors: dict[str, str]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The fields that name them in the form."""
        return {PICTURE: (self.picture,), ATTACHMENT: self.attachments}


async def take_files(opened: OpenLedger, form: FormData, action: str, shown: tuple[str, tuple[str, ...]]) -> FormFiles:
    """Keep the files that were chosen, and return all of the form; ``shown`` are those that the campaign has already.

    A file that is refused leaves those before as they are.
    """
    errors: dict[str, str] = {}
    picture = await _picture(opened, text(form, PICTURE, MAX_TEXT), shown[0])
    attachments = await _attachments(opened, form, shown[1])
    if (picture is None) or None in attachments:
        errors[NEW_PICTURE if picture is None else NEW_ATTACHMENTS] = _GONE
    kept = tuple(dict.fromkeys(one for one in attachments if one is not None))[:MOST]
    kept = tuple(one for one in kept if action != f"{NO_ATTACHMENT}{one.partition('/')[0]}")
    if action == NO_PICTURE:
        picture = ""
    for chosen in _chosen(form, NEW_PICTURE)[:1]:
        try:
            picture = str(await keep_picture(opened, await chosen.read(MAX_PICTURE + 1)))
        except (InvalidInput, LimitExceeded) as refusal:
            errors[NEW_PICTURE] = _sentence(refusal)
    for chosen in _chosen(form, NEW_ATTACHMENTS):
        try:
            content = await chosen.read(MAX_ATTACHMENT + 1)
            _, kept = await keep_attachment(opened, content, chosen.filename or "", kept)
        except (InvalidInput, LimitExceeded) as refusal:
            errors[NEW_ATTACHMENTS] = _sentence(refusal)
    return FormFiles(picture or "", kept, errors)


def drawing_of(opened: OpenLedger, picture: str) -> str:
    """Return the smallest drawing of a picture as the address of an image that is part of its page; empty for none."""
    ref = PictureRef.parse(picture)
    found = None if ref is None else opened.files.find(ref.digest, min(ref.width, WIDTHS[0]))
    if found is None:
        return ""
    return f"data:{found.media_type};base64,{base64.b64encode(found.content).decode()}"


def _chosen(form: FormData, field: str) -> Sequence[UploadFile]:
    """The files that were chosen in a field; browsers send an empty one without a name where there is none."""
    return [one for one in form.getlist(field) if isinstance(one, UploadFile) and one.filename]


def _sentence(refusal: InvalidInput | LimitExceeded) -> str:
    log.info("file of a campaign refused", code=refusal.code, reason=str(refusal))
    return refusal.french


async def _picture(opened: OpenLedger, named: str, shown: str) -> str | None:
    """Return the picture that a form names, None where it is not kept any more: only what we kept is shown."""
    if named in ("", shown):
        return named
    ref = PictureRef.parse(named)
    size = None if ref is None else await run_in_threadpool(opened.files.size, ref.digest, ref.width)
    return None if size is None else named


async def _attachments(opened: OpenLedger, form: FormData, shown: tuple[str, ...]) -> list[str | None]:
    """Return the files that a form names, None for one that is not kept any more."""
    named = [one for one in form.getlist(ATTACHMENT) if isinstance(one, str)][: MOST + 1]
    return [one if one in shown or await _is_kept(opened, one) else None for one in named]


async def _is_kept(opened: OpenLedger, named: str) -> bool:
    ref = AttachmentRef.parse(named)
    if ref is None or safe_stem(ref.name) != ref.name.rpartition(".")[0]:
        return False
    return await run_in_threadpool(opened.files.size, ref.digest) == ref.size
