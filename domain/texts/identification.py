"""The line by which a coop says whose it is, on papers and in e-mails."""

from __future__ import annotations

from typing import Final

from domain.money import NBSP

_ELIDED: Final = tuple("aeiouyâàéèêëîïôûùœh")


def identification_line(school: str, town: str, affiliation_number: str, association: str) -> str:
    """Write « Coopérative scolaire OCCE de l’école … - Cannes… sous le N° 174 »."""
    of_school = f"de l’{school}" if school.lower().startswith(_ELIDED) else f"de {school}"
    by = f"par l’{association}" if association.lower().startswith(_ELIDED) else f"par {association}"
    place = f"Coopérative scolaire OCCE {of_school} - {town}"
    return f"{place} - affiliée et autorisée {by} sous le N°{NBSP}{affiliation_number}"
