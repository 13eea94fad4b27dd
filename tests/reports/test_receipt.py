"""A receipt says what was paid and what became of it, on a page that is archival, accessible and checkable."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import pikepdf
import pytest

from domain.events.base import Event, InstalmentDue, Share
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, FundsTransferred, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundSettled,
)
from reports.parts.contribution_history import TOPICS, ContributionHistory, ReversalOutcome, UpcomingInstalment, fold
from reports.receipt import ChildLine, Receipt, ReceiptInput, receipt
from reports.render.receipt_pdf import receipt_pdf
from tests.kit.pdf_text import pages
from tests.reports.example_rows import PROVENANCE

ADDRESS: Final = "https://coop.example/ad06/preuve/" + "AbC-_9" * 17
PROOF: Final = replace(PROVENANCE, verify_at=ADDRESS)
ORDER: Final = UUID("00000000-0000-0000-0000-00003f2a90b7")
REFUND: Final = UUID(int=7)
ANATOLE: Final = ChildLine("Anatole QUATREBARBES", "CP A", "Un enfant", 12_00)
LEONTINE: Final = ChildLine("Léontine QUATREBARBES", "CE1", "Deuxième enfant", 12_00)


def at(month: int, day: int) -> datetime:
    """An instant of 2024."""
    return datetime(2024, month, day, 9, tzinfo=UTC)


def fact(kind: type[Event], when: datetime, **fields: Any) -> Event:  # noqa: ANN401 - an event's own
    """An event of the contribution; fields that are not given stand for nothing."""
    blank: dict[str, Any] = {
        name: {"contribution_id": ORDER, "tip_cents": 0, "shares": (), "refund_id": REFUND}.get(name, "x")
        for name in kind.__struct_fields__
    }
    clock = {kind.CLOCK: when, "at": when, "by": "test"}
    return kind(**(blank | clock | fields))


def paid(cents: int, tip: int = 0, instalment: int = 1, when: datetime | None = None) -> Event:
    """A card payment."""
    more = {"cents": cents, "tip_cents": tip, "instalment": instalment}
    return fact(PaymentCaptured, when or at(7, 4), **more)


def refunded(cents: int, tip: int = 0, when: datetime | None = None) -> Event:
    """A refund to the card."""
    return fact(RefundSettled, when or at(7, 20), cents=cents, tip_cents=tip)


def contested(cents: int) -> Event:
    """A dispute."""
    return fact(DisputeOpened, at(7, 21), cents=cents, fee_cents=20_00)


def given(*events: Event, children: tuple[ChildLine, ...] = (ANATOLE,), **more: Any) -> ReceiptInput:  # noqa: ANN401
    """A contribution to « Vie de classe » with these events."""
    known: dict[str, Any] = {
        "association": "OCCE 06",
        "payer": "Zéphyrine QUATREBARBES",
        "contribution_id": ORDER,
        "campaign": "Vie de classe",
        "school_year": 2024,
        "instalments": 1,
    }
    return ReceiptInput(**(known | more), children=children, history=fold(events))


def made(*events: Event, **more: Any) -> Receipt:  # noqa: ANN401
    """The receipt of a contribution."""
    return receipt(PROOF, given(*events, **more))


def text(of: Receipt) -> str:
    """What its paper says, on one line."""
    return " ".join("".join(pages(receipt_pdf(of))).replace("\u200b", "").replace("\n", " ").split(" "))


SIMPLE: Final = made(paid(12_00, 1_92))


def test_it_names_who_paid_what_for_whom_to_which_coop_and_when() -> None:
    said = text(SIMPLE)
    for part in (
        "Coop Test 900",
        "OCCE 06",
        PROVENANCE.identification,
        "Zéphyrine QUATREBARBES",
        "Anatole QUATREBARBES",
        "CP A",
        "Un enfant",
        "Référence",
        "003F2-A90B7",
        "Délivrée le 31 juillet 2024",
        "année scolaire 2024-2025",
        "4 juillet 2024",
        "Carte bancaire",
        "Paiement en une fois",
        "12,00\u00a0€",
    ):
        assert part in said, part


def test_it_says_what_it_is_not_and_that_a_contribution_is_voluntary() -> None:
    said = text(SIMPLE)
    assert "Attestation de paiement\u00a0: ni facture, ni reçu fiscal." in said
    assert "La contribution à la coopérative scolaire est volontaire." in said
    assert "à titre de contribution volontaire" in said


def test_the_tip_is_told_apart_and_never_in_the_coops_figures() -> None:
    assert [(figure.label, figure.value) for figure in SIMPLE.report.figures] == [
        ("Reçu et conservé par la coopérative", 12_00)
    ]
    said = text(SIMPLE)
    assert "Pourboire à la plateforme\u00a0: 1,92\u00a0€. Il n’entre pas dans les comptes de la coopérative." in said
    assert "Total débité, pourboire compris\u00a0: 13,92\u00a0€" in said
    assert "Pourboire" not in text(made(paid(12_00)))


def test_it_is_pdf_a_3a_and_pdf_ua_1_in_french_with_its_data_inside() -> None:
    with pikepdf.open(io.BytesIO(receipt_pdf(SIMPLE))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == f"Attestation de paiement {SIMPLE.reference}"
        assert str(pdf.Root["/Lang"]) == "fr-FR"
        (attached,) = (spec.get_file().read_bytes() for spec in pdf.attachments.values())
    data = json.loads(attached)
    assert data["provenance"]["verify_at"] == ADDRESS
    assert data["tables"][0]["rows"] == [["Anatole QUATREBARBES", "CP A", "Un enfant", 12_00]]


def test_the_same_receipt_gives_the_same_bytes_and_another_day_gives_others() -> None:
    assert receipt_pdf(SIMPLE) == receipt_pdf(made(paid(12_00, 1_92)))
    later = receipt(replace(PROOF, produced_at=at(8, 1)), given(paid(12_00, 1_92)))
    assert receipt_pdf(later) != receipt_pdf(SIMPLE)


def test_its_code_and_the_address_in_clear_lead_to_the_same_proof() -> None:
    with pikepdf.open(io.BytesIO(receipt_pdf(SIMPLE))) as pdf:
        links = {str(note["/A"]["/URI"]) for page in pdf.pages for note in page.get("/Annots", [])}
    assert links == {ADDRESS}
    assert "Vérifier cette attestation" in text(SIMPLE)
    assert ADDRESS in text(SIMPLE).replace(" ", "")


def test_a_demonstration_says_so_and_a_real_one_does_not() -> None:
    demo = receipt(replace(PROOF, demo=True), given(paid(12_00)))
    assert "DONNÉES DE DÉMONSTRATION" in text(demo)
    assert "DÉMONSTRATION" not in text(SIMPLE)


def test_instalments_are_told_one_by_one_with_those_to_come() -> None:
    due = tuple(InstalmentDue(number=n, due_on=date(2024, 6 + n, 4), cents=8_00, shares=()) for n in (2, 3))
    events = (
        paid(8_00),
        fact(InstalmentsScheduled, at(7, 4), instalments=due, cents=16_00),
        paid(8_00, instalment=2, when=at(8, 4)),
    )
    one = made(*events, children=(ANATOLE, LEONTINE), instalments=3)
    said = text(one)
    for part in ("Échéance 1 sur 3", "Échéance 2 sur 3", "4 août 2024", "Échéances à venir", "Échéance 3 sur 3"):
        assert part in said, part
    assert "Des échéances restent à venir\u00a0: 8,00\u00a0€." in said
    assert one.report.tables[2].frame.values.tolist() == [[date(2024, 9, 4), "Échéance 3 sur 3", 8_00]]


def test_a_refund_in_part_or_in_full_says_when_and_what_remains() -> None:
    part = made(paid(12_00, 1_92), refunded(5_00))
    assert "Cette contribution a été remboursée en partie\u00a0: 5,00\u00a0€." in text(part)
    assert [(f.label, f.value) for f in part.report.figures] == [
        ("Reçu par la coopérative", 12_00),
        ("Remboursé", -5_00),
        ("Conservé par la coopérative", 7_00),
    ]
    whole = made(paid(12_00, 1_92), refunded(12_00, 1_92))
    said = text(whole)
    assert "remboursée en totalité\u00a0: 12,00\u00a0€" in said
    assert "20 juillet 2024" in said
    assert "Pourboire remboursé\u00a0: 1,92\u00a0€" in said
    assert whole.report.figures[-1].value == 0


def test_a_dispute_is_told_while_it_lasts_and_when_it_is_decided() -> None:
    open_ = made(paid(12_00), contested(12_00))
    assert "son sort n’est pas encore connu" in text(open_)
    won = made(paid(12_00), contested(12_00), fact(DisputeWon, at(7, 29), cents=12_00))
    assert (won.state, won.report.figures[0].value) == ((), 12_00)
    assert "Contestation close en faveur de la coopérative le 29 juillet 2024" in text(won)
    lost = made(paid(12_00), contested(12_00), fact(DisputeLost, at(7, 29), cents=12_00))
    assert [(f.label, f.value) for f in lost.report.figures][1:] == [
        ("Repris par la banque", -12_00),
        ("Conservé par la coopérative", 0),
    ]


def test_cash_is_called_cash() -> None:
    said = text(made(fact(CashReceived, at(7, 4), cents=12_00)))
    assert "Espèces" in said
    assert "Carte" not in said


def test_eight_children_with_long_names_fit_on_one_page_and_forty_go_on() -> None:
    long = ANATOLE._replace(name="Marie-Antoinette-Joséphine de la TOUR D’AUVERGNE", school_class="CE2-CM1 de Mme Roy")
    assert len(pages(receipt_pdf(made(paid(96_00), children=(long,) * 8)))) == 1
    many = pages(receipt_pdf(made(paid(480_00), children=(long,) * 40)))
    assert len(many) > 1
    assert "Vérifier cette attestation" in many[-1]


@pytest.mark.parametrize("name", ["مرحبا بن علي", "😀 Zoé", "é" * 400, "#panic(1) *gras* $x$ <a> \\", '"'])
def test_any_name_gives_a_receipt_and_none_is_read_as_code(name: str) -> None:
    one = made(paid(12_00), children=(ANATOLE._replace(name=name),), payer=name)
    said = "".join(pages(receipt_pdf(one)))
    assert said.replace("\u200b", "").count("CP A") == 1
    if name.startswith("#"):
        assert name in said.replace("\u200b", "")


def test_a_story_passes_over_what_is_the_platforms_affair() -> None:
    history = fold([paid(12_00, 1_92), fact(FundsTransferred, at(7, 5), cents=12_00)])
    assert (history.paid, history.tip, history.kept) == (12_00, 1_92, 12_00)
    assert FundsTransferred.TOPIC not in TOPICS


def test_a_story_follows_a_plan_that_loses_instalments() -> None:
    due = tuple(InstalmentDue(number=n, due_on=date(2024, 8, n), cents=4_00, shares=()) for n in (2, 3, 4))
    plan = fact(InstalmentsScheduled, at(7, 4), instalments=due, cents=12_00)
    once_more = fact(InstalmentFailed, at(8, 2), number=2, cents=4_00, final=False, retry_on=date(2024, 8, 5))
    never = fact(InstalmentFailed, at(8, 9), number=2, cents=4_00, final=True, retry_on=None)
    stopped = fact(InstalmentsCancelled, at(8, 10), numbers=(4,), cents=4_00)
    assert fold([plan, once_more]).to_come == [UpcomingInstalment(n, date(2024, 8, n), 4_00) for n in (2, 3, 4)]
    assert fold([plan, once_more, never, stopped]).to_come == [UpcomingInstalment(3, date(2024, 8, 3), 4_00)]


def outcome(history: ContributionHistory) -> list[tuple[ReversalOutcome, date, int]]:
    """What became of each refund."""
    return [(one.outcome, one.on, one.cents) for one in history.reversals]


def test_a_refund_that_came_back_is_owed_until_the_coop_paid_it() -> None:
    failed = fact(RefundFailed, at(7, 25), cents=5_00, was_settled=True)
    repaid = fact(FailedRefundRepaid, at(7, 30), cents=5_00, means="cheque", paid_on=date(2024, 7, 30))
    back = [paid(12_00), refunded(5_00), failed]
    assert outcome(fold(back)) == [(ReversalOutcome.RETURNED, date(2024, 7, 20), 5_00)]
    assert "la coopérative doit encore cette somme" in text(made(*back))
    figures = {figure.label: figure.value for figure in made(*back).report.figures}
    assert figures == {
        "Reçu par la coopérative": 12_00,
        "Dû à la famille": -5_00,
        "Conservé par la coopérative": 7_00,
    }
    assert "Cette contribution a été remboursée" not in text(made(*back))
    assert "réglé par la coopérative par chèque le 30 juillet 2024" in text(made(*back, repaid))
    assert "Cette contribution a été remboursée en partie" in text(made(*back, repaid))
    assert fold([*back, repaid]).kept == 7_00
    undone = fact(PaymentToFamilyWithdrawn, at(7, 31), cents=5_00, paid_on=date(2024, 7, 30))
    assert "revenu de la carte le 25 juillet 2024" in text(made(*back, repaid, undone))
    assert outcome(fold([*back, repaid, undone])) == outcome(fold(back))


def test_what_the_coop_gave_back_itself_is_told_with_its_means_and_is_no_longer_kept() -> None:
    bank = fact(RefundPaidOutOfBand, at(7, 30), cents=5_00, means="transfer", paid_on=date(2024, 7, 30))
    cash = fact(CashReturned, at(7, 30), cents=3_00, refund_id=UUID(int=8), returned_on=date(2024, 7, 29))
    assert fold([paid(12_00), bank, cash]).kept == 4_00
    said = text(made(paid(12_00), bank, cash))
    assert "réglé par la coopérative par virement le 30 juillet 2024" in said
    assert "réglé par la coopérative en espèces le 29 juillet 2024" in said
    share = Share(line=1, class_code="CPA", cents=5_00, balance=12_00)
    undone = fact(PaymentToFamilyWithdrawn, at(7, 31), cents=5_00, shares=(share,), paid_on=date(2024, 7, 30))
    assert fold([paid(12_00), bank, undone]).reversals == []


def test_a_slip_of_cash_is_what_it_was_corrected_to() -> None:
    slip = fact(CashReceived, at(7, 4), cents=12_00, slip="B-1")

    def corrected(cents: int) -> Event:
        return fact(CashSlipCorrected, at(7, 4), typed=12_00, cents=cents, slip="B-1")

    assert [one.cents for one in fold([slip, corrected(1_20)]).payments] == [1_20]
    assert fold([slip, corrected(0)]).payments == []
    assert fold([slip, corrected(0), corrected(12_00)]).paid == 12_00


def test_a_refund_made_at_the_provider_bears_the_day_it_was_made() -> None:
    found = fact(ExternalRefundFound, at(7, 10), cents=5_00)
    allocated = fact(ExternalRefundAllocated, at(7, 15), cents=5_00, owed=False)
    assert outcome(fold([paid(12_00), found])) == []
    assert outcome(fold([paid(12_00), found, allocated])) == [(ReversalOutcome.REFUNDED, date(2024, 7, 10), 5_00)]


_PAYMENT: Final = UUID(int=8)


def paid_elsewhere(cents: int, payment_id: UUID = _PAYMENT) -> Event:
    """A payment on another platform."""
    return fact(ExternalPaymentRecorded, at(6, 27), cents=cents, external_payment_id=payment_id, platform="helloasso")


def given_back_elsewhere(cents: int) -> Event:
    """A refund that the other platform made."""
    return fact(ExternalPaymentRefunded, at(7, 1), cents=cents, external_payment_id=_PAYMENT)


def withdrawn_elsewhere() -> Event:
    """The payment was a mistake."""
    return fact(ExternalPaymentWithdrawn, at(6, 27), external_payment_id=_PAYMENT, paid_since=None)


def test_a_payment_on_another_platform_is_said_to_be_one_with_what_was_given_back_there() -> None:
    said = text(made(paid_elsewhere(12_00), given_back_elsewhere(5_00)))
    assert "27 juin 2024 Paiement sur une autre plateforme Autre plateforme 12,00\u00a0€" in said
    assert "Remboursement par l’autre plateforme" in said
    assert "collecté pour la coopérative par une autre plateforme, qui en rend compte elle-même" in said


def test_a_payment_here_says_nothing_of_other_platforms() -> None:
    assert "autre plateforme" not in text(SIMPLE)


def test_a_payment_elsewhere_that_was_a_mistake_leaves_the_receipt_with_its_refund() -> None:
    other = paid_elsewhere(20_00, UUID(int=9))
    events = (paid_elsewhere(12_00), other, given_back_elsewhere(5_00), withdrawn_elsewhere())
    assert given(*events).history == fold([other])
