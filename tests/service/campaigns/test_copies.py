"""A copy of a campaign: what goes on with it, what the rules of its day leave out, and what it is called."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from domain.aggregate import Stamp
from domain.campaign.settings import DraftCampaign, SetPaymentOptions, SetTariffs
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.events.association import Policy
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails
from domain.limits.charges import ANY_CHARGE
from service.campaigns.copies import CopyPlan, copied_title, copy_commands
from service.fields import MAX_TITLE

_AT = Stamp(at=datetime(2026, 9, 2, tzinfo=UTC), by="test")


def _campaign(means: tuple[str, ...] = ("card",), terms: InstalmentTerms | None = None) -> Campaign:
    """A campaign of 2023-2024, a leap year's."""
    campaign = Campaign(uuid4())
    campaign.coop_id, campaign.school_year, campaign.purpose = uuid4(), 2023, "vente"
    campaign.details, campaign.means, campaign.instalments = CampaignDetails(title="Vente"), means, terms
    campaign.opens_at = campaign.closes_at = datetime(2024, 1, 1, tzinfo=UTC)
    leap = Tariff(
        tariff_id="t1", label="Un", tiers=(5_00,), valid_from=date(2023, 9, 1), valid_to=date(2024, 2, 29), group="A"
    )
    campaign.tariffs = {"t1": leap}
    return campaign


def _plan(year: int, policy: Policy = Policy()) -> CopyPlan:  # noqa: B008 - it is frozen
    return CopyPlan(uuid4(), year, UUID(int=1), (UUID(int=2),), policy, ANY_CHARGE, _AT)


@pytest.mark.parametrize(
    ("title", "later", "copied"),
    [
        ("Contributions 2025-2026", 1, "Contributions 2026-2027"),
        ("Année 2025/26, rentrée", 1, "Année 2026/27, rentrée"),
        ("2024 – 2025", 2, "2026 – 2027"),
        ("Fête du 14 juin 2026", 1, "Fête du 14 juin 2026"),
        ("Vente", 0, "Vente (copie)"),
        ("x" * MAX_TITLE, 0, "x" * (MAX_TITLE - 8) + " (copie)"),
    ],
)
def test_a_title_goes_on_with_its_school_year_and_says_within_one_that_it_is_a_copy(
    title: str, later: int, copied: str
) -> None:
    assert copied_title(title, later) == copied
    assert len(copied_title(title, later)) <= MAX_TITLE


def test_validity_moves_by_the_years_between_also_over_a_leap_day() -> None:
    commands = copy_commands(_campaign(), _plan(2026))
    (tariffs,) = [one.tariffs for one in commands if isinstance(one, SetTariffs)]
    (moved,) = tariffs
    assert (moved.valid_from, moved.valid_to, moved.group) == (date(2026, 9, 1), date(2027, 2, 28), "A")
    (draft,) = [one for one in commands if isinstance(one, DraftCampaign)]
    assert (draft.school_year, draft.purpose, draft.details.contact_id) == (2026, "vente", UUID(int=1))


def test_what_the_association_allows_no_more_is_left_out_of_a_copy() -> None:
    """S-26: a copy does not switch back on what was switched off since."""
    terms = InstalmentTerms(count=6, interval_months=1)
    strict = Policy(means=("card",), max_instalments=4)
    commands = copy_commands(_campaign(("card", "cheque"), terms), _plan(2026, strict))
    (options,) = [one for one in commands if isinstance(one, SetPaymentOptions)]
    assert (options.means, options.instalments) == (("card",), None)
    none_left = copy_commands(_campaign(("cheque",)), _plan(2026, strict))
    assert [one.means for one in none_left if isinstance(one, SetPaymentOptions)] == [("card",)]


def test_what_is_no_campaign_of_a_coop_cannot_be_copied() -> None:
    with pytest.raises(NotFound):
        copy_commands(Campaign(uuid4()), _plan(2026))
