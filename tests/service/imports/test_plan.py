"""What an import will do is decided from the rows and the campaign alone: each row once, whatever the export."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from adapters.imports import PaymentRow, parse_payments
from adapters.people_vault import Person
from domain.campaign.state import Campaign
from domain.events.campaign import CampaignDetails, CampaignDrafted
from domain.external.payments import withdrawn
from domain.funds import CoopFunds
from service.imports.import_plan import Asking, Author, ImportPlan, ImportRun, make_plan, paid_at
from service.imports.row_ids import Identifiers
from tests.kit.payment_files import HEADER, as_csv, marie

AT = datetime(2024, 10, 1, 8, tzinfo=UTC)
AUTHOR = Author("treasurer", AT, None)
SECRET = b"s" * 32
RUN = ImportRun(uuid4(), "assoconnect")
ORDER = (*HEADER, "N° de commande")


def new_campaign() -> Campaign:
    """A campaign that was only drafted."""
    drafted = CampaignDrafted(
        at=AT,
        by="treasurer",
        coop_id=uuid4(),
        details=CampaignDetails(title="Contributions volontaires"),
        purpose="contribution",
        school_year=2024,
        demo=False,
    )
    return Campaign.from_events(uuid4(), [drafted])


def rows_of(*rows: Sequence[str], header: Sequence[str] = HEADER) -> tuple[PaymentRow, ...]:
    """The rows of a file."""
    return parse_payments(as_csv(header, *rows)).rows


def take(campaign: Campaign, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ImportPlan:
    """Plan a file and carry it out on the campaign."""
    asking, ids = Asking(rows_of(*rows, header=header)), Identifiers(SECRET, campaign.id)
    plan = make_plan(asking, campaign, ids, AUTHOR, RUN, nobody)
    for planned in plan.contributions:
        for event in planned.command.decide_with_funds(campaign, CoopFunds()):
            campaign.evolve(event)
    return plan


def nobody(_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """A vault that keeps nobody."""
    return {}


def classes(plan: ImportPlan) -> list[list[str]]:
    """The classes of the children of each new contribution."""
    return [[row.class_code for row in planned.rows] for planned in plan.contributions]


def test_the_same_rows_again_are_there_already() -> None:
    campaign = new_campaign()
    assert classes(take(campaign, marie(), marie(first_name="Julien"))) == [["CPA"], ["CPA"]]
    again = take(campaign, marie(first_name="JULIEN"), marie(last_name="Galante"))
    assert (again.contributions, len(again.already), again.reclassed) == ((), 2, ())


def test_a_later_export_adds_its_new_rows_only() -> None:
    campaign = new_campaign()
    take(campaign, marie())
    later = take(campaign, marie(first_name="Noé", school_class="CE1"), marie())
    assert (classes(later), len(later.already)) == ([["CE1"]], 1)


def test_two_identical_rows_are_two_payments_and_stay_two() -> None:
    campaign = new_campaign()
    assert classes(take(campaign, marie(), marie())) == [["CPA"], ["CPA"]]
    third = take(campaign, marie(), marie(), marie())
    assert (classes(third), len(third.already)) == ([["CPA"]], 2)


def test_the_children_of_one_order_are_one_contribution() -> None:
    julien = (*marie(first_name="Julien", school_class="CE1"), "1001")
    robert = (*marie(first_name="Robert", last_name="DUPOND"), "1002")
    plan = take(new_campaign(), (*marie(), "1001"), robert, julien, header=ORDER)
    assert classes(plan) == [["CPA", "CE1"], ["CPA"]]
    assert plan.contributions[0].payer.extra == {"N° de commande": "1001"}


def test_a_sibling_paid_later_in_the_same_order_is_taken_alone() -> None:
    campaign = new_campaign()
    julien = marie(first_name="Julien", school_class="CE1")
    take(campaign, (*marie(), "1001"), (*julien[:2], "En attente", *julien[3:], "1001"), header=ORDER)
    assert classes(take(campaign, (*marie(), "1001"), (*julien, "1001"), header=ORDER)) == [["CE1"]]


def test_the_same_payment_exported_with_other_columns_is_the_same_payment() -> None:
    campaign = new_campaign()
    take(campaign, marie())
    more = (*marie(day="04/07/2024 14:32"), "1001")
    assert classes(take(campaign, more, header=ORDER)) == []


def test_a_class_that_changed_since_is_reported_and_moves_no_money() -> None:
    campaign = new_campaign()
    take(campaign, marie())
    plan = take(campaign, marie(school_class="CE1"))
    assert classes(plan) == []
    assert [(note.line, note.code) for note in plan.reclassed] == [(2, "held-in-another-class")]


def test_namesakes_in_two_classes_are_told_apart_whatever_their_order() -> None:
    campaign = new_campaign()
    take(campaign, marie(school_class="CP"))
    later = take(campaign, marie(school_class="CE1"), marie(school_class="CP"))
    assert (classes(later), later.reclassed) == ([["CE1"]], ())
    held = [line.class_code for one in campaign.contributions.values() for line in one.lines.values()]
    assert held == ["CP", "CE1"]


def test_a_row_whose_payment_was_withdrawn_is_new_again_under_ids_of_its_own() -> None:
    campaign = new_campaign()
    first = take(campaign, marie(), marie(first_name="Julien"))
    gone = first.contributions[0].command
    wrong = withdrawn(campaign, gone.external_payment_id, at=AT, by="treasurer", reason="wrong_amount", note_id=None)
    campaign.evolve(wrong)
    again = take(campaign, marie(), marie(first_name="Julien"))
    assert (len(again.contributions), len(again.already)) == (1, 1)
    anew = again.contributions[0].command
    for name in ("contribution_id", "external_payment_id", "reference"):
        assert getattr(anew, name) != getattr(gone, name)
    third = take(campaign, marie(), marie(first_name="Julien"))
    assert (len(third.contributions), len(third.already)) == (0, 2)


def test_identifiers_depend_on_the_secret_and_on_the_campaign_and_hold_no_name() -> None:
    campaign, rows = new_campaign(), rows_of(marie())

    def ids(secret: bytes, campaign_id: UUID) -> tuple[str, ...]:
        asking, keyed = Asking(rows), Identifiers(secret, campaign_id)
        planned = make_plan(asking, campaign, keyed, AUTHOR, RUN, nobody).contributions[0]
        return (planned.key, *map(str, (planned.command.payer_id, planned.command.contribution_id, *planned.children)))

    usual = ids(SECRET, campaign.id)
    assert usual == ids(SECRET, campaign.id)
    assert set(usual).isdisjoint(ids(b"t" * 32, campaign.id))
    assert set(usual).isdisjoint(ids(SECRET, uuid4()))
    assert "galante" not in "".join(usual).casefold()


@pytest.mark.parametrize(
    ("paid_on", "instant"),
    [
        (date(2024, 7, 4), datetime(2024, 7, 4, 10, tzinfo=UTC)),
        (date(2024, 1, 4), datetime(2024, 1, 4, 11, tzinfo=UTC)),
        (date(2024, 10, 1), AT),
        (datetime(2024, 7, 4, 12, 32, tzinfo=UTC), datetime(2024, 7, 4, 12, 32, tzinfo=UTC)),
    ],
)
def test_a_payment_known_by_its_day_was_made_at_noon_in_paris_and_never_after_the_import(
    paid_on: date, instant: datetime
) -> None:
    assert paid_at(paid_on, AT) == instant
