"""Every e-mail is complete in both parts, in French, and shows what people typed without obeying it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from adapters.email import Email, EmailInvalid, FolderTransport
from service.emails import content as write
from tests.kit.example_emails import part, read, sender, subject
from tests.service.emails.content.email_text import AMOUNT, Page, words
from tests.service.emails.content.every_email import (
    MESSAGE,
    PAID_ON,
    URL,
    as_typed,
    confirmation,
    envelope,
    every_letter,
)

LETTERS: Final = every_letter()
HOSTILE: Final = (
    "</title></p><script>alert(1)</script><img src=x onerror='a'>\n\u2028Total payé\u00a0: 0,01\u00a0€\n{{ 7 * 7 }}"
)
HOSTILE_LETTERS: Final = every_letter(lambda text: text + HOSTILE)
GOLDEN: Final = Path(__file__).parent / "golden"
NARROW: Final = re.compile(r" [:;!?»€]|« |['\"]")

every = pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
every_hostile = pytest.mark.parametrize("letter", HOSTILE_LETTERS.values(), ids=HOSTILE_LETTERS)


def test_every_letter_that_can_be_written_is_among_the_samples() -> None:
    written = {re.match(r"\w+", name)[0] for name in LETTERS}  # type: ignore[index]
    assert written == {name for name in write.__all__ if name.islower()}


@every
def test_a_letter_has_no_hole(letter: Email) -> None:
    for said in (letter.subject, letter.text, letter.html.partition("</style>")[2]):
        assert re.search(r"[{}]|\bNone\b|Undefined|\b(True|False)\b|datetime", said) is None


@every
def test_both_parts_say_the_same_words_in_the_same_order(letter: Email) -> None:
    assert words(Page(letter.html).text) == words(letter.text)


@every
def test_both_parts_say_the_same_amounts_and_lead_to_the_same_page(letter: Email) -> None:
    page = Page(letter.html)
    assert AMOUNT.findall(page.text) == AMOUNT.findall(letter.text)
    assert page.links == re.findall(r"https://\S+", letter.text)
    assert set(page.links) <= {URL}


@every
def test_a_letter_is_typeset_in_french(letter: Email) -> None:
    text = letter.text.replace(MESSAGE, "")
    assert NARROW.findall(letter.subject + text) == []
    assert NARROW.findall(Page(letter.html.replace(MESSAGE.partition("\n")[0].replace("&", "&amp;"), "")).text) == []


@every
def test_a_letter_says_vous_in_lines_that_are_whole(letter: Email) -> None:
    assert "\n\n\n" not in letter.text
    assert all(line == line.rstrip(" ") or line == "-- " for line in letter.text.splitlines())
    assert re.search(r"\b(tu|toi|ton|tes|cher|chère)\b", letter.text, re.IGNORECASE) is None


@every
def test_a_letter_names_the_coop_and_loads_nothing_from_elsewhere(letter: Email) -> None:
    assert letter.sender_name == "Coopérative Jules Ferry"
    for said in (letter.text, letter.html):
        assert "école Jules Ferry - Cannes - affiliée et autorisée par l’OCCE06 sous le N°\u00a0174" in said
    assert not {"script", "img", "link", "iframe", "form"} & set(Page(letter.html).tags)
    assert "style" not in Page(letter.html).attributes
    assert "url(" not in letter.html


@every_hostile
def test_what_people_typed_stays_text(letter: Email) -> None:
    page = Page(letter.html)
    assert not {"script", "img"} & set(page.tags)
    assert "onerror" not in page.attributes
    assert "49" not in page.text
    assert "\n" not in letter.subject + letter.sender_name


@every_hostile
def test_a_typed_name_cannot_add_a_line_to_the_plain_text(letter: Email) -> None:
    # After the words of the coop, if there are any: it writes in lines.
    after = (letter.text.partition(mark)[2] for mark in ("Votre contribution\u00a0:", "vous écrit parce que"))
    own = next(filter(None, after), letter.text)
    assert not [line for line in own.splitlines() if line.startswith(("Total payé\u00a0: 0,01", "{{"))]


def test_the_message_of_the_coop_keeps_its_lines_and_is_escaped() -> None:
    letter = confirmation()
    assert f"Message de la coopérative\u00a0:\n{MESSAGE}\n\n" in letter.text
    shown = "Merci à toutes &amp; à tous !<br>\nLa sortie au musée est le 12 octobre.<br>\n<br>\nL’équipe de l’école"
    assert f"<blockquote>{shown}</blockquote>" in letter.html


@pytest.mark.parametrize("empty", ["", " \r\n\t"])
def test_without_a_message_none_is_announced(empty: str) -> None:
    letter = confirmation(message=empty)
    assert "Message de la coopérative" not in letter.text + letter.html


def test_a_confirmation_holds_the_guide_s_example_with_the_tip_apart() -> None:
    amounts = AMOUNT.findall(confirmation(later=False).text)
    paid, child, due, tip = "25,92\u00a0€", "12,00\u00a0€", "24,00\u00a0€", "1,92\u00a0€"
    assert amounts == [paid, child, child, due, tip, paid]


def test_a_confirmation_in_instalments_says_what_was_paid_and_what_is_to_come() -> None:
    text = confirmation().text
    assert "votre paiement de 9,92\u00a0€" in text
    assert "- Le 4 août 2024\u00a0: 8,00\u00a0€\n- Le 1er septembre 2024\u00a0: 8,00\u00a0€\n" in text


def test_a_tip_that_was_not_given_is_not_spoken_of() -> None:
    assert "ourboire" not in LETTERS["confirmation without tip or message"].text


@pytest.mark.parametrize("name", ["confirmation", "receipt", "instalment_collected"])
def test_a_receipt_is_said_to_be_neither_an_invoice_nor_a_tax_receipt(name: str) -> None:
    assert "L’attestation de paiement n’est ni une facture ni un reçu fiscal." in LETTERS[name].text


def test_a_notification_names_no_one() -> None:
    letter = LETTERS["notification in instalments"]
    assert "GALANTE" not in letter.text + letter.html
    assert "Échéances à venir\u00a0: 830,66\u00a0€" in letter.text
    assert "Un enfant, sans classe\u00a0: 1\u202f234,00\u00a0€" in letter.text


@pytest.mark.parametrize(
    ("why", "advice", "button"),
    [
        ("card_expired", "enregistrez une autre carte", "Payer cette échéance"),
        ("insufficient_funds", "approvisionnez votre compte ou utilisez une autre carte", "Payer cette échéance"),
        ("authentication", "ouvrez le lien et suivez ses indications", "Confirmer le paiement"),
        ("other", "utilisez une autre carte ou contactez votre banque", "Payer cette échéance"),
    ],
)
def test_a_refused_instalment_says_what_is_safe_and_what_to_do(why: str, advice: str, button: str) -> None:
    text = LETTERS[f"instalment_failed, {why}"].text
    assert "Rien n’a été débité." in text
    assert advice in text
    assert f"{button}\u00a0:\n{URL}\n" in text
    assert "le paiement sera tenté à nouveau le 7 août 2024" in text
    assert "tenté à nouveau sans vous" in LETTERS[f"instalment_failed, {why}, not retried"].text


def test_an_instalment_given_up_asks_for_no_card_and_excludes_no_child() -> None:
    letter = LETTERS["instalment_given_up"]
    assert Page(letter.html).links == []
    assert "aucun enfant n’est exclu" in letter.text


def test_a_refund_says_whether_it_is_in_full_in_part_or_of_the_tip() -> None:
    full, some, tip = (LETTERS[f"refund_made {name}"].text for name in ("in full", "in part", "of the tip"))
    assert "remboursée en totalité" in full
    assert "Total remboursé\u00a0: 25,92\u00a0€" in full
    assert "Une partie" in some
    assert "Total remboursé\u00a0: 12,00\u00a0€\n- Reste à la coopérative\u00a0: 12,00\u00a0€" in some
    assert "Votre pourboire de 1,92\u00a0€ est remboursé." in tip
    assert "ne change pas" in tip


def test_a_payout_letter_shows_the_masked_iban_only() -> None:
    for name, letter in LETTERS.items():
        if name.startswith("payout"):
            assert "FR76 •••• 0189" in letter.text
            assert re.search(r"\d{10}", letter.text) is None


def test_a_letter_of_the_demonstration_says_so_first() -> None:
    assert LETTERS["notification"].text.startswith("Démonstration\u00a0: aucune somme n’est réelle.\n")
    assert "Démonstration" not in LETTERS["receipt"].text


def test_a_letter_without_an_address_for_answers_says_so() -> None:
    assert "les réponses ne sont pas lues" in LETTERS["receipt"].text
    assert "Vous pouvez répondre à cet e-mail." in LETTERS["confirmation"].text


def test_a_missing_fact_stops_the_letter() -> None:
    facts = write.ReceiptEmail("Contributions", None, 100, PAID_ON, URL)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lacks a fact"):
        write.receipt(envelope(as_typed), facts)


def test_a_bad_address_stops_the_letter() -> None:
    with pytest.raises(EmailInvalid):
        write.certification_gained(envelope(as_typed, to="a@example.org\nBcc: b@example.org"), PAID_ON, URL)


def test_facts_that_name_people_do_not_show_them_by_themselves() -> None:
    shown = repr((envelope(as_typed), write.ChildAmount("Marie GALANTE", "CP", "Tarif", 1200)))
    assert shown == "(Envelope(…), ChildAmount(…))"


@pytest.mark.parametrize("name", ["confirmation", "payout_requested"])
def test_a_letter_is_word_for_word_the_one_that_was_agreed(name: str) -> None:
    letter = LETTERS[name]
    assert letter.text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert letter.html == (GOLDEN / f"{name}.html").read_text(encoding="utf-8")


@every
def test_a_letter_arrives_in_the_outbox_as_it_was_written(letter: Email, tmp_path: Path) -> None:
    FolderTransport(tmp_path, "ne-pas-repondre@coopledger.example").send(letter)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    assert (part(read(content), "plain"), part(read(content), "html")) == (letter.text, letter.html)
    assert (subject(content), sender(content)[0]) == (letter.subject, letter.sender_name)
