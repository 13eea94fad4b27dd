"""Every route of the service, what it lets its caller do and about what, written by hand; and who may do that.

A route that is not here has not been thought about. What is expected is worked out from this page alone, not from the
service's own lists.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Final, NamedTuple

from service.auth.actions import Action
from tests.service.api.routes import ROUTES as API

MAY: Final[dict[Action, str]] = {
    Action.READ: "staff treasurer mandataire auditor platform",
    Action.AUDIT: "treasurer auditor",
    Action.ADMINISTER: "staff treasurer",
    Action.APPOINT: "staff treasurer",
    Action.SET_RULES: "staff treasurer",
    Action.GRANT_ROLES: "staff",
    Action.DEFINE_CLASSES: "staff treasurer mandataire",
    Action.CONFIRM_IBAN: "staff treasurer",
    Action.RUN: "treasurer mandataire",
    Action.APPOINT_TEACHERS: "staff treasurer mandataire",
    Action.COUNT_CASH: "treasurer mandataire teacher",
    Action.REFUND: "treasurer mandataire",
    Action.EXPORT: "treasurer mandataire",
    Action.READ_ARCHIVE: "treasurer auditor",
    Action.READ_EMAILS: "mandataire platform",
    Action.PAY_OUT: "treasurer mandataire",
    Action.DECIDE: "staff treasurer",
    Action.INSPECT: "auditor",
}
"""Who may do what, for the coops of the mandate or of the role."""


class About(Enum):
    """What a route is about."""

    COOP = "the coop of the address, or of its campaign"
    ASSOCIATION = "the association as a whole"
    LIST = "whatever the asker may see"


class Row(NamedTuple):
    """A route for members and programs; without an action it is for whoever is signed in.

    A page is asked for with a session, which ends with its member's last right; the API with a token.
    """

    action: Action | None
    about: About
    is_page: bool = False


def _api(path: str, action: Action) -> Row:
    """A route of the API: the rights of its address."""
    if path in ("/coops", "/events", "/policy", "/charter") and action is Action.READ:
        return Row(action, About.LIST)
    return Row(action, About.COOP if "{coop_id}" in path or "{campaign_id}" in path else About.ASSOCIATION)


_OWN: Final = Row(None, About.LIST, is_page=True)
"""A member's own passkeys and sessions."""
_COOP: Final = "/{association}/coops/{coop_id}"
_CAMPAIGN: Final = "/{association}/collectes/{campaign_id}"
_CLASS: Final = f"{_COOP}/classes/{{class_code}}"
MEMBERS: Final[dict[tuple[str, str], Row]] = {
    **{(method, f"/api/v1/{{association}}{path}"): _api(path, action) for (method, path), (action, _) in API.items()},
    ("GET", "/{association}/accueil"): Row(None, About.LIST, is_page=True),
    ("GET", "/{association}/aide"): Row(Action.READ, About.LIST, is_page=True),
    ("GET", "/{association}/coops"): Row(Action.READ, About.LIST, is_page=True),
    ("GET", "/{association}/coops/inscrire"): Row(Action.ADMINISTER, About.ASSOCIATION, is_page=True),
    ("POST", "/{association}/coops/inscrire"): Row(Action.ADMINISTER, About.ASSOCIATION, is_page=True),
    ("GET", "/{association}/regles"): Row(Action.SET_RULES, About.ASSOCIATION, is_page=True),
    ("POST", "/{association}/regles"): Row(Action.SET_RULES, About.ASSOCIATION, is_page=True),
    ("GET", "/{association}/charte"): Row(Action.READ, About.LIST, is_page=True),
    ("GET", "/{association}/charte/nouvelle"): Row(Action.SET_RULES, About.ASSOCIATION, is_page=True),
    ("POST", "/{association}/charte/nouvelle"): Row(Action.SET_RULES, About.ASSOCIATION, is_page=True),
    ("GET", f"{_COOP}/cooperative"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/cooperative/mandats/nouveau"): Row(Action.APPOINT, About.COOP, is_page=True),
    ("POST", f"{_COOP}/cooperative/mandats/nouveau"): Row(Action.APPOINT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/cooperative/mandats/{{mandate_id}}"): Row(Action.APPOINT, About.COOP, is_page=True),
    ("POST", f"{_COOP}/cooperative/mandats/{{mandate_id}}"): Row(Action.APPOINT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/cooperative/comptes/nouveau"): Row(Action.CONFIRM_IBAN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/cooperative/comptes/nouveau"): Row(Action.CONFIRM_IBAN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/cooperative/comptes/{{bank_account_id}}"): Row(Action.CONFIRM_IBAN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/cooperative/comptes/{{bank_account_id}}"): Row(Action.CONFIRM_IBAN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/charte"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/charte"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/parametres"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/parametres/moyens"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/parametres/classes"): Row(Action.DEFINE_CLASSES, About.COOP, is_page=True),
    ("GET", f"{_COOP}/parametres/enseignants"): Row(Action.APPOINT_TEACHERS, About.COOP, is_page=True),
    ("POST", f"{_COOP}/parametres/enseignants"): Row(Action.APPOINT_TEACHERS, About.COOP, is_page=True),
    ("POST", f"{_COOP}/parametres/enseignants/{{role_id}}"): Row(Action.APPOINT_TEACHERS, About.COOP, is_page=True),
    ("GET", _CLASS): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_CLASS}/hors-reseau.js"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_CLASS}/comptages/{{count_id}}"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_CLASS}/collectes/{{campaign_id}}/bordereaux"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_CLASS}/collectes/{{campaign_id}}/bordereaux.pdf"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_CLASS}/collectes/{{campaign_id}}/compter"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("POST", f"{_CLASS}/collectes/{{campaign_id}}/compter"): Row(Action.COUNT_CASH, About.COOP, is_page=True),
    ("GET", f"{_COOP}/especes"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/especes/comptages/{{count_id}}"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/especes/arrete"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/especes/remise"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/especes/remise"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/especes/remises/{{deposit_id}}"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/especes/remises/{{deposit_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/especes/remises/{{deposit_id}}.pdf"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/fonctionnalites"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", _COOP): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/flux"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/visite"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/compte"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virement"): Row(Action.PAY_OUT, About.COOP, is_page=True),
    ("POST", f"{_COOP}/virement"): Row(Action.PAY_OUT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virements"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virements/{{payout_id}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virements/{{payout_id}}/enfants"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/virements/{{payout_id}}/annulation"): Row(Action.PAY_OUT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virements/{{payout_id}}/fichier/{{form}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/virements/{{payout_id}}/fichier-familles/{{form}}"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/releves"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/factures"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/comptes-bancaires"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/certification"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/certification"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/pieces"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/pieces"): Row(Action.ADMINISTER, About.COOP, is_page=True),
    ("GET", f"{_COOP}/pieces/{{position}}"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/pieces/{{position}}/impression"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/pieces/{{position}}/original"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/pieces/{{position}}/{{form}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/pieces"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/pieces/provisoire"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/etat-par-classe"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/etat-par-classe"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/etat-par-classe.pdf"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/operations"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/paiements"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/paiements"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/statistiques"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/statistiques/ventes"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/statistiques/communaute"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", "/{association}/collectes"): Row(Action.READ, About.LIST, is_page=True),
    ("GET", _CAMPAIGN): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/flux"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/diffusion"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/diffusion"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/rappels"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/rappels"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/collectes"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/collectes/nouvelle"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/collectes/nouvelle"): Row(Action.RUN, About.COOP, is_page=True),
    **{
        (method, f"{_CAMPAIGN}/etapes/{step}"): Row(Action.RUN, About.COOP, is_page=True)
        for method in ("GET", "POST")
        for step in ("informations", "tarifs", "formulaire", "paiement", "publication")
    },
    ("GET", f"{_CAMPAIGN}/etapes"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/configuration"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/historique"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/apercu"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/apercu/image/{{digest}}-{{width}}.webp"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/apercu/pieces/{{digest}}/{{name}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/copie"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/suspension"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/reprise"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/abandon"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/archivage"): Row(Action.ADMINISTER, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/diffusion/qr.{{picture}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/diffusion/affiche.pdf"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/participants"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/participants/exporter"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/familles/{{family_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants/{{contribution_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants/{{contribution_id}}/attestation.pdf"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants/importer/modele.xlsx"): Row(Action.RUN, About.COOP, is_page=True),
    **{
        (method, f"{_CAMPAIGN}/participants/{below}"): Row(action, About.COOP, is_page=True)
        for method in ("GET", "POST")
        for below, action in (
            ("ajouter", Action.RUN),
            ("importer", Action.RUN),
            ("importer/{file_id}", Action.RUN),
            ("imports/{import_id}/retirer", Action.RUN),
            ("{contribution_id}/rembourser", Action.REFUND),
            ("{contribution_id}/corriger", Action.RUN),
            ("{contribution_id}/especes", Action.RUN),
            ("{contribution_id}/echeances", Action.RUN),
            ("{contribution_id}/remboursements/{refund_id}/regler", Action.REFUND),
            ("{contribution_id}/remboursements/{refund_id}/retirer", Action.REFUND),
        )
    },
    ("GET", f"{_COOP}/contacts"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/contacts"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/groupes"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/groupes/nouveau"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/groupes/nouveau"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/groupes/{{group_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/groupes/{{group_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/groupes/{{group_id}}/supprimer"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/carnet"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/carnet"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/carnet/ajouter"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/carnet/ajouter"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/carnet/{{contact_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/carnet/{{contact_id}}"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/carnet/{{contact_id}}/effacer"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/parametres/fiches"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_COOP}/parametres/fiches"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_COOP}/exports"): Row(Action.READ, About.COOP, is_page=True),
    ("POST", f"{_COOP}/exports"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/participants/badges"): Row(Action.RUN, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/participants/message"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants/messages"): Row(Action.RUN, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/participants/recus"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("POST", f"{_CAMPAIGN}/participants/recus"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("GET", f"{_COOP}/exports/releves/{{month}}/{{form}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_COOP}/exports/avances/{{year}}/{{form}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/exports/classes/{{form}}"): Row(Action.READ, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/exports/paiements/{{form}}"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("GET", f"{_CAMPAIGN}/exports/familles/{{form}}"): Row(Action.EXPORT, About.COOP, is_page=True),
    ("GET", "/{association}/courrier"): Row(Action.READ_EMAILS, About.LIST, is_page=True),
    ("GET", "/{association}/acces"): _OWN,
    ("POST", "/{association}/acces/cles"): _OWN,
    ("POST", "/{association}/acces/cles/options"): _OWN,
    ("POST", "/{association}/acces/cles/supprimer"): _OWN,
    ("POST", "/{association}/acces/sessions/fermer"): _OWN,
    ("GET", "/{association}/verification"): _OWN,
    ("POST", "/{association}/verification"): _OWN,
    ("POST", "/{association}/verification/options"): _OWN,
}
"""Routes that ask who is there."""

_FORM: Final = ("GET", "POST")
_PUBLIC: Final[dict[str, tuple[str, ...]]] = {
    "/api/v1/openapi.json": ("GET",),
    "/api/v1/docs": ("GET",),
    "/api/v1/health": ("GET",),
    "/api/v1/health/ready": ("GET",),
    "/provider/notifications/{endpoint}": ("POST",),
    "/style": ("GET",),
    "/": ("GET",),
    "/{association}": ("GET",),
    "/{association}/connexion": _FORM,
    "/{association}/connexion/{token}": _FORM,
    "/{association}/connexion/cle": ("POST",),
    "/{association}/connexion/cle/options": ("POST",),
    "/{association}/invitation/{token}": _FORM,
    "/{association}/deconnexion": ("POST",),
    "/{association}/contribuer/{campaign_id}": ("GET",),
    "/{association}/integrer/{campaign_id}": ("GET",),
    "/{association}/c/{code}": ("GET",),
    "/{association}/contribuer/{campaign_id}/image/{digest}-{width}.webp": ("GET",),
    "/{association}/contribuer/{campaign_id}/pieces/{digest}/{name}": ("GET",),
    "/{association}/contribuer/{campaign_id}/panier": ("POST",),
    "/{association}/cguv": ("GET",),
    "/{association}/confidentialite": ("GET",),
    "/{association}/pourboire": ("GET",),
    "/{association}/paniers/{token}/collecte": ("GET",),
    "/{association}/paniers/{token}": _FORM,
    "/{association}/paniers/{token}/compte": _FORM,
    "/{association}/paniers/{token}/informations": _FORM,
    "/{association}/paniers/{token}/recapitulatif": _FORM,
    "/{association}/paniers/{token}/paiement": _FORM,
    "/{association}/contributions/{token}": ("GET",),
    "/{association}/contributions/{token}/flux": ("GET",),
    "/{association}/contributions/{token}/payer": ("POST",),
    "/{association}/contributions/{token}/modifier": ("POST",),
    "/{association}/contributions/{token}/attestation": ("POST",),
    "/{association}/retour/{token}": ("GET",),
    "/{association}/payer-echeance/{token}": ("GET",),
    "/{association}/payer-echeance/{token}/payer": ("POST",),
    "/{association}/echeances/{token}": ("GET",),
    "/{association}/echeances/{token}/arreter": ("POST",),
    "/{association}/messages/{token}": ("GET", "POST"),
    "/{association}/rappel/{token}": ("GET",),
    "/{association}/rappel/{token}/arret": ("GET", "POST"),
    "/{association}/attestation/{token}": ("GET",),
    "/{association}/attestation/{token}/attestation-de-paiement.pdf": ("GET",),
    "/{association}/attestation/{token}/nouveau-lien": ("POST",),
    "/{association}/preuve/{token}": ("GET",),
    "/{association}/etat/{token}": ("GET",),
    "/{association}/compte/creer": _FORM,
    "/{association}/compte/confirmation/{token}": _FORM,
    "/{association}/compte/connexion": _FORM,
    "/{association}/compte/deconnexion": ("POST",),
    "/{association}/compte/mot-de-passe": _FORM,
    "/{association}/compte/mot-de-passe/{token}": _FORM,
    "/{association}/compte/google": ("GET",),
    "/{association}/compte/google/retour": ("GET",),
    "/{association}/compte": ("GET",),
    "/{association}/compte/nom": ("POST",),
    "/{association}/compte/nouveau-mot-de-passe": ("POST",),
    "/{association}/compte/supprimer": ("POST",),
    "/{association}/compte/attestations/{contribution_id}": ("POST",),
    "/{association}/compte/contributions/{contribution_id}": ("POST",),
}
PUBLIC: Final = frozenset((method, path) for path, methods in _PUBLIC.items() for method in methods)
"""Routes of families and of everybody: a member's rights open nothing there and close nothing."""


class Place(StrEnum):
    """The two coops of the test."""

    OWN = "own"
    FOREIGN = "foreign"


class Held(NamedTuple):
    """A role as the table knows it: for one coop, or (None) for all."""

    role: str
    place: Place | None = None


class Answer(Enum):
    """How a route receives its caller."""

    IN = "let in"
    UNKNOWN = "asked to sign in"
    NOT_ALLOWED = "not allowed"
    NOT_FOUND = "as if it did not exist"


def expected(row: Row, held: tuple[Held, ...] | None, place: Place) -> Answer:
    """Return how a route about a coop must receive somebody who holds some roles; None is nobody the service knows."""
    signed_in = held is not None and any(one.role != "platform" for one in held)
    if held is None or (row.is_page and not signed_in):
        return Answer.UNKNOWN

    def places(action: Action) -> set[Place | None]:
        return {one.place for one in held if one.role in MAY[action].split()}

    doing = {None} if row.action is None else places(row.action)
    if not doing:
        return Answer.NOT_ALLOWED
    if row.about is About.LIST or None in doing:
        return Answer.IN
    if row.about is About.ASSOCIATION:
        return Answer.NOT_ALLOWED
    if place in doing:
        return Answer.IN
    return Answer.NOT_ALLOWED if places(Action.READ) & {None, place} else Answer.NOT_FOUND
