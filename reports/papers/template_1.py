"""Template 1 of papers: how statements of payouts, parts, recaps and provisional documents are laid out.

It reads what a paper's event holds, and nothing of the present but what is given beside it: it never changes. A newer
layout is another file. Cents; amounts gross, on their side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from domain.calendar import fiscal_year_label, french_date
from domain.papers.drafts import PaperLine
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, slug
from reports.parts.wording import payment_reference

_KINDS: Final = {
    "payout": "Virement arrivé",
    "return": "Virement retourné par la banque",
    "correction": "Rectification, sans mouvement de banque",
    "failed_payout": "Virement échoué",
    "year_end": "Reprise au 31 août de ce qui n’est pas arrivé en banque",
    "cash": "Espèces reçues",
    "cash_corrected": "Rectification d’un bordereau d’espèces",
    "cash_returned": "Espèces rendues à une famille",
    "repaid": "Remboursement réglé par la coopérative",
    "repayment_withdrawn": "Annulation d’un règlement à une famille",
    "external_payout": "Versement d’une autre plateforme",
    "external_payout_withdrawn": "Annulation du versement d’une autre plateforme",
    "external_payment_withdrawn": "Annulation d’un paiement collecté ailleurs",
    "deposit": "Espèces remises à la banque",
    "deposit_withdrawn": "Annulation d’une remise d’espèces",
}
_MONEY: Final = ("512", "530")
"""The accounts of money at the bank and in the cash box."""
_OWN: Final = "Mouvements propres à la coopérative"
_SIGNATURES: Final = ("Mandataire de la coopérative", "Vérificateur des comptes")
_UNMATCHED: Final = "non rapprochée à ce jour"
_FACTS: Final = (Column("Rubrique"), Column("Valeur"))
_ENTRY: Final = (
    *(Column("Compte"), Column("Libellé"), Column("Classe")),
    *(Column("Débit", Kind.CENTS, summed=True, quiet=True), Column("Crédit", Kind.CENTS, summed=True, quiet=True)),
)
_CLASSES: Final = (
    Column("Classe"),
    Column("Enfants", Kind.COUNT, summed=True, quiet=True),
    Column("Enfants repris", Kind.COUNT, summed=True, quiet=True),
    Column("Entrée", Kind.CENTS, summed=True, quiet=True),
    Column("Sortie", Kind.CENTS, summed=True, quiet=True),
    Column("Net", Kind.CENTS, summed=True),
)
_BOOK: Final = (
    Column("Classe"),
    Column("Entrée", Kind.CENTS, summed=True, quiet=True),
    Column("Sortie", Kind.CENTS, summed=True, quiet=True),
    Column("Net", Kind.CENTS, summed=True),
)
_LISTED: Final = (
    *(Column("Pièce"), Column("Collecte")),
    *(Column("Entrée", Kind.CENTS, summed=True, quiet=True), Column("Sortie", Kind.CENTS, summed=True, quiet=True)),
)
_PARTS: Final = (
    *(Column("Pièce"), Column("Date", Kind.DATE), Column("Entrée en banque", Kind.CENTS, summed=True, quiet=True)),
    Column("Sortie de banque", Kind.CENTS, summed=True, quiet=True),
)
_LINES: Final = (
    *(Column("Événement", Kind.COUNT), Column("Date", Kind.DATE), Column("Mouvement"), Column("N° de commande")),
    *(Column("Classe"), Column("Compte")),
    *(Column("Débit", Kind.CENTS, summed=True, quiet=True), Column("Crédit", Kind.CENTS, summed=True, quiet=True)),
)
_SINGLE: Final = "Pièce unique de la collecte dans l’exercice\u00a0: elle additionne ses volets et ses dépenses."
_BY_LINE: Final = "Cette pièce justifie une ligne de banque, et une ligne du cahier de la coopérative."
_STATEMENT: Final = "Σ des pièces = le virement, au centime\u00a0: chaque mouvement est détaillé sur sa pièce."
_PROVISIONAL: Final = "Document provisoire, sans numéro\u00a0: il ne justifie aucune écriture."

Printed = Mapping[str, Any]
"""What an event holds of a paper, decoded."""


class PaperAddition(NamedTuple):
    """What is printed beside a paper's own content: its proof, its lines, the bank's day, how often it was printed.

    ``bank_line`` tells whether the paper has a line of the bank statement, ``booked_on`` its day once it is matched.
    """

    provenance: Provenance
    lines: tuple[PaperLine, ...] = ()
    bank_line: bool = False
    booked_on: date | None = None
    duplicate: int = 0


def paper_report(printed: Printed, beside: PaperAddition) -> Report:
    """Lay a paper out."""
    make = {"statement": _statement, "part": _part, "final": _final, "provisional": _final}[printed["paper"]]
    return make(printed, beside)


def _statement(printed: Printed, beside: PaperAddition) -> Report:
    returned, cents = bool(printed["returns"]), printed["cents"]
    title = "Bordereau de retour de virement" if returned else "Bordereau de virement"
    rows = [(one["reference"], one["title"] or _OWN, one["in"], one["out"]) for one in printed["parts"]]
    more = (
        ("Demandé le", _french(printed["asked_on"])),
        ("Compte bancaire", printed["iban"]),
        *([("Annule", printed["returns"])] if returned else []),
    )
    table = Table(name="pieces", title="Pièces du virement", columns=_LISTED, cells=TableCells(_LISTED, rows))
    figure = Figure("Virement retourné" if returned else "Virement", cents)
    return _report(f"{title} {printed['reference']}", "", printed, beside, (table,), (figure,), more, (_STATEMENT,))


def _part(printed: Printed, beside: PaperAddition) -> Report:
    reference = printed["reference"]
    title = "Pièce comptable" if printed["series"] == "R" else "Pièce de dépense"
    more = (
        ("Nature", _KINDS[printed["kind"]]),
        *([("Bordereau", printed["statement"])] if printed["statement"] else []),
        *([("Revient sur", ", ".join(printed["rectifies"]))] if printed["rectifies"] else []),
        *((one["label"], one["text"]) for one in printed["said"]),
    )
    entry = _entry(printed, f"Écriture du cahier – {reference}, {_french(printed['piece_on'])}")
    tables = (entry, *_classes("classes", "Par classe", printed["classes"]), _lines(printed, beside.lines))
    figure = _moved(printed["entry"])
    subtitle = _OWN if printed["own"] else printed["title"]
    digest = f"Empreinte SHA-256 des mouvements de la pièce\u00a0: {printed['lines_sha256']}."
    notes = (_BY_LINE, digest) if beside.bank_line else (digest,)
    return _report(f"{title} {reference}", subtitle, printed, beside, tables, (figure,), more, notes)


def _moved(entry: Iterable[Mapping[str, Any]]) -> Figure:
    """Say what a part adds to the bank or the cash box, which comes first in its entry; else that it moves neither."""
    first = next(iter(entry))
    if first["number"] not in _MONEY:
        return Figure("Banque et caisse", 0)
    return Figure(f"Mouvement du compte {first['number']}, {first['label']}", first["debit"] - first["credit"])


def _final(printed: Printed, beside: PaperAddition) -> Report:
    provisional = printed["paper"] == "provisional"
    nature = "récapitulatif provisoire" if provisional else f"récapitulatif définitif, édition {printed['edition']}"
    title = f"Pièce comptable {printed['reference']} – {nature}" if not provisional else f"Pièce comptable – {nature}"
    rows = [(one["reference"], _day(one["piece_on"]), one["in"], one["out"]) for one in printed["parts"]]
    parts = Table(
        name="volets",
        title="Volets et dépenses",
        columns=_PARTS,
        cells=TableCells(_PARTS, rows),
        empty="Aucun volet\u00a0: rien n’est arrivé en banque.",
    )
    tables = (
        parts,
        _entry(printed, "Total des écritures du cahier"),
        *_classes("classes", "Par classe, selon les volets", printed["classes"]),
        *_book(printed["books"]),
    )
    at_bank = sum(one["in"] - one["out"] for one in printed["parts"])
    figures = (
        Figure("En banque" if provisional else "Entré en banque dans l’exercice", at_bank),
        Figure("Pas encore en banque", printed["to_pay_out"] - printed["overpaid"]),
        *([Figure("Contesté", printed["blocked"])] if printed["blocked"] else []),
        *([Figure("Reçu en espèces", printed["cash"])] if printed["cash"] else []),
        *([Figure("Chez d’autres plateformes", printed["elsewhere"])] if printed["elsewhere"] else []),
    )
    note = _PROVISIONAL if provisional else _SINGLE
    return _report(title, printed["title"], printed, beside, tables, figures, (), (note,))


def _report(
    title: str,
    subtitle: str,
    printed: Printed,
    beside: PaperAddition,
    tables: tuple[Table, ...],
    figures: tuple[Figure, ...],
    more: Iterable[tuple[str, str]],
    notes: tuple[str, ...],
) -> Report:
    exercise = f"exercice {fiscal_year_label(printed['exercise'])}"
    name = slug(printed["reference"] or f"provisoire-{printed['title'][:40]}")
    edition = printed.get("edition", 0)
    provisional = printed["paper"] == "provisional"
    return Report(
        name=f"piece-{name}" + (f"-edition-{edition}" if edition else "") + f"-{slug(printed['affiliation_number'])}",
        title=title,
        subtitle=subtitle or printed["coop"],
        provenance=beside.provenance.over(exercise),
        tables=(_facts(printed, beside, more), *tables),
        figures=figures,
        notes=notes,
        page="paper_1",
        mention=_mention(printed, beside, provisional=provisional),
        signatures=() if provisional else _SIGNATURES,
    )


def _mention(printed: Printed, beside: PaperAddition, *, provisional: bool) -> str:
    if provisional:
        return f"PROVISOIRE au {_french(printed['issued_on'])}, position {printed['trigger']}"
    return f"DUPLICATA n°\u00a0{beside.duplicate}" if beside.duplicate else ""


def _facts(printed: Printed, beside: PaperAddition, more: Iterable[tuple[str, str]]) -> Table:
    """Say what the paper is: its exercise and its three days."""
    issued = printed["paper"] != "provisional"
    booked = _UNMATCHED if beside.booked_on is None else french_date(beside.booked_on)
    rows = [
        ("Exercice", fiscal_year_label(printed["exercise"])),
        *more,
        *([("Date de la pièce", _french(printed["piece_on"]))] if issued else []),
        *([("Date en banque", booked)] if beside.bank_line else []),
        ("Émise le" if issued else "Établi le", _french(printed["issued_on"])),
    ]
    return Table(name="piece", title="Pièce", columns=_FACTS, cells=TableCells(_FACTS, rows))


def _entry(printed: Printed, title: str) -> Table:
    rows = [(one["number"], one["label"], one["class"], one["debit"], one["credit"]) for one in printed["entry"]]
    made = TableCells(_ENTRY, rows)
    return Table(name="ecriture", title=title, columns=_ENTRY, cells=made, empty="Aucune écriture.")


def _classes(name: str, title: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[Table]:
    """Show the classes, where there are any."""
    made = [
        (
            *(one["label"], one["children"], one["children_back"]),
            *(one["received"], one["returned"], one["received"] - one["returned"]),
        )
        for one in rows
    ]
    if made:
        yield Table(name=name, title=title, columns=_CLASSES, cells=TableCells(_CLASSES, made))


def _book(rows: Iterable[Mapping[str, Any]]) -> Iterator[Table]:
    """Show the classes as the coop's book has them, whatever has arrived in the bank."""
    made = [(one["label"], one["received"], one["returned"], one["received"] - one["returned"]) for one in rows]
    if made:
        title = "Par classe, selon le livre de l’exercice, viré ou non"
        cells, sheet = TableCells(_BOOK, made), "Par classe, selon le livre"
        yield Table(name="livre", title=title, columns=_BOOK, cells=cells, sheet=sheet)


def _lines(printed: Printed, lines: Iterable[PaperLine]) -> Table:
    """Show each movement, with the number of its event and the day it was made."""
    names = printed["names"]
    rows = [
        (
            *(line.position, line.on, names["movements"][line.kind]),
            "" if line.contribution_id is None else payment_reference(line.contribution_id),
            *(names["classes"].get(line.class_code, line.class_code), names["accounts"][line.account]),
            *(line.debit, line.credit),
        )
        for line in lines
    ]
    title = "Mouvements, en contrepartie de la banque ou de la caisse"
    cells = TableCells(_LINES, rows)
    return Table(name="mouvements", title=title, columns=_LINES, cells=cells, apart=True, sheet="Mouvements")


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _french(written: str) -> str:
    return french_date(_day(written))
