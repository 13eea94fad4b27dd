"""Files that people give us: decoded strictly, drawn again, kept by the digest of their content."""

from adapters.files.attachments import MAX_ATTACHMENT, read_attachment
from adapters.files.charters import CharterStore
from adapters.files.errors import AttachmentRefused, PictureRefused
from adapters.files.pictures import MAX_PICTURE, WIDTHS, DrawnPicture, draw_photo, draw_picture
from adapters.files.prints import Print, PrintStore
from adapters.files.references import AttachmentRef, PictureRef
from adapters.files.store import FileStore, StoredFile, erase_unused

__all__ = [
    "MAX_ATTACHMENT",
    "MAX_PICTURE",
    "WIDTHS",
    "AttachmentRef",
    "AttachmentRefused",
    "CharterStore",
    "DrawnPicture",
    "FileStore",
    "PictureRef",
    "PictureRefused",
    "Print",
    "PrintStore",
    "StoredFile",
    "draw_photo",
    "draw_picture",
    "erase_unused",
    "read_attachment",
]
