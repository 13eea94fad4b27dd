"""One cell → one value about a person: a name, how to reach it, a company's SIREN, a child's class."""

from __future__ import annotations

from collections.abc import Collection

from adapters.fields import (
    FRANCE,
    MAX_EMAIL,
    MAX_NAME,
    MAX_PHONE,
    FieldError,
    read_email,
    read_name,
    read_phone,
    read_siren,
)
from adapters.imports.rows import Cell
from adapters.imports.values import MAX_SHORT, CellRefused, read_text
from domain.errors import ClassInvalid, ClassNotListed
from domain.school_classes import UNASSIGNED, class_code


def read_person_name(cell: Cell) -> str:
    """Read a required first or last name.

    Raises:
        CellRefused: empty, too long, or without any letter.

    """
    text = read_text(cell, limit=MAX_NAME)
    if not text:
        raise CellRefused("name-missing", "information manquante")
    try:
        return read_name(text)
    except FieldError as error:
        raise CellRefused("name-unreadable", "ce n’est pas un nom") from error


def read_optional_email(cell: Cell) -> str:
    """Read an address of e-mail; an empty cell is the empty text.

    Raises:
        CellRefused: not the form of an address.

    """
    text = read_text(cell, limit=MAX_EMAIL)
    try:
        return read_email(text) if text else ""
    except FieldError as error:
        french = "adresse e-mail illisible\u00a0: corrigez-la, ou videz la cellule"
        raise CellRefused("email-unreadable", french) from error


def read_optional_phone(cell: Cell, phone_region: str = FRANCE) -> str:
    """Read a telephone number as a region dials it; an empty cell is the empty text.

    Raises:
        CellRefused: no telephone number.

    """
    text = read_text(cell, limit=MAX_PHONE)
    try:
        return read_phone(text, phone_region) if text else ""
    except FieldError as error:
        french = "numéro de téléphone illisible\u00a0: corrigez-le, ou videz la cellule"
        raise CellRefused("phone-unreadable", french) from error


def read_optional_siren(cell: Cell) -> str:
    """Read the SIREN of a company; an empty cell is the empty text.

    Raises:
        CellRefused: no nine digits with their key.

    """
    text = read_text(cell, limit=MAX_SHORT)
    try:
        return read_siren(text) if text else ""
    except FieldError as error:
        raise CellRefused("siren-unreadable", "SIREN illisible\u00a0: corrigez-le, ou videz la cellule") from error


def read_class(cell: Cell, known: Collection[str]) -> str:
    """Read a class as its code (AN-4, AN-5), that of the coop's list where it has one, SANS-CLASSE when empty.

    The other platform's form also accepts a teacher's name (S-82), and events keep the class for ever without any
    name: whoever imports says which class it is.

    Raises:
        CellRefused: not on the list, or nothing that a class is called.

    """
    text = read_text(cell, limit=MAX_SHORT)
    if not text:
        return UNASSIGNED
    try:
        return class_code(text, known)
    except ClassNotListed as error:
        raise CellRefused("class-unknown", "cette classe n’est pas dans la liste de la coopérative") from error
    except ClassInvalid as error:
        raise CellRefused(
            "class-unreadable", "indiquez la classe, par exemple CP ou CE2-CM1, et non le nom d’une personne"
        ) from error
