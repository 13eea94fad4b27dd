"""The payments table of AssoConnect: one line per child (S-166, S-167), as a workbook or as a CSV."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from adapters.imports.cells import Cells
from adapters.imports.headers import Header, is_blank
from adapters.imports.rows import FileKind, LineError, Means, ParsedFile, PaymentRow, Row
from adapters.people_vault.person import Person

REQUIRED: Final = {
    "first_name": ("Prénom participant", ("prenomparticipant", "prenomduparticipant", "prenomdelenfant", "prenom")),
    "last_name": ("Nom participant", ("nomparticipant", "nomduparticipant", "nomdelenfant", "nom")),
    "status": ("Paiement", ("paiement", "etatpaiement", "etatdupaiement", "statutdupaiement")),
    "due": ("Montant dû", ("montantdu", "montant")),
    "means": ("Moyen de paiement", ("moyendepaiement", "moyenpaiement")),
    "paid_on": ("Date de paiement", ("datedepaiement", "datepaiement", "datedupaiement")),
    "school_class": ("classe", ("classe", "classeparticipant", "classedelenfant", "classedelenfant1")),
}
"""Field → its title in the export (S-166) and the folded titles under which it is recognised."""

_OPTIONAL: Final = {
    "paid": ("montantpaye", "montantregle"),
    "order_ref": ("ndecommande", "nodecommande", "numerodecommande", "ncommande", "commande", "reference"),
    "payer_first_name": ("prenompayeur", "prenomdupayeur"),
    "payer_last_name": ("nompayeur", "nomdupayeur"),
    "payer_email": ("emailpayeur", "emaildupayeur", "adresseemail", "email"),
    "payer_phone": ("telephonepayeur", "telephonedupayeur", "telephonemobile", "telephone"),
    "tariff": ("formule", "formules", "tarif", "tarifs"),
}

TITLES: Final = {field: synonyms for field, (_, synonyms) in REQUIRED.items()} | _OPTIONAL
"""Field → the folded titles under which it is recognised."""

_CARD: Final = ("cartebancaire", "carte", "cartebleue", "cb", "cartebancaireenligne", "paiementenligne")
MEANS: Final[dict[str, Means]] = {
    **dict.fromkeys(_CARD, Means.CARD),
    **dict.fromkeys(("especes", "espece", "liquide"), Means.CASH),
    **dict.fromkeys(("cheque", "chequebancaire"), Means.CHEQUE),
    **dict.fromkeys(("virement", "virementbancaire"), Means.TRANSFER),
    **dict.fromkeys(("prelevement", "prelevementsepa", "prelevementbancaire"), Means.DIRECT_DEBIT),
    **dict.fromkeys(("autre", "autres", "chequevacances", "chequecadeau", "tpe"), Means.OTHER),
}
"""Folded label → means of payment; a label cut short is compared by its beginning (AN-6)."""

_RECEIVED: Final = "received"
_STATUSES: Final[dict[str, str]] = {
    **dict.fromkeys(("paiementrecu", "recu", "paye"), _RECEIVED),
    **dict.fromkeys(("enattente", "paiementenattente", "enattentedepaiement"), "paiement en attente"),
    **dict.fromkeys(("refuse", "paiementrefuse", "paiementechoue", "echoue"), "paiement refusé"),
    **dict.fromkeys(("rembourse", "paiementrembourse"), "paiement remboursé"),
    **dict.fromkeys(("annule", "paiementannule"), "paiement annulé"),
}


def read_payments_table(
    header: Header, rows: Iterable[Row], phone_region: str, known_classes: Collection[str]
) -> ParsedFile:
    """Read the lines under a recognised header; blank ones do not count. Telephones are dialled as in a region."""
    accepted: list[PaymentRow] = []
    errors: list[LineError] = []
    ignored: list[LineError] = []
    for row in rows:
        if row[0] <= header.line or is_blank(row[1]):
            continue
        cells = Cells(header, row)
        status = cells.label("status", _STATUSES, "état de paiement")
        if status not in (None, _RECEIVED):
            ignored.append(cells.note("status", "not-paid", f"non repris\u00a0: {status}"))
            continue
        payment = _payment(cells, phone_region, known_classes)
        if cells.errors or payment is None:
            errors.extend(cells.errors)
        else:
            accepted.append(payment)
    return ParsedFile(
        kind=FileKind.ASSOCONNECT,
        rows=tuple(accepted),
        errors=tuple(errors),
        ignored=tuple(ignored),
        unread_columns=header.others,
    )


def _payment(cells: Cells, phone_region: str, known_classes: Collection[str]) -> PaymentRow | None:
    """Read one paid child; None, with the reasons in ``cells.errors``, when a cell has no value."""
    first_name, last_name = cells.name("first_name"), cells.name("last_name")
    due, means = cells.cents("due"), cells.label("means", MEANS, "moyen de paiement")
    paid_on, school_class = cells.moment("paid_on"), cells.school_class("school_class", known_classes)
    # Due and paid are both carried by the export (AN-8): when they differ, what was received is unknown here.
    if cells.holds("paid") and cells.cents("paid") != due and due is not None:
        cells.refuse("paid", "amount-uncertain", "le montant payé n’est pas le montant dû\u00a0: à saisir à la main")
    if due is None or means is None or paid_on is None or school_class is None:
        return None
    tariff = cells.text("tariff")
    return PaymentRow(
        line=cells.line,
        first_name=first_name,
        last_name=last_name,
        cents=due,
        means=means,
        paid_on=paid_on,
        class_code=school_class,
        order_ref=cells.text("order_ref"),
        payer=_payer(cells, phone_region),
        extra={"Formule": tariff} if tariff else {},
    )


def _payer(cells: Cells, phone_region: str) -> Person | None:
    """Read who paid, when the export has the columns and the line fills them (S-164)."""
    payer = Person(
        first_name=cells.text("payer_first_name"),
        last_name=cells.text("payer_last_name"),
        email=cells.email("payer_email"),
        phone=cells.phone("payer_phone", phone_region),
    )
    return payer if payer.first_name or payer.last_name or payer.email else None
