"""Routes that read a coop: who it is, its classes, its mandates, its bank accounts, the charter, its findings."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from domain.calendar import paris_date
from domain.coop.state import Coop
from domain.errors import NotFound
from domain.events.coop import CoopDetails
from domain.vocabulary.reasons import FindingSubject
from service.api.context import RequestContext
from service.api.contract.rights import CanRead
from service.api.contract.routers import api_router
from service.api.schemas import Severity
from service.coops.bank_accounts import BankAccountStatus, account_status

router = api_router("/{association}/coops/{coop_id}", "Coops")


class CoopResource(BaseModel):
    """A school co-operative as it stands in the log."""

    coop_id: UUID
    version: int = Field(description="What its `ETag` says, for `If-Match`")
    name: str
    school: str
    town: str
    affiliation_number: str
    address: str | None = Field(description="Where letters reach the school")
    demo: bool
    registered_on: date
    payment_means: list[str] = Field(description="Means of payment that its collections may offer")
    certified: bool
    payouts_frozen: bool = Field(description="Whether the provider would pay out to another account than the confirmed")
    bank_account_id: UUID | None = Field(description="The confirmed account, to which payouts go")
    charter_accepted: int | None = Field(description="The version of the charter that it accepted")
    closed_through: date | None = Field(description="The last day of its last closed month")


class ClassResource(BaseModel):
    """A class of a school year: its code, and how the school writes it."""

    code: str
    label: str


class ClassesResource(BaseModel):
    """The classes of a school year."""

    school_year: int
    classes: list[ClassResource]


class MandateResource(BaseModel):
    """A mandate that was given and not withdrawn; its holder by id, whose name the association's members tell."""

    mandate_id: UUID
    holder_id: UUID
    valid_from: date
    valid_to: date
    current: bool = Field(description="Whether it holds today")


class BankAccountResource(BaseModel):
    """A bank account of a coop: only the end of its IBAN."""

    bank_account_id: UUID
    iban_masked: str
    registered_at: datetime
    registered_by: str
    status: BankAccountStatus


class FindingResource(BaseModel):
    """What an inspector found, on the log up to a position; words beside it are among the decisions."""

    finding_id: UUID
    subject: FindingSubject
    severity: Severity
    up_to_position: int
    recorded_at: datetime
    recorded_by: str


def coop_resource(coop: Coop) -> CoopResource:
    """Show a coop."""
    known = coop.details or CoopDetails(name="", school="", town="", affiliation_number="")
    return CoopResource(
        coop_id=coop.id,
        version=coop.version,
        name=known.name,
        school=known.school,
        town=known.town,
        affiliation_number=known.affiliation_number,
        address=known.postal_address or None,
        demo=coop.demo,
        registered_on=coop.registered_on,
        payment_means=list(coop.means),
        certified=coop.certified,
        payouts_frozen=coop.frozen,
        bank_account_id=coop.current_account,
        charter_accepted=coop.charter_accepted or None,
        closed_through=coop.closed_through,
    )


def classes_resource(coop: Coop, school_year: int) -> ClassesResource:
    """Show the classes of a school year, as the school lists them; none where it lists none."""
    codes, labels = coop.classes.get(school_year, ()), coop.class_labels.get(school_year, ())
    listed = [ClassResource(code=code, label=label) for code, label in zip(codes, labels, strict=True)]
    return ClassesResource(school_year=school_year, classes=listed)


def mandate_resource(coop: Coop, mandate_id: UUID, today: date) -> MandateResource:
    """Show a mandate.

    Raises:
        NotFound: it was never given, or was withdrawn.

    """
    if mandate_id not in coop.mandates:
        raise NotFound(mandate=mandate_id)
    holder_id, first, last = coop.mandates[mandate_id]
    return MandateResource(
        mandate_id=mandate_id, holder_id=holder_id, valid_from=first, valid_to=last, current=first <= today <= last
    )


def bank_account_resource(coop: Coop, bank_account_id: UUID) -> BankAccountResource:
    """Show a bank account.

    Raises:
        NotFound: it was never registered, or was withdrawn.

    """
    if bank_account_id not in coop.bank_accounts:
        raise NotFound(bank_account=bank_account_id)
    by, at = coop.bank_accounts[bank_account_id]
    return BankAccountResource(
        bank_account_id=bank_account_id,
        iban_masked=coop.masked_ibans[bank_account_id],
        registered_at=at,
        registered_by=by,
        status=account_status(coop, bank_account_id),
    )


def finding_resource(coop: Coop, finding_id: UUID) -> FindingResource:
    """Show a finding.

    Raises:
        NotFound: there is none of that id.

    """
    found = coop.findings.get(finding_id)
    if found is None:
        raise NotFound(finding=finding_id)
    return FindingResource(
        finding_id=finding_id,
        subject=FindingSubject(found.subject),
        severity=Severity(found.severity),
        up_to_position=found.up_to_position,
        recorded_at=found.at,
        recorded_by=found.by,
    )


@router.get("")
async def show_coop(context: CanRead, coop_id: UUID) -> CoopResource:
    """Show a coop."""
    return coop_resource(await context.load(Coop, coop_id))


@router.get("/classes")
async def list_classes(context: CanRead, coop_id: UUID) -> list[ClassesResource]:
    """List the classes of each school year that a coop has set."""
    coop = await context.load(Coop, coop_id)
    return [classes_resource(coop, year) for year in sorted(coop.classes)]


@router.get("/mandates")
async def list_mandates(context: CanRead, coop_id: UUID) -> list[MandateResource]:
    """List the mandates of a coop that were not withdrawn, the earliest first."""
    coop, today = await context.load(Coop, coop_id), _today(context)
    shown = [mandate_resource(coop, mandate_id, today) for mandate_id in coop.mandates]
    return sorted(shown, key=lambda one: one.valid_from)


@router.get("/mandates/{mandate_id}")
async def show_mandate(context: CanRead, coop_id: UUID, mandate_id: UUID) -> MandateResource:
    """Show a mandate."""
    return mandate_resource(await context.load(Coop, coop_id), mandate_id, _today(context))


@router.get("/bank-accounts")
async def list_bank_accounts(context: CanRead, coop_id: UUID) -> list[BankAccountResource]:
    """List the bank accounts of a coop, in the order in which they were registered."""
    coop = await context.load(Coop, coop_id)
    return [bank_account_resource(coop, bank_account_id) for bank_account_id in coop.bank_accounts]


@router.get("/bank-accounts/{bank_account_id}")
async def show_bank_account(context: CanRead, coop_id: UUID, bank_account_id: UUID) -> BankAccountResource:
    """Show a bank account."""
    return bank_account_resource(await context.load(Coop, coop_id), bank_account_id)


@router.get("/findings")
async def list_findings(context: CanRead, coop_id: UUID) -> list[FindingResource]:
    """List what inspectors found in a coop."""
    coop = await context.load(Coop, coop_id)
    return [finding_resource(coop, finding_id) for finding_id in coop.findings]


@router.get("/findings/{finding_id}")
async def show_finding(context: CanRead, coop_id: UUID, finding_id: UUID) -> FindingResource:
    """Show a finding."""
    return finding_resource(await context.load(Coop, coop_id), finding_id)


def _today(context: RequestContext) -> date:
    """The Paris day of a request."""
    return paris_date(context.at)
