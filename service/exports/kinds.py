"""The kinds of files that can be asked for (S-34): what each holds, and of which campaigns.

The guide names four: « adhésions, adhérents, dons, donateurs ». A school co-operative collects voluntary contributions,
so that two of them are called as the network calls them (S-25), and two hold only campaigns whose purpose is a gift.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from adapters.exports import ExportForm, ExportKind
from domain.errors import InvalidInput
from domain.texts.network_words import Wording
from projections.directory import CampaignRow

GIFT: Final = "don"
"""The purpose of a campaign that collects gifts."""
_OF_GIFTS: Final = frozenset({ExportKind.GIFTS, ExportKind.GIVERS})
_OF_ANY: Final = frozenset({ExportKind.RECEIPTS, ExportKind.LIST})
_OTHERS: Final = {
    ExportKind.RECEIPTS.value: "Attestations de paiement",
    ExportKind.LIST.value: "Liste des participants",
}
"""The kinds that are asked for elsewhere than among the exports, and what they are called."""
SPREADSHEETS: Final[tuple[ExportForm, ...]] = ("xlsx", "csv")


class NothingToExport(InvalidInput):
    """None of the campaigns that were chosen is of the kind that was chosen."""

    code = "nothing-to-export"
    sentence = "Aucune collecte de ce choix ne contient ce type de données\u00a0: changez le contenu ou la collecte."


class KindInWords(NamedTuple):
    """A kind of file as its form offers it: its name, and what its sheets hold."""

    kind: ExportKind
    name: str
    holds: str


def kinds_in_words(words: Wording) -> tuple[KindInWords, ...]:
    """Return the four kinds in the order of the guide, in the network's words."""
    gifts, givers = words.gifts.capitalize(), words.givers.capitalize()
    return (
        KindInWords(
            ExportKind.CONTRIBUTIONS,
            gifts,
            "Deux feuilles, reliées par le numéro de commande\u00a0: les payeurs et les enfants avec leur classe, les "
            "montants, les moyens et les dates de paiement.",
        ),
        KindInWords(
            ExportKind.PARTICIPANTS,
            givers,
            "Les enfants inscrits, avec leur classe et leurs réponses au formulaire, et une feuille des payeurs avec "
            "leurs coordonnées.",
        ),
        KindInWords(
            ExportKind.GIFTS,
            "Dons",
            "Les mêmes deux feuilles que les paiements, pour les collectes dont l’objet est un don à la coopérative.",
        ),
        KindInWords(
            ExportKind.GIVERS,
            "Donateurs",
            "Les payeurs de ces dons, avec leurs coordonnées et ce que la coopérative a conservé.",
        ),
    )


def name_of(kind: str, words: Wording) -> str:
    """Return what a kind of file is called."""
    names = {one.kind.value: one.name for one in kinds_in_words(words)}
    return (names | _OTHERS)[kind]


def campaigns_of_kind(kind: ExportKind, campaigns: Iterable[CampaignRow]) -> tuple[CampaignRow, ...]:
    """Return the campaigns that a kind of file is about; drafts are none.

    Raises:
        NothingToExport: there is none.

    """
    published = (row for row in campaigns if row.status != "draft")
    if kind in _OF_ANY:
        found = tuple(published)
    else:
        found = tuple(row for row in published if (row.purpose == GIFT) is (kind in _OF_GIFTS))
    if not found:
        raise NothingToExport(kind=kind)
    return found
