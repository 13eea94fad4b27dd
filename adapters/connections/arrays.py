"""Columns of a batch as Postgres binary arrays, built in one go: the driver's own lists cost a regex per element.

The driver learns to send them when this module is imported.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

_HEADER: Final = struct.Struct(">iiIii")
_EMPTY: Final = struct.Struct(">iiI")
_LENGTH: Final = struct.Struct(">i")
_NULL: Final = _LENGTH.pack(-1)
_INT8: Final = struct.Struct(">iq")
_INT4: Final = struct.Struct(">ii")
_BOOL: Final = struct.Struct(">i?")
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()
_UUID_LENGTH: Final = _LENGTH.pack(16)


class BinaryArray:
    """An array in Postgres's binary format; OIDs are those of the built-in types, the same in every Postgres."""

    __slots__ = ("data",)
    ELEMENT: ClassVar[int]
    ARRAY: ClassVar[int]

    def __init__(self, items: Iterable[bytes]) -> None:
        """Join items that already carry their lengths."""
        parts = list(items)
        header = _HEADER.pack(1, 1, self.ELEMENT, len(parts), 1) if parts else _EMPTY.pack(0, 0, self.ELEMENT)
        self.data = header + b"".join(parts)


class _Uuids(BinaryArray):
    ELEMENT, ARRAY = 2950, 2951


class _Bigints(BinaryArray):
    ELEMENT, ARRAY = 20, 1016


class _Integers(BinaryArray):
    ELEMENT, ARRAY = 23, 1007


class _Texts(BinaryArray):
    ELEMENT, ARRAY = 25, 1009


class _Byteas(BinaryArray):
    ELEMENT, ARRAY = 17, 1001


class _Booleans(BinaryArray):
    ELEMENT, ARRAY = 16, 1000


class _Dates(BinaryArray):
    ELEMENT, ARRAY = 1082, 1182


def uuids(values: Iterable[UUID | None]) -> BinaryArray:
    """Return an array of uuid, None being null."""
    return _Uuids(_NULL if value is None else _UUID_LENGTH + value.bytes for value in values)


def bigints(values: Iterable[int]) -> BinaryArray:
    """Return an array of bigint."""
    return _Bigints(_INT8.pack(8, value) for value in values)


def integers(values: Iterable[int]) -> BinaryArray:
    """Return an array of integer."""
    return _Integers(_INT4.pack(4, value) for value in values)


def texts(values: Iterable[str | None]) -> BinaryArray:
    """Return an array of text, None being null."""
    return _Texts(_NULL if value is None else _sized(value.encode()) for value in values)


def byteas(values: Iterable[bytes]) -> BinaryArray:
    """Return an array of bytea."""
    return _Byteas(map(_sized, values))


def booleans(values: Iterable[bool]) -> BinaryArray:
    """Return an array of boolean."""
    return _Booleans(_BOOL.pack(1, value) for value in values)


def dates(values: Iterable[date]) -> BinaryArray:
    """Return an array of date: days since 2000."""
    return _Dates(_INT4.pack(4, value.toordinal() - _EPOCH_DAY) for value in values)


def _sized(data: bytes) -> bytes:
    """One element: its length, then it."""
    return _LENGTH.pack(len(data)) + data


class _ArrayDumper(Dumper):
    """Sends an array as it was built."""

    format = pq.Format.BINARY

    def dump(self, obj: BinaryArray) -> Buffer:
        """Give the bytes."""
        return obj.data


for _kind in (_Uuids, _Bigints, _Integers, _Texts, _Byteas, _Booleans, _Dates):
    psycopg.adapters.register_dumper(_kind, type(f"{_kind.__name__}Dumper", (_ArrayDumper,), {"oid": _kind.ARRAY}))
