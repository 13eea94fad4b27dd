"""« Suivi des paiements »: every payment of a coop with payer, amount, children and classes (S-31), as one chooses.

Names come from the vault, and that they were read is noted. They never stand in an address: a search by name is sent
as a form, and answered at once.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
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
from reports.parts.wording import ERASED_NAME, MEANS, STATES, payment_reference
from service.auth.actions import Action
from service.fields import MAX_NAME
from service.http.forms import FormBody, text
from service.http.trail import note
from service.pages.coop.selection import read_month, read_page
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
PAGE: Final = 50
_ADDRESS: Final = "/{association}/coops/{coop_id}/paiements"
LISTED: Final = {name: label for name, label in STATES.items() if name not in ("abandoned", "pending")}
"""The states of what is listed: who has paid, or had nothing to pay."""


class Choice(NamedTuple):
    """What somebody chose of a list: words of its address, and a name that is in none."""

    campaign: str = ""
    month: str = ""
    class_code: str = ""
    status: str = ""
    means: str = ""
    name: str = ""

    def query(self, page: int = 1) -> str:
        """Write what was chosen as an address has it, without the name."""
        words = {
            "collecte": self.campaign,
            "mois": self.month,
            "classe": self.class_code,
            "etat": self.status,
            "moyen": self.means,
            "page": "" if page == 1 else str(page),
        }
        return urlencode({word: value for word, value in words.items() if value})


class ListedPayment(NamedTuple):
    """One payment as the table shows it."""

    day: str
    reference: str
    payer: str
    children: tuple[str, ...]
    classes: tuple[str, ...]
    campaign: str
    paid: int
    status: str
    settled: bool
    means: str


class Options(NamedTuple):
    """What the filters offer."""

    campaigns: list[tuple[str, str]]
    months: list[tuple[str, str]]
    classes: list[tuple[str, str]]


class _PaymentsFound(NamedTuple):
    rows: list[ContributionRow]
    children: defaultdict[UUID, list[PaymentChild]]
    sums: PaymentSums
    options: Options
    labels: dict[UUID, dict[str, str]]


@router.get(_ADDRESS)
async def payments(visit: Runner, request: Request) -> Response:
    """List the payments that somebody chose, page by page."""
    words = dict(request.query_params)
    return await _show(visit, request, _choice(words), read_page(words.get("page", "1")))


@router.post(_ADDRESS)
async def search(visit: Runner, request: Request, form: FormBody) -> Response:
    """List the payments of families with a name, among those that somebody chose."""
    choice = _choice(dict(request.query_params))._replace(name=text(form, "nom", MAX_NAME).strip()[:MAX_NAME])
    return await _show(visit, request, choice, read_page(text(form, "page", 7) or "1"))


def _choice(words: Mapping[str, str]) -> Choice:
    chosen = (words.get(name, "")[:MAX_NAME] for name in ("collecte", "mois", "classe", "etat", "moyen"))
    return Choice(*chosen)


async def _show(visit: CoopVisit, request: Request, choice: Choice, page: int) -> Response:
    await note(request, TrailKind.NAMES_READ)
    found: _PaymentsFound = await visit.read(_read, visit, choice, None if choice.name else page)
    names = await run_in_threadpool(visit.opened.people, _people_of(found))
    rows, sums = found.rows, found.sums
    if choice.name:
        matching = [row for row in rows if _matches(choice.name, row, found.children[row.contribution_id], names)]
        sums = PaymentSums(len(matching), sum(row.paid for row in matching))
        rows = matching[(page - 1) * PAGE : page * PAGE]
    pages = max(1, -(-sums.number // PAGE))
    if page > pages:
        raise NotFound(page=page)
    titles = dict(found.options.campaigns)
    return await visit.show(
        "coop/payments.html",
        "suivi",
        choice=choice,
        options=found.options,
        states=LISTED,
        means=MEANS,
        rows=[_listed(row, found, names, titles) for row in rows],
        sums=sums,
        page=page,
        pages=pages,
        here=f"{visit.base}{visit.coop_base}/paiements",
    )


def _read(connection: Connection[Any], visit: CoopVisit, choice: Choice, page: int | None) -> _PaymentsFound:
    coop_id = visit.coop.coop_id
    campaigns = directory.campaigns_of(connection, coop_id)
    wanted = _wanted(campaigns, choice)
    offset, limit = (0, None) if page is None else ((page - 1) * PAGE, PAGE)
    rows = coop_payments.page(connection, wanted, offset, limit)
    by_year = directory.labels_by_coop(connection, (coop_id,))
    labels = {row.campaign_id: by_year[coop_id, row.school_year] for row in campaigns}
    return _PaymentsFound(
        rows,
        coop_payments.children_of(connection, [row.contribution_id for row in rows]),
        coop_payments.sums(connection, wanted),
        _options(connection, coop_id, campaigns, labels),
        labels,
    )


def _options(
    connection: Connection[Any], coop_id: UUID, campaigns: list[CampaignRow], labels: dict[UUID, dict[str, str]]
) -> Options:
    months = sorted({row.month for row in receipt_rows.sums(connection, coop_id)}, reverse=True)
    known = {code: label for of_campaign in labels.values() for code, label in of_campaign.items()}
    codes = coop_payments.classes_of(connection, [row.campaign_id for row in campaigns])
    order = {code: rank for rank, code in enumerate(known)}
    ranked = sorted(codes, key=lambda code: (order.get(code, len(order)), code))
    return Options(
        [(str(row.campaign_id), row.title) for row in campaigns],
        [(f"{month:%Y-%m}", french_month(month).capitalize()) for month in months],
        [(code, known.get(code, code)) for code in ranked],
    )


def _wanted(campaigns: list[CampaignRow], choice: Choice) -> PaymentsWanted:
    """Read what somebody chose.

    Raises:
        NotFound: a word of the address is none of the coop's.

    """
    known = {str(row.campaign_id): row.campaign_id for row in campaigns}
    month: date | None = read_month(choice.month)
    chosen = tuple(known.values()) if not choice.campaign else (known.get(choice.campaign),)
    wrong = (
        None in chosen
        or "\x00" in choice.class_code
        or (choice.month and month is None)
        or (choice.status and choice.status not in LISTED)
        or (choice.means and choice.means not in MEANS)
    )
    if wrong:
        raise NotFound(filters="unknown")
    return PaymentsWanted(
        tuple(one for one in chosen if one is not None),
        month,
        choice.class_code or None,
        choice.status or None,
        choice.means or None,
    )


def _people_of(found: _PaymentsFound) -> set[UUID]:
    children = {child.participant_id for row in found.rows for child in found.children[row.contribution_id]}
    return children | {row.payer_id for row in found.rows}


def _listed(
    row: ContributionRow, found: _PaymentsFound, names: Mapping[UUID, Person], titles: Mapping[str, str]
) -> ListedPayment:
    children, labels = found.children[row.contribution_id], found.labels[row.campaign_id]
    classes = dict.fromkeys(labels.get(child.class_code, child.class_code) for child in children)
    return ListedPayment(
        day=french_date(paris_date(row.paid_at or row.placed_at)),
        reference=payment_reference(row.contribution_id),
        payer=_name(names.get(row.payer_id)),
        children=tuple(_name(names.get(child.participant_id)) for child in children),
        classes=tuple(classes),
        campaign=titles[str(row.campaign_id)],
        paid=row.paid,
        status=LISTED[row.status],
        settled=row.status == "received",
        means=MEANS[row.means],
    )


def _name(person: Person | None) -> str:
    return ERASED_NAME if person is None else f"{person.first_name} {person.last_name}".strip()


def _matches(asked: str, row: ContributionRow, children: Iterable[PaymentChild], names: Mapping[UUID, Person]) -> bool:
    """Tell whether the payer or a child bears a name: every word of it, whatever its accents and capitals."""
    known = [names[key] for key in (row.payer_id, *(child.participant_id for child in children)) if key in names]
    words = plain(asked).split()
    return any(all(word in plain(_name(person)) for word in words) for person in known)


def plain(name: str) -> str:
    """Return a name without accents and capitals, to be compared."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
