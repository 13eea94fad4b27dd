"""The routes of cash."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.cash import cash_box, class_space, count_form, deposits, offline, slips, teachers

ROUTERS: Final[tuple[APIRouter, ...]] = (
    teachers.router,
    class_space.router,
    slips.router,
    count_form.router,
    offline.router,
    deposits.router,
    cash_box.router,
)
"""In the order in which addresses are matched."""
