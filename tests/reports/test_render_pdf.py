"""The PDF is archival and accessible, carries its data, says its period on every page and shows texts as texts."""

import io
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pikepdf
import pytest

from reports.class_balance import class_balance
from reports.parts.provenance import Provenance
from reports.parts.report import Report
from reports.payments_table import PersonNames, payments_table
from reports.render.csv_ import csv_files
from reports.render.fonts import paper_text
from reports.render.json_ import to_json
from reports.render.pdf import to_pdf
from reports.statement import statement
from tests.kit.pdf_text import pages
from tests.kit.run.extent import Extent
from tests.reports.example_papers import empty_recap, family_recap
from tests.reports.example_rows import (
    CHILDREN,
    CLASSES,
    DEMO,
    ENTRIES,
    HEAD,
    IDS,
    LABELS,
    NAMES,
    ORDERS,
    PROVENANCE,
    STATEMENT,
    child,
    order,
)

HOSTILE = (
    "#panic(1)",
    "$x$",
    "\\",
    "@ref",
    "<label>",
    "*gras* _it_ `c`",
    "// note",
    "=HYPERLINK()",
    '"',
    "l’été",
    "--",
)


def july(provenance: Provenance = PROVENANCE) -> Report:
    """The statement of July."""
    return statement(provenance, STATEMENT)


def named(text: str) -> Report:
    """A payments table in which one child has this name."""
    return payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, {**NAMES, IDS[0]: PersonNames(text, "Test")}, LABELS)


