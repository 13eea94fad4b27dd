"""A file of participants has a column for each field of the coop that the collection asks."""

from __future__ import annotations

import csv
import io

from adapters.exports import ExportKind
from domain.people.person_fields import FieldCategory, FieldKind, PersonField, own_id, with_category, with_field
from projections import participants
from service.exports.maker import ExportMaker
from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.service.exports.test_maker import PUBLIC, asked, content, now

_DIET, _UNASKED = own_id("0000000a"), own_id("0000000b")


def test_the_coop_s_own_questions_are_columns_where_they_are_asked(api: ApiServer) -> None:
    opened, coop_id, campaign_id = api.opened, api.ids.coop_id, api.ids.campaign_id
    fields = with_category(opened.contacts.fields.read(coop_id), FieldCategory("cat_1", "Enfants"))
    fields = with_field(fields, "cat_1", PersonField(_DIET, "Régime alimentaire", FieldKind.TEXT))
    opened.contacts.fields.change(coop_id, with_field(fields, "cat_1", PersonField(_UNASKED, "Autre", FieldKind.TEXT)))
    form = {"fields": [{"name": _DIET, "state": "optional"}]}
    done = api.done(MANDATAIRE, "PUT", f"/campaigns/{campaign_id}/fields", form)
    api.get(MANDATAIRE, f"/campaigns/{campaign_id}", at_least=done["position"])
    (child, *_) = [row for row in opened.read(participants.of_campaign, campaign_id) if row.takes_part]
    person = opened.vault.get(child.participant_id)
    assert person is not None
    opened.vault.update(
        child.participant_id, type(person)(person.first_name, person.last_name, extra={_DIET: "Sans lait"})
    )
    row = asked(api, ExportKind.PARTICIPANTS)
    ExportMaker(opened, now(), PUBLIC).make(row.export_id)
    lines = list(csv.reader(io.StringIO(content(api, row)), delimiter=";"))
    (titles,) = [line for line in lines if "Régime alimentaire" in line]
    assert "Autre" not in titles
    assert {line[titles.index("Régime alimentaire")] for line in lines if len(line) == len(titles)} >= {"Sans lait"}
