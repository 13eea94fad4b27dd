"""A slip of cash whose amount was typed wrong is corrected from the detail of its child (S-141)."""

from __future__ import annotations

from domain.campaign.state import Campaign
from tests.kit.api_server import FOREIGN, MANDATAIRE, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.participant.families import list_of, pay, pay_cash, shown


def test_what_was_received_is_corrected_up_to_what_is_due_and_the_history_says_by_whom(api: ApiServer) -> None:
    contribution_id = pay_cash(api, "B-901", "Ana")
    detail = f"{list_of(api)}/{contribution_id}"
    with visit_as(api, MANDATAIRE) as visit:
        assert f'href="{detail}/especes"' in visit.get(detail).text
        assert f'href="{detail}/especes"' in visit.get(f"{detail}/corriger").text
        assert "12,00\u00a0€ en espèces sont écrits ici" in words(visit.get(f"{detail}/especes").text)
        more = visit.post(f"{detail}/especes", data={"recu": "18", "motif": "mistake"})
        assert (more.status_code, 'value="18"' in more.text) == (422, True)
        assert "12,00\u00a0€ au plus\u00a0: c’est le montant dû." in words(more.text)
        same = visit.post(f"{detail}/especes", data={"recu": "12,00", "motif": ""})
        assert "C’est le montant déjà écrit" in words(same.text)
        assert "Choisissez un motif de la liste." in words(same.text)
        for written, before in (("8", "12,00"), ("10,50", "8,00")):
            done = visit.post(f"{detail}/especes", data={"recu": written, "motif": "mistake", "note": "Mal compté."})
            assert done.headers["location"] == f"{detail}?fait=especes"
            said = words(visit.get(done.headers["location"]).text)
            assert "C’est corrigé\u00a0: la caisse suit." in said
            assert f"Bordereau B-901 corrigé\u00a0: {written.partition(',')[0]}" in said
            assert f"au lieu de {before}\u00a0€." in said
            assert "«\u00a0Mal compté.\u00a0»" in said


def test_nothing_received_takes_the_child_off_the_list_and_its_address_says_so(api: ApiServer) -> None:
    contribution_id = pay_cash(api, "B-902", "Ivo")
    detail = f"{list_of(api)}/{contribution_id}"
    with visit_as(api, MANDATAIRE) as visit:
        visit.post(f"{detail}/especes", data={"recu": "0", "motif": "never_happened"})
        shown(api)
        gone = visit.get(detail)
        assert (gone.status_code, "Ce paiement ne compte plus" in words(gone.text)) == (410, True)
        assert str(contribution_id) not in visit.post(list_of(api), data={"recherche": "Ivo"}).text
        assert visit.get(f"{detail}/especes").status_code == 404
    state = api.opened.ledger.store.load(Campaign, api.ids.campaign_id).contributions[contribution_id]
    assert (state.abandoned, state.received) == (True, False)


def test_a_correction_that_is_sent_twice_leads_both_times_to_what_became_of_it(api: ApiServer) -> None:
    contribution_id = pay_cash(api, "B-903", "Eva")
    detail = f"{list_of(api)}/{contribution_id}"
    with visit_as(api, MANDATAIRE) as visit:
        for written, before, after in (("8", "1200", f"{detail}?fait=especes"), ("0", "800", detail)):
            assert f'name="avant" value="{before}"' in visit.get(f"{detail}/especes").text
            form = {"recu": written, "motif": "mistake", "avant": before}
            first, second = (visit.post(f"{detail}/especes", data=form) for _ in range(2))
            assert first.headers["location"] == f"{detail}?fait=especes"
            assert second.headers["location"] == after
    slips = api.opened.ledger.store.load(Campaign, api.ids.campaign_id).contributions[contribution_id].slips
    assert slips["B-903"].cents == 0


def test_who_paid_by_card_has_no_cash_to_correct(api: ApiServer) -> None:
    detail = f"{list_of(api)}/{pay(api, 'Uma')}"
    with visit_as(api, MANDATAIRE) as visit, visit_as(api, FOREIGN) as stranger:
        assert f"{detail}/especes" not in visit.get(detail).text
        assert visit.get(f"{detail}/especes").headers["location"] == detail
        nothing = visit.post(f"{detail}/especes", data={"recu": "3", "motif": "mistake"})
        assert nothing.headers["location"] == detail
        assert stranger.get(f"{detail}/especes").status_code == 404
