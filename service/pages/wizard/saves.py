"""Saving a step, unless it was saved otherwise since its form was made: then both versions are shown (S-52).

A form carries a digest of what was stored when it was made. What is saved is carried out together with a check of the
settings on which that was compared: others that are stored meanwhile refuse it, and it is compared again. Contributions
hold up nothing, however many come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.people_vault import Person
from domain.aggregate import Intent
from domain.campaign.settings import CheckSettings
from domain.campaign.state import Campaign
from domain.errors import LedgerError, StaleVersion, TooBusy
from domain.texts.network_words import wording_of
from service import people
from service.pages.campaign.words import NOTHING, SettingLine
from service.pages.frame.visit import CampaignVisit, CoopVisit
from service.pages.wizard.steps import Step, kept_for_back, place_of, settings_of, titles
from service.people import RequestPeople

C = TypeVar("C")
DIGEST: Final = "empreinte"
"""The field that carries the digest of what a form was made from."""
_ATTEMPTS: Final = 20
"""How often a step is compared again, each time that other settings were stored in between."""
_NO_FILES: Final[Mapping[str, Sequence[str]]] = {}
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class NewContacts(dict[Any, Person]):
    """Whom commands name, by the ids that they name them by."""


class StepSettings(NamedTuple, Generic[C]):
    """The part of a campaign that a step sets, and the version of the campaign's settings that it was read at."""

    content: C
    version: int


class StepSave(NamedTuple, Generic[C]):
    """How a step is read from a campaign, made into commands, and said in words.

    ``read`` takes what it needs of the state before its first await. ``commands`` makes what changes the stored content
    into the given one, none where nothing does; whom it names it adds to the people. ``always`` has them carried out
    where nothing of the step changes, too.
    """

    step: Step
    read: Callable[[CampaignVisit, Campaign], Awaitable[C]]
    commands: Callable[[CampaignVisit, C, C, NewContacts], Awaitable[list[Intent[Any]]]]
    lines: Callable[[C], Iterable[SettingLine]]
    always: bool = False


def as_chosen(visit: CampaignVisit, save: StepSave[C]) -> StepSave[C]:
    """Return how a step is saved whose default is a choice: of a draft it is recorded, so that the step is done."""
    return save._replace(always=visit.campaign.status == "draft")


def digest_of(content: object) -> str:
    """Return a digest of what is stored of a step."""
    return hashlib.sha256(_encode(content)).hexdigest()[:32]


async def read_settings(visit: CampaignVisit, save: StepSave[C]) -> StepSettings[C]:
    """Return what is stored of a step now."""
    campaign = await settings_of(visit)
    version = campaign.settings_version
    return StepSettings(await save.read(visit, campaign), version)


async def save_step(
    visit: CampaignVisit, save: StepSave[C], form: FormData, given: C, kept: Mapping[str, Sequence[str]] = _NO_FILES
) -> Response | None:
    """Save what was given; None when it is saved, or a page with both versions when something else was saved before.

    ``kept`` are the fields of files as they stand now, since those that were chosen cannot be sent again.

    Raises:
        LedgerError: what the campaign refuses.

    """
    for _ in range(_ATTEMPTS):
        stored, version = await read_settings(visit, save)
        if stored == given and not save.always:
            return None
        if stored != given and form.get(DIGEST) != digest_of(stored):
            return await _show_both(visit, save, _carried(form, kept), stored, given)
        contacts = NewContacts()
        commands = await save.commands(visit, stored, given, contacts)
        if not commands:
            return None
        check = CheckSettings(stream_id=visit.campaign.campaign_id, settings_version=version, stamp=visit.stamp)
        try:
            await carry_out(visit, [check, *commands], contacts)
        except StaleVersion:
            continue
        return None
    raise TooBusy(campaign=visit.campaign.campaign_id)


async def carry_out(visit: CoopVisit, commands: Sequence[Intent[Any]], contacts: NewContacts) -> None:
    """Carry out commands together, with whom they name in the vault until they are decided."""
    brought = RequestPeople(visit.opened.vault, visit.opened.people_calls)

    def bring() -> None:
        for contact_id, person in contacts.items():
            people.keep_contact(brought, visit.coop.coop_id, contact_id, person, visit.now)

    if contacts:
        await run_in_threadpool(bring)
    try:
        await visit.do_together(commands)
    except LedgerError as refusal:
        if brought.anybody:
            await run_in_threadpool(brought.settle, refusal)
        raise
    brought.confirm_soon()


def _carried(form: FormData, kept: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the fields of a form that go along with the choice between two versions."""
    typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [(name, value) for name, values in kept.items() for value in values]
    return [*((name, value) for name, value in typed if name != DIGEST and name not in kept), *files]


async def _show_both(
    visit: CampaignVisit, save: StepSave[C], fields: Sequence[tuple[str, str]], stored: C, given: C
) -> Response:
    """Show what was typed beside what is stored, to keep one of them; the typed fields go along."""
    mine, theirs = list(save.lines(given)), list(save.lines(stored))
    typed = {line.key: line for line in mine}
    known = {line.key: line for line in theirs}
    none = SettingLine("", "", NOTHING)
    pairs = [(typed.get(key, none), known.get(key, none)) for key in {**known, **typed}]
    named = titles(wording_of((await visit.policy_of()).policy.wording))
    shown = await visit.show(
        "wizard/both.html",
        place_of(visit),
        409,
        help_key="deux-versions",
        step=save.step,
        step_title=named[save.step.key],
        rows=[
            (own.label or other.label, own.value, other.value, (own.value, own.basis) != (other.value, other.basis))
            for own, other in pairs
        ],
        fields=fields,
        digest=digest_of(stored),
    )
    return kept_for_back(visit, shown)
