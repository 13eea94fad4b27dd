"""A coop's own groups: made, renamed, filled and deleted beside its classes (S-29, S-37)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

from service.contacts.address_book import all_contacts, in_group
from service.contacts.groups import MOST_GROUPS, all_groups, make_group
from tests.kit.api_server import FOREIGN, MANDATAIRE, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.contacts.addresses import add, below


def make(api: ApiServer, name: str) -> str:
    """Make a group by its form, and return its address."""
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(below(api, "/groupes/nouveau")).text
        key = re.search(r'name="cle" value="([^"]*)"', page)
        assert key
        made = visit.post(below(api, "/groupes/nouveau"), data={"cle": key[1], "nom": name})
        assert made.status_code == 303
        again = visit.post(below(api, "/groupes/nouveau"), data={"cle": key[1], "nom": name})
        assert again.headers["location"] == made.headers["location"], "a double click makes one"
    return str(made.headers["location"]).partition("?")[0]


def test_a_group_is_made_filled_renamed_and_deleted_and_its_contacts_stay(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "un@example.org\ndeux@example.org\ntrois@example.org")
        address = make(api, "Conseil")
        ids = {one.profile.email: str(one.contact_id) for one in all_contacts(api.opened, api.ids.coop_id)}
        chosen = [ids["un@example.org"], ids["deux@example.org"]]
        saved = visit.post(address, data={"nom": "Conseil d’élèves", "affiche": list(ids.values()), "contact": chosen})
        assert saved.status_code == 303
        group_id = UUID(address.rpartition("/")[2])
        members = in_group(api.opened, api.ids.coop_id, group_id)
        assert {one.profile.email for one in members} == {"un@example.org", "deux@example.org"}
        listed = words(visit.get(below(api, "/groupes")).text)
        assert "Conseil d’élèves 2" in listed
        assert "un@example.org" in visit.get(below(api, f"/carnet?groupe={group_id}")).text
        visit.post(address, data={"nom": "Conseil", "affiche": [chosen[0]], "contact": []})
        assert len(in_group(api.opened, api.ids.coop_id, group_id)) == 1, "who was not shown stays"
        assert visit.post(f"{address}/supprimer").status_code == 303
        assert visit.get(address).status_code == 404
    assert all_groups(api.opened, api.ids.coop_id) == []
    assert len(all_contacts(api.opened, api.ids.coop_id)) == len(ids)


def test_two_groups_never_have_one_name_and_a_name_is_needed(api: ApiServer) -> None:
    address = make(api, "Chorale")
    with visit_as(api, MANDATAIRE) as visit:
        for name, sentence in (("chorâle", "porte déjà ce nom"), ("  ", "Donnez un nom"), ("x" * 61, "trop long")):
            refused = visit.post(below(api, "/groupes/nouveau"), data={"cle": "k", "nom": name})
            assert refused.status_code in (409, 422)
            assert sentence in words(refused.text)
        other = make(api, "Jardin")
        assert "porte déjà ce nom" in visit.post(other, data={"nom": "CHORALE"}).text
        for each in (address, other):
            visit.post(f"{each}/supprimer")


def test_another_coop_neither_sees_nor_fills_nor_deletes_a_group(api: ApiServer) -> None:
    address = make(api, "À nous")
    group_id = address.rpartition("/")[2]
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "membre@example.org")
    (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:6] == "membre"]
    with visit_as(api, FOREIGN) as visit:
        theirs = below(api, f"/groupes/{group_id}", api.foreign_coop_id)
        assert visit.get(theirs).status_code == 404
        assert visit.post(theirs, data={"nom": "Volé", "contact": str(contact.contact_id)}).status_code == 404
        assert visit.post(f"{theirs}/supprimer").status_code == 404
        assert "À nous" not in visit.get(below(api, "/groupes", api.foreign_coop_id)).text
    with visit_as(api, MANDATAIRE) as visit:
        for hostile in ([str(uuid4())], ["no id"], [str(api.ids.campaign_id)]):
            sent = {"nom": "À nous", "affiche": hostile, "contact": hostile}
            assert visit.post(address, data=sent).status_code == 303
        assert in_group(api.opened, api.ids.coop_id, UUID(group_id)) == []
        visit.post(f"{address}/supprimer")


def test_there_are_no_more_groups_than_the_page_says(api: ApiServer) -> None:
    today = datetime.now(UTC).date()
    for at in range(MOST_GROUPS):
        make_group(api.opened, api.ids.coop_id, uuid4(), f"Groupe {at}", today)
    with visit_as(api, MANDATAIRE) as visit:
        page = words(visit.get(below(api, "/groupes")).text)
        assert f"{MOST_GROUPS} groupes au plus" in page
        assert "Créer un groupe" not in page
        refused = visit.post(below(api, "/groupes/nouveau"), data={"cle": "k", "nom": "Un de trop"})
        assert refused.status_code == 422
        assert f"{MOST_GROUPS} groupes au plus" in words(refused.text)
