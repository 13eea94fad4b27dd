"""The routes of the JSON API, below ``/api/v1``."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.api import campaign_files, campaigns, contributions, coops, queries, report_files
from service.api.members import members, roles
from service.api.payments import checkout, papers, payouts, provider

ROUTERS: Final[tuple[APIRouter, ...]] = (
    coops.router,
    members.router,
    roles.router,
    campaigns.router,
    campaign_files.router,
    contributions.router,
    checkout.router,
    provider.router,
    payouts.router,
    queries.router,
    report_files.router,
    papers.router,
)
"""In the order in which the OpenAPI document lists them."""
