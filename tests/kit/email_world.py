"""The world of the journeys of money, with people who have addresses and a server that takes their e-mails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from typing import Any, Final
from uuid import UUID, uuid4

from adapters.people_vault import Person
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.settings import EditDetails
from domain.coop.mandates import GrantMandate
from domain.events.campaign import CampaignDetails
from service import people
from tests.kit.example_emails import read, subject
from tests.kit.service_world import TIP, ServiceWorld
from tests.kit.smtp_server import SmtpReplies

PUBLIC: Final = "https://coop.example"
PAYER: Final = Person("Zéphyrine", "QUATREBARBES", "z.quatrebarbes@famille.example")
CHILDREN: Final = (Person("Anatole", "QUATREBARBES"), Person("Léontine", "QUATREBARBES"))
HOLDER: Final = Person("Laurence", "MARDEGAN", "l.mardegan@ecole.example")
CONTACT: Final = Person("Hermance", "QUINCAMPOIX", "H.Quincampoix@ecole.example")
PERSONAL: Final = tuple(
    word for one in (PAYER, *CHILDREN, HOLDER, CONTACT) for word in (one.first_name, one.last_name, one.email) if word
)
"""What must be nowhere but in the vault and in e-mails."""
_LINK: Final = re.compile(r"https://coop\.example/\S+")


@dataclass
class ReceivedEmails:
    """What a server took, as mail programs read it."""

    replies: SmtpReplies

    @property
    def contents(self) -> list[bytes]:
        """The messages as they came, in order."""
        return [one.content for one in self.replies.envelopes if isinstance(one.content, bytes)]

    def read(self) -> list[EmailMessage]:
        """The messages, in order."""
        return [read(content) for content in self.contents]

    def subjects(self) -> list[tuple[str, str]]:
        """To whom and about what, in order; plain spaces."""
        pairs = [(read(content)["To"], subject(content)) for content in self.contents]
        return [(str(to), about.replace("\u00a0", " ")) for to, about in pairs]

    def ids(self) -> list[str]:
        """The Message-IDs, in order."""
        return [str(message["Message-ID"]) for message in self.read()]


def body(message: EmailMessage) -> str:
    """The text of an e-mail, with plain spaces."""
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u202f", " ")


def links(message: EmailMessage) -> list[str]:
    """The addresses of the service in an e-mail."""
    return _LINK.findall(body(message))


@dataclass
class EmailWorld(ServiceWorld):
    """A world where families and mandate holders have addresses."""

    payer_id: UUID = field(default_factory=uuid4)

    def appoint(self, holder: Person = HOLDER, until: date = date(2030, 8, 31)) -> UUID:
        """Give a person the mandate of the coop."""
        holder_id = uuid4()
        people.keep_payer(self.context.vault, self.coop_id, holder_id, holder, self.now())
        known = {"mandate_id": uuid4(), "holder_id": holder_id}
        self.do(GrantMandate, self.coop_id, **known, valid_from=date(2020, 9, 1), valid_to=until)
        return holder_id

    def name_contact(self, contact: Person = CONTACT) -> UUID:
        """Name the campaign's contact."""
        contact_id = uuid4()
        people.keep_payer(self.context.vault, self.coop_id, contact_id, contact, self.now())
        self.do(EditDetails, details=CampaignDetails(title="Vie de classe", contact_id=contact_id))
        return contact_id

    def place_for(
        self,
        payer: Person,
        *classes: str,
        instalments: int = 1,
        tip: int = TIP,
        children: Sequence[Person] = CHILDREN,
    ) -> UUID:
        """Fill the basket of a payer, with a child in each class."""
        contribution_id, self.payer_id, vault = uuid4(), uuid4(), self.context.vault
        commitment = people.keep_payer(vault, self.coop_id, self.payer_id, payer, self.now())
        named = {uuid4(): child for child, _ in zip(children, classes, strict=False)}
        people.keep_children(vault, self.coop_id, named, self.now())
        self.do(
            PlaceContribution,
            contribution_id=contribution_id,
            payer_id=self.payer_id,
            commitment=commitment,
            children=tuple(
                Child(participant_id=key, class_label=label, tariff_id="t1")
                for key, label in zip(named, classes, strict=True)
            ),
            tip_cents=tip,
            means="card",
            instalments=instalments,
            terms_version="1",
            known_classes={},
        )
        return contribution_id

    def pay_for(self, payer: Person = PAYER, *classes: str, card: str = "good", **basket: Any) -> UUID:  # noqa: ANN401
        """Fill the basket of a payer and have it paid."""
        contribution_id = self.place_for(payer, *(classes or ("CP A",)), **basket)
        assert self.submit(self.page(contribution_id), card) == "Paid"
        self.settle(seconds=3)
        return contribution_id

    def tasks(self) -> list[tuple[Any, ...]]:
        """All e-mails of the outbox: kind, state, error, facts, subject, lane, in the order of their planning."""
        with self.worker.outbox.pool.connection() as connection:
            return connection.execute(
                "SELECT kind, state, error, facts::text, subject, lane FROM work.tasks"
                " WHERE kind LIKE 'letter:%' ORDER BY task_id"
            ).fetchall()

    def repeat_letters(self) -> None:
        """Have every e-mail that left done once more, as after a crash before its task was marked."""
        with self.worker.outbox.pool.connection() as connection:
            connection.execute(
                "UPDATE work.tasks SET state = 'waiting', ended_at = NULL WHERE kind LIKE 'letter:%' AND state = 'done'"
            )
