"""Windows, tariffs and sizes as families read them: « Du 1er juillet 2024 au… » (S-177)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from domain.calendar import french_date, french_moment
from domain.events.base import Tariff
from domain.money import NBSP, euros
from service.public_campaigns import Opening, PublicCampaign

_SECOND: Final = 2
_KILO: Final = 1_000
_MEGA: Final = 1_000_000


def opening_sentence(public_campaign: PublicCampaign, now: datetime) -> str:
    """Say why families cannot contribute now; nothing while they can (S-109, S-114…S-117)."""
    campaign, words = public_campaign.campaign, public_campaign.words
    opening = public_campaign.opening(now)
    if opening is Opening.BEFORE and campaign.opens_at:
        when = french_moment(campaign.opens_at)
        return f"Cette collecte n’est pas encore ouverte\u00a0: vous pourrez {words.to_give} à partir du {when}."
    if opening is Opening.AFTER and campaign.closes_at:
        return f"Cette collecte est close depuis le {french_moment(campaign.closes_at)}. Rien n’a été débité."
    if opening is Opening.SUSPENDED:
        return f"Les {words.gifts} à cette collecte sont suspendues pour le moment. Les échéances en cours continuent."
    if opening is Opening.ARCHIVED:
        return f"Cette collecte est terminée. Elle ne reçoit plus {words.of_gift}."
    return ""


def tariff_price(tariff: Tariff) -> str:
    """Write the price of a tariff: of the first child, or the least of a free one (S-64, S-183)."""
    if tariff.free:
        return f"Libre, dès {euros(tariff.tiers[0])}" if tariff.tiers[0] else "Montant libre"
    return euros(tariff.tiers[0])


def tariff_tiers(tariff: Tariff) -> str:
    """Write what further children of a family cost, nothing where it is the same (S-70)."""
    if tariff.free or len(set(tariff.tiers)) == 1:
        return ""
    ranks = [f"{rank}e enfant\u00a0: {euros(cents)}" for rank, cents in enumerate(tariff.tiers[1:], start=_SECOND)]
    if len(ranks) > 1:
        last = len(tariff.tiers)
        ranks[-1] = f"à partir du {last}e\u00a0: {euros(tariff.tiers[-1])}"
        return ", ".join(ranks)
    return f"à partir du 2e enfant\u00a0: {euros(tariff.tiers[1])}"


def tariff_validity(tariff: Tariff) -> str:
    """Write the period for which a tariff is paid (S-65); none for a free one, which is income of the day it came."""
    if tariff.free:
        return ""
    return f"Valable du {french_date(tariff.valid_from)} au {french_date(tariff.valid_to)}"


def by_group(tariffs: Iterable[Tariff]) -> list[Tariff]:
    """Return tariffs with those of a group together, groups in the order in which each comes first (S-67)."""
    known = list(tariffs)
    groups = list(dict.fromkeys(tariff.group for tariff in known))
    return sorted(known, key=lambda tariff: groups.index(tariff.group))


def french_size(size: int) -> str:
    """Write the bytes of a file as people read them: ``320 ko``, ``1,4 Mo``."""
    if size < _MEGA:
        return f"{max(1, round(size / _KILO))}{NBSP}ko"
    return f"{size / _MEGA:.1f}".replace(".", ",") + f"{NBSP}Mo"


def association_mark(name: str) -> str:
    """Write the name of an association as the mark at the top of pages, which stays on one line."""
    return name.replace(" ", NBSP)
