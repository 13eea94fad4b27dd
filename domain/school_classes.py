"""School classes: a managed list per coop and year, where « Cpa », « CPa » and « CP a » are one class (AN-4, AN-5).

An event keeps a class for ever, so no person's name may pass for one. Where the coop has a list, a class is one of the
list; where it has none, and for the list itself, it is what French schools call a class: one or more levels, then
perhaps a letter, a number or a colour that nobody is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from domain.errors import ClassInvalid, ClassNotListed

UNASSIGNED: Final = "SANS-CLASSE"
"""The class of a contribution that names none, where the form does not ask for it (S-82)."""
MAX_LABEL: Final = 40
"""The longest label, in characters: nothing longer is looked at."""
_LEVELS: Final = {
    **{level: level for level in ("TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "6E", "5E", "4E", "3E")},
    **{level: level for level in ("ULIS", "UPE2A", "UEMA", "UEEA", "SEGPA")},
    **{level: level for level in ("CLASSEUNIQUE", "MATERNELLE", "ELEMENTAIRE")},
    "TOUTEPETITESECTION": "TPS",
    "PETITESECTION": "PS",
    "MOYENNESECTION": "MS",
    "GRANDESECTION": "GS",
    "6EME": "6E",
    "5EME": "5E",
    "4EME": "4E",
    "3EME": "3E",
}
"""How a level is written, without spaces and accents, and its code."""
_SUFFIXES: Final = {"BLEUE": "BLEU", "VERTE": "VERT"}
"""Suffixes that say the same as another; « Blanc », « Rose » and « Violette » are names, and no suffix."""
_LEVEL: Final = "|".join(sorted(_LEVELS, key=len, reverse=True))
_SUFFIX: Final = "[A-H]|[1-9][0-9]?|BLEUE?|ROUGE|VERTE?|JAUNE|ORANGE"
_CLASS: Final = re.compile(rf"((?:{_LEVEL}){{1,6}})({_SUFFIX})?|(CLASSE|CYCLE)({_SUFFIX})")
_EACH_LEVEL: Final = re.compile(_LEVEL)
_NO_CLASS: Final = "SANSCLASSE"
_SEPARATORS: Final = frozenset("-/.'+,()\u2010\u2011\u2012\u2013\u2014\u2015\u2019")


def class_code(label: str, known: Iterable[str] = ()) -> str:
    """Reduce what a parent or a file says to the one code of a class: ``CP a`` → ``CPA``, ``CE2 – CM1`` → ``CE2-CM1``.

    ``known`` are the codes of the coop's list, where it has one: the code is then the list's own, whatever it is.

    Raises:
        ClassInvalid: empty, longer than 40 characters, or nothing that a class is called.
        ClassNotListed: the coop has a list, and the class is not on it.

    """
    listed = tuple(known)
    if not listed:
        return _code(_spelled(label))
    try:
        found = listed_code(label, (*listed, UNASSIGNED))
    except ClassInvalid:
        found = None
    if found is None:
        raise ClassNotListed(given=label, allowed=listed)
    return found


def listed_code(label: str, known: Iterable[str]) -> str | None:
    """Return the code that a list has for a class, whichever rules it was written under; None when it has none.

    Raises:
        ClassInvalid: it is no class at all.

    """
    wanted = _same(_spelled(label))
    return next((code for code in known if _of_list(code) == wanted), None)


def is_same_class(one: str, other: str) -> bool:
    """Tell whether two codes or labels name one class, whichever rules they were written under.

    Raises:
        ClassInvalid: one of them is no class at all.

    """
    return _same(_spelled(one)) == _same(_spelled(other))


def _spelled(label: str) -> str:
    """Return the letters and digits of a label, upper case, without accents, if a class may be written so."""
    label = label.strip()
    if len(label) > MAX_LABEL:
        raise ClassInvalid(given=label)
    plain = [c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c)]
    spelled = "".join(c for c in plain if not c.isspace() and c not in _SEPARATORS).upper()
    if not spelled or not spelled.isascii() or not spelled.isalnum():
        raise ClassInvalid(given=label)
    return spelled


@lru_cache(maxsize=4096)
def _code(spelled: str) -> str:
    """Return the code of a class; a refusal is not remembered, since what was typed may be a name."""
    if spelled == _NO_CLASS:
        return UNASSIGNED
    read = _CLASS.fullmatch(spelled)
    if read is None:
        raise ClassInvalid(given=spelled)
    levels, suffix, word, number = read.groups(default="")
    name = word or "-".join(_LEVELS[level] for level in _EACH_LEVEL.findall(levels))
    return name + _SUFFIXES.get(suffix + number, suffix + number)


@lru_cache(maxsize=4096)
def _of_list(code: str) -> str:
    """Return what all spellings of a class of some coop's list have in common."""
    return _same(_spelled(code))


def _same(spelled: str) -> str:
    """Return what all spellings of one class have in common, also of a class that only an older list names."""
    try:
        return _code(spelled)
    except ClassInvalid:
        return spelled
