"""The settings of a campaign in words, line by line, for its configuration, its history and two versions of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from adapters.files import AttachmentRef, PictureRef
from domain.calendar import french_moment
from domain.campaign.settings import FIELD_NAMES
from domain.campaign.state import Campaign
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.people.person_fields import GONE, is_own
from service.pages.french import french_size, tariff_price, tariff_tiers, tariff_validity

NOTHING: Final = "–"
MEANS: Final = {
    "card": "Carte bancaire",
    "cash": "Espèces",
    "cheque": "Chèque",
    "other": "Autres (TPE, virement, etc.)",
}
"""The means of payment, in the guide's order (S-88…S-92)."""
QUESTIONS: Final = {
    "address": "Adresse postale",
    "photo": "Photo",
    "birth_date": "Date de naissance",
    "landline": "Téléphone fixe",
    "mobile": "Téléphone mobile",
    "email": "Adresse e-mail",
    "class": "Classe de l’enfant ou nom de l’enseignant(e)",
}
"""The questions of step 3, in the guide's order (S-75…S-82)."""
ASKED: Final = {"hidden": "Ne pas demander", "optional": "Facultatif", "required": "Obligatoire"}
"""How a question is asked."""
PURPOSES: Final = {
    "contribution-volontaire": "Contributions volontaires des familles",
    "sortie-scolaire": "Sortie scolaire",
    "voyage-scolaire": "Voyage scolaire",
    "classe-de-decouverte": "Classe de découverte",
    "fete-de-l-ecole": "Fête de l’école",
    "spectacle": "Spectacle",
    "vente": "Vente au profit de la coopérative",
    "don": "Don à la coopérative",
}
"""The purposes of a charter as people read them; one that is not here is read from its own code."""


class SettingLine(NamedTuple):
    """One thing that is set: what of it stays (``key``), its name, how it is; ``basis`` where words tell too little."""

    key: str
    label: str
    value: str
    basis: str = ""


class SettingChange(NamedTuple):
    """One thing that was set otherwise: how it was, and how it is."""

    label: str
    before: str
    after: str


def purpose_name(purpose: str) -> str:
    """Write the purpose of a campaign."""
    return PURPOSES.get(purpose) or purpose.replace("-", " ").capitalize()


def changes(before: Iterable[SettingLine], after: Iterable[SettingLine]) -> list[SettingChange]:
    """Return what differs between two versions of settings, in the order of the later one, then what is gone."""
    old, new = {line.key: line for line in before}, {line.key: line for line in after}
    found = []
    for key, line in {**new, **{key: line for key, line in old.items() if key not in new}}.items():
        was, now = old.get(key), new.get(key)
        if was is None or now is None or (was.value, was.basis) != (now.value, now.basis):
            said = (NOTHING if was is None else was.value, NOTHING if now is None else now.value)
            found.append(SettingChange(line.label, said[0], "modifié" if said[0] == said[1] else said[1]))
    return [change for change in found if change.before != change.after]


def all_lines(campaign: Campaign, own: Mapping[str, str]) -> list[SettingLine]:
    """Say all settings of a campaign; of people only that they are named.

    ``own`` says what the fields of the coop are called.
    """
    details = campaign.details or CampaignDetails(title="")
    contact = "Indiqué" if details.contact_id else NOTHING
    return [
        *details_lines(details),
        SettingLine("contact", "Contact pour les familles", contact, str(details.contact_id)),
        *tariff_lines(campaign.tariffs.values()),
        *question_lines(campaign.fields, own),
        *payment_lines(campaign.means, campaign.instalments, campaign.message),
        SettingLine(
            "notified",
            "Notifications par e-mail",
            addresses(len(campaign.notified)),
            ",".join(map(str, campaign.notified)),
        ),
        *opening_lines(campaign.by_link, campaign.opens_at, campaign.closes_at),
        SettingLine("embedding", "Sites qui affichent le formulaire", ", ".join(campaign.embedding) or NOTHING),
    ]


def details_lines(details: CampaignDetails) -> Iterator[SettingLine]:
    """Say the texts and files of step 1."""
    picture = PictureRef.parse(details.picture)
    shown = NOTHING if picture is None else f"{picture.width} × {picture.height} pixels"
    yield SettingLine("title", "Titre", details.title or NOTHING)
    yield SettingLine("picture", "Photo", shown, details.picture)
    yield SettingLine("description", "Description", details.description or NOTHING)
    yield SettingLine("terms", "Conditions générales", details.terms or NOTHING)
    for ref in filter(None, map(AttachmentRef.parse, details.attachments)):
        yield SettingLine(f"file {ref.digest}", "Pièce jointe", f"{ref.name} ({french_size(ref.size)})")


def contact_lines(email: str, phone: str) -> Iterator[SettingLine]:
    """Say the contact of step 1."""
    yield SettingLine("email", "E-mail de contact", email or NOTHING)
    yield SettingLine("phone", "Téléphone de contact", phone or NOTHING)


def tariff_lines(tariffs: Iterable[Tariff]) -> Iterator[SettingLine]:
    """Say each tariff of step 2 on a line of its own."""
    for tariff in tariffs:
        parts = (
            f"{tariff.label}\u00a0: {tariff_price(tariff)}",
            tariff_tiers(tariff),
            _low(tariff_validity(tariff)),
            f"groupe «\u00a0{tariff.group}\u00a0»" if tariff.group else "",
        )
        yield SettingLine(f"tariff {tariff.tariff_id}", "Tarif", ", ".join(filter(None, parts)))


def question_lines(fields: Sequence[FormField], own: Mapping[str, str]) -> Iterator[SettingLine]:
    """Say each question of step 3, then the fields of the coop that are asked, as ``own`` says they are called."""
    states = {field.name: field.state for field in fields}
    for name in FIELD_NAMES:
        yield SettingLine(f"question {name}", QUESTIONS[name], ASKED[states.get(name, "hidden")])
    for name, state in states.items():
        if is_own(name) and state != "hidden":
            yield SettingLine(f"question {name}", own.get(name, GONE), ASKED[state])


def payment_lines(means: Iterable[str], terms: InstalmentTerms | None, message: str) -> Iterator[SettingLine]:
    """Say the means of payment of step 4, the instalments and the message."""
    yield SettingLine("means", "Moyens de paiement", ", ".join(MEANS[one] for one in MEANS if one in set(means)))
    yield SettingLine("instalments", "En plusieurs fois", instalments_sentence(terms))
    yield SettingLine("message", "Message de confirmation", message or NOTHING)


def instalments_sentence(terms: InstalmentTerms | None) -> str:
    """Say in how many payments families may pay."""
    if terms is None:
        return "Non"
    every = "chaque mois" if terms.interval_months == 1 else f"tous les {terms.interval_months} mois"
    return f"{terms.count} fois, {every}"


def opening_lines(by_link: bool, opens_at: datetime | None, closes_at: datetime | None) -> Iterator[SettingLine]:  # noqa: FBT001 - as the event has it
    """Say the publication of step 5 and its window."""
    yield SettingLine("by_link", "Publication", "Depuis un lien" if by_link else "Pas de formulaire public")
    yield SettingLine("opens_at", "Début", french_moment(opens_at) if opens_at else "Sans date de début")
    yield SettingLine("closes_at", "Fin", french_moment(closes_at) if closes_at else "Sans date de fin")


def addresses(count: int) -> str:
    """Say how many addresses hear of registrations."""
    return NOTHING if not count else "1 adresse" if count == 1 else f"{count} adresses"


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]
