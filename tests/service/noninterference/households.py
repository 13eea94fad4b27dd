"""Worlds of a child with two households: in all of them the same was paid, and only the vault knows for whom.

One school is founded. The first household paid for its child, in instalments, and has an account; of another basket,
two shares with a tip, a part was given back. Who paid that one is a stranger with other children, or the second
household of the same child, under the very same names. So every public figure agrees, and the log is the same.
"""

from __future__ import annotations

import contextlib
import copy
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import httpx2

from adapters.family_accounts import LinkedContribution, Profile
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import FamilyGrant, Person, TokenPurpose
from adapters.stripe_sandbox.state import State
from adapters.stripe_sandbox.testing import SandboxServer, run_sandbox
from domain.rights.roles import Role
from reports.parts.wording import payment_reference
from service.accounts.passwords import hash_password
from service.emails.sender import open_email_sender
from service.family_links import link_path
from service.messages import stop_links
from service.pages.community.families import read_families
from service.receipts import proof
from service.runtime.open_ledger import OpenLedger
from service.settings import Settings
from tests.kit.association import found_association
from tests.kit.databases import database_with
from tests.kit.email_world import CHILDREN, EmailWorld
from tests.kit.example_emails import part, read
from tests.kit.members.access import CLASS
from tests.kit.members.sessions import FAMILY_COOKIE, SLUG
from tests.kit.service_world import MONDAY, open_world_as
from tests.kit.waiting import wait_until
from tests.service.noninterference.copies import PUBLIC, Founded, World, let_in, rows_outside_the_vault
from tests.service.noninterference.observation import Seen, answer_bytes, first_event, pages

CHILD: Final = CHILDREN[0]
FIRST: Final = Person("Odile", CHILD.last_name, "odile@foyer-un.example")
SECOND: Final = Person("Odile", CHILD.last_name, "odile@foyer-deux.example")
"""The other household, under the same names: its address alone tells it from the first."""
STRANGER: Final = Person("Ursule", "LOINTAIN", "ursule@ailleurs.example")
STRANGERS: Final = (Person("Basile", "LOINTAIN"), Person("Clotilde", "LOINTAIN"))
PASSWORD: Final = "cerise tracteur lundi"  # noqa: S105 - of a test
HOME: Final = f"/{SLUG}/compte"
OBSERVERS: Final = (Role.TEACHER, Role.STAFF, Role.AUDITOR)
"""The members who read no name of a family, and look at all that they can see."""
_LINKS: Final = (TokenPurpose.CONTRIBUTION, TokenPurpose.RECEIPT, TokenPurpose.PLAN)
_UNTIL: Final = date(2100, 1, 1)
_SECRETS: Final = ("families", "members", "fresh", "browsers", proof.SECRET, stop_links.SECRET)
"""Secrets that ids, links and marks are made with: each is drawn when it is first asked for."""
_PROOF: Final = re.compile(rf'"{re.escape(PUBLIC)}(/{SLUG}/preuve/[^"]+)"')
_DRAWN: Final = (
    (re.compile(rb"(?<=coopledger-browser-ad06=)[\w-]+"), b"the mark of a browser, drawn when one signs in"),
    (re.compile(rb"(?<=/preuve/)[\w=-]+"), b"where the log stood: its hashes hold the database's clock"),
    (re.compile(rb"(?<![\w-])[\w-]{43}(?![\w-])"), b"a token, drawn for each link, session and basket"),
    (re.compile(rb"(?<=[a-z]-)[0-9a-f]{12}(?![0-9a-f-])"), b"the key of a child in its basket, drawn"),
    (re.compile(rb'(?<=name="digest" value=")[0-9a-f]{32}'), b"the digest of a basket with such keys"),
)


@dataclass
class HouseholdSchool(Founded):
    """The school: both contributions, the children of each, the first household's account and its links."""

    first: UUID
    other: UUID
    payer: UUID
    children: dict[UUID, list[UUID]]
    links: dict[TokenPurpose, str]
    sandbox: SandboxServer
    provider: State


