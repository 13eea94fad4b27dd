"""A campaign's status as people read it: its word, and beside it whether families can pay now (S-114, S-116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from projections.directory import CampaignRow
from service.pages.frame.visit import STATUS, status_sentence, window_sentence

_NOW: Final = datetime(2026, 11, 30, 9, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


def campaign(status: str, opens_at: datetime | None = None, closes_at: datetime | None = None) -> CampaignRow:
    """A campaign of some status and window; nothing else of it is read."""
    values = dict.fromkeys(CampaignRow._fields) | {"campaign_id": UUID(int=1), "title": "Vie de classe"}
    return CampaignRow(**values | {"status": status, "opens_at": opens_at, "closes_at": closes_at})


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "said"),
    [
        (None, None, "Publié – ouverte"),
        (_NOW - _DAY, _NOW + _DAY, "Publié – ouverte"),
        (_NOW + _DAY, None, "Publié – pas encore ouverte"),
        (None, _NOW, "Publié – close"),
        (_NOW - 2 * _DAY, _NOW - _DAY, "Publié – close"),
    ],
)
def test_a_published_campaign_says_whether_families_can_pay_now(
    opens_at: datetime | None, closes_at: datetime | None, said: str
) -> None:
    assert status_sentence(campaign("published", opens_at, closes_at), _NOW) == said


@pytest.mark.parametrize("status", sorted(STATUS.keys() - {"published"}))
def test_other_statuses_are_said_alone(status: str) -> None:
    assert status_sentence(campaign(status, None, _NOW - _DAY), _NOW) == STATUS[status]


def test_a_suspended_campaign_is_not_said_to_be_open() -> None:
    assert window_sentence(campaign("suspended", None, _NOW + _DAY), _NOW) == "Fermée pour le moment"
    assert window_sentence(campaign("published", None, _NOW + _DAY), _NOW).startswith("Ouverte jusqu’au")
