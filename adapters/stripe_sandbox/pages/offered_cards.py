"""The test cards that the card page offers, and what each one does in French."""

from __future__ import annotations

from typing import Final, NamedTuple


class OfferedCard(NamedTuple):
    """A number as it is typed, and what comes of it."""

    number: str
    effect: str


OFFERED_CARDS: Final = (
    OfferedCard("4242 4242 4242 4242", "paiement accepté"),
    OfferedCard("4000 0000 0000 0077", "accepté, argent disponible aussitôt"),
    OfferedCard("4000 0027 6000 3184", "la banque demande toujours une confirmation"),
    OfferedCard("4000 0025 0000 3155", "confirmation la première fois, puis accepté"),
    OfferedCard("4000 0025 0000 4005", "accepté, mais chaque échéance devra être confirmée"),
    OfferedCard("4000 0000 0000 0341", "accepté, mais les échéances suivantes sont refusées"),
    OfferedCard("4000 0000 0000 9995", "refusé\u00a0: provision insuffisante"),
    OfferedCard("4000 0000 0000 0002", "refusé sans motif"),
    OfferedCard("4000 0000 0000 0069", "refusé\u00a0: carte expirée"),
    OfferedCard("4000 0000 0000 0119", "refusé\u00a0: la banque ne répond pas"),
    OfferedCard("4000 0000 0000 0259", "accepté, puis contesté par le titulaire"),
    OfferedCard("4000 0000 0000 5126", "accepté, mais un remboursement échouera"),
)
