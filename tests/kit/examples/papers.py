"""One realistic instance of every event of papers that a coop issues."""

from __future__ import annotations

from typing import Any, Final

from domain.events.base import Event
from domain.events.papers import issued
from tests.kit import example
from tests.kit.example import LATER, SAID

_ENTRY: Final = (
    issued.EntryLine(account="bank", class_code="", debit=2_000, credit=0),
    issued.EntryLine(account="contributions", class_code="CPA", debit=0, credit=2_000),
)
_RECAP: Final = (issued.ClassRecap(class_code="CPA", children=1, children_back=0, received=2_000, returned=0),)
_PRINTED: Final[dict[str, Any]] = {"trigger": 20, "exercise": 2023, "piece_on": LATER.date(), "template": 1}

PAPERS: Final[tuple[Event, ...]] = (
    issued.PayoutStatementIssued(
        **SAID,
        payout_id=example.PAYOUT,
        cents=2_000,
        **_PRINTED,
        number=4,
        returns="",
        printed='{"paper":"statement"}',
        lines=1,
        lines_sha256="2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683",
    ),
    issued.VoucherIssued(
        **SAID,
        **_PRINTED,
        campaign_id=example.CAMPAIGN,
        kind="payout",
        payout_id=example.PAYOUT,
        series="R",
        number=3,
        part=2,
        rectifies=(),
        entry=_ENTRY,
        classes=_RECAP,
        printed='{"paper":"part"}',
        lines=1,
        lines_sha256="2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683",
    ),
    issued.VoucherFinalized(
        **SAID,
        **_PRINTED,
        campaign_id=example.CAMPAIGN,
        number=3,
        edition=1,
        entry=_ENTRY,
        classes=_RECAP,
        to_pay_out=400,
        overpaid=0,
        blocked=0,
        printed='{"paper":"final"}',
    ),
)