@contextlib.contextmanager
def founded_school(postgres: LocalPostgres, files: Path) -> Iterator[HouseholdSchool]:
    """Found the school, its first household and strangers who paid as well; its provider runs as long."""
    with (
        database_with(postgres, found_association) as database,
        run_sandbox(fee_delay=1, start=MONDAY) as sandbox,
    ):
        settings = Settings(secure_cookies=False, data_dir=files)
        with open_world_as(EmailWorld, database, sandbox, open_email_sender(settings), settings) as world:
            school = _founded(world, database, files)
        yield school


def _founded(world: EmailWorld, database: str, files: Path) -> HouseholdSchool:
    opened = world.runtime.ledger(SLUG)
    world.certify()
    world.appoint()
    world.name_contact()
    observers = let_in(opened, database, world.coop_id, (Role.MANDATAIRE, *OBSERVERS))
    first = world.pay_for(FIRST, CLASS, instalments=3, children=(CHILD,))
    other = world.pay_for(STRANGER, CLASS, CLASS, tip=5_00, children=STRANGERS)
    payer = world.payer_id
    world.refund(other, 5_00)
    world.settle(seconds=5)
    world.settle(seconds=3_700)
    now = world.now()
    _open_account(opened, FIRST, world.campaign_id, first, now)
    links = {}
    for purpose in _LINKS:
        token = opened.tokens.create(FamilyGrant(purpose, world.campaign_id, first, _UNTIL))
        links[purpose] = link_path(SLUG, purpose, token)
    for name in _SECRETS:
        opened.vault.secret(name)
    return HouseholdSchool(
        database=database,
        files=files,
        now=now,
        coop_id=world.coop_id,
        campaign_id=world.campaign_id,
        observers=observers,
        first=first,
        other=other,
        payer=payer,
        children={
            one: [line.participant_id for line in world.contribution(one).lines.values()] for one in (first, other)
        },
        links=links,
        sandbox=world.sandbox,
        provider=copy.deepcopy(world.sandbox.sandbox.state),
        provider_url=world.sandbox.url,
    )


def _open_account(opened: OpenLedger, holder: Person, campaign_id: UUID, contribution_id: UUID, now: datetime) -> None:
    """Have somebody have contributed while signed in to an account, whose address is confirmed."""
    account_id, accounts = uuid4(), opened.families.accounts
    profile = Profile(holder.first_name, holder.last_name, holder.email)
    assert accounts.create(account_id, profile, now, password=hash_password(PASSWORD), confirmed=True)
    assert accounts.link(account_id, LinkedContribution(campaign_id, contribution_id, now))


