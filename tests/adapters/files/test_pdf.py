"""A PDF that families download shows something and does nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from adapters.files import AttachmentRefused, read_attachment
from adapters.files.errors import AttachmentActive
from reports.render.fonts import compiled
from tests.kit.example_files import PDF

ACTIONS = {
    "program": {"S": Name.JavaScript, "JS": "app.alert(1)"},
    "command": {"S": Name.Launch, "F": "calc.exe"},
    "form": {"S": Name.SubmitForm, "F": "https://evil.example"},
    "other file": {"S": Name.GoToR, "F": "other.pdf"},
    "address": {"S": Name.URI, "URI": "https://evil.example"},
}


def action(name: str) -> Dictionary:
    """An action of a document."""
    return Dictionary({f"/{key}": value for key, value in ACTIONS[name].items()})


def written(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    """A PDF of one page with a change."""
    file, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    change(pdf)
    pdf.save(file, **how)  # type: ignore[arg-type]
    return file.getvalue()


def opening(name: str) -> Callable[[pikepdf.Pdf], None]:
    """A change: the document does something on opening."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(action(name))

    return change


def named_program(pdf: pikepdf.Pdf) -> None:
    """A program that is found by its name."""
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(action("program"))])))


def inner_file(pdf: pikepdf.Pdf) -> None:
    """A file inside."""
    pdf.attachments["virus.exe"] = b"MZ"


def program_of_a_page(pdf: pikepdf.Pdf) -> None:
    """A program that runs when a page is turned."""
    pdf.pages[0].AA = Dictionary(O=action("program"))


def address_of_a_page(pdf: pikepdf.Pdf) -> None:
    """An address that is asked for when a page is turned."""
    pdf.pages[0].AA = Dictionary(O=action("address"))


def program_behind_a_name(pdf: pikepdf.Pdf) -> None:
    """An action whose kind is another object's."""
    kind = pdf.make_indirect(Name.GoToR)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=kind, F="a.exe"))
    pdf.pages[0].Annots = Array([link])


def program_behind_a_link(pdf: pikepdf.Pdf) -> None:
    """A link that runs a program."""
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action("command"))
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def form_of_forms(pdf: pikepdf.Pdf) -> None:
    """A form that a program of its own draws."""
    pdf.Root.AcroForm = Dictionary(XFA=String("<xdp/>"))


ACTIVE = {
    **{f"on opening, {name}": opening(name) for name in ACTIONS},
    "named program": named_program,
    "file inside": inner_file,
    "page turned": program_of_a_page,
    "page turned, address": address_of_a_page,
    "name elsewhere": program_behind_a_name,
    "link": program_behind_a_link,
    "form": form_of_forms,
}


@pytest.mark.parametrize("name", ACTIVE)
@pytest.mark.parametrize("packed", [False, True])
def test_what_does_more_than_show_something_is_refused(name: str, *, packed: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pytest.raises(AttachmentActive) as refused:
        read_attachment(written(ACTIVE[name], object_stream_mode=mode), "a.pdf")
    assert "Exportez-le de nouveau" in refused.value.french


def test_a_name_that_is_written_in_numbers_is_read_all_the_same() -> None:
    hidden = PDF.replace(b"endobj\n", b"endobj\n8 0 obj<</S/#4aava#53cript>>endobj\n", 1)
    with pytest.raises(AttachmentActive):
        read_attachment(hidden, "a.pdf")


def test_what_every_word_processor_writes_is_taken() -> None:
    def first_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, 0, 0, 0])
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        link.A = Dictionary(S=Name.URI, URI=String("https://ecole.example"))
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])

    def first_page_by_action(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))

    for change in (first_page, first_page_by_action):
        content = written(change)
        assert read_attachment(content, "a.pdf").content == content


def test_what_this_program_sets_is_taken() -> None:
    content = compiled(b'#set document(title: "Sortie")\n= Sortie\nLe 12 mai', {})
    assert read_attachment(content, "a.pdf").media_type == "application/pdf"


def test_a_pdf_that_asks_for_a_password_is_refused_and_one_that_only_forbids_printing_is_taken() -> None:
    with pytest.raises(AttachmentRefused):
        read_attachment(written(lambda _: None, encryption=pikepdf.Encryption(user="secret", owner="x")), "a.pdf")
    read_attachment(written(lambda _: None, encryption=pikepdf.Encryption(user="", owner="x")), "a.pdf")


BROKEN = {
    "no page": b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    "no object": b"%PDF-1.7\n%%EOF",
    "ring of pages": PDF.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF",
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_that_cannot_be_looked_through_is_refused(name: str) -> None:
    with pytest.raises(AttachmentRefused):
        read_attachment(BROKEN[name], "a.pdf")
