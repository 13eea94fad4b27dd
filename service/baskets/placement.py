"""Placing a basket in the ledger: people to the vault, ids and cents to the log, once however often it is asked."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import Future
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from adapters.log.command_bus import CommandOutcomes
from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.basket import AbandonContribution, Child, PlaceContribution
from domain.limits.charges import ChargeLimits
from domain.vocabulary.reasons import AbandonReason
from service import people
from service.baskets.basket import Basket, BasketChild
from service.baskets.pricing import prices, tip_cents
from service.baskets.questions import CLASS, PHOTO, asked_by, read_answer
from service.fields import read_email, read_name
from service.public_campaigns import PublicCampaign
from service.runtime.open_ledger import OpenLedger

ACTOR: Final = "family"
"""Who places a basket, as the log says it, for every family."""
_PATIENCE: Final = 30.0
_NAMES: Final = uuid5(NAMESPACE_URL, "coopledger:baskets")
_PEOPLE: Final = uuid5(NAMESPACE_URL, "coopledger:people of baskets")


class SubmittedBasket(NamedTuple):
    """A basket on its way to the ledger: its token, and what it says."""

    token: str
    basket: Basket

    @property
    def contribution_id(self) -> UUID:
        """What the basket becomes, always the same; it tells nothing of the token."""
        return uuid5(_NAMES, self.token)

    def person_id(self, name: str, person: Person) -> UUID:
        """The id of a person of the basket: the same for the same data, and meaningless without the token."""
        return uuid5(uuid5(_PEOPLE, self.token), f"{name}\n{msgspec.json.encode(person).decode()}")


def place(
    opened: OpenLedger,
    public_campaign: PublicCampaign,
    submitted: SubmittedBasket,
    *,
    limits: ChargeLimits,
    terms_version: str,
    at: datetime,
) -> UUID:
    """Place a basket for payment by card, and return its contribution; twice is once. Nothing needs no payment.

    Raises:
        LedgerError: the campaign is closed, a price has changed, an answer is missing: nothing is recorded.

    """
    basket, today = submitted.basket, paris_date(at)
    seen = prices(public_campaign.tariffs, basket.children)
    total = sum(cents or 0 for cents in seen)
    terms = public_campaign.shown.instalments
    answers = {child.key: _answers(public_campaign, child, today) for child in basket.children}
    payer = Person(read_name(basket.first_name), read_name(basket.last_name), read_email(basket.email))
    children = {child.key: _person(child, answers[child.key]) for child in basket.children}
    ids = {key: submitted.person_id(key, child) for key, child in children.items()}
    payer_id = submitted.person_id("payer", payer)
    with people.people_of_command(opened.vault) as kept:
        coop_id = public_campaign.coop.coop_id
        named = people.new_children(coop_id, {ids[key]: child for key, child in children.items()}, at)
        commitments = kept.put_many([people.new_payer(coop_id, payer_id, payer, at), *named])
        for child in basket.children:
            if photo := answers[child.key].get(PHOTO):
                opened.photos.put(ids[child.key], base64.b64decode(photo))
        command = PlaceContribution(
            stream_id=public_campaign.campaign.campaign_id,
            stamp=Stamp(at=at, by=ACTOR),
            contribution_id=submitted.contribution_id,
            payer_id=payer_id,
            commitment=commitments[payer_id],
            children=tuple(
                Child(
                    participant_id=ids[child.key],
                    class_label=answers[child.key].get(CLASS, ""),
                    tariff_id=child.tariff_id,
                    cents=cents,
                    answers=tuple(answers[child.key]),
                )
                for child, cents in zip(basket.children, seen, strict=True)
            ),
            tip_cents=tip_cents(basket, total),
            means="card",
            instalments=terms.count if basket.in_instalments and terms and total else 1,
            limits=limits,
            terms_version=terms_version,
            known_classes={public_campaign.campaign.school_year: tuple(public_campaign.classes)}
            if public_campaign.classes
            else {},
        )
        _do(opened, command, f"basket:{submitted.contribution_id}")
    if basket.letter:
        opened.reminders.link(public_campaign.campaign.campaign_id, basket.letter, submitted.contribution_id)
    opened.baskets.place(submitted.token, submitted.contribution_id, (payer_id, *ids.values()))
    return submitted.contribution_id


def give_up(opened: OpenLedger, campaign_id: UUID, contribution_id: UUID, at: datetime) -> None:
    """Give up a basket that its family wants to change before it pays.

    Raises:
        Conflict: it is paid.

    """
    command = AbandonContribution(
        stream_id=campaign_id,
        stamp=Stamp(at=at, by=ACTOR),
        contribution_id=contribution_id,
        reason=AbandonReason.CHANGED,
    )
    _do(opened, command, None)


def _do(opened: OpenLedger, command: PlaceContribution | AbandonContribution, key: str | None) -> None:
    """Carry a command out; one key is one basket, whatever is typed into it meanwhile."""
    fingerprint = None if key is None else hashlib.sha256(key.encode()).digest()
    future: Future[CommandOutcomes] = opened.ledger.bus.submit(command, key=key, fingerprint=fingerprint)
    future.result(_PATIENCE)


def _answers(public_campaign: PublicCampaign, child: BasketChild, today: date) -> dict[str, str]:
    """Return what was answered for a child, in the form that is kept."""
    read = {
        asked.question.name: read_answer(
            asked,
            child.answers.get(asked.question.name, ""),
            public_campaign.classes,
            today,
            public_campaign.phone_region,
        )
        for asked in asked_by(public_campaign)
    }
    return {name: answer for name, answer in read.items() if answer}


def _person(child: BasketChild, answers: dict[str, str]) -> Person:
    """A child as the vault keeps it: names, ways to reach it, its other answers by question."""
    apart = (CLASS, PHOTO, "email", "mobile")
    return Person(
        read_name(child.first_name),
        read_name(child.last_name),
        answers.get("email", ""),
        answers.get("mobile", ""),
        {name: answer for name, answer in answers.items() if name not in apart},
    )
