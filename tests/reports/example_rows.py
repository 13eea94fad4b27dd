"""The guide's example as rows: three payments of four children in three classes, 48,00 € in all."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from domain.events.base import StatementBoxes
from domain.events.closings.period import ByOrigin, CoverageState, PeriodClosed, ProviderCoverage, RunningTotals
from domain.roll_forward import Origin
from projections.class_balances import ClassBalance
from projections.closings.closed_periods import ClosingRow
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead
from reports.parts.provenance import Provenance
from reports.payments_table import PersonNames
from reports.statement import Entry, StatementInput

GOLDEN: Final = Path(__file__).resolve().parents[1] / "golden" / "reports"
COOP: Final = UUID(int=1)
CAMPAIGN: Final = UUID(int=2)
JUNE_27: Final = datetime(2024, 6, 27, 10, tzinfo=UTC)
JULY_4: Final = datetime(2024, 7, 4, 9, tzinfo=UTC)
PROVENANCE: Final = Provenance(
    coop_name="Coop Test 900",
    affiliation_number="174",
    identification=(
        "Coopérative scolaire OCCE de l’école maternelle Jules FERRY - Cannes - "
        "affiliée et autorisée par l’OCCE 06 sous le N°\u00a0174"
    ),
    first_position=1,
    last_position=240,
    chain_head="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    projections=(("journal", 1), ("class_balances", 1)),
    produced_at=datetime(2024, 7, 31, 20, 5, tzinfo=UTC),
    demo=False,
)
DEMO: Final = replace(
    PROVENANCE, demo=True, checkpoint=(512, "c0ffee" * 10 + "abcd"), verify_at="https://coop.example/verifier/17"
)
HEAD: Final = CampaignHead(
    CAMPAIGN,
    "Test adhésion juillet 2024",
    2024,
    datetime(2024, 6, 1, 6, tzinfo=UTC),
    datetime(2024, 7, 28, 17, tzinfo=UTC),
)
LABELS: Final = {"CPA": "CPA", "CE1": "CE1", "CE2-CM1": "CE2-CM1"}
_PEOPLE: Final = (
    PersonNames("Marie", "GALANTE"),
    PersonNames("Julien", "GALANTE"),
    PersonNames("Laurence", "DURAND"),
    PersonNames("Robert", "DUPOND"),
    PersonNames("Claire", "GALANTE"),
    PersonNames("Anne", "DURAND"),
    PersonNames("Paul", "DUPOND"),
)
IDS: Final = tuple(UUID(int=0xA0000 + number) for number in range(len(_PEOPLE)))
NAMES: Final = dict(zip(IDS, _PEOPLE, strict=True))


def class_row(
    code: str,
    participants: int,
    received: int,
    *,
    refunded: int = 0,
    owed: int = 0,
    moved: int = 0,
    elsewhere: tuple[int, int] = (0, 0),
) -> ClassBalance:
    """A class of the campaign; ``elsewhere`` is what another platform collected, and gave back, of its figures."""
    balance = received - refunded - owed
    return ClassBalance(
        *(
            CAMPAIGN,
            code,
            COOP,
            participants,
            1_200 * participants,
            received,
            refunded,
            0,
            owed,
            moved,
            0,
            balance,
            240,
        ),
        *elsewhere,
    )


CLASSES: Final = (class_row("CE1", 1, 1_200), class_row("CE2-CM1", 1, 1_200), class_row("CPA", 2, 2_400))


def order(
    number: int, payer: UUID, cents: int, paid_at: datetime | None, *, means: str = "card", refunded: int = 0
) -> ContributionRow:
    """A contribution: paid in full, or a basket that was left."""
    paid = 0 if paid_at is None else cents
    return ContributionRow(
        contribution_id=UUID(int=0x100 + number),
        campaign_id=CAMPAIGN,
        coop_id=COOP,
        payer_id=payer,
        means=means,
        placed_at=paid_at or JULY_4,
        paid_at=paid_at,
        asked=cents,
        due=cents if refunded < paid else 0,
        paid=paid,
        payments=int(paid > 0),
        given_back=refunded,
        refunded=refunded,
        owed=0,
        disputed=0,
        lost=0,
        refund_pending=0,
        tip_due=0,
        tip_paid=0,
        tip_refunded=0,
        instalments=1,
        expected_later=0,
        abandoned=False,
        status="pending" if paid_at is None else "refunded" if refunded else "received",
        position=number,
        collected_elsewhere=paid if means == "external" else 0,
    )


def child(
    number: int, line: int, person: UUID, code: str, cents: int = 1_200, *, elsewhere: bool = False, refunded: int = 0
) -> ParticipantRow:
    """A child of a contribution, paid in full."""
    about = (UUID(int=0x100 + number), line, CAMPAIGN, COOP, person, code, "enfant")
    due, held = cents if refunded < cents else 0, cents - refunded
    state = "received" if not refunded else "refunded" if refunded == cents else "partially_refunded"
    return ParticipantRow(
        *about, cents, due, cents, cents if elsewhere else 0, refunded, 0, 0, held, held > 0, state, 0, number
    )


ORDERS: Final = (
    order(1, IDS[5], 1_200, JUNE_27),
    order(2, IDS[6], 1_200, JUNE_27),
    order(3, IDS[4], 2_400, JULY_4),
)
CHILDREN: Final = (
    child(3, 1, IDS[0], "CPA"),
    child(3, 2, IDS[1], "CE1"),
    child(1, 1, IDS[2], "CE2-CM1"),
    child(2, 1, IDS[3], "CPA"),
)
JULY: Final = date(2024, 7, 1)
BOXES: Final = StatementBoxes(opening=180_739, receipts=3_600, disbursements=1_200, transfers=180_000, closing=3_139)


def entry(position: int, day: date, label: str, reference: str, boxes: tuple[int, int, int], *, late: bool) -> Entry:
    """A movement; ``boxes`` are receipts, disbursements and transfers."""
    origin = Origin.FAMILIES if boxes[0] else Origin.REFUNDS
    return Entry(position, day, date(2024, 7, 5), label, reference, origin, *boxes, 0, date(2024, 7, 1), late)


ENTRIES: Final = (
    entry(170, date(2024, 7, 12), "Virement émis", "V-2023-2024-0003", (0, 0, 180_000), late=False),
    entry(152, date(2024, 7, 4), "Paiement reçu", "00A11-0B7C2", (2_400, 0, 0), late=False),
    entry(151, date(2024, 6, 28), "Paiement reçu", "3F2A9-0B7C1", (1_200, 0, 0), late=True),
    entry(161, date(2024, 7, 9), "Remboursement réglé", "00A11-0B7C2", (0, 1_200, 0), late=False),
)

CLOSING: Final = ClosingRow(
    210,
    PeriodClosed(
        at=datetime(2024, 8, 10, 6, tzinfo=UTC),
        by="system:closings",
        kind="month",
        first_day=date(2024, 7, 1),
        last_day=date(2024, 7, 31),
        boxes=BOXES,
        blocked=0,
        receipts=ByOrigin(families=3_600),
        disbursements=ByOrigin(refunds=1_200),
        year_to_date=RunningTotals(receipts=184_339, disbursements=1_200, payouts=180_000, payouts_back=0),
        perpetual=RunningTotals(receipts=384_339, disbursements=21_200, payouts=360_000, payouts_back=0),
        up_to_position=209,
        chain_head="5f" * 32,
        papers_issued=(),
        held_elsewhere=(),
        provider=ProviderCoverage(state=CoverageState.READ, read_at=datetime(2024, 8, 9, 3, 12, tzinfo=UTC)),
    ),
)
"""The closing of July, on the 10th of August."""
STATEMENT: Final = StatementInput(JULY, date(2024, 8, 20), BOXES, 0, ENTRIES, CLOSING)


def golden(name: str, content: bytes) -> bytes:
    """The kept bytes of a document; COOPLEDGER_WRITE_GOLDEN=1 keeps those given instead."""
    if os.environ.get("COOPLEDGER_WRITE_GOLDEN"):
        (GOLDEN / name).write_bytes(content)
    return (GOLDEN / name).read_bytes()
