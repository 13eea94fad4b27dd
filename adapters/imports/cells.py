"""The cells of one line, read field by field; all problems are collected, so that one report names them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from adapters.imports.headers import Header, is_blank
from adapters.imports.person_values import (
    read_class,
    read_optional_email,
    read_optional_phone,
    read_optional_siren,
    read_person_name,
)
from adapters.imports.rows import Cell, LineError, Row
from adapters.imports.values import AMOUNT_ZERO, CellRefused, read_cents, read_moment, read_text, recognise

T = TypeVar("T")


class Cells:
    """One line of a table under its header; a reading that fails gives None and adds to ``errors``."""

    def __init__(self, header: Header, row: Row) -> None:
        """Keep both."""
        self._header = header
        self.line, self._cells = row
        self.errors: list[LineError] = []

    def holds(self, field: str) -> bool:
        """Tell whether the field has a column and something in it."""
        return not is_blank((self._cell(field),))

    def has(self, field: str) -> bool:
        """Tell whether the field has a column."""
        return field in self._header.columns

    def is_nothing(self, field: str) -> bool:
        """Tell whether an amount is nought, which is no fault where something is free."""
        try:
            read_cents(self._cell(field))
        except CellRefused as refusal:
            return refusal.code == AMOUNT_ZERO
        return False

    def perhaps(self, read: Callable[[], T]) -> T | None:
        """Read something that need not be readable: a fault of it is none of the line."""
        faults = len(self.errors)
        value = read()
        if len(self.errors) == faults:
            return value
        del self.errors[faults:]
        return None

    def text(self, field: str) -> str:
        """Read an optional text."""
        return self._read(field, read_text) or ""

    def name(self, field: str) -> str:
        """Read a required first or last name."""
        return self._read(field, read_person_name) or ""

    def email(self, field: str) -> str:
        """Read an optional address of e-mail."""
        return self._read(field, read_optional_email) or ""

    def siren(self, field: str) -> str:
        """Read the optional SIREN of a company."""
        return self._read(field, read_optional_siren) or ""

    def phone(self, field: str, phone_region: str) -> str:
        """Read an optional telephone number, as a region dials it."""
        return self._read(field, lambda cell: read_optional_phone(cell, phone_region)) or ""

    def required(self, field: str) -> str:
        """Return a required text; an empty cell is noted as a fault."""

        def not_empty(cell: Cell) -> str:
            text = read_text(cell)
            if not text:
                raise CellRefused("name-missing", "information manquante")
            return text

        return self._read(field, not_empty) or ""

    def cents(self, field: str) -> int | None:
        """Read an amount above zero."""
        return self._read(field, read_cents)

    def moment(self, field: str) -> date | datetime | None:
        """Read a date or an instant."""
        return self._read(field, read_moment)

    def label(
        self, field: str, known: Mapping[str, T], what: str, whole: Mapping[str, int] = MappingProxyType({})
    ) -> T | None:
        """Read one of known labels; ``what`` names them in French, for the error."""
        return self._read(field, lambda cell: recognise(read_text(cell), known, what=what, whole=whole))

    def school_class(self, field: str, known: Collection[str]) -> str | None:
        """Read a class as its code, that of the coop's list where it has one."""
        return self._read(field, lambda cell: read_class(cell, known))

    def refuse(self, field: str, code: str, french: str) -> None:
        """Add an error about a field."""
        self.errors.append(self.note(field, code, french))

    def note(self, field: str, code: str, french: str) -> LineError:
        """Say something about a field of this line."""
        column = self._header.columns.get(field)
        return LineError(self.line, column.title if column else "", code, french)

    def _cell(self, field: str) -> Cell:
        """The cell of a field; None when its column is absent or the line is shorter."""
        column = self._header.columns.get(field)
        return self._cells[column.position] if column is not None and column.position < len(self._cells) else None

    def _read(self, field: str, read: Callable[[Cell], T]) -> T | None:
        """Read a cell, or note why not."""
        try:
            return read(self._cell(field))
        except CellRefused as refusal:
            self.refuse(field, refusal.code, refusal.french)
            return None
