"""Making receipts and checking them: a contribution is read, its people named, its proof sealed.

Everything is read for one request, from one snapshot of the read models and the log behind it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.calendar import paris_date
from domain.errors import NotFound
from domain.events.contribution import CashReceived, PaymentCaptured
from domain.events.external import ExternalPaymentRecorded
from domain.recorded_event import RecordedEvent
from domain.texts.network_words import Wording
from reports.parts.provenance import coop_provenance
from reports.receipt import ChildLine, Receipt, ReceiptInput, receipt
from service import people
from service.family_links import LINK_LIFE, link_path
from service.receipts.errors import NothingPaid
from service.receipts.proof import LINK_BYTES, PATH, SECRET, PrintedReceipt, read_proof, write_proof
from service.receipts.proof_check import ProofCheck, check_proof
from service.receipts.source import ReceiptSource
from service.runtime.open_ledger import OpenLedger

_A_DAY: Final = timedelta(days=1)
_PAYMENTS: Final = (PaymentCaptured, CashReceived, ExternalPaymentRecorded)


class ReceiptService:
    """Makes the receipts of one association at one moment (UTC); ``public_url`` is what addresses begin with."""

    def __init__(self, opened: OpenLedger, now: datetime, public_url: str) -> None:
        """Serve one ledger."""
        self._opened = opened
        self._now = now
        self._public_url = public_url

    @property
    def today(self) -> date:
        """The Paris day."""
        return paris_date(self._now)

    @property
    def demo(self) -> bool:
        """Whether the association is one of the demonstration."""
        return self._opened.ledger.demo

    @property
    def association(self) -> str:
        """The name of the association."""
        return self._opened.name

    @property
    def words(self) -> Wording:
        """What the association calls what families give."""
        return self._opened.words()

    def source(self, campaign_id: UUID, contribution_id: UUID) -> ReceiptSource:
        """Read a contribution; errors as ``ReceiptSource.read``."""
        return self._opened.read(ReceiptSource.read, self._opened.ledger, campaign_id, contribution_id)

    def first_payment(self, campaign_id: UUID, contribution_id: UUID) -> RecordedEvent | None:
        """Return the first payment of a contribution; None where nothing was paid, or nothing is known."""
        try:
            facts = self.source(campaign_id, contribution_id).facts()
        except (NotFound, NothingPaid):
            return None
        return next(fact for fact in facts if isinstance(fact.event, _PAYMENTS))

    def grant(self, token: str) -> FamilyGrant:
        """Read the link of a receipt; errors as ``FamilyTokens.find``."""
        return self._opened.tokens.find(token, TokenPurpose.RECEIPT, self.today)

    def old_grant(self, token: str) -> FamilyGrant:
        """Read the link of a receipt whatever its day; errors as ``FamilyTokens.find_old``."""
        return self._opened.tokens.find_old(token, TokenPurpose.RECEIPT)

    def path(self, source: ReceiptSource) -> str:
        """Make a link to the receipt of a contribution, for thirty days from today, and return its path."""
        return self._path(source, self.today + LINK_LIFE)

    def path_after_payment(self, source: ReceiptSource) -> str:
        """Make the link that a contribution's own page leads to: good until the day after its payment.

        That page names nobody and may be shown around, while the receipt names people: a visitor who comes later is
        offered a link by e-mail.
        """
        paid = next(fact for fact in source.facts() if isinstance(fact.event, _PAYMENTS))
        return self._path(source, paris_date(paid.event.happened_at) + _A_DAY)

    def identification(self, source: ReceiptSource) -> str:
        """Return the regulated line of the coop (S-56)."""
        return source.coop.identification(self._opened.name)

    def proof_of(self, source: ReceiptSource) -> str:
        """Return the address of the page that proves a receipt issued now."""
        history, order = source.history(), source.order
        printed = PrintedReceipt(
            order.campaign_id,
            order.contribution_id,
            self.today,
            history.paid,
            history.kept,
            source.last,
            source.head[:LINK_BYTES],
        )
        token = write_proof(self._opened.vault.secret(SECRET), printed)
        return f"{self._public_url}/{self._opened.ledger.slug}/{PATH}/{token}"

    def receipt(self, source: ReceiptSource, *, shows_tip: bool = True) -> Receipt:
        """Make the receipt of a contribution, with the names that the vault still knows.

        The tip is the family's affair and the platform's: a copy for the school does not show it.

        Raises:
            LedgerCorrupt: the log contradicts its chain or the read models.

        """
        order, history = source.order, source.history()
        names = people.full_names(
            self._opened.vault, (order.payer_id, *(child.participant_id for child in source.children))
        )
        given = ReceiptInput(
            association=self._opened.name,
            words=self.words,
            payer=names[order.payer_id],
            contribution_id=order.contribution_id,
            campaign=source.campaign.title,
            school_year=source.campaign.school_year,
            instalments=order.instalments,
            children=[
                ChildLine(
                    names[child.participant_id],
                    source.class_label(child.class_code),
                    source.tariff_labels.get(child.tariff_id, ""),
                    child.due,
                )
                for child in source.children
            ],
            history=history if shows_tip else history.without_tip(),
        )
        provenance = coop_provenance(
            source.coop, self.association, source.last, source.head, self._now, self.proof_of(source)
        )
        return receipt(provenance, given)

    def check_proof(self, token: str) -> tuple[ReceiptSource, ProofCheck]:
        """Compare what a receipt says with the ledger now.

        Raises:
            ProofUnknown: no receipt of ours has this code.
            ProofOver: it is more than ten years old.
            NotFound: the ledger does not have its contribution.

        """
        printed = read_proof(self._opened.vault.secret(SECRET), token, self.today)
        source = self.source(printed.campaign_id, printed.contribution_id)
        return source, check_proof(source, printed, self._opened)

    def _path(self, source: ReceiptSource, until: date) -> str:
        order = source.order
        grant = FamilyGrant(TokenPurpose.RECEIPT, order.campaign_id, order.contribution_id, until)
        return link_path(self._opened.ledger.slug, TokenPurpose.RECEIPT, self._opened.tokens.create(grant))
