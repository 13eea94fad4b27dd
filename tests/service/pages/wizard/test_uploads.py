"""The picture and the files of step 1: shown at once, removable, refused with a sentence while what was typed stays."""

from __future__ import annotations

import re
from typing import Final

import pytest

from adapters.files import PictureRef, read_attachment
from tests.kit.example_files import BROKEN, PDF, SCRIPT, picture
from tests.service.pages.wizard.forms import FormFields, Runner, errors_of, said

TYPED: Final = {"title": "Classe de mer", "purpose": "sortie-scolaire", "description": "Trois jours à la mer."}
ACTIVE: Final = PDF.replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
FILES: Final = {
    **{f"photo, {name}": ("photo", "ecole.jpg", content) for name, content in BROKEN.items() if content},
    "photo of 50 MB": ("photo", "ecole.jpg", bytes(50_000_000)),
    "a program as a file": ("pieces", "budget.pdf", b"MZ" + bytes(500)),
    "a script that is called a PDF": ("pieces", "budget.pdf", SCRIPT),
    "a page that is called a picture": ("pieces", "plan.png", b"<!doctype html>" + SCRIPT),
    "a PDF that runs something": ("pieces", "budget.pdf", ACTIVE),
    "a PDF cut short": ("pieces", "budget.pdf", PDF[:40]),
    "a bomb as a file": ("pieces", "plan.png", BROKEN["bomb"]),
    "a file of 50 MB": ("pieces", "budget.pdf", PDF + bytes(50_000_000)),
    "an archive": ("pieces", "budget.zip", b"PK\x03\x04" + bytes(200)),
}
"""What is given where, and must not be taken: bombs, polyglots, wrong endings, too large, too small."""


@pytest.mark.parametrize(("field", "name", "content"), FILES.values(), ids=FILES.keys())
def test_a_file_that_cannot_be_taken_is_refused_at_its_field_and_what_was_typed_stays(
    mandataire: Runner, field: str, name: str, content: bytes
) -> None:
    """S-55, S-59."""
    answer = mandataire.send("informations", TYPED, files=[(field, (name, content))])
    assert answer.status_code == 422, said(answer.text)[:200]
    assert [*errors_of(answer.text)] == [field]
    shown = dict(FormFields(answer.text).fields)
    assert {name: shown[name] for name in TYPED} == TYPED
    assert "image" not in shown
    assert "piece" not in shown


def test_a_picture_is_shown_at_once_before_anything_is_saved_and_can_be_removed(mandataire: Runner) -> None:
    """S-55: « ajouter une photo », for a campaign that is not there yet and for one on line."""
    given = mandataire.send("informations", TYPED, files=[("photo", ("a.png", picture(kind="PNG")))], action="photo")
    assert given.status_code == 200
    assert 'src="data:image/webp;base64,' in given.text
    fields = FormFields(given.text).fields
    assert PictureRef.parse(dict(fields)["image"]) is not None
    without = mandataire.send("informations", {}, fields=fields, action="retirer-photo")
    assert "image" not in dict(FormFields(without.text).fields)
    assert mandataire.send("informations", {}, fields=fields).status_code == 303
    mandataire.publish()
    before = mandataire.topics()
    mandataire.send("informations", files=[("photo", ("a.jpg", picture()))], action="photo")
    assert mandataire.topics() == before
    mandataire.send("informations", files=[("photo", ("a.jpg", picture()))])
    details = mandataire.state().details
    assert details is not None
    assert PictureRef.parse(details.picture) is not None
    public = mandataire.client.get(f"/ad06/contribuer/{mandataire.campaign_id}").text
    assert details.picture[:16] in public


def test_ten_files_can_be_offered_the_eleventh_is_refused_and_each_can_be_removed(mandataire: Runner) -> None:
    """S-59: 0…10 attachments."""
    files = [("pieces", (f"{number}.pdf", PDF + b"%" * number)) for number in range(11)]
    answer = mandataire.send("informations", TYPED, files=files, action="piece")
    assert "dix pièces jointes au plus" in errors_of(answer.text)["pieces"]
    fields = FormFields(answer.text).fields
    assert len([name for name, _ in fields if name == "piece"]) == 10
    digest = re.search(r'value="retirer-piece-([0-9a-f]{64})"', answer.text)
    assert digest is not None
    fewer = mandataire.send("informations", {}, fields=fields, action=f"retirer-piece-{digest[1]}")
    left = FormFields(fewer.text).fields
    assert len([name for name, _ in left if name == "piece"]) == 9
    sent = mandataire.send("informations", {}, fields=left)
    assert sent.status_code == 303
    mandataire.campaign_id = sent.headers["location"].split("/")[3]
    details = mandataire.state().details
    assert details is not None
    assert len(details.attachments) == 9


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("image", "0" * 64 + "-600x400"),
        ("image", "../../etc/passwd"),
        ("piece", "0" * 64 + "/12/budget.pdf"),
        ("piece", f"{read_attachment(PDF, 'a').ref.digest}/{len(PDF)}/<script>.pdf"),
    ],
)
def test_a_form_that_names_a_file_which_we_do_not_keep_says_so(mandataire: Runner, field: str, named: str) -> None:
    """Only what was drawn and kept here is ever shown to families."""
    answer = mandataire.send("informations", {**TYPED, field: named})
    assert answer.status_code == 422
    assert "choisissez-le de nouveau" in said(answer.text)
    assert named not in dict(FormFields(answer.text).fields).values()


def test_more_than_a_page_of_files_could_be_is_refused_unread(mandataire: Runner) -> None:
    answer = mandataire.send("informations", TYPED, files=[("photo", ("a.jpg", bytes(64_000_001)))])
    assert answer.status_code == 413


def test_who_is_not_signed_in_is_asked_to_before_a_file_is_read(mandataire: Runner) -> None:
    mandataire.client.cookies.clear()
    answer = mandataire.client.post(f"{mandataire.coop}/collectes/nouvelle", files=[("photo", ("a.jpg", picture()))])
    assert answer.status_code == 303
    assert "/connexion" in answer.headers["location"]
