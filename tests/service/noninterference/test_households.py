"""A child of two households: each sees what its own payer paid, and the same bytes whoever paid something else.

In all worlds the same was paid, so that every public figure agrees. What differs is whose the other basket is: a
stranger's with other children, the second household's for the same child under the same names, or that with an account
behind it. Who looks is the first household, by its links and in its account, and the class's teacher, who counts slips
without names. Who runs the coop, or reads its accounts with names, may see both households and is no observer here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest

from adapters.email import Email
from adapters.family_accounts import FamilyAccounts, LinkedContribution
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import PeopleVault
from domain.errors import Conflict
from domain.money import euros
from domain.rights.roles import Role
from projections import contributions
from service.accounts.account_service import AccountService
from service.emails import sender
from service.emails.content import EmailEnvelope
from service.emails.context import EmailContext
from service.pages.families.confirmation import ContributionRequest
from service.pages.families.confirmation_view import AmountLine, ConfirmationView
from tests.kit.association import VAULT_KEY
from tests.kit.members.quick_passwords import quick_passwords
from tests.kit.members.sessions import SLUG
from tests.kit.pdf_text import pages as pdf_pages
from tests.service.noninterference.copies import copy_on_line, documents_drawn_once
from tests.service.noninterference.households import (
    CHILD,
    FIRST,
    OBSERVERS,
    SECOND,
    STRANGER,
    HouseholdSchool,
    HouseholdWorld,
    founded_school,
)
from tests.service.noninterference.observation import Seen, differences

Leak = Callable[[pytest.MonkeyPatch, HouseholdSchool], None]
_RECEIPT: Final = "attestation-de-paiement.pdf"


class Worlds(NamedTuple):
    """Three copies of one school: the other basket is a stranger's, the second household's, or that with an account."""

    stranger: HouseholdWorld
    second: HouseholdWorld
    account: HouseholdWorld


@pytest.fixture(scope="module")
def worlds(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """The three worlds, on line."""
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        stack.enter_context(quick_passwords())
        stack.enter_context(documents_drawn_once())
        school = stack.enter_context(founded_school(postgres, tmp_path_factory.mktemp("school")))
        folder = tmp_path_factory.mktemp("worlds")
        copies = (copy_on_line(HouseholdWorld, postgres, school, folder / name) for name in Worlds._fields)
        found = Worlds(*map(stack.enter_context, copies))
        for one in (found.second, found.account):
            one.name_second()
        found.account.open_account_of_second()
        yield found


def _lived(world: HouseholdWorld) -> Seen:
    """Live a world: look at everything, do everything, look again."""
    world.take_provider()
    world.crawl()
    world.act()
    world.glance()
    return world.taken()


def test_whoever_else_paid_for_its_child_a_household_sees_the_same_bytes(worlds: Worlds) -> None:
    assert _who_paid(worlds.stranger) == {FIRST.email, STRANGER.email}
    assert _who_paid(worlds.second) == _who_paid(worlds.account) == {FIRST.email, SECOND.email}
    stranger, second, account = map(_lived, worlds)
    assert differences(stranger, second) == {}
    assert differences(second, account) == {}
    _check_that_much_was_seen(stranger)
    for seen in (stranger, second, account):
        assert [where for where, told in seen.items() if _tells_of_other(where, told)] == []


def _who_paid(world: HouseholdWorld) -> set[str]:
    """The addresses that the mandate holder reads in the list of participants: worlds do differ."""
    page = f"/{SLUG}/coops/{world.school.coop_id}/contacts"
    with world.browser(Role.MANDATAIRE) as office:
        told = office.get(page).text
    return {email for email in (FIRST.email, SECOND.email, STRANGER.email) if email in told}


def _tells_of_other(where: str, told: bytes) -> bool:
    """Whether something that the household has says what the other basket is of: its amounts, or whose it is."""
    words = ("24,00", "29,00", "19,00", STRANGER.last_name, SECOND.email)
    return where.startswith(("family ", "now ", "letter ", "its ")) and any(word.encode() in told for word in words)


def _check_that_much_was_seen(seen: Seen) -> None:
    """Each of these was reached, and told something: what nobody asked for would be equal as well."""
    paths = {where.partition(" ")[2]: told for where, told in seen.items() if where.startswith("family ")}
    for kind in ("/compte", "/attestation/", "/echeances/", "/contribuer/", "/contributions/", "/preuve/"):
        assert any(kind in path and told.startswith(b"200") for path, told in paths.items()), kind
    assert any(path.endswith("/flux") and told.startswith(b"event: contribution") for path, told in paths.items())
    for role in OBSERVERS:
        assert any(where.startswith(f"{role.value} /api/") and told[:3] == b"200" for where, told in seen.items()), role
    (receipt,) = (told for path, told in paths.items() if path.endswith(_RECEIPT))
    assert CHILD.last_name in "".join(pdf_pages(receipt.partition(b"\n\n")[2]))
    assert any(where.startswith("teacher") and where.endswith("/bordereaux.pdf") for where in seen)
    letters = sorted(where for where in seen if where.startswith("letter "))
    assert len(letters) == 8, letters
    refused = ("the other of contributions", "the other of attestations")
    assert all(seen[act].startswith(b"404") for act in refused)
    assert all(seen[act].startswith(b"303") for act in ("signs in", "goes to its receipt", "asks for its receipt"))
    assert all(seen[f"tries {page}"].startswith(b"200") for page in ("creer", "mot-de-passe"))
    assert seen["tries connexion"].startswith(b"401")
    assert seen["sees its account"].count("12,00\u00a0€".encode()) >= 1
    assert CHILD.last_name.encode() in seen["its page at the coop"]


def _other_children(vault: PeopleVault, school: HouseholdSchool) -> bool:
    """Whether the other basket is for a child of the first household's name, as a leak finds it."""
    ids = {one for children in school.children.values() for one in children}
    names = {key: (one.first_name, one.last_name) for key, one in vault.get_many(ids).items()}
    (own,) = school.children[school.first]
    return any(names[one] == names[own] for one in school.children[school.other])


