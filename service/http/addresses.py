"""Addresses that more than one place writes: a contribution's, and any of ours in full."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import Request

CONTRIBUTION: Final = "/{association}/contributions/{campaign_id}/{contribution_id}"
"""Where a family sees what the ledger knows of its contribution, as routes declare it."""


def contribution_address(association: str, campaign_id: UUID, contribution_id: UUID) -> str:
    """Return where a family sees what the ledger knows of its contribution."""
    return CONTRIBUTION.format(association=association, campaign_id=campaign_id, contribution_id=contribution_id)


def absolute(request: Request, path: str) -> str:
    """Return the whole address of one of our paths, under the host by which the request reached us."""
    return str(request.base_url).rstrip("/") + path
