"""Files to download: PDF or picture by their content, under names that mean nothing to any system."""

from __future__ import annotations

import pytest

from adapters.files import AttachmentRef, AttachmentRefused, read_attachment
from tests.kit.example_files import BROKEN, PDF, SCRIPT, picture

NAMES = {
    "Règlement de la sortie.pdf": "Règlement de la sortie",
    "../../etc/passwd": "passwd",
    "C:\\Users\\Zoé\\plan.PDF": "plan",
    "facture\u202efdp.exe": "facturefdp",
    "a/b<script>.pdf": "b script",
    "  .. ": "piece-jointe",
    "": "piece-jointe",
    "x" * 400: "x" * 100,
    "nul\x00l.pdf": "null",
    'a"; filename="b.exe': "a filename b",
}


@pytest.mark.parametrize(("name", "stem"), NAMES.items())
def test_a_file_gets_a_name_that_is_only_a_name(name: str, stem: str) -> None:
    read = read_attachment(PDF, name)
    assert read.ref.name == f"{stem}.pdf"
    assert AttachmentRef.parse(str(read.ref)) == read.ref


def test_a_pdf_is_kept_as_it_is_and_a_picture_is_drawn_again() -> None:
    pdf, drawn = read_attachment(PDF, "a.exe"), read_attachment(picture(where=True) + SCRIPT, "a.pdf")
    assert (pdf.content, pdf.media_type, pdf.ref.size) == (PDF, "application/pdf", len(PDF))
    assert (drawn.media_type, drawn.ref.name) == ("image/webp", "a.webp")
    assert b"GALANTE" not in drawn.content
    assert SCRIPT not in drawn.content


@pytest.mark.parametrize(
    "content",
    [
        *(content for name, content in BROKEN.items() if name != "pdf"),
        b"%PDF-1.7 without an end",
        PDF + bytes(10_000_000),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(AttachmentRefused):
        read_attachment(content, "a.pdf")
