"""Bad input of every field of every step: a sentence at its field and in the summary, what was typed stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.events.association import Policy
from tests.kit.api_server import ApiServer
from tests.kit.postgres_ledger import run
from tests.service.pages.wizard.forms import FormFields, Runner, errors_of, runner, said

_LONG: Final = "x" * 10_001
WRONG: Final = [
    ("informations", {"title": ""}, "title"),
    ("informations", {"title": "\u200b \u00a0"}, "title"),
    ("informations", {"title": "x" * 201}, "title"),
    ("informations", {"description": _LONG}, "description"),
    ("informations", {"terms": _LONG}, "terms"),
    ("informations", {"email": "ecole@"}, "email"),
    ("informations", {"email": "<script>"}, "email"),
    ("informations", {"phone": "12"}, "phone"),
    ("informations", {"phone": "04 93 12 34 5x"}, "phone"),
    ("tarifs", {"label-0": " "}, "label-0"),
    ("tarifs", {"label-0": "x" * 201}, "label-0"),
    ("tarifs", {"amount-0-0": ""}, "amount-0-0"),
    ("tarifs", {"amount-0-0": "douze"}, "amount-0-0"),
    ("tarifs", {"amount-0-0": "-1"}, "amount-0-0"),
    ("tarifs", {"amount-0-0": "12,345"}, "amount-0-0"),
    ("tarifs", {"amount-0-0": "99999999999"}, "amount-0-0"),
    ("tarifs", {"amount-0-0": "12", "amount-0-1": "x"}, "amount-0-1"),
    ("tarifs", {"amount-0-0": "12", "amount-0-2": "1e3"}, "amount-0-2"),
    ("tarifs", {"amount-0-0": "12", "from-0": "2026-13-01"}, "from-0"),
    ("tarifs", {"amount-0-0": "12", "to-0": ""}, "to-0"),
    ("tarifs", {"amount-0-0": "12", "from-0": "2027-09-01", "to-0": "2027-08-31"}, "to-0"),
    ("tarifs", {"amount-0-0": "12", "group-0": "x" * 101}, "group-0"),
    ("tarifs", {"amount-0-0": "12", "id-0": "é !"}, "label-0"),
    ("formulaire", {"class": None}, "class"),
    ("formulaire", {"mobile": "parfois"}, "mobile"),
    ("paiement", {"means": None}, "means"),
    ("paiement", {"means": "cheque"}, "means"),
    ("paiement", {"means": "bitcoin"}, "means"),
    ("paiement", {"split": "1"}, "count"),
    ("paiement", {"split": "1", "count": "1", "interval": "1"}, "count"),
    ("paiement", {"split": "1", "count": "5", "interval": "1"}, "count"),
    ("paiement", {"split": "1", "count": "²", "interval": "1"}, "count"),
    ("paiement", {"split": "1", "count": "3", "interval": "0"}, "interval"),
    ("paiement", {"split": "1", "count": "3", "interval": "4"}, "interval"),
    ("paiement", {"message": _LONG}, "message"),
    ("paiement", {"notified": "dominique@example.org, claire"}, "notified"),
    ("paiement", {"notified": ", ".join(f"a{one}@example.org" for one in range(11))}, "notified"),
    ("publication", {"by_link": "partout"}, "by_link"),
    ("publication", {"from_day": "hier"}, "from_day"),
    ("publication", {"from_day": "2026-12-01", "from_hour": "25:00"}, "from_hour"),
    ("publication", {"to_day": "31/02/2027"}, "to_day"),
    ("publication", {"to_day": "2026-12-01", "to_hour": "midi"}, "to_hour"),
    ("publication", {"from_day": "2026-12-02", "to_day": "2026-12-01"}, "to_day"),
]
"""A step, what is typed into it, and the field that the page must name."""
PUBLISHING: Final = [
    ({"decided_on": ""}, "decided_on"),
    ({"decided_on": "le 10 septembre"}, "decided_on"),
    ({"decided_on": "2099-01-01"}, "decided_on"),
    ({"decided_on": "2026-09-10", "minutes": "Mme Martin"}, "minutes"),
]
"""What is wrong only for who publishes."""


def _stamp() -> Stamp:
    return Stamp(at=datetime.now(UTC), by="test")


@pytest.fixture(scope="module")
def at_a_draft(api: ApiServer) -> Iterator[Runner]:
    """A mandate holder at a draft, which no refusal changes."""
    with runner(api) as signed_in:
        signed_in.draft()
        yield signed_in


@pytest.mark.parametrize(("step", "changes", "field"), WRONG, ids=lambda one: str(one)[:60])
def test_a_field_that_is_wrong_is_named_with_a_sentence_and_what_was_typed_stays(
    at_a_draft: Runner, step: str, changes: dict[str, str | None], field: str
) -> None:
    before = at_a_draft.topics()
    answer = at_a_draft.send(step, changes)
    assert answer.status_code == 422, said(answer.text)[:300]
    errors = errors_of(answer.text)
    assert field in errors
    assert len(errors[field]) > 15
    assert f'id="{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    shown = dict(FormFields(answer.text).fields)
    for name, typed in changes.items():
        if typed and name not in ("means", "mobile", "by_link", "id-0") and len(typed) < 200 and typed.isprintable():
            assert shown[name] == typed
    assert at_a_draft.topics() == before


@pytest.mark.parametrize(("changes", "field"), PUBLISHING)
def test_a_publication_says_what_is_missing(at_a_draft: Runner, changes: dict[str, str], field: str) -> None:
    """S-49: the Conseil's decision is a day that has been, with or without the number of its minutes."""
    answer = at_a_draft.send("publication", changes, action="publier")
    assert answer.status_code == 422
    assert field in errors_of(answer.text)
    assert at_a_draft.state().status == "draft"


