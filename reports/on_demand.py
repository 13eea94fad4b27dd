"""The renderers, for who has them run in another process: they are heavy, and asking for them imports none."""

from __future__ import annotations

from collections.abc import Sequence

from reports.parts.rendered import Rendered
from reports.parts.report import Format, Report
from reports.receipt import Receipt
from reports.sheets.badges import BadgeSheet
from reports.sheets.cash import DepositSlip, SlipSheet
from reports.sheets.flyer import Flyer


def rendered(report: Report, form: Format) -> Rendered:
    """Write a report in a format."""
    from reports.render import render  # noqa: PLC0415 - only the process that renders imports it

    return render(report, form)


def rendered_json(report: Report) -> Rendered:
    """Write a report for a program: as quick as to read it, so that it needs no process of its own."""
    from reports.render.json_ import to_json  # noqa: PLC0415 - as above

    return Rendered(to_json(report), "application/json", f"{report.name}.json")


def rendered_receipt(receipt: Receipt) -> bytes:
    """Set a receipt as a PDF."""
    from reports.render.receipt_pdf import receipt_pdf  # noqa: PLC0415 - as above

    return receipt_pdf(receipt)


def rendered_receipts(receipts: Sequence[Receipt], title: str) -> bytes:
    """Set the receipts of several contributions as one PDF."""
    from reports.render.receipt_pdf import receipts_pdf  # noqa: PLC0415 - as above

    return receipts_pdf(receipts, title)


def joined_receipts(pieces: Sequence[bytes], title: str, author: str) -> bytes:
    """Join the PDF files of many receipts to one."""
    from reports.render.joined_pdf import joined_pdf  # noqa: PLC0415 - as above

    return joined_pdf(pieces, title, author)


def rendered_badges(sheet: BadgeSheet) -> Rendered:
    """Set badges to print as a PDF."""
    from reports.render.badges_pdf import badges_pdf  # noqa: PLC0415 - as above

    return Rendered(badges_pdf(sheet), "application/pdf", f"{sheet.name}.pdf")


def rendered_flyer(flyer: Flyer) -> Rendered:
    """Set a sheet to print as a PDF."""
    from reports.render.flyer_pdf import flyer_pdf  # noqa: PLC0415 - as above

    return Rendered(flyer_pdf(flyer), "application/pdf", f"{flyer.name}.pdf")


def rendered_slips(sheet: SlipSheet) -> Rendered:
    """Set slips of cash to cut off as a PDF."""
    from reports.render.cash_pdf import slips_pdf  # noqa: PLC0415 - as above

    return Rendered(slips_pdf(sheet), "application/pdf", f"{sheet.name}.pdf")


def rendered_deposit(slip: DepositSlip) -> Rendered:
    """Set what goes with cash to the bank as a PDF."""
    from reports.render.cash_pdf import deposit_pdf  # noqa: PLC0415 - as above

    return Rendered(deposit_pdf(slip), "application/pdf", f"{slip.name}.pdf")
