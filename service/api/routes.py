"""The routes of the JSON API, below ``/api/v1``."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.api import campaign_files, campaigns, contributions, coops, queries, report_files
from service.api.association import rules
from service.api.books import closings
from service.api.by_hand import bank, decisions, families
from service.api.external import lists, payments
from service.api.external import payouts as external_payouts
from service.api.installation import health
from service.api.members import members, roles
from service.api.payments import checkout, disputes, papers, payouts
from service.api.reads import association, campaign, coop, money
from service.api.reads import contribution as one_contribution

ROUTERS: Final[tuple[APIRouter, ...]] = (
    association.router,
    coops.router,
    coop.router,
    members.router,
    roles.router,
    rules.router,
    campaigns.router,
    campaign.router,
    campaign_files.router,
    contributions.router,
    one_contribution.router,
    checkout.router,
    disputes.router,
    payouts.router,
    money.router,
    families.router,
    bank.router,
    decisions.router,
    payments.router,
    external_payouts.router,
    closings.router,
    queries.router,
    lists.router,
    report_files.router,
    papers.router,
    health.router,
)
"""In the order in which the OpenAPI document lists them."""