def _what_else_was_paid_for_the_child(patch: pytest.MonkeyPatch, school: HouseholdSchool) -> None:
    """Show on the page of a contribution what else was paid for a child of that name."""
    shown = ContributionRequest.shown

    async def told(self: ContributionRequest) -> ConfirmationView:
        view, other = await shown(self), self.opened.read(contributions.by_id, school.other)
        also = other is not None and _other_children(self.opened.vault, school)
        lines = (AmountLine("Déjà payé", euros(other.paid)),) if also and other else ()
        return view._replace(children=(*view.children, *lines))

    patch.setattr(ContributionRequest, "shown", told)


def _an_account_of_all_that_names_the_child(patch: pytest.MonkeyPatch, school: HouseholdSchool) -> None:
    """Count to an account what was paid for a child of the name, instead of what was placed under the account."""
    linked = FamilyAccounts.contributions_of

    def found(self: FamilyAccounts, account_id: UUID) -> list[LinkedContribution]:
        own = linked(self, account_id)
        vault = PeopleVault(self._pool, self._association_id, self._keyring)
        also = [own[-1]._replace(contribution_id=school.other)] if _other_children(vault, school) else []
        return own + also

    patch.setattr(FamilyAccounts, "contributions_of", found)


def _a_letter_that_knows_more(patch: pytest.MonkeyPatch, school: HouseholdSchool) -> None:
    """Say in the letter of a receipt that the child has another payment."""
    write = sender._WRITERS["receipt"]

    def told(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
        email = write(email_context, envelope)
        if not _other_children(email_context.payment_context.vault, school):
            return email
        return replace(email, text=f"{email.text}\nUn autre paiement existe pour cet enfant.\n")

    patch.setitem(sender._WRITERS, "receipt", told)


def _an_answer_that_knows_addresses(patch: pytest.MonkeyPatch, _school: HouseholdSchool) -> None:
    """Refuse to open an account at once where the address has one."""
    create = AccountService.create

    def told(self: AccountService, *given: Any) -> UUID:  # noqa: ANN401 - as it is given
        if self._families.accounts.by_email(given[0].email):
            raise Conflict(kind="account")
        return create(self, *given)

    patch.setattr(AccountService, "create", told)


@pytest.mark.parametrize(
    ("leak", "found_in"),
    [
        (_what_else_was_paid_for_the_child, "now /ad06/contributions/"),
        (_what_else_was_paid_for_the_child, "now the stream"),
        (_an_account_of_all_that_names_the_child, "now /ad06/compte"),
        (_a_letter_that_knows_more, "letter "),
        (_an_answer_that_knows_addresses, "tries creer"),
    ],
)
def test_what_tells_of_the_other_household_is_found(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch, leak: Leak, found_in: str
) -> None:
    """The comparison finds what it is to find: each of these tells the first household of the second in its way."""
    before = [_glanced(world) for world in (worlds.stranger, worlds.account)]
    assert differences(*before) == {}
    leak(monkeypatch, worlds.stranger.school)
    stranger, account = (_glanced(world) for world in (worlds.stranger, worlds.account))
    assert [where for where in differences(stranger, account) if where.startswith(found_in)] != []


def _glanced(world: HouseholdWorld) -> Seen:
    """What a glance at a world shows now."""
    world.seen.clear()
    world.glance()
    return world.taken()
