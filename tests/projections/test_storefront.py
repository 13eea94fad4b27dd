"""What families see of a campaign is what its events last said, and nothing of any person."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from domain.campaign.publication import SetEmbedding
from domain.campaign.settings import SetFormFields, SetNotifications
from domain.events.campaign import FormField
from projections import storefront
from tests.projections.history import History
from tests.projections.projected_ledger import projected

FIELDS = (FormField(name="class", state="required"), FormField(name="mobile", state="optional"))
SITES = ("https://ecole.example",)
NOTIFIED = (uuid4(), uuid4())


def test_the_storefront_holds_the_last_word_of_each_setting(database: str) -> None:
    history = History()
    coop_id = history.coop()
    shown, other = history.campaign(coop_id, "Vie de classe"), history.campaign(coop_id, "Sortie")
    history.do(SetFormFields, shown, fields=FIELDS)
    history.do(SetEmbedding, shown, origins=SITES)
    history.do(SetNotifications, shown, contact_ids=NOTIFIED)
    history.retitle(shown, "Vie de la classe", opens_at=datetime(2024, 9, 9, tzinfo=UTC))
    history.replace_tariff(shown, "t2", "Soutien")
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        for campaign_id in (shown, other):
            found, state = storefront.find(ledger.read, campaign_id), history.state(campaign_id)
            assert found is not None
            assert found.details == state.details
            assert {tariff.tariff_id: tariff for tariff in found.tariffs} == state.tariffs
            assert (found.fields, found.embedding) == (state.fields, state.embedding)
            assert (found.means, found.instalments) == (state.means, state.instalments)
        row = storefront.find(ledger.read, shown)
        assert row is not None
        assert (row.details.title, list(row.tariffs)[-1].label, row.embedding) == ("Vie de la classe", "Soutien", SITES)
        assert [row.asked(name) for name in ("class", "mobile", "photo")] == ["required", "optional", "hidden"]
        assert row.position == max(fact.position for fact in history.facts if fact.stream_id == shown)
        assert storefront.find(ledger.read, coop_id) is None
        assert storefront.all_contacts(ledger.read) == {*NOTIFIED}
