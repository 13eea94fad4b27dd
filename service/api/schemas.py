"""What the API takes and gives: amounts are integer cents, instants carry their zone, unknown fields are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from adapters.fields.iban import MAX_IBAN
from domain.money import MAX_CENTS
from domain.vocabulary.reasons import FindingSubject, MandateEndReason
from domain.vocabulary.references import DOCUMENT_NUMBER, LONGEST_REFERENCE, REFERENCE
from service.fields.types import ClassLabel, Email, LongText, Name, Text

ResourceT = TypeVar("ResourceT")
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 1, 1)


def _in_utc(instant: datetime) -> datetime:
    """Bring an instant to UTC, as events store it; refuse a year that is a typing mistake."""
    if not FIRST_DAY.year <= instant.year < LAST_DAY.year:
        raise ValueError("year out of bounds")
    return instant.astimezone(UTC)


def _in_bounds(day: date) -> date:
    """Refuse a day whose year is a typing mistake."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("day out of bounds")
    return day


def _as_text(value: object) -> object:
    """Take only text in the form of ISO 8601: a bare number is a mistake, not seconds since 1970."""
    if not isinstance(value, str | date) or (isinstance(value, str) and not value[4:5] == "-"):
        raise ValueError("not an ISO 8601 text")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_in_utc)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[
    date,
    BeforeValidator(_as_text),
    AfterValidator(_in_bounds),
    Field(description="A day in Europe/Paris"),
]
CentsField = Annotated[int, Field(strict=True, ge=0, le=MAX_CENTS, description="Euro cents")]
PaidCents = Annotated[int, Field(strict=True, ge=1, le=MAX_CENTS, description="Euro cents, at least one")]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.:/-]+$")]
DocumentNumber = Annotated[
    str,
    StringConstraints(max_length=50, pattern=f"^{DOCUMENT_NUMBER}$"),
    Field(description="The number of a document, never a name", examples=["2024-017"]),
]
SlipNumber = Annotated[
    str,
    StringConstraints(max_length=LONGEST_REFERENCE, pattern=f"^{REFERENCE}$"),
    Field(description="The number of a slip or of a bank line, never a name", examples=["B-17"]),
]
Note = Annotated[
    LongText,
    StringConstraints(min_length=1, max_length=500),
    Field(description="Words of one's own beside the reason; kept in the vault for the school year and one more"),
]
SmallCount = Annotated[int, Field(strict=True, ge=1, le=100)]
Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]


class Severity(StrEnum):
    """How much an inspector's finding weighs."""

    REMARK = "remark"
    RESERVE = "reserve"
    REFUSAL = "refusal"


class Body(BaseModel):
    """A request body: nothing more than its fields."""

    model_config = ConfigDict(extra="forbid")


class Done(BaseModel):
    """The outcome of a command: what happened, and where it stands in the log."""

    stream_id: UUID
    version: int = Field(description="Version of the stream after the command")
    position: int | None = Field(description="Position of its last event; ask readers for `at_least` this")
    replayed: bool = Field(description="True when the key had already been used: this is the first outcome")
    events: list[str] = Field(description="Topics of the events, in order; empty when it was already done")
    ids: dict[str, str] = Field(description="Identifiers given to what was created")


class Created(Done, Generic[ResourceT]):
    """The outcome of a command that created something, which ``Location`` names: with that, as it stands now."""

    resource: ResourceT | None = Field(description="Null where it is gone again, or readers have not reached it yet")


class CoopIn(Body):
    """The identity of a coop."""

    name: Text
    school: Text
    town: Text
    affiliation_number: Reference
    address: Text | None = None


class ClassesIn(Body):
    """The classes of a school year, as the school writes them."""

    school_year: Year
    labels: Annotated[list[ClassLabel], Field(min_length=1, max_length=100)]


class PaymentMeansIn(Body):
    """The means of payment that a coop's collections may offer; cards are always among them."""

    means: Annotated[list[Literal["card", "cash", "cheque", "other"]], Field(min_length=1, max_length=4)]


class MandateIn(Body):
    """A mandate between two Paris days, for a member, or for a person who is none yet."""

    member_id: UUID | None = Field(default=None, description="Who holds it; else a new id, with the names below")
    first_name: Name | None = None
    last_name: Name | None = None
    email: Email | None = None
    valid_from: Day
    valid_to: Day

    @model_validator(mode="after")
    def _names_one_person(self) -> Self:
        named = self.first_name is not None and self.last_name is not None
        if named is (self.member_id is not None):
            raise ValueError("a member, or a first and a last name")
        return self


class CharterIn(Body):
    """The acceptance of a version of the charter."""

    version: SmallCount
    mandate_id: UUID


class NotedIn(Body):
    """A decision that people may explain in their own words."""

    note: Note | None = None


class Erased(BaseModel):
    """Whether there was something to erase."""

    erased: bool


class MandateEndIn(NotedIn):
    """Why a mandate is withdrawn."""

    reason: MandateEndReason


class IbanIn(Body):
    """A bank account; the IBAN goes to the vault, the log keeps its masked form and a keyed fingerprint.

    It is taken as it was copied, spaces of every kind included: the reader of IBANs says what is wrong in one.
    """

    iban: Annotated[str, StringConstraints(min_length=1, max_length=MAX_IBAN)]


class PayeeCheckIn(Body):
    """The bank's answer on the name of the payee (verification of payee)."""

    payee_check: Literal["match", "close", "none", "unavailable"]


class PayoutIn(Body):
    """A payout of some cents to the coop's bank."""

    cents: PaidCents


class FindingIn(NotedIn):
    """An inspector's finding, on the log up to a position."""

    subject: FindingSubject
    severity: Severity
    up_to_position: Annotated[int, Field(strict=True, ge=0, le=2**62)]


def columns_of(model: type[BaseModel], row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row type of the read models
    """The columns of a row that an answer shows; an amount's name says that it is cents, a column's does not."""
    columns = {name: name if hasattr(row, name) else name.removesuffix("_cents") for name in model.model_fields}
    return {name: getattr(row, column) for name, column in columns.items() if hasattr(row, column)}
