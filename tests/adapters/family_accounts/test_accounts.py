"""Accounts of families: sealed, found by digests alone, another association's never, gone when erased."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.family_accounts import FamilyAccounts, FamilyStores, LinkedContribution, OneTimeLinkPurpose, Profile
from adapters.people_vault import Keyring, VaultUnreadable
from adapters.retention import Erasure, ErasureKind
from tests.adapters.family_accounts.conftest import MakeStores
from tests.kit.vault.erasing import erasure_store

NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
PROFILE: Final = Profile("Zéphyrine", "QUATREBARBES", "Z.Quatrebarbes@famille.example")
HASH: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$hash"
CONTRIBUTION: Final = LinkedContribution(uuid4(), uuid4(), NOW)


def opened(families: FamilyStores, profile: Profile = PROFILE, *, confirmed: bool = True) -> UUID:
    """Open an account."""
    account_id = uuid4()
    assert families.accounts.create(account_id, profile, NOW, password=HASH, confirmed=confirmed)
    return account_id


def erase(families: FamilyStores, account_id: UUID) -> None:
    """Erase an account as its holder does."""
    accounts = families.accounts
    erasure = Erasure(accounts._association_id, ErasureKind.ACCOUNT, account_id, NOW)
    erasure_store(accounts._pool, accounts._association_id).carry_out([erasure])


def test_an_account_is_found_by_its_address_whatever_the_case(families: FamilyStores) -> None:
    account_id = opened(families)
    for typed in ("z.quatrebarbes@famille.example", " Z.QUATREBARBES@famille.example "):
        account = families.accounts.by_email(typed)
        assert account is not None
        assert account == (account_id, PROFILE, HASH, False, True)
        assert families.accounts.by_id(account_id) == account
    assert families.accounts.by_email("autre@famille.example") is None


def test_the_database_holds_no_address_no_name_and_no_token(families: FamilyStores, place: str) -> None:
    account_id = opened(families)
    token = families.sessions.open(account_id, NOW)
    link = families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    with psycopg.connect(place) as owner:
        tables = ("accounts", "sessions", "links")
        told = "".join(str(owner.execute(f"SELECT t::text FROM vault.{t} AS t").fetchall()) for t in tables)  # noqa: S608 - constants
    secrets = ("quatrebarbes", "Zéphyrine", token, link)
    for secret in secrets:
        assert secret.casefold() not in told.casefold()
        assert secret.encode().hex() not in told


def test_a_confirmed_address_has_one_account_and_those_that_wait_give_way(families: FamilyStores) -> None:
    first = opened(families, confirmed=False)
    families.accounts.link(first, CONTRIBUTION)
    second = opened(families)
    assert families.accounts.by_id(first) is None
    assert families.accounts.contributions_of(second) == []
    assert not families.accounts.create(uuid4(), PROFILE, NOW, password=HASH, confirmed=True)
    found = families.accounts.by_email(PROFILE.email)
    assert found is not None
    assert found.account_id == second


def test_whoever_asks_for_an_address_again_takes_nothing_from_who_asked_before(families: FamilyStores) -> None:
    first = opened(families, confirmed=False)
    link = families.links.make(first, OneTimeLinkPurpose.CONFIRM, NOW)
    second = opened(families, confirmed=False)
    families.accounts.link(first, CONTRIBUTION)
    assert families.links.holds(link, OneTimeLinkPurpose.CONFIRM, NOW) == first
    assert families.accounts.by_email(PROFILE.email) is None
    assert families.accounts.confirm(first, NOW)
    assert families.accounts.by_id(second) is None
    assert families.accounts.contributions_of(first) == [CONTRIBUTION]


def test_of_several_that_wait_one_alone_is_ever_confirmed(families: FamilyStores) -> None:
    first, second = opened(families, confirmed=False), opened(families, confirmed=False)
    assert families.accounts.confirm(second, NOW)
    third = opened(families, confirmed=False)
    assert [families.accounts.confirm(account, NOW) for account in (first, third, second)] == [False, False, True]
    found = families.accounts.by_address(families.accounts.address_digest(PROFILE.email.upper()))
    assert found is not None
    assert (found.account_id, found.confirmed) == (second, True)


def test_an_address_finds_the_last_account_that_waits_where_none_is_confirmed(families: FamilyStores) -> None:
    digest = families.accounts.address_digest(PROFILE.email)
    assert families.accounts.by_address(digest) is None
    opened(families, confirmed=False)
    last = uuid4()
    families.accounts.create(last, PROFILE, NOW + timedelta(minutes=1), password=HASH)
    found = families.accounts.by_address(digest)
    assert found is not None
    assert (found.account_id, found.confirmed) == (last, False)


def test_another_association_knows_nothing_of_an_account(make_stores: MakeStores) -> None:
    here, there = make_stores(), make_stores()
    account_id = opened(here)
    token, link = here.sessions.open(account_id, NOW), here.links.make(account_id, OneTimeLinkPurpose.CONFIRM, NOW)
    assert there.accounts.by_email(PROFILE.email) is None
    assert there.accounts.by_id(account_id) is None
    assert there.sessions.find(token, NOW) is None
    assert there.links.use(link, OneTimeLinkPurpose.CONFIRM, NOW) is None
    assert not there.accounts.link(account_id, CONTRIBUTION)
    erase(there, account_id)
    assert here.accounts.by_id(account_id) is not None
    assert here.links.use(link, OneTimeLinkPurpose.CONFIRM, NOW) == account_id


def test_a_row_moved_to_another_account_is_not_read(families: FamilyStores, place: str) -> None:
    mine, other = opened(families), opened(families, Profile("A", "B", "a@famille.example"))
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute(
            "UPDATE vault.accounts AS one SET wrapped = two.wrapped, nonce = two.nonce, sealed = two.sealed"
            " FROM vault.accounts AS two WHERE one.account_id = %s AND two.account_id = %s",
            (mine, other),
        )
    with pytest.raises(VaultUnreadable):
        families.accounts.by_id(mine)


def test_a_google_identity_signs_in_to_one_account(families: FamilyStores) -> None:
    account_id = opened(families)
    assert families.accounts.by_google("1096") is None
    families.accounts.connect_google(account_id, "1096")
    make_stores = families.accounts.by_google("1096")
    assert make_stores is not None
    assert (make_stores.account_id, make_stores.google) == (account_id, True)
    other = Profile("A", "B", "b@famille.example")
    assert not families.accounts.create(uuid4(), other, NOW, google="1096", confirmed=True)


def test_what_changes_is_kept_and_an_erased_account_leaves_nothing(families: FamilyStores, place: str) -> None:
    account_id = opened(families, confirmed=False)
    families.accounts.confirm(account_id, NOW)
    families.accounts.rename(account_id, Profile("Zoé", "GALANTE", PROFILE.email))
    families.accounts.set_password(account_id, HASH + "2")
    assert families.accounts.link(account_id, CONTRIBUTION)
    assert not families.accounts.link(account_id, CONTRIBUTION)
    make_stores = families.accounts.by_id(account_id)
    assert make_stores is not None
    assert (make_stores.profile.first_name, make_stores.password, make_stores.confirmed) == ("Zoé", HASH + "2", True)
    assert families.accounts.contributions_of(account_id) == [CONTRIBUTION]
    token = families.sessions.open(account_id, NOW)
    families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    erase(families, account_id)
    assert families.sessions.find(token, NOW) is None
    with psycopg.connect(place) as owner:
        for table in ("accounts", "sessions", "links", "account_contributions"):
            query = f"SELECT count(*) FROM vault.{table} WHERE account_id = %s"  # noqa: S608 - constants
            assert owner.execute(query, (account_id,)).fetchone() == (0,)


def test_accounts_survive_a_rotation_of_keys(pool: Pool) -> None:
    association_id, older, newer = uuid4(), os.urandom(32), os.urandom(32)

    def families_with(*keys: bytes) -> FamilyAccounts:
        return FamilyAccounts(pool, association_id, Keyring(keys), lambda _: bytes(32))

    account_id = uuid4()
    families_with(older).create(account_id, PROFILE, NOW, confirmed=True)
    rotating = families_with(newer, older)
    assert (rotating.rewrap(), rotating.rewrap(), rotating.reseal()) == (1, 0, 1)
    make_stores = families_with(newer).by_email(PROFILE.email)
    assert make_stores is not None
    assert make_stores.profile == PROFILE


@pytest.mark.parametrize(("confirmed", "days"), [(False, 7), (True, 3 * 365)])
def test_accounts_that_nobody_confirms_or_uses_are_erased(
    families: FamilyStores, days: int, *, confirmed: bool
) -> None:
    account_id = opened(families, confirmed=confirmed)
    families.erase_expired(NOW + timedelta(days=days))
    assert families.accounts.by_id(account_id) is not None
    families.erase_expired(NOW + timedelta(days=days, seconds=1))
    assert families.accounts.by_id(account_id) is None