@dataclass
class HouseholdWorld(World):
    """A copy of it, looked at by the first household; ``read`` are the letters that it has read already."""

    school: HouseholdSchool
    read: set[Path] = field(default_factory=set)

    def name_second(self) -> None:
        """Have the other basket be the second household's: its payer and its children in the vault are corrected."""
        self.opened.vault.update(self.school.payer, SECOND)
        for child in self.school.children[self.school.other]:
            self.opened.vault.update(child, CHILD)

    def open_account_of_second(self) -> None:
        """Have the second household have paid while signed in to an account whose address it confirmed."""
        _open_account(self.opened, SECOND, self.school.campaign_id, self.school.other, self.clock[0])

    @contextlib.contextmanager
    def family(self) -> Iterator[httpx2.Client]:
        """Give the first household a browser without scripts, signed in by its password; the answer is noted."""
        headers = {"Origin": self.url, "Accept": "text/html", "Accept-Encoding": "identity"}
        with httpx2.Client(base_url=self.url, headers=headers, timeout=60) as client:
            typed = {"email": FIRST.email, "password": PASSWORD}
            self.note("signs in", client.post(f"{HOME}/connexion", data=typed))
            yield client

    def note(self, act: str, answer: httpx2.Response) -> httpx2.Response:
        """Note what was answered."""
        self.seen[act] = answer_bytes(answer)
        return answer

    def crawl(self) -> None:
        """Note what the first household and members who read no names are led to, and what lies outside the vault."""
        links, public = self.school.links, f"/{SLUG}/contribuer/{self.school.campaign_id}"
        thanks = links[TokenPurpose.CONTRIBUTION]
        starts = (HOME, public, f"{public}?classe={CLASS}", *links.values(), f"{thanks}?paye", f"{thanks}/flux")
        with self.family() as client:
            # The proof's address is written in full, as the paper has it.
            (proven,) = _PROOF.findall(client.get(links[TokenPurpose.RECEIPT]).text)
            found = pages(self.url, {FAMILY_COOKIE: client.cookies[FAMILY_COOKIE]}, (*starts, proven))
        self.seen |= {f"family {path}": answer for path, answer in found.items()}
        for role in OBSERVERS:
            self.look_as(role, self.school.ids(self.school.other))
        self.seen |= rows_outside_the_vault(self.database)

    def glance(self) -> None:
        """Note what the first household has in its hands now, and what it hears when it tries the other's address."""
        with self.family() as client:
            for path in (HOME, *self.school.links.values()):
                self.note(f"now {path}", client.get(path))
            stream = f"{self.school.links[TokenPurpose.CONTRIBUTION]}/flux"
            self.seen["now the stream"] = first_event(client, stream)
            self._try_address_of_second(client)
            self.note("asks for its receipt", client.post(f"{self.school.links[TokenPurpose.RECEIPT]}/nouveau-lien"))
        with self.browser(Role.MANDATAIRE) as office:
            families = read_families(self.opened, self.school.coop_id).listed
            (own,) = [one for one in families if any(row.contribution_id == self.school.first for row in one.baskets)]
            page = office.get(f"/{SLUG}/coops/{self.school.coop_id}/familles/{own.family_id}")
            self.note("its page at the coop", page)
        for hours in (5, 19):
            self.later(hours=hours)
        self._read_letters()

    def act(self) -> None:
        """Have the first household do all that its pages offer, and the coop what concerns it."""
        links = self.school.links
        with self.family() as client:
            for kind in ("contributions", "attestations"):
                for whose, contribution_id in (("its own", self.school.first), ("the other", self.school.other)):
                    answer = self.note(f"{whose} of {kind}", client.post(f"{HOME}/{kind}/{contribution_id}"))
                    if answer.status_code == httpx2.codes.SEE_OTHER:
                        self.note(f"{whose} of {kind} by another link", client.get(answer.headers["location"]))
            self.note("goes to its receipt", client.post(f"{links[TokenPurpose.CONTRIBUTION]}/attestation"))
            self.note("has forgotten", client.post(f"{HOME}/mot-de-passe", data={"email": FIRST.email}))
            self._contribute_again(client)
        self._write_to_all()
        coop = self._money()
        coop.refund(self.school.first, 2_00)
        self.later(seconds=5)
        self.later(days=27)
        with self.family() as client:
            self.note("stops its instalments", client.post(f"{links[TokenPurpose.PLAN]}/arreter"))
        self.later(hours=2)

    def later(self, **time_passed: float) -> None:
        """Let time pass, have all done that is due then, and pages show it."""
        self.clock[0] += timedelta(**time_passed)
        self._money().settle(seconds=timedelta(**time_passed).total_seconds())
        head = self.opened.ledger.store.head()[0]
        wait_until(lambda: self.runtime.feed.position(f"{SLUG}_read") >= head)

    def take_provider(self) -> None:
        """Have the provider be as it was at the school's beginning: worlds live one after the other."""
        state = copy.deepcopy(self.school.provider)
        state.offset = self.clock[0].timestamp() - time.time()
        self.school.sandbox.sandbox.state = state

    def _money(self) -> EmailWorld:
        school = self.school
        return EmailWorld(school.sandbox, self.worker, self.runtime, school.coop_id, school.campaign_id)

    def _try_address_of_second(self, client: httpx2.Client) -> None:
        """Type the address of the second household wherever one is asked for."""
        typed = {"first_name": "Odile", "last_name": "CURIEUSE", "email": SECOND.email, "password": PASSWORD}
        with httpx2.Client(base_url=self.url, headers=client.headers, timeout=60) as stranger:
            for page in ("creer", "mot-de-passe"):
                self.note(f"tries {page}", stranger.post(f"{HOME}/{page}", data=typed))
            wrong = {"email": SECOND.email, "password": f"{PASSWORD}?"}
            self.note("tries connexion", stranger.post(f"{HOME}/connexion", data=wrong))

    def _contribute_again(self, client: httpx2.Client) -> None:
        """Contribute for the same child once more, an hour later, from the account, and pay."""
        self.later(hours=1)
        public = f"/{SLUG}/contribuer/{self.school.campaign_id}"
        basket = self.note("opens a basket", client.post(f"{public}/panier")).headers["location"]
        form = self.note("sees its basket", client.get(basket)).text
        (key,) = set(re.findall(r'name="first_name-([0-9a-f]+)"', form))
        typed = {f"first_name-{key}": CHILD.first_name, f"last_name-{key}": CHILD.last_name, f"tariff-{key}": "t1"}
        who = {"first_name": FIRST.first_name, "last_name": FIRST.last_name, "email": FIRST.email, "action": "next"}
        self.note("names its child", client.post(basket, data={**typed, **who}))
        for step in ("", "/informations", "/recapitulatif", "/paiement"):
            page = self.note(f"sees its basket {step}", client.get(f"{basket}{step}")).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
        paying = {**hidden, "tip": "none", "terms": "1", "action": "pay"}
        answer = client.post(f"{basket}/paiement", data=paying)
        assert answer.headers["location"].startswith(self.school.provider_url), answer.text
        self._money().submit(answer.headers["location"].rsplit("/", 1)[1])
        self.later(seconds=10)
        self.note("sees its account", client.get(HOME))

    def _write_to_all(self) -> None:
        """Have the mandate holder write to all families."""
        page = f"/{SLUG}/collectes/{self.school.campaign_id}/participants/message"
        typed = {
            "toutes": "1",
            "objet": "La sortie",
            "texte": "Elle est le 12.",
            "cle": "a-message",
            "etape": "envoyer",
        }
        with self.browser(Role.MANDATAIRE) as office:
            assert office.post(page, data=typed).status_code == httpx2.codes.SEE_OTHER

    def _read_letters(self) -> None:
        """Note the letters that came to the first household, each by its subject and its place among those alike."""
        for file in sorted(set(self.files.rglob("*.eml")) - self.read, key=lambda one: one.stat().st_mtime_ns):
            self.read.add(file)
            letter = read(file.read_bytes())
            if letter["To"] == FIRST.email:
                head = "\n".join(f"{name}: {letter[name]}" for name in ("From", "Reply-To", "Subject"))
                about = f"letter {letter['Subject']}"
                place = sum(one.startswith(about) for one in self.seen)
                self.seen[f"{about} {place}"] = "\n".join((head, part(letter, "plain"), part(letter, "html"))).encode()

    def taken(self) -> Seen:
        """All that was seen, without what is drawn; what the household paid anew is the same in all worlds."""
        accounts = self.opened.families.accounts
        account = accounts.by_email(FIRST.email)
        assert account is not None
        drawn = [one.contribution_id for one in accounts.contributions_of(account.account_id)]
        names = [word(one).encode() for one in drawn if one != self.school.first for word in (str, payment_reference)]
        return {act: _plain(told, names) for act, told in self.seen.items()}


def _plain(told: bytes, names: list[bytes]) -> bytes:
    for name in names:
        told = told.replace(name, b"(the contribution that was made anew)")
    for pattern, why in _DRAWN:
        told = pattern.sub(b"(" + why + b")", told)
    return told
