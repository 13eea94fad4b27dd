"""Campaigns of the other coop, as the pages of sharing meet them: drafts, with or without a public form."""

from __future__ import annotations

from tests.kit.api_server import SLUG, TREASURER, ApiServer


def draft_campaign(api: ApiServer, title: str = "Fête de l’école", *, by_link: bool = True) -> str:
    """Draft a campaign, wait until pages show it, and return its address below the association's."""
    coop = f"/coops/{api.foreign_coop_id}/campaigns"
    body = {"title": title, "purpose": "fete-de-l-ecole", "school_year": 2024}
    campaign_id = api.done(TREASURER, "POST", coop, body)["stream_id"]
    api.done(TREASURER, "PUT", f"/campaigns/{campaign_id}/opening", {"by_link": by_link})
    api.get(TREASURER, f"/campaigns/{campaign_id}", at_least=api.head())
    return f"/{SLUG}/collectes/{campaign_id}"
