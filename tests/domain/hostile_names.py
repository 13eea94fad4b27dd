"""Names of people as they turn up in the wrong field: French, with civilities, accents and signs that do not show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

FIRST_NAMES: Final = (
    *("Sophie", "Zéphyrine", "Jean-Baptiste", "Noëlle", "Maël", "Rose", "Violette", "Marine", "Ange", "Loïc", "Océane"),
    *("Côme", "Éléonore", "Aïcha", "Gwenaëlle", "Prune", "Clémentine", "Olive", "Lou", "Léa", "Zoé", "Bao", "Cé"),
)
LAST_NAMES: Final = (
    *(
        "DUPONT",
        "Martin",
        "Quatrebarbes",
        "Le Goff",
        "d’Arc",
        "D'Artagnan",
        "Blanc",
        "Leblanc",
        "Roux",
        "Noir",
        "N’Guyen",
    ),
    *("Petit", "Grand", "Moyen", "Maître", "École", "Da Silva", "Ben Salah", "Müller", "Ÿnigo", "Œuvrard", "Vert-Pré"),
)
CIVILITIES: Final = ("M.", "Mr", "Mme", "Mlle", "Madame", "Monsieur", "Maîtresse", "Dr")
HIDDEN: Final = ("\u200b", "\u200d", "\u202e", "\u2060", "\ufeff", "\u00ad", "\x00", "\x07", "\x1f", "\u0301")
"""Signs that do not show, or hardly: between two letters they hide a name from a search."""
_FORMS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.upper,
    str.lower,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", "_"),
    lambda name: name.replace(" ", ""),
)


def hostile_names() -> st.SearchStrategy[str]:
    """A name of two words at least, perhaps with a civility, in some form, perhaps with a sign that hides it."""
    words = st.tuples(st.sampled_from(("", *CIVILITIES)), st.sampled_from(FIRST_NAMES), st.sampled_from(LAST_NAMES))
    joined = st.builds(lambda parts, form: form(" ".join(filter(None, parts))), words, st.sampled_from(_FORMS))
    return st.builds(lambda name, sign: name[:2] + sign + name[2:], joined, st.sampled_from(("", *HIDDEN)))
