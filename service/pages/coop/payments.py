"""« Suivi des paiements »: every payment of a coop with payer, amount, children and classes (S-31), as one chooses.

Names come from the vault, and that they were read is noted. They never stand in an address: a search by name is sent
as a form, and answered at once. The tip is not here: it is the platform's, and the school does not learn who gave one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.calendar import french_date, french_month, paris_date
from domain.errors import NotFound
from projections import directory
from projections.contributions import ContributionRow
from projections.directory import CampaignRow
from projections.figures import coop_payments, receipt_rows
from projections.figures.coop_payments import PaymentChild, PaymentSums, PaymentsWanted
from reports.parts.wording import ERASED_NAME, MEANS, payment_reference, state_on_schedule
from service.auth.actions import Action
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.choices import CHOSEN_STATES, LONGEST, ROWS, Choices, Pages, read_choices
from service.pages.coop.selection import read_month
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_ADDRESS: Final = "/{association}/coops/{coop_id}/paiements"
FILTERS: Final = ("collecte", "mois", "classe", "etat", "moyen")
"""The filters by their names in addresses."""
LISTED: Final = {name: label for name, label in CHOSEN_STATES.items() if name not in ("abandoned", "pending")}
"""The states of what is listed: who has paid, or had nothing to pay."""


class ListedPayment(NamedTuple):
    """One payment as the table shows it; ``children`` have their classes, ``below`` is its detail."""

    day: str
    reference: str
    below: str
    payer: str
    children: tuple[tuple[str, str], ...]
    campaign: str
    due: int
    paid: int
    given_back: int
    refund_pending: int
    status: str
    state: str
    means: str


class PaymentOptions(NamedTuple):
    """What the filters offer: words of the address, and what they are called."""

    campaigns: dict[str, str]
    months: dict[str, str]
    classes: dict[str, str]


class _PaymentsFound(NamedTuple):
    rows: list[ContributionRow]
    children: defaultdict[UUID, list[PaymentChild]]
    sums: PaymentSums
    pages: Pages
    options: PaymentOptions
    labels: dict[UUID, dict[str, str]]


@router.get(_ADDRESS)
async def payments(visit: Runner) -> Response:
    """List the payments that fit the filters, page by page."""
    return await _show(visit, read_choices(visit.request.query_params, FILTERS))


@router.post(_ADDRESS)
async def search(visit: Runner, form: FormBody) -> Response:
    """List the payments of families that are searched for; what is chosen without a name leads to its address."""
    choices = read_choices(form, FILTERS)
    if choices.search:
        return await _show(visit, choices)
    return visit.go(choices.address(f"{visit.coop_base}/paiements"))


async def _show(visit: CoopVisit, choices: Choices) -> Response:
    await note(visit.request, TrailKind.NAMES_READ)
    found: _PaymentsFound = await visit.read(_read, visit, choices)
    names = await run_in_threadpool(visit.opened.people, _people_of(found))
    rows, sums, pages = found.rows, found.sums, found.pages
    if choices.search:
        matching = [row for row in rows if _matches(choices, row, found.children[row.contribution_id], names)]
        sums = PaymentSums(len(matching), sum(row.paid for row in matching))
        pages = _pages(choices, len(matching))
        rows = matching[(pages.number - 1) * ROWS : pages.number * ROWS]
    return await visit.show(
        "coop/payments.html",
        "suivi",
        choices=choices,
        longest_search=LONGEST,
        options=found.options,
        states=LISTED,
        means=MEANS,
        rows=[_listed(row, found, names) for row in rows],
        sums=sums,
        pages=pages,
    )


def _pages(choices: Choices, number: int) -> Pages:
    """Return the page that was chosen of so many rows; the last one where there are not so many."""
    last = max(-(-number // ROWS), 1)
    return Pages(min(choices.page, last), last)


def _read(connection: Connection[Any], visit: CoopVisit, choices: Choices) -> _PaymentsFound:
    """Read a page of the payments; all of them where a name is to be found among them."""
    coop_id = visit.coop.coop_id
    campaigns = directory.campaigns_of(connection, coop_id)
    wanted = _wanted(campaigns, choices)
    sums = coop_payments.sums(connection, wanted)
    pages = _pages(choices, sums.number)
    offset, limit = (0, None) if choices.search else ((pages.number - 1) * ROWS, ROWS)
    rows = coop_payments.page(connection, wanted, offset, limit)
    by_year = directory.labels_by_coop(connection, (coop_id,))
    labels = {row.campaign_id: by_year[coop_id, row.school_year] for row in campaigns}
    children = coop_payments.children_of(connection, [row.contribution_id for row in rows])
    return _PaymentsFound(rows, children, sums, pages, _options(connection, coop_id, campaigns, labels), labels)


def _options(
    connection: Connection[Any], coop_id: UUID, campaigns: list[CampaignRow], labels: dict[UUID, dict[str, str]]
) -> PaymentOptions:
    months = sorted({row.month for row in receipt_rows.sums(connection, coop_id)}, reverse=True)
    known = {code: label for of_campaign in labels.values() for code, label in of_campaign.items()}
    codes = coop_payments.classes_of(connection, [row.campaign_id for row in campaigns])
    order = {code: rank for rank, code in enumerate(known)}
    ranked = sorted(codes, key=lambda code: (order.get(code, len(order)), code))
    return PaymentOptions(
        {str(row.campaign_id): row.title for row in campaigns},
        {f"{month:%Y-%m}": french_month(month).capitalize() for month in months},
        {code: known.get(code, code) for code in ranked},
    )


def _wanted(campaigns: list[CampaignRow], choices: Choices) -> PaymentsWanted:
    """Read the filters.

    Raises:
        NotFound: a word of the address is none of the coop's.

    """
    chosen, known = choices.filters, {str(row.campaign_id): row.campaign_id for row in campaigns}
    month = read_month(chosen["mois"])
    wrong = (
        (chosen["collecte"] and chosen["collecte"] not in known)
        or (chosen["mois"] and month is None)
        or (chosen["etat"] and chosen["etat"] not in LISTED)
        or (chosen["moyen"] and chosen["moyen"] not in MEANS)
        or "\x00" in chosen["classe"]
    )
    if wrong:
        raise NotFound(filters="unknown")
    return PaymentsWanted(
        (known[chosen["collecte"]],) if chosen["collecte"] else tuple(known.values()),
        month,
        chosen["classe"] or None,
        chosen["etat"] or None,
        chosen["moyen"] or None,
    )


def _people_of(found: _PaymentsFound) -> set[UUID]:
    children = {child.participant_id for row in found.rows for child in found.children[row.contribution_id]}
    return children | {row.payer_id for row in found.rows}


def _listed(row: ContributionRow, found: _PaymentsFound, names: Mapping[UUID, Person]) -> ListedPayment:
    children, labels = found.children[row.contribution_id], found.labels[row.campaign_id]
    return ListedPayment(
        day=french_date(paris_date(row.paid_at or row.placed_at)),
        reference=payment_reference(row.contribution_id),
        below=f"/collectes/{row.campaign_id}/participants/{row.contribution_id}",
        payer=_name(names.get(row.payer_id)),
        children=tuple(
            (_name(names.get(child.participant_id)), labels.get(child.class_code, child.class_code))
            for child in children
        ),
        campaign=found.options.campaigns[str(row.campaign_id)],
        due=row.due,
        paid=row.paid,
        given_back=row.given_back,
        refund_pending=row.refund_pending,
        status=row.status,
        state=state_on_schedule(row),
        means=MEANS[row.means],
    )


def _name(person: Person | None) -> str:
    return ERASED_NAME if person is None else f"{person.first_name} {person.last_name}".strip()


def _matches(
    choices: Choices, row: ContributionRow, children: Iterable[PaymentChild], names: Mapping[UUID, Person]
) -> bool:
    """Tell whether the payer or a child bears the name that is searched for."""
    people = (row.payer_id, *(child.participant_id for child in children))
    return any(choices.finds(_name(names[key])) for key in people if key in names)
