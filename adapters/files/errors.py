"""Files that are not taken; the reason given to these errors is a kind, never a name or a content."""

from __future__ import annotations

from domain.errors import InvalidInput


class PictureRefused(InvalidInput):
    """What was given is no picture that we show: another kind, cut short, too large, or made to exhaust its reader."""

    code = "picture-refused"
    sentence = "Cette image ne peut pas être utilisée. Choisissez une image JPEG, PNG ou WebP de 8\u00a0Mo au plus."


class AttachmentRefused(InvalidInput):
    """What was given is no file to download: neither a PDF nor a picture, empty, or too large."""

    code = "attachment-refused"
    sentence = "Cette pièce jointe ne peut pas être utilisée. Choisissez un PDF ou une image de 10\u00a0Mo au plus."


class AttachmentActive(AttachmentRefused):
    """A PDF that holds a program or a file, or does something when it is opened."""

    code = "attachment-active"
    sentence = (
        "Ce PDF contient un programme, un fichier joint ou un formulaire qui s’exécute\u00a0: il ne peut pas être "
        "proposé aux familles. Exportez-le de nouveau en PDF simple, ou imprimez-le vers un PDF."
    )
