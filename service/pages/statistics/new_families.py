"""Families that come back, and those that are new: by the confirmed account that their baskets were placed under.

An account is known by the keyed digest of its address (ADR 66). No name or typed address is opened for a number: a
basket is its account's, whatever address was typed into it. Without an account nothing tells whether a family came
back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.association.anonymity import enough_each
from projections.directory import CampaignRow
from projections.figures.lists import family_list
from service.pages.statistics.choice import Chosen


class ReturningFamilies(NamedTuple):
    """Of a school year: families that took part in an earlier one, those that did not, and baskets without an account.

    ``shown`` is false where one of them is too few to be told apart from the others.
    """

    returning: int
    new: int
    unknown: int
    shown: bool


def returning_families(
    connection: Connection[Any],
    accounts: Mapping[UUID, bytes],
    chosen: Chosen,
    campaigns: Sequence[CampaignRow],
    families: int,
    threshold: int,
) -> ReturningFamilies | None:
    """Count the families of the school year that is chosen; None for one collection, and for the coop's first year.

    ``accounts`` are the digests of the accounts of baskets; ``families`` take part in the year, an account or not.
    """
    years = {row.campaign_id: row.school_year for row in campaigns}
    if chosen.campaign is not None or chosen.year is None or chosen.year <= min(years.values()):
        return None
    taking_part = [(one, years[one.campaign_id]) for one in family_list.taking_part(connection, list(accounts))]
    now = {accounts[one.contribution_id] for one, year in taking_part if year == chosen.year}
    before = {accounts[one.contribution_id] for one, year in taking_part if year < chosen.year}
    known = sum(1 for _, year in taking_part if year == chosen.year)
    returning, new, unknown = len(now & before), len(now - before), families - known
    return ReturningFamilies(returning, new, unknown, enough_each((returning, new), unknown, threshold))
