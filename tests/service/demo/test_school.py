"""The school to try: what its desks show is there, at its bank too, and what a newcomer does next goes through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.contact_vault import ClassOfYear
from adapters.imports import parse_payments
from domain.aggregate import Stamp
from domain.calendar import fiscal_year, paris_date
from domain.campaign.contribution import RefundStatus
from domain.campaign.refunds import LineAmount, RequestRefund
from domain.campaign.state import Campaign
from domain.coop.payouts import RequestPayout
from domain.coop.state import PayoutStatus
from domain.recorded_event import RecordedEvent
from domain.vocabulary.reasons import RefundReason
from service.contacts.address_book import in_group
from service.contacts.groups import all_groups
from service.demo.run import SLUG
from service.demo.school.families import AFTER, BEFORE, CLASS
from service.demo.school.import_files import CORRECTED, FIRST, import_files
from tests.kit.members.visits import words
from tests.service.demo.conftest import ServedDemonstration

DOOR: Final = f"/{SLUG}/demonstration"


@pytest.fixture
def visit(served: ServedDemonstration) -> Iterator[httpx2.Client]:
    """A browser without JavaScript that came in as the mandate holder."""
    headers = {"Accept": "text/html", "Origin": served.url}
    with httpx2.Client(base_url=served.url, headers=headers, follow_redirects=True, timeout=30) as client:
        client.post(f"{DOOR}/mandataire")
        yield client


def school(served: ServedDemonstration) -> UUID:
    """The coop of the school to try: the one that its teacher has a class of."""
    (held,) = [one for one in served.demonstration.opened.association().roles.values() if one.class_code]
    assert held.coop_id is not None
    return held.coop_id


def told(served: ServedDemonstration) -> list[RecordedEvent]:
    """What the log tells of the school."""
    store = served.demonstration.opened.ledger.store
    return [fact for fact in store.events(1, 100_000) if fact.coop_id == school(served)]


def kinds(served: ServedDemonstration) -> Counter[str]:
    """How often each event happened at the school."""
    return Counter(type(fact.event).__name__ for fact in told(served))


def campaigns(served: ServedDemonstration) -> dict[str, UUID]:
    """The campaigns of the school by title."""
    ids = {fact.stream_id for fact in told(served) if type(fact.event).__name__ == "CampaignDrafted"}
    states = [served.demonstration.opened.ledger.store.load(Campaign, key) for key in ids]
    return {state.details.title: state.id for state in states if state.details}


def test_the_school_has_two_campaigns_a_refund_a_payout_that_arrived_a_dispute_and_counted_cash(
    served: ServedDemonstration,
) -> None:
    happened = kinds(served)
    assert happened["CampaignPublished"] == 2
    assert happened["PaymentCaptured"] == len(BEFORE) + len(AFTER)
    assert happened["InstalmentsScheduled"] == 2
    once = ("RefundSettled", "DisputeOpened", "PayoutPaid", "ClassCashCounted", "PayoutStatementIssued")
    assert {name: happened[name] for name in once} == dict.fromkeys(once, 1)
    assert happened["VoucherIssued"] == 2
    assert served.worker.outbox.count().get("parked", 0) == 0


def test_the_whole_ledger_is_sound_with_the_school_in_it(served: ServedDemonstration) -> None:
    assert served.demonstration.verify(lambda _: None).sound


def test_a_refund_that_a_newcomer_asks_for_leaves_at_once_whatever_the_bank_contests(
    served: ServedDemonstration,
) -> None:
    context, refund_id = served.worker.context(SLUG), uuid4()
    campaign_id = campaigns(served)["Sortie à la ferme"]
    campaign = context.campaign(campaign_id)
    contribution_id, paid = next(iter(campaign.contributions.items()))
    (line,) = (number for number, one in paid.lines.items() if one.refundable > 0)
    cents = paid.lines[line].refundable
    context.record(
        RequestRefund(
            stream_id=campaign_id,
            stamp=Stamp(at=served.worker.now(), by="test"),
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=cents,
            tip_cents=0,
            reason=RefundReason.DUPLICATE,
            by_line=(LineAmount(line=line, cents=cents),),
        )
    )
    served.worker.work_off()
    served.bank.control("/clock", seconds=3)
    served.worker.sweep(whole=True)
    served.worker.work_off()
    refunds = context.campaign(campaign_id).contribution(contribution_id).refunds
    assert refunds[refund_id].status is RefundStatus.SETTLED


def test_what_can_be_paid_out_is_at_the_bank_and_arrives(served: ServedDemonstration) -> None:
    context, coop_id, payout_id = served.worker.context(SLUG), school(served), uuid4()
    before = context.coop(coop_id).payouts
    assert [one.status for one in before.values()] == [PayoutStatus.PAID]
    cents = context.funds(coop_id).available
    assert cents > 0
    stamp = Stamp(at=served.worker.now(), by="test")
    context.record(RequestPayout(stream_id=coop_id, stamp=stamp, payout_id=payout_id, cents=cents))
    served.worker.work_off()
    for outcome in ("send", "pay"):
        served.bank.control(f"/payouts/{context.coop(coop_id).payouts[payout_id].provider_payout}", outcome=outcome)
    served.worker.sweep(whole=True)
    served.worker.work_off()
    assert context.coop(coop_id).payouts[payout_id].status is PayoutStatus.PAID


def test_the_class_of_the_teacher_shows_what_it_gave_and_the_other_is_protected(
    served: ServedDemonstration, visit: httpx2.Client
) -> None:
    visit.post(f"{DOOR}/enseignante")
    of_class = words(visit.get(f"/{SLUG}/coops/{school(served)}/classes/{CLASS}").text)
    assert "9 participants" in of_class
    assert "Sortie à la ferme Le chiffre de la classe n’est pas affiché quand" in of_class
    assert visit.get(f"/{SLUG}/coops/{school(served)}/classes/CPA").status_code == 404


def test_the_address_book_has_the_class_a_group_and_a_field_of_the_coop(served: ServedDemonstration) -> None:
    opened, coop_id = served.demonstration.opened, school(served)
    year = fiscal_year(paris_date(served.worker.now()))
    contacts = in_group(opened, coop_id, ClassOfYear(year, CLASS))
    assert len(contacts) == 7
    assert {one.profile.email.rpartition("@")[2] for one in contacts} == {"example.org"}
    payers = {family.payer.email for family in (*BEFORE, *AFTER)}
    assert len(payers & {one.profile.email for one in contacts}) == 3
    (group,) = all_groups(opened, coop_id)
    assert len(in_group(opened, coop_id, group.group_id)) == 3
    (category,) = opened.contacts.fields.read(coop_id).categories
    assert (category.name, len(category.fields)) == ("Informations sur les enfants", 1)


def test_the_files_to_import_are_read_without_an_error_and_differ_as_they_say(served: ServedDemonstration) -> None:
    files = import_files(paris_date(served.worker.now()))
    first, corrected = (parse_payments(files[name]) for name in (FIRST, CORRECTED))
    assert (first.errors, corrected.errors) == ((), ())
    assert (len(first.rows), len(corrected.rows)) == (5, 5)
    assert len(corrected.mentions) == 1, "the one that was given back"


def test_the_first_page_offers_the_files_and_they_are_imported_one_after_the_other(
    served: ServedDemonstration, visit: httpx2.Client
) -> None:
    links = re.findall(rf'href="({DOOR}/exemples/[^"]+)"', visit.get("/").text)
    assert [link.rpartition("/")[2] for link in links] == [FIRST, CORRECTED]
    contents = [visit.get(link) for link in links]
    assert {one.status_code for one in contents} == {200}
    campaign = campaigns(served)["Sortie à la ferme"]
    address = f"/{SLUG}/collectes/{campaign}/participants/importer"
    preview = visit.post(address, files={"fichier": (FIRST, contents[0].content)})
    assert "5 lignes à importer" in words(preview.text)
    visit.post(str(preview.url), data={"etape": "importer"})
    preview = visit.post(address, files={"fichier": (CORRECTED, contents[1].content)})
    said = words(preview.text)
    assert "6 lignes lues, 3 déjà là" in said
    assert "Écarts à décider (2)" in said
    assert "Lignes à vérifier (1)" in said
    asked = dict(
        re.findall(
            r'<select [^>]*name="(decision-[^"]+)"[^>]*>.*?<option value="([^"]+)">[^<]+</option>\s*</select>',
            preview.text,
            re.DOTALL,
        )
    )
    assert len(asked) == 2, "what the file says is the last choice of each line"
    done = visit.post(str(preview.url), data={**asked, "ignorer": "1", "etape": "importer"})
    assert "1 corrigé ou retiré depuis" in words(done.text)
    state = served.demonstration.opened.ledger.store.load(Campaign, campaign)
    paid = [one for one in state.contributions.values() if one.external_payments]
    assert sorted(line.held for one in paid for line in one.lines.values()) == [0, *[12_00] * 5]
