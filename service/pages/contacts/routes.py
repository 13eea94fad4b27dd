"""The routes of the address book, of its groups and of the fields of its records."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.contacts import book, entry, fields, own_groups, record

ROUTERS: Final[tuple[APIRouter, ...]] = (
    book.router,
    entry.router,
    record.router,
    own_groups.router,
    fields.router,
)
"""In the order in which addresses are matched: a word of ours comes before an id."""