def test_a_campaign_without_a_tariff_is_not_published_and_the_page_leads_to_the_tariffs(at_a_draft: Runner) -> None:
    answer = at_a_draft.send("publication", {"decided_on": "2026-09-10"}, action="publier")
    assert "Indiquez au moins un tarif." in errors_of(answer.text).values()
    assert f'href="{at_a_draft.here}/etapes/tarifs">Indiquez au moins un tarif.' in answer.text


def test_a_purpose_outside_of_the_association_s_list_and_a_year_far_away_are_refused(mandataire: Runner) -> None:
    """S-32."""
    for changes, field in (({"purpose": "vente-de-voitures"}, "purpose"), ({"school_year": "1999"}, "school_year")):
        answer = mandataire.send("informations", {"title": "Sortie", "purpose": "sortie-scolaire", **changes})
        assert answer.status_code == 422
        assert field in errors_of(answer.text)
    page = mandataire.read(mandataire.step("informations"))
    assert [label for label in ("Sortie scolaire", "Fête de l’école") if label not in page] == []


def test_where_there_is_one_purpose_it_is_chosen_and_the_title_is_proposed(api: ApiServer, mandataire: Runner) -> None:
    """S-21: fewer keystrokes."""
    association = api.opened.association()
    one = Policy(purposes=("contribution-volontaire",))
    run(api.opened.ledger.bus, ChangePolicy(stream_id=association.id, stamp=_stamp(), policy=one))
    try:
        fields = dict(mandataire.fields("informations"))
    finally:
        back = ChangePolicy(stream_id=association.id, stamp=_stamp(), policy=association.policy)
        run(api.opened.ledger.bus, back)
    assert fields["purpose"] == "contribution-volontaire"
    assert fields["title"] == "Contributions volontaires des familles"
    assert fields["school_year"] == "2026"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(step=st.sampled_from(["informations", "tarifs", "formulaire", "paiement", "publication"]), data=st.data())
def test_whatever_is_typed_into_any_field_a_step_answers_and_never_fails(
    at_a_draft: Runner, step: str, data: st.DataObject
) -> None:
    """A step is saved, or says what is wrong, or shows two versions: it never breaks."""
    fields = at_a_draft.fields(step)
    names = sorted({name for name, _ in fields} - {"cle"} | {"free-0", "split", "label-1", "id-1", "piece", "image"})
    typed = st.one_of(st.text(max_size=30), st.sampled_from(["0", "12,00", "-1", "2026-12-01", "1" * 40, "\x00", "😀"]))
    changes = data.draw(st.dictionaries(st.sampled_from(names), typed, min_size=1, max_size=4))
    action = data.draw(st.sampled_from(["suivant", "ajouter", "retirer-0", "retirer-x", "exemple", "photo", "", "x"]))
    answer = at_a_draft.send(step, changes, fields=fields, action=action)
    assert answer.status_code in (200, 303, 409, 422), (step, changes, action, said(answer.text)[:300])
