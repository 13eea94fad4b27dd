"""Copying a campaign: its settings into a new draft, without participants, payments or opening window (S-118)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from domain.aggregate import Intent, Stamp
from domain.calendar import add_months, fiscal_year_label
from domain.campaign.publication import SetPublication
from domain.campaign.settings import (
    DraftCampaign,
    SetFormFields,
    SetNotifications,
    SetPaymentOptions,
    SetTariffs,
)
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.events.association import Policy
from domain.events.base import InstalmentTerms, Tariff
from domain.limits.charges import ChargeLimits
from domain.vocabulary.means import CARD
from service.fields import MAX_TITLE

_MONTHS: Final = 12
_COPY: Final = " (copie)"
_YEARS: Final = re.compile(r"(20\d\d)(\s?[-–/]\s?)(20\d\d|\d\d)(?!\d)")
"""How titles name a school year: ``2024-2025``, ``2024/25``."""


class CopyPlan(NamedTuple):
    """What a copy differs in: its id and school year, the new ids of its people, and the rules of its day."""

    campaign_id: UUID
    school_year: int
    contact_id: UUID | None
    notified: tuple[UUID, ...]
    policy: Policy
    limits: ChargeLimits
    stamp: Stamp


def copy_commands(source: Campaign, plan: CopyPlan) -> list[Intent[Campaign]]:
    """Return the commands that make a copy, to be carried out together; means that are no longer allowed are left out.

    Raises:
        NotFound: the source is no campaign of a coop.

    """
    if source.coop_id is None or source.details is None:
        raise NotFound(campaign=source.id)
    later = plan.school_year - source.school_year
    details = msgspec.structs.replace(
        source.details, title=copied_title(source.details.title, later), contact_id=plan.contact_id
    )
    to, stamp = plan.campaign_id, plan.stamp
    commands: list[Intent[Campaign]] = [
        DraftCampaign(
            stream_id=to,
            coop_id=source.coop_id,
            details=details,
            purpose=source.purpose,
            school_year=plan.school_year,
            demo=source.demo,
            policy=plan.policy,
            copied_from=source.id,
            stamp=stamp,
        ),
        SetPaymentOptions(
            stream_id=to,
            means=tuple(one for one in source.means if one in plan.policy.means) or plan.policy.means or (CARD,),
            instalments=_allowed(source.instalments, plan.policy),
            message=source.message,
            policy=plan.policy,
            limits=plan.limits,
            stamp=stamp,
        ),
        SetFormFields(stream_id=to, fields=source.fields, stamp=stamp),
        SetNotifications(stream_id=to, contact_ids=plan.notified, stamp=stamp),
        SetPublication(stream_id=to, by_link=source.by_link, opens_at=None, closes_at=None, stamp=stamp),
    ]
    if source.tariffs:
        tariffs = tuple(_moved(tariff, later * _MONTHS) for tariff in source.tariffs.values())
        commands.append(SetTariffs(stream_id=to, tariffs=tariffs, limits=plan.limits, stamp=stamp))
    return commands


def copied_title(title: str, later: int) -> str:
    """Return the title of a copy: a school year in it goes on with it, and within one year it says that it is a copy.

    Whatever would be too long is cut before.
    """
    if later:
        return _YEARS.sub(lambda found: _year_after(found, later), title)[:MAX_TITLE]
    return f"{title[: MAX_TITLE - len(_COPY)]}{_COPY}"


def _year_after(found: re.Match[str], later: int) -> str:
    first, last = int(found[1]) + later, found[3]
    following = fiscal_year_label(first).rpartition("-")[2]
    return f"{first}{found[2]}{following[-len(last) :]}"


def _moved(tariff: Tariff, months: int) -> Tariff:
    """Return a tariff whose validity is some months later; an end of February stays one."""
    return msgspec.structs.replace(
        tariff, valid_from=add_months(tariff.valid_from, months), valid_to=add_months(tariff.valid_to, months)
    )


def _allowed(terms: InstalmentTerms | None, policy: Policy) -> InstalmentTerms | None:
    """Return terms that the policy still allows, none otherwise."""
    if terms is None or terms.count > policy.max_instalments or terms.interval_months > policy.max_interval_months:
        return None
    return terms
