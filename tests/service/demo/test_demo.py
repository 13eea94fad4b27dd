"""The demonstration plays the guide's scenario, with the guide's own figures, and verifies itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.calendar import add_months, paris_date
from domain.coop.state import Coop
from domain.rights.roles import Role
from projections import contributions
from service.charters import charter_in_force
from service.demo.run import FORMATS, Demonstration


def test_the_guides_families_give_the_guides_figures(demonstration: Demonstration) -> None:
    figures = demonstration.figures(demonstration.verify(lambda _: None))
    assert figures["by_class"] == {
        "CPA": {"participants": 2, "cents": 24_00},
        "CE1": {"participants": 1, "cents": 12_00},
        "CE2-CM1": {"participants": 1, "cents": 12_00},
    }
    assert figures["campaign_cents"] == 48_00
    assert figures["tips_cents"] == 1_92
    assert figures["refunds_cents"] == 12_00
    assert figures["campaign_cents"] == figures["payouts_cents"] + figures["online_balance_cents"]
    assert figures["verified"] is True


def test_families_paid_in_the_two_months_before_this_one(demonstration: Demonstration) -> None:
    orders = demonstration.opened.read(contributions.of_campaign, demonstration.ids.campaign_id)
    this_month = paris_date(datetime.now(UTC)).replace(day=1)
    expected = {add_months(this_month, -2), add_months(this_month, -1)}
    assert {paris_date(order.placed_at).replace(day=1) for order in orders} == expected


def test_every_document_is_written_in_every_format(demonstration: Demonstration) -> None:
    documents = demonstration.documents()
    paths = [path for one in documents for path in one.files.values()]
    assert {tuple(one.files) for one in documents} == {FORMATS}
    assert len(set(paths)) == len(paths) >= 8 * len(FORMATS)
    assert all(path.stat().st_size > 500 for path in paths)


def test_every_month_of_the_story_has_its_statement(demonstration: Demonstration) -> None:
    names = {path.name for one in demonstration.documents() for path in one.files.values()}
    assert demonstration.season.months[0] < demonstration.season.months[1] < date.today().replace(day=1)  # noqa: DTZ011
    assert {f"releve-174-{month:%Y-%m}.pdf" for month in demonstration.season.months} <= names


def test_the_summary_is_what_a_teacher_reads(demonstration: Demonstration) -> None:
    assert "48,00\u00a0€  (4)" in demonstration.summary()


def test_the_charter_of_the_story_is_a_text_that_its_coop_accepted(demonstration: Demonstration) -> None:
    opened = demonstration.opened
    charter = charter_in_force(opened, opened.association())
    assert charter is not None
    assert "Aucun enfant n’est exclu" in charter.text
    headings = [one.text for one in charter.paragraphs if one.is_heading]
    assert headings[0] == "Charte des collectes en ligne des coopératives scolaires"
    assert len(headings) == 8
    assert opened.ledger.store.load(Coop, demonstration.ids.coop_id).charter_accepted == charter.version


def test_each_role_has_a_code_that_is_worth_what_the_ledger_says_today(demonstration: Demonstration) -> None:
    held = {
        role: [(grant.role, grant.coop_id) for grant in demonstration.runtime.principal(code, fresh=True).grants]
        for role, code in demonstration.codes(demonstration.members()).items()
    }
    everywhere = {role: [(role, None)] for role in (Role.STAFF, Role.TREASURER, Role.AUDITOR, Role.PLATFORM)}
    assert held == {**everywhere, Role.MANDATAIRE: [(Role.MANDATAIRE, demonstration.ids.coop_id)]}
