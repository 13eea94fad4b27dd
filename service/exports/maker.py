"""Making a file that was asked for: on one snapshot of the read models, and sealed while it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from adapters.exports import ExportDropped, ExportKind, ExportRow, SealedExport
from domain.calendar import fiscal_year_label, paris_date
from domain.texts.network_words import Wording
from projections import directory
from projections.directory import CampaignRow
from projections.figures.export_rows import number_of_orders
from reports.class_balance import CampaignHead
from reports.parts.provenance import Provenance, coop_provenance
from reports.parts.report import Report, slug
from reports.render.csv_ import stream_csv
from reports.render.xlsx import stream_xlsx
from service.exports.chosen_list import PASSES, ChosenList
from service.exports.kinds import campaigns_of_kind, name_of
from service.exports.receipts import receipts_of_campaign
from service.exports.rows import ExportSource
from service.exports.tables import steps_of, tables_of
from service.receipts.receipt_service import ReceiptService
from service.runtime.open_ledger import OpenLedger

_BEGINNINGS: Final = 5
"""How often a file is begun anew in one go, because a family was forgotten while it was made."""
_RESTRICTED: Final = "Document nominatif\u00a0: réservé à la personne qui l’a demandé et au vérificateur des comptes."


class ExportMaker:
    """Makes the files of one association at one instant (UTC)."""

    def __init__(self, opened: OpenLedger, now: datetime, public_url: str) -> None:
        """Make files of one ledger; ``public_url`` is what the addresses of receipts begin with."""
        self._opened = opened
        self._now = now
        self._receipts = ReceiptService(opened, now, public_url)

    def make(self, export_id: UUID) -> None:
        """Make a file, unless it is not asked for any more.

        Raises:
            NothingToExport: its campaigns are gone.
            ExportDropped: people were forgotten again and again meanwhile.

        """
        for _ in range(_BEGINNINGS - 1):
            try:
                self._opened.read(self._make, export_id)
            except ExportDropped:
                continue
            return
        self._opened.read(self._make, export_id)

    def _make(self, connection: Connection[Any], export_id: UUID) -> None:
        """Make it from its first byte: what another making has written is gone with ``begin``."""
        begun = self._opened.exports.begin(export_id)
        if begun is None:
            return
        row, out = begun
        campaigns = self._campaigns(connection, row)
        words = self._opened.words()
        if row.kind == ExportKind.RECEIPTS:
            name = self._write_receipts(connection, row, out, campaigns[0])
        elif row.kind == ExportKind.LIST:
            name = self._write_list(connection, row, out, campaigns[0])
        else:
            name = self._write_tables(connection, row, out, campaigns, words)
        if not self._opened.exports.finish(row, f"{name}.{row.form}", out.end(), self._now):
            raise ExportDropped

    def _write_tables(
        self,
        connection: Connection[Any],
        row: ExportRow,
        out: SealedExport,
        campaigns: tuple[CampaignRow, ...],
        words: Wording,
    ) -> str:
        kind = ExportKind(row.kind)
        report = self._report(connection, row, campaigns, words)
        source = ExportSource(self._opened, connection, campaigns)
        whole = steps_of(kind) * number_of_orders(connection, [one.campaign_id for one in campaigns])
        tables = tables_of(kind, source, self._progress(row, whole))
        if row.form == "csv":
            stream_csv(report, tables, out)
        else:
            stream_xlsx(report, tables, out)
        return report.name

    def _write_list(self, connection: Connection[Any], row: ExportRow, out: SealedExport, campaign: CampaignRow) -> str:
        """Write the rows that were chosen, as the page hands over a short list.

        Raises:
            ExportDropped: it is not waited for any more.

        """
        chosen = self._opened.exports.chosen(row.export_id)
        if chosen is None:
            raise ExportDropped
        told = self._progress(row, PASSES * len(chosen.keys))
        listed = ChosenList(self._opened, connection, campaign, chosen.keys, told, whole=chosen.columns == "every")
        report = listed.report(self._now)
        if row.form == "csv":
            stream_csv(report, [listed.table()], out)
        else:
            stream_xlsx(report, [listed.table()], out, counted=False)
        return report.name

    def _write_receipts(
        self, connection: Connection[Any], row: ExportRow, out: SealedExport, campaign: CampaignRow
    ) -> str:
        receipts_of_campaign(self._opened, connection, campaign, self._receipts, self._progress, row, out)
        return f"attestations-{slug(campaign.title)[:40]}"

    def _progress(self, row: ExportRow, whole: int) -> Callable[[int], None]:
        """Return what is told of each step, and tells it on."""
        done = 0

        def told(steps: int) -> None:
            nonlocal done
            done += steps
            self._opened.exports.tell(row, done, whole)

        self._opened.exports.tell(row, 0, whole)
        return told

    def _report(
        self, connection: Connection[Any], row: ExportRow, campaigns: tuple[CampaignRow, ...], words: Wording
    ) -> Report:
        """Return what the file says of itself: what it holds, of which campaigns, from which events."""
        title, year = name_of(row.kind, words), fiscal_year_label(campaigns[0].school_year)
        one = campaigns[0] if row.campaign_id is not None else None
        about = one.title if one else f"toutes les collectes de l’année scolaire {year}"
        return Report(
            name=f"{slug(title)}-{slug(one.title)[:40] if one else year}",
            title=title,
            subtitle=about,
            provenance=self._provenance(connection, row.coop_id, one, year),
            tables=(),
            notes=(_RESTRICTED,),
            restricted=True,
            landscape=True,
        )

    def _provenance(
        self, connection: Connection[Any], coop_id: UUID, campaign: CampaignRow | None, year: str
    ) -> Provenance:
        (coop,) = directory.coops(connection, (coop_id,))
        last, head = self._opened.standing(connection)
        proof = coop_provenance(coop, self._opened.name, last, head, self._now)
        if campaign is None:
            return proof.over(f"année scolaire {year}")
        told = CampaignHead(
            campaign.campaign_id, campaign.title, campaign.school_year, campaign.opens_at, campaign.closes_at
        )
        return proof.over(told.period(paris_date(self._now)))

    def _campaigns(self, connection: Connection[Any], row: ExportRow) -> tuple[CampaignRow, ...]:
        """Return the campaigns that a file is about, of its coop alone."""
        of_coop = directory.campaigns_of(connection, row.coop_id)
        return campaigns_of_kind(
            ExportKind(row.kind),
            (one for one in of_coop if row.campaign_id == one.campaign_id or row.school_year == one.school_year),
        )
