"""What the API takes about campaigns and their contributions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from domain.campaign.publication import MAX_ORIGINS
from domain.campaign.refunds import LineAmount
from domain.people.person_fields import MOST_ASKED
from domain.vocabulary.reasons import AbandonReason, CorrectionReason, InstalmentStopReason, RefundReason
from domain.vocabulary.references import TERMS_VERSION
from service.api.schemas import (
    Body,
    CentsField,
    Day,
    DocumentNumber,
    Flag,
    Instant,
    NotedIn,
    PaidCents,
    Reference,
    SlipNumber,
    SmallCount,
    Year,
)
from service.fields.types import ClassLabel, Email, LongText, Name, Origin, Phone, ShortText, Text


class FieldName(StrEnum):
    """A question that a form may ask beside the first and the last name."""

    ADDRESS = "address"
    PHOTO = "photo"
    BIRTH_DATE = "birth_date"
    LANDLINE = "landline"
    MOBILE = "mobile"
    EMAIL = "email"
    CLASS = "class"


OwnField = Annotated[str, StringConstraints(pattern=r"^own_[0-9a-f]{8}$", max_length=12)]
"""A field that the coop added to its records of people, by its id."""


class FieldState(StrEnum):
    """How a question is asked."""

    HIDDEN = "hidden"
    OPTIONAL = "optional"
    REQUIRED = "required"


class OnlineMeans(StrEnum):
    """A means of payment that a campaign offers."""

    CARD = "card"
    CASH = "cash"
    CHEQUE = "cheque"
    OTHER = "other"


class BasketMeans(StrEnum):
    """How a basket is to be paid: by card, in cash at the desk, or on another platform."""

    CARD = "card"
    CASH = "cash"
    EXTERNAL = "external"


class DraftIn(Body):
    """A new campaign."""

    title: Text
    description: LongText = ""
    purpose: Reference
    school_year: Year


class DetailsIn(Body):
    """Step 1."""

    title: Text
    description: LongText = ""
    terms: LongText = ""


class ContactIn(Body):
    """The contact that families see, or a part of it."""

    email: Email | None = None
    phone: Phone | None = None


class TariffIn(Body):
    """A tariff: cents for the first, second and following children."""

    tariff_id: Reference
    label: Text
    tiers: Annotated[list[CentsField], Field(min_length=1, max_length=10)]
    valid_from: Day
    valid_to: Day
    group: ShortText = ""
    free: Flag = False


class TariffsIn(Body):
    """Step 2."""

    tariffs: Annotated[list[TariffIn], Field(min_length=1, max_length=50)]


class FieldIn(Body):
    """One question of the form."""

    name: FieldName | OwnField
    state: FieldState


class FieldsIn(Body):
    """Step 3."""

    fields: Annotated[list[FieldIn], Field(max_length=7 + MOST_ASKED)]


class InstalmentsIn(Body):
    """How many payments, how many months apart."""

    count: Annotated[int, Field(strict=True, ge=2, le=12)]
    interval_months: Annotated[int, Field(strict=True, ge=1, le=12)]


class PaymentOptionsIn(Body):
    """Step 4."""

    means: Annotated[list[OnlineMeans], Field(min_length=1, max_length=4)]
    instalments: InstalmentsIn | None = None
    message: LongText = ""


class PublicationIn(Body):
    """Step 5: by link or not, and the opening window."""

    by_link: Flag = True
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class EmbeddingIn(Body):
    """The origins of the sites that may frame the form: scheme, host, perhaps a port."""

    origins: Annotated[list[Origin], Field(max_length=MAX_ORIGINS)]


class CouncilDecisionIn(Body):
    """A decision of the Conseil: its day, and the number of its minutes if they have one."""

    decided_on: Day
    minutes: DocumentNumber | None = None


class PublishIn(Body):
    """The responsibility under which a campaign goes on line (S-49)."""

    responsible_id: UUID
    council_decision: CouncilDecisionIn


class PersonIn(Body):
    """A person, kept in the vault only."""

    first_name: Name
    last_name: Name
    email: Email | None = None
    phone: Phone | None = None


class ChildIn(Body):
    """One child of a basket; `cents` is the price that the family saw, or what it gives at a free tariff."""

    first_name: Name
    last_name: Name
    class_label: ClassLabel = ""
    tariff_id: Reference
    cents: CentsField | None = None


class BasketIn(Body):
    """A family's basket."""

    payer: PersonIn
    children: Annotated[list[ChildIn], Field(min_length=1, max_length=20)]
    tip_cents: CentsField = 0
    means: BasketMeans = BasketMeans.CARD
    instalments: SmallCount = 1
    terms_version: Annotated[str, Field(max_length=20, pattern=rf"^(?:{TERMS_VERSION})?$")] = ""


class CashIn(Body):
    """Cash received, under the number of its slip."""

    slip: SlipNumber
    cents: PaidCents
    paid_at: Instant


class AbandonmentIn(NotedIn):
    """Why a basket will not be paid."""

    reason: AbandonReason


class InstalmentStopIn(NotedIn):
    """Why the instalments still to come are cancelled."""

    reason: InstalmentStopReason


class CorrectionIn(NotedIn):
    """A corrected class or tariff label of one child."""

    line: SmallCount
    class_label: Annotated[ClassLabel, Field(min_length=1)]
    tariff_id: Reference
    reason: CorrectionReason


class LineAmountIn(Body):
    """Some cents of one child."""

    line: SmallCount
    cents: PaidCents


def amounts_by_line(parts: list[LineAmountIn]) -> tuple[LineAmount, ...]:
    """Return the cents of each child as commands take them."""
    return tuple(LineAmount(line=part.line, cents=part.cents) for part in parts)


class RefundIn(NotedIn):
    """A refund: coop cents, tip cents, perhaps by child."""

    cents: CentsField
    tip_cents: CentsField = 0
    by_line: Annotated[list[LineAmountIn], Field(max_length=20, default_factory=list)]
    reason: RefundReason
