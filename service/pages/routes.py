"""The routes of all pages."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages import api_reference, home, style_guide
from service.pages.accounts.routes import ROUTERS as ACCOUNT_ROUTERS
from service.pages.association.routes import ROUTERS as ASSOCIATION_ROUTERS
from service.pages.cash.routes import ROUTERS as CASH_ROUTERS
from service.pages.community.routes import ROUTERS as COMMUNITY_ROUTERS
from service.pages.contacts.routes import ROUTERS as CONTACT_ROUTERS
from service.pages.coop.routes import ROUTERS as COOP_ROUTERS
from service.pages.coop_profile.routes import ROUTERS as COOP_PROFILE_ROUTERS
from service.pages.exports.routes import ROUTERS as EXPORT_ROUTERS
from service.pages.families.routes import ROUTERS as FAMILY_ROUTERS
from service.pages.imports.routes import ROUTERS as IMPORT_ROUTERS
from service.pages.mandataire.routes import ROUTERS as MANDATAIRE_ROUTERS
from service.pages.members.routes import ROUTERS as MEMBER_ROUTERS
from service.pages.messages.routes import ROUTERS as MESSAGE_ROUTERS
from service.pages.papers.routes import ROUTERS as PAPER_ROUTERS
from service.pages.participant.routes import ROUTERS as PARTICIPANT_ROUTERS
from service.pages.payouts.routes import ROUTERS as PAYOUT_ROUTERS
from service.pages.reminders.routes import ROUTERS as REMINDER_ROUTERS
from service.pages.sharing.routes import ROUTERS as SHARING_ROUTERS
from service.pages.statistics.routes import ROUTERS as STATISTICS_ROUTERS
from service.pages.wizard.routes import ROUTERS as WIZARD_ROUTERS

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *MEMBER_ROUTERS,
    *ASSOCIATION_ROUTERS,
    *COOP_PROFILE_ROUTERS,
    *CASH_ROUTERS,
    *MANDATAIRE_ROUTERS,
    *WIZARD_ROUTERS,
    *SHARING_ROUTERS,
    *REMINDER_ROUTERS,
    *EXPORT_ROUTERS,
    *MESSAGE_ROUTERS,
    *COMMUNITY_ROUTERS,
    *PAYOUT_ROUTERS,
    *PAPER_ROUTERS,
    *CONTACT_ROUTERS,
    *IMPORT_ROUTERS,
    *PARTICIPANT_ROUTERS,
    *COOP_ROUTERS,
    *STATISTICS_ROUTERS,
    *FAMILY_ROUTERS,
    *ACCOUNT_ROUTERS,
    style_guide.router,
    api_reference.router,
    home.router,
)
"""In the order in which addresses are matched: what may be an association's name comes last."""
