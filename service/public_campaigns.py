"""What families see of campaigns, read once and kept while it stays true: a public page costs no database.

A public campaign is read again as soon as the read models are heard to have advanced, and at the latest a second after
it was looked at: a changed window or tariff shows at once, in every process (S-109).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.files import AttachmentRef, PictureRef
from domain.errors import NotFound
from domain.events.base import Tariff
from domain.people.person_fields import FieldKind, PersonField, PersonFields, is_own
from domain.texts.network_words import CONTRIBUTION, Wording
from projections import directory, storefront
from projections.directory import CampaignRow, CoopRow
from projections.storefront import Storefront
from service.fields import FRANCE, french_phone
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

_GLANCE: Final = 1.0
_KEPT: Final = 500


class NotPublished(NotFound):
    """The campaign is still a draft (S-115)."""

    code = "campaign-not-published"
    sentence = "Cette collecte n’est pas encore publiée. Demandez à la coopérative quand elle ouvrira."


class NoPublicForm(NotFound):
    """The campaign has no public form: only the mandate holder adds participants (S-105)."""

    code = "no-public-form"
    sentence = "Cette collecte n’a pas de formulaire public. Adressez-vous à la coopérative de l’école."


class Opening(StrEnum):
    """Whether families may contribute now, and why not."""

    OPEN = "open"
    BEFORE = "before"
    AFTER = "after"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class CampaignContact(NamedTuple):
    """Whom families can ask (S-60, S-61, S-176): an address, a number as people write it and as it is dialled."""

    email: str = ""
    phone: str = ""
    dialled: str = ""


NO_CONTACT: Final = CampaignContact()


@dataclass(frozen=True)
class PublicCampaign:
    """A published campaign as families see it: ``own`` are the fields of the coop that it asks, in their order.

    ``rendered`` keeps pages made of it, by name.
    """

    campaign: CampaignRow
    shown: Storefront
    coop: CoopRow
    association: str
    classes: Mapping[str, str]
    contact: CampaignContact = NO_CONTACT
    phone_region: str = FRANCE
    words: Wording = CONTRIBUTION
    own: tuple[PersonField, ...] = ()
    rendered: dict[str, bytes] = field(default_factory=dict, compare=False)

    @property
    def identification(self) -> str:
        """The regulated line of the coop (S-56)."""
        return self.coop.identification(self.association)

    @property
    def picture(self) -> PictureRef | None:
        """The campaign's picture (S-55)."""
        return PictureRef.parse(self.shown.details.picture)

    @property
    def attachments(self) -> list[AttachmentRef]:
        """The files to download, in their order (S-59)."""
        read = (AttachmentRef.parse(text) for text in self.shown.details.attachments)
        return [ref for ref in read if ref is not None]

    @property
    def tariffs(self) -> dict[str, Tariff]:
        """The tariffs by id, in their order."""
        return {tariff.tariff_id: tariff for tariff in self.shown.tariffs}

    def opening(self, now: datetime) -> Opening:
        """Tell whether families may contribute at an instant: the status first, then the window, its end excluded."""
        campaign = self.campaign
        if campaign.status in (Opening.SUSPENDED, Opening.ARCHIVED):
            return Opening(campaign.status)
        if campaign.opens_at is not None and now < campaign.opens_at:
            return Opening.BEFORE
        return Opening.AFTER if campaign.closes_at is not None and now >= campaign.closes_at else Opening.OPEN


@dataclass
class _Kept:
    public_campaign: PublicCampaign
    heard: int
    looked_at: float


class PublicCampaignCache:
    """The public campaigns that were lately looked at; bounded, for one event loop."""

    def __init__(self, runtime: Runtime) -> None:
        """Begin empty."""
        self._runtime = runtime
        self._kept: OrderedDict[tuple[str, UUID], _Kept] = OrderedDict()

    async def public_campaign(self, association: str, campaign_id: UUID) -> PublicCampaign:
        """Return what families see of a campaign, read again only if it may have changed.

        Raises:
            NotFound: no such association or campaign; NotPublished, NoPublicForm: not for families.

        """
        key = (association, campaign_id)
        kept = self._kept.get(key)
        heard = self._heard(association)
        if kept is not None and kept.heard == heard and monotonic() - kept.looked_at < _GLANCE:
            return kept.public_campaign
        looked_at = monotonic()
        public_campaign = await run_in_threadpool(self._look, association, campaign_id)
        if kept is not None and kept.public_campaign == public_campaign:
            public_campaign = kept.public_campaign
        self._kept[key] = _Kept(public_campaign, heard, looked_at)
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return public_campaign

    def _heard(self, association: str) -> int:
        return self._runtime.feed.position(f"{association}_read")

    def _look(self, association: str, campaign_id: UUID) -> PublicCampaign:
        opened = self._runtime.ledger(association)
        return read_public_campaign(opened, campaign_id)


def read_public_campaign(opened: OpenLedger, campaign_id: UUID) -> PublicCampaign:
    """Read what families see of a campaign now.

    Raises:
        NotFound: no such campaign; NotPublished, NoPublicForm: not for families.

    """
    public_campaign = _found(opened, campaign_id)
    if public_campaign.campaign.status == "draft":
        raise NotPublished(campaign=campaign_id)
    if not public_campaign.campaign.by_link:
        raise NoPublicForm(campaign=campaign_id)
    return _with_contact(opened, public_campaign)


def read_any_campaign(opened: OpenLedger, campaign_id: UUID) -> PublicCampaign:
    """Read what families would see of a campaign, whether they may or not: for who runs it.

    Raises:
        NotFound: no such campaign.

    """
    return _with_contact(opened, _found(opened, campaign_id))


def _found(opened: OpenLedger, campaign_id: UUID) -> PublicCampaign:
    public_campaign = opened.read(_read, campaign_id, opened.name)
    if public_campaign is None:
        raise NotFound(campaign=campaign_id)
    return public_campaign


def _with_contact(opened: OpenLedger, public_campaign: PublicCampaign) -> PublicCampaign:
    contact = _contact(opened, public_campaign.shown.details.contact_id)
    return replace(
        public_campaign,
        contact=contact,
        phone_region=opened.phone_region,
        words=opened.words(),
        own=_own(opened, public_campaign),
    )


def _own(opened: OpenLedger, public_campaign: PublicCampaign) -> tuple[PersonField, ...]:
    """Read the fields of the coop that a campaign asks; one that was deleted meanwhile is asked as a text."""
    names = [field.name for field in public_campaign.shown.fields if is_own(field.name) and field.state != "hidden"]
    if not names:
        return ()
    fields: PersonFields = opened.contacts.fields.read(public_campaign.coop.coop_id)
    known = {field.field_id: field for field in (*fields.former, *fields)}
    return tuple(known.get(name) or PersonField(name, fields.label(name), FieldKind.TEXT) for name in names)


def _contact(opened: OpenLedger, contact_id: UUID | None) -> CampaignContact:
    """Read whom families can ask; an empty contact when the vault has forgotten the person."""
    person = None if contact_id is None else opened.vault.get(contact_id)
    return (
        CampaignContact() if person is None else CampaignContact(person.email, french_phone(person.phone), person.phone)
    )


def _read(connection: Connection[Any], campaign_id: UUID, association: str) -> PublicCampaign | None:
    campaign = directory.find_campaign(connection, campaign_id)
    shown = storefront.find(connection, campaign_id)
    if campaign is None or shown is None:
        return None
    (coop,) = directory.coops(connection, (campaign.coop_id,))
    classes = directory.class_labels(connection, coop.coop_id, campaign.school_year)
    return PublicCampaign(campaign, shown, coop, association, classes)
