"""The worst that a field of a basket can hold costs the web process no more than any other form and page."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from domain.campaign.basket import MAX_CHILDREN
from tests.hostile.deployment import Deployment
from tests.hostile.visitors import Visitor, read_head, request
from tests.service.pages.families.basket_forms import draft, put

CPU_SECONDS: Final = 0.020
"""Of the web process, for a request: what a form with the worst fields may cost, and each later look at its page."""
LARGEST_SECONDS: Final = 0.030
"""The same for the largest basket there is: a form or a page of twenty children took 15 to 24 ms here."""
REQUESTS: Final = 20
"""Of each kind in a round: the system counts the processor's time in hundredths of a second."""
ROUNDS: Final = 3
"""The cheapest counts: what else a machine does makes the same work take longer, never shorter."""
BLANKS: Final = " " * 19_900 + "!"
"""A pattern that tries every blank as the beginning of an end takes 30 s for six of these."""


class Cost(NamedTuple):
    """Seconds of the web process for one request of a kind, on average."""

    post: float
    get: float


async def cost(service: Deployment, address: str, form: dict[str, str]) -> Cost:
    """Send a form again and again, then look at its page as often; what is only loaded once was loaded before."""
    visitor, page = service.visitor(1), f"{address}/informations"
    await visitor.ask("POST", page, form, multipart=True)
    await visitor.get(f"{page}?verifier")
    rounds = [await _round(service, visitor, page, form) for _ in range(ROUNDS)]
    return Cost(min(one.post for one in rounds), min(one.get for one in rounds))


async def _round(service: Deployment, visitor: Visitor, page: str, form: dict[str, str]) -> Cost:
    before = service.web.cpu_seconds()
    answers = [await visitor.ask("POST", page, form, multipart=True) for _ in range(REQUESTS)]
    posted = service.web.cpu_seconds()
    pages = [await visitor.get(f"{page}?verifier") for _ in range(REQUESTS)]
    seen = service.web.cpu_seconds()
    assert {answer.status for answer in answers} == {303}
    assert {answer.location for answer in answers} == {f"{page}?verifier"}
    assert {answer.status for answer in pages} == {200}
    assert 'class="error"' in pages[-1].body
    return Cost((posted - before) / REQUESTS, (seen - posted) / REQUESTS)


def basket(service: Deployment, children: int) -> tuple[str, dict[str, str]]:
    """Keep a basket of so many children; its address, and the names that its form sends again."""
    names = [f"Enfant{number}" for number in range(children)]
    known = {f"{field}-child{n}": "Marie" for field in ("first_name", "last_name") for n in range(children)}
    return put(service.live, draft(service.live, *names)), known


def test_six_classes_of_19_900_blanks_cost_milliseconds(service: Deployment) -> None:
    address, known = basket(service, 6)
    taken = asyncio.run(cost(service, address, {**known, **{f"class-child{n}": BLANKS for n in range(6)}}))
    assert taken.post <= CPU_SECONDS, taken
    assert taken.get <= CPU_SECONDS, taken


def test_twenty_children_with_every_text_full_cost_milliseconds(service: Deployment) -> None:
    address, known = basket(service, MAX_CHILDREN)
    full = {f"{name}-child{n}": "&" * 2_000 for name in ("address", "mobile") for n in range(MAX_CHILDREN)}
    taken = asyncio.run(cost(service, address, {**known, **full}))
    assert taken.post <= LARGEST_SECONDS, taken
    assert taken.get <= LARGEST_SECONDS, taken


async def begun(visitor: Visitor, path: str, form: dict[str, str]) -> int:
    """Send the beginning of a form, and return the status of the answer."""
    reader, writer = await visitor.begin(request("POST", path, form)[:2_000])
    try:
        return (await read_head(reader)).status
    finally:
        writer.close()


def test_a_form_of_a_megabyte_is_refused_unread_where_no_file_is_given_and_where_one_may_be(
    service: Deployment,
) -> None:
    address, _ = basket(service, 1)
    for path in (address, f"{address}/informations"):
        for typed in ("&" * 333_000, "é" * 166_000):
            assert asyncio.run(begun(service.visitor(1), path, {"first_name": typed})) == 413
