"""The guided tour of a coop's space: what there is, where it is, and the way there (S-20)."""

from __future__ import annotations

from typing import Final, NamedTuple

from service.auth.actions import Action


class TourStep(NamedTuple):
    """One step: what it is about, where it is found, and the page that it leads to, below the coop's."""

    title: str
    icon: str
    sentences: tuple[str, ...]
    place: str
    label: str
    below: str
    action: Action


STEPS: Final = (
    TourStep(
        "Accueil",
        "accueil",
        (
            "L’accueil montre ce qui demande votre attention, ce que vous avez collecté et ce qui peut être viré.",
            "Les montants se mettent à jour sans recharger la page. Chacun s’ouvre sur les lignes qui le composent.",
        ),
        "Première ligne du menu.",
        "Aller à l’accueil",
        "",
        Action.READ,
    ),
    TourStep(
        "Collectes",
        "formulaires",
        (
            "Une collecte se crée en cinq étapes courtes, puis se publie par un lien ou un QR code.",
            "Chaque collecte a ses tarifs, ses dates et son solde. Vous pouvez en mener plusieurs à la fois.",
        ),
        "Menu «\u00a0Formulaires\u00a0».",
        "Voir les collectes",
        "/collectes",
        Action.READ,
    ),
    TourStep(
        "Paiements",
        "paiements",
        (
            "Le suivi des paiements liste chaque payeur, le montant, les enfants et leurs classes.",
            "Il se filtre par collecte, mois, classe, état et moyen de paiement.",
        ),
        "Menu «\u00a0Paiements\u00a0», puis «\u00a0Suivi des paiements\u00a0».",
        "Voir les paiements",
        "/paiements",
        Action.RUN,
    ),
    TourStep(
        "Compte en ligne",
        "paiements",
        (
            "Le compte en ligne reçoit les paiements par carte, jusqu’au virement vers la banque de la coopérative.",
            "Sa page montre le solde, ce qui peut être viré et les quatre montants du mois.",
        ),
        "Menu «\u00a0Paiements\u00a0», puis «\u00a0Compte en ligne\u00a0».",
        "Voir le compte en ligne",
        "/compte",
        Action.READ,
    ),
    TourStep(
        "Contacts et classes",
        "communaute",
        (
            "Les familles qui ont participé forment vos contacts, et les classes de l’école vos groupes.",
            "Rien n’est à saisir d’avance\u00a0: une collecte fonctionne sans aucun contact.",
        ),
        "Menu «\u00a0Communauté\u00a0».",
        "Voir les contacts",
        "/contacts",
        Action.RUN,
    ),
    TourStep(
        "Paramètres et aide",
        "parametres",
        (
            "Les paramètres sont en bas du menu\u00a0: classes, moyens de paiement, droits.",
            "Le bouton «\u00a0Aide\u00a0», en haut à droite, explique la page que vous voyez.",
        ),
        "Menu «\u00a0Paramètres\u00a0», sous les autres entrées.",
        "Voir les paramètres",
        "/parametres",
        Action.READ,
    ),
)
"""In the order in which they are walked through."""
