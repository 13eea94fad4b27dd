"""What the page of a contribution says: where it stands, its children, what was paid, what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.calendar import french_date
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.money import euros
from domain.texts.network_words import Wording
from projections import contributions, directory, participants
from projections.contributions import NOTHING_DUE, ContributionRow
from projections.engine.runner import tracked
from service.pages.families.plan_words import received_instalments, remaining_instalments

_RECEIVED: Final = "received"
"""The status of a contribution that is paid."""
_STOPPED: Final = "stopped"
"""The sentence of a contribution of which a part is paid, and nothing more will be debited."""
_PAID_UP: Final = "paid_up"
"""The sentence of one that was paid in several times, to the last."""
_UNDER_WAY: Final = "partial"
"""The status of one of which a part is paid; the ledger says which instalment, and what remains."""
_SENTENCES: Final = {
    "pending": "Votre paiement n’est pas encore confirmé. Cette page se met à jour d’elle-même.",
    _RECEIVED: "Votre {gift} est bien reçue. Merci.",
    "nothing_due": "Votre {gift} est bien enregistrée. Il n’y a rien à payer. Merci.",
    _PAID_UP: "Vos {instalments} échéances sont payées\u00a0: votre {gift} est bien reçue. Merci.",
    _UNDER_WAY: "Une partie de votre {gift} est payée. Les échéances suivantes seront prélevées à leur date.",
    _STOPPED: "Une partie de votre {gift} est payée. Plus rien ne sera prélevé.",
    "abandoned": "Cette {gift} n’a pas été payée. Rien n’a été débité.",
    "refunded": "Votre {gift} vous a été remboursée.",
    "partially_refunded": "Une partie de votre {gift} vous a été remboursée.",
    "owed_to_family": "Un remboursement est revenu de votre carte\u00a0: la coopérative vous doit encore cette somme.",
    "disputed": "Votre paiement est contesté auprès de votre banque.",
    "unpaid": "Votre banque a repris ce paiement\u00a0: {the_gift} n’est pas payée.",
}
"""By status; what stands in braces is a word of the network (S-25), or how many instalments there are."""
_UNPAID: Final = ("pending", "abandoned")
"""The statuses of which nothing was debited: no amounts are shown."""


class AmountLine(NamedTuple):
    """A line of the page: what it is of, and its amount in French."""

    label: str
    amount: str


class ConfirmationView(NamedTuple):
    """What the page says: a status, its sentence, and amounts in French; ``confirmed`` that an e-mail leaves.

    ``children`` are the lines of the basket without names, ``asked`` their sum, ``later`` the payments to come.
    """

    status: str
    sentence: str
    children: Sequence[AmountLine]
    asked: str
    paid: str
    tip: str
    total: str
    later: Sequence[AmountLine]
    payable: bool
    receipted: bool
    confirmed: bool
    expecting: bool
    position: int

    def figures(self) -> dict[str, Any]:
        """The values that the page shows: the page is updated when one of them changes."""
        return {name: value for name, value in self._asdict().items() if name != "position"}

    def with_schedule(self, campaign: Campaign, contribution_id: UUID) -> ConfirmationView:
        """Return it with the days and amounts of the payments that the ledger has still planned.

        While nothing else is to be said, the sentence tells which instalment came in, what remains and when.
        """
        contribution = campaign.contribution(contribution_id)
        days = sorted((due.due_on, due.cents) for due in contribution.schedule.values())
        told = self._replace(later=tuple(AmountLine(f"Le {french_date(day)}", euros(cents)) for day, cents in days))
        if self.status != _UNDER_WAY or not contribution.schedule:
            return told
        return told._replace(sentence=f"{received_instalments(contribution)} {remaining_instalments(contribution)}")


def read_view(
    connection: Connection[Any], words: Wording, campaign_id: UUID, contribution_id: UUID
) -> ConfirmationView:
    """Say what the read models know; a basket that they do not show yet is pending.

    Raises:
        NotFound: it is a contribution of another campaign.

    """
    position, row = tracked(connection), contributions.by_id(connection, contribution_id)
    if row is not None and row.campaign_id != campaign_id:
        raise NotFound(contribution=contribution_id)
    shown = row is not None and row.status not in _UNPAID
    lines = _children(connection, campaign_id, contribution_id) if shown else ()
    return _view(row, lines, position, words)


def _children(connection: Connection[Any], campaign_id: UUID, contribution_id: UUID) -> tuple[AmountLine, ...]:
    """The children of a basket in its order, each by its place: the page has no names."""
    tariffs = directory.tariff_labels(connection, campaign_id)
    children = participants.of_contribution(connection, contribution_id)
    return tuple(
        AmountLine(f"Enfant {place} – {tariffs[child.tariff_id]}", euros(child.asked))
        for place, child in enumerate(children, start=1)
    )


def _view(
    row: ContributionRow | None, children: Sequence[AmountLine], position: int, words: Wording
) -> ConfirmationView:
    status = "pending" if row is None else row.status
    expecting = row is not None and row.expected_later > 0
    instalments = 1 if row is None else row.instalments
    sentence = _STOPPED if status == _UNDER_WAY and not expecting else status
    if status == _RECEIVED and instalments > 1:
        sentence = _PAID_UP
    paid, tip = (0, 0) if row is None else (row.paid, row.tip_paid)
    return ConfirmationView(
        status=status,
        sentence=_SENTENCES[sentence].format_map({**words._asdict(), "instalments": instalments}),
        children=children,
        asked=euros(0 if row is None else row.asked),
        paid=euros(paid),
        tip=euros(tip),
        total=euros(paid + tip),
        later=(),
        payable=row is not None and status == "pending",
        receipted=bool(paid),
        confirmed=bool(paid) or status == NOTHING_DUE,
        expecting=expecting,
        position=position,
    )