def test_it_is_pdf_a_3a_and_pdf_ua_1_in_french() -> None:
    with pikepdf.open(io.BytesIO(to_pdf(july()))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == "Relevé du compte en ligne"
            assert metadata["xmp:CreateDate"] == "2024-07-31T20:05:00+00:00"
        assert str(pdf.Root["/Lang"]) == "fr-FR"
        assert {"/StructTreeRoot", "/OutputIntents", "/AF"} <= set(pdf.Root.keys())


def test_the_same_report_as_json_and_csv_is_attached() -> None:
    report = july()
    with pikepdf.open(io.BytesIO(to_pdf(report))) as pdf:
        attached = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        assert {str(spec.relationship) for spec in pdf.attachments.values()} == {"/Data"}
    assert attached == {f"{report.name}.json": to_json(report), **csv_files(report)}


def test_the_same_report_gives_the_same_bytes() -> None:
    assert to_pdf(july(DEMO)) == to_pdf(july(DEMO))


def test_every_page_says_whose_it_is_which_period_and_which_page() -> None:
    texts = pages(to_pdf(family_recap(DEMO)))
    assert len(texts) == 3
    for number, text in enumerate(texts, start=1):
        assert "Coop Test 900 – N°\u00a0174" in text
        assert "exercice 2023-2024" in text
        assert f"page {number}/3" in text
        assert "événements 1 à 240 · empreinte du registre 9f86d081884c7d65…" in text
        assert "DONNÉES DE DÉMONSTRATION" in text
        assert "document nominatif" in text


def test_a_real_report_is_not_called_a_demonstration() -> None:
    assert "DÉMONSTRATION" not in "".join(pages(to_pdf(july())))


def test_the_proof_is_printed_in_full_with_its_code_to_verify() -> None:
    text = "".join(pages(to_pdf(july(DEMO))))
    lines = text.replace("\u200b", "").splitlines()
    joined = "".join(lines)
    for _, value in DEMO.proof():
        assert value in joined
    with pikepdf.open(io.BytesIO(to_pdf(july(DEMO)))) as drawn, pikepdf.open(io.BytesIO(to_pdf(july()))) as plain:
        assert "/Figure" in str(_kinds(drawn.Root["/StructTreeRoot"]))
        assert "/Figure" not in str(_kinds(plain.Root["/StructTreeRoot"]))


def _kinds(node: pikepdf.Object) -> set[str]:
    """The kinds of elements in the structure of a document."""
    kinds: set[str] = set()
    stack = [node]
    while stack:
        element = stack.pop()
        if isinstance(element, pikepdf.Array):
            stack += list(element)
        elif isinstance(element, pikepdf.Dictionary) and "/Pg" not in element.get("/Obj", {}):
            kinds.add(str(element.get("/S", "")))
            if "/K" in element:
                stack.append(element["/K"])
    return kinds


def test_tables_have_real_headings() -> None:
    with pikepdf.open(io.BytesIO(to_pdf(july()))) as pdf:
        assert {"/Table", "/TR", "/TH", "/TD", "/H1", "/H2"} <= _kinds(pdf.Root["/StructTreeRoot"])


def test_amounts_have_no_break_spaces_and_a_real_minus() -> None:
    entries = [entry._replace(blocked=-1_200) if entry.position == 152 else entry for entry in ENTRIES]
    text = "".join(pages(to_pdf(statement(PROVENANCE, STATEMENT._replace(entries=entries)))))
    assert "1\u202f800,00\u00a0€" in text
    assert "−12,00\u00a0€" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_code_comes_out_as_text(text: str) -> None:
    assert text in "".join(pages(to_pdf(named(text))))


def test_a_name_of_10_000_letters_is_all_there() -> None:
    drawn = "".join(pages(to_pdf(named("é" * 10_000))))
    assert drawn.count("é") >= 10_000


@pytest.mark.parametrize("text", ["مرحبا", "שלום", "Привет", "Ῥόδος", "Łukasz Ñoño", "a\u0301"])
def test_other_alphabets_are_drawn(text: str) -> None:
    assert "[U+" not in paper_text(text)
    assert pages(to_pdf(named(text)))


def test_what_cannot_be_drawn_is_written_by_its_number() -> None:
    assert paper_text("😀 中\x00") == "[U+1F600] [U+4E2D][U+0000]"
    assert paper_text("12\u202e34") == "12[U+202E]34"
    assert "[U+1F600]" in "".join(pages(to_pdf(named("😀 Zoé"))))


UNSETTABLE = "Ẻ Ҟ ڄ ẗ Ё \u059d ℄ ⁒ \u0653 ḯ ҍ . ∆ ↝ ش ó ₥ ‴ ↼ ד"


def test_a_mixture_of_alphabets_that_typst_cannot_set_still_gives_a_document(extent: Extent) -> None:
    letters = "".join(map(chr, range(1, 0x3000, extent.count(ci=5, long=1))))
    for text in (UNSETTABLE, UNSETTABLE.replace(" ", ""), letters):
        assert "".join(pages(to_pdf(named(f"{text} Zoé")))).replace("\u200b", "").count("Zoé") == 1


def test_plain_letters_never_need_a_font_beyond_the_first() -> None:
    assert paper_text("Zoé œuvre « été » – 1\u202f800,00\u00a0€ Ẻ", plain=True).endswith("€ [U+1EBA]")


def test_the_attached_data_keep_what_paper_cannot_show() -> None:
    with pikepdf.open(io.BytesIO(to_pdf(named("😀\x00")))) as pdf:
        tables = [spec.get_file().read_bytes() for name, spec in pdf.attachments.items() if name.endswith(".csv")]
    assert "😀".encode() in b"".join(tables)


def test_a_campaign_without_any_payment_says_so() -> None:
    (text,) = pages(to_pdf(empty_recap(PROVENANCE)))
    assert "Aucun volet\u00a0: rien n’est arrivé en banque." in text
    assert "Aucune écriture." in text


def test_two_thousand_families_take_a_few_seconds_and_every_page_has_its_headings() -> None:
    families = 2_000
    orders = [order(n, UUID(int=0x100000 + n), 1_200, paid_at(n)) for n in range(families)]
    children = [child(n, 1, UUID(int=0x200000 + n), "CPA") for n in range(families)]
    names = {row.payer_id: PersonNames("Anne-Sophie", f"FAMILLE {n}") for n, row in enumerate(orders)}
    began = time.process_time()
    texts = pages(to_pdf(payments_table(PROVENANCE, HEAD, orders, children, names, LABELS)))
    assert time.process_time() - began < 60
    assert len(texts) > 100
    assert all("du 1er juin 2024 au 31 juillet 2024" in text for text in texts)
    assert all("Remboursé" in " ".join(text.split()) for text in texts[:-1])


def paid_at(number: int) -> datetime:
    """One payment an hour through June."""
    return datetime(2024, 6, 1, tzinfo=UTC) + timedelta(hours=number % 700)


def test_a_table_of_more_columns_than_a_page_is_wide_turns_the_page() -> None:
    sheet = class_balance(PROVENANCE, HEAD, CLASSES, LABELS)
    with pikepdf.open(io.BytesIO(to_pdf(sheet))) as document:
        _, _, width, height = map(float, document.pages[0].mediabox)
    assert width > height
    with pikepdf.open(io.BytesIO(to_pdf(statement(PROVENANCE, STATEMENT)))) as document:
        _, _, width, height = map(float, document.pages[0].mediabox)
    assert width < height
