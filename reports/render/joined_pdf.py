"""Several PDF files of ours as one, with their bookmarks: what is too much for one setting is set in pieces.

The joined file is for printing and reading: the marks of PDF/A and PDF/UA are those of each piece alone, and are left
out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter


def joined_pdf(pieces: Sequence[bytes], title: str, author: str) -> bytes:
    """Join pieces in their order; fonts and pictures that several share are kept once."""
    writer = PdfWriter()
    for piece in pieces:
        writer.append(PdfReader(io.BytesIO(piece)), import_outline=True)
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.root_object.pop("/StructTreeRoot", None)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
