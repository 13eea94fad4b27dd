"""Who a person is to the vault, for what purpose, and until when (CNIL: one retention for each purpose)."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from domain.calendar import fiscal_year, fiscal_year_bounds

_COMMITMENT_MARK: Final = b"\x02"
_ACCOUNTING_YEARS: Final = 10
_encoder: Final = msgspec.json.Encoder(order="sorted")


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name and the ways to reach it; ``extra`` holds the answers to the form, by question."""

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    extra: dict[str, str] = {}

    def __repr__(self) -> str:
        """Say nothing: a person must not reach a log or a traceback."""
        return "Person(…)"


_decoder: Final = msgspec.json.Decoder(Person)


class PersonKind(StrEnum):
    """What a person, or a row kept like one, is to the association."""

    PAYER = "payer"
    CHILD = "child"
    CONTACT = "contact"
    HOLDER = "holder"
    BANK_ACCOUNT = "bank-account"


class Purpose(IntEnum):
    """Why a person is kept, which says for how long."""

    ACCOUNTING = 1
    """Who paid, as vouchers say it: ten years, like the accounts."""
    CLASS_LIFE = 2
    """Children and contacts: the school year and one more."""


def retention_end(purpose: Purpose, day: date) -> date:
    """Return the last day on which a person met on ``day`` is kept.

    Accounting: the end of the fiscal year + 10 years (accounting documents); class life: 31 August of the
    school year + 1 year. Both years begin on 1 September.
    """
    end = fiscal_year_bounds(fiscal_year(day))[1]
    return end.replace(year=end.year + (_ACCOUNTING_YEARS if purpose is Purpose.ACCOUNTING else 1))


def canonical(person: Person) -> bytes:
    """Return the one JSON form of a person, sorted and compact: what is sealed and committed to."""
    return _encoder.encode(person)


def from_canonical(plain: bytes) -> Person:
    """Read back what ``canonical`` wrote."""
    return _decoder.decode(plain)


def commitment(salt: bytes, plain: bytes) -> str:
    """Return SHA-256(0x02 ‖ salt ‖ canonical JSON) in hexadecimal: a proof for who holds the salt, noise for others."""
    return hashlib.sha256(_COMMITMENT_MARK + salt + plain).hexdigest()
