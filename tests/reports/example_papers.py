"""Papers as reports print them: what their events hold, made by the domain from a payout of a small campaign."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec.structs import replace

from domain.chart_of_accounts import Account
from domain.events.base import SchoolClass
from domain.events.papers.issued import ClassRecap, EntryLine
from domain.papers.content import PaperHead, RecapPart
from domain.papers.drafts import (
    CoopFacts,
    FinalDraft,
    PaperLine,
    PartDraft,
    PayoutFacts,
    Series,
    digest_of,
    entry_of,
)
from reports.family_annex import FamilyAnnex, with_families
from reports.papers.template_1 import PaperAddition
from reports.papers.templates import paper_report
from reports.parts.provenance import Provenance
from reports.parts.report import Report
from tests.reports.example_rows import CAMPAIGN, CHILDREN, LABELS, NAMES, ORDERS

ARRIVED: Final = date(2024, 7, 12)
_CONTRIBUTION: Final = ORDERS[0].contribution_id
_CLASSES: Final = tuple(SchoolClass(code=code, label=label) for code, label in LABELS.items())


def line(position: int, code: str, cents: int, *, back: bool = False) -> PaperLine:
    """A movement of a contribution; with ``back`` a refund."""
    return PaperLine(
        position=position,
        on=date(2024, 7, 4),
        kind="campaign.refund_settled" if back else "campaign.payment_captured",
        contribution_id=_CONTRIBUTION,
        class_code=code,
        account=Account.CONTRIBUTIONS,
        debit=cents if back else 0,
        credit=0 if back else cents,
    )


LINES: Final = (line(161, "CE1", 1_200, back=True), line(152, "CPA", 2_400), line(153, "CE1", 1_200))
RECAPS: Final = (
    ClassRecap(class_code="CE1", children=1, children_back=0, received=1_200, returned=1_200),
    ClassRecap(class_code="CPA", children=2, children_back=0, received=2_400, returned=0),
)
PART: Final = PartDraft(
    series=Series.RECEIPT,
    campaign_id=CAMPAIGN,
    title="Test adhésion juillet 2024",
    corrects=(140,),
    entry=entry_of(LINES, Account.BANK),
    classes=RECAPS,
    labels=_CLASSES,
    kinds=("campaign.payment_captured", "campaign.refund_settled"),
    said=(),
    lines=len(LINES),
    lines_sha256=digest_of(LINES),
)
OWED: Final = FinalDraft(
    campaign_id=CAMPAIGN,
    exercise=2023,
    title="Test adhésion juillet 2024",
    classes=RECAPS,
    labels=_CLASSES,
    to_pay_out=600,
    overpaid=0,
    blocked=0,
    cash=0,
    elsewhere=0,
)
PAYOUT: Final = PayoutFacts(payout_id=CAMPAIGN, cents=2_400, iban="FR76 •••• 0189", asked_on=date(2024, 7, 8))
COOP: Final = CoopFacts(
    name="Coop Test 900",
    affiliation_number="174",
    identification="Coopérative scolaire OCCE de l’école Jules Ferry - Cannes",
    demo=False,
)
_PLACE: Final = (COOP, 170, 2023, ARRIVED, date(2024, 7, 13))
HEAD: Final = PaperHead(*_PLACE, template=2)
PART_PRINTED: Final = HEAD.part(
    "R-2023-2024-0001/2", "payout", PART, PAYOUT, "V-2023-2024-0003", ("R-2023-2024-0001/1",)
)
STATEMENT_PRINTED: Final = HEAD.statement(
    "V-2023-2024-0003", PAYOUT, "", [("R-2023-2024-0001/2", PART)], PART.lines_sha256
)
_CARRIED: Final = ([RecapPart("R-2023-2024-0001/2", ARRIVED, 2_400, 0)], (PART.entry, RECAPS))
RECAP_PRINTED: Final = HEAD.final("R-2023-2024-0001", 1, OWED, *_CARRIED)
CASH: Final = replace(OWED, cash=3_600)
_WITH_CASH: Final = (
    RecapPart("R-2023-2024-0001/1", date(2024, 7, 1), 0, 4_800),
    RecapPart("R-2023-2024-0001/2", ARRIVED, 2_400, 0),
    RecapPart("R-2023-2024-0001/3", date(2024, 7, 15), 0, -1_200),
)
_CASH_ENTRY: Final = (
    *PART.entry,
    EntryLine(account=Account.CASH, class_code="", debit=4_800, credit=0),
    EntryLine(account=Account.CASH, class_code="", debit=0, credit=1_200),
)
CASH_PRINTED: Final = PaperHead(*_PLACE).final("R-2023-2024-0001", 1, CASH, _WITH_CASH, (_CASH_ENTRY, RECAPS))
"""A recap as it is issued now, with cash that came in and went back."""
PROVISIONAL_PRINTED: Final = HEAD.final("", 0, OWED, *_CARRIED)


def recap(provenance: Provenance, printed: str = RECAP_PRINTED) -> Report:
    """A final recap without names."""
    return paper_report(printed, 1, PaperAddition(provenance))


def family_recap(provenance: Provenance) -> Report:
    """The same with the annex by family."""
    return with_families(recap(provenance), FamilyAnnex(ORDERS, CHILDREN, LABELS, NAMES))


def empty_recap(provenance: Provenance) -> Report:
    """The provisional document of a campaign without any payment."""
    nothing = FinalDraft(
        campaign_id=CAMPAIGN,
        exercise=2023,
        title="Test",
        classes=(),
        labels=(),
        to_pay_out=0,
        overpaid=0,
        blocked=0,
        cash=0,
        elsewhere=0,
    )
    return recap(provenance, HEAD.final("", 0, nothing, [], ((), ())))
