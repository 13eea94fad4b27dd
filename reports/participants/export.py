"""The participants that a mandate holder chose of a campaign's list, as a file: one row a child (S-142…S-145).

With every column it has those of the payments table (S-166), every answer to the form, and who paid, by class and name:
it can be imported again. With the displayed columns it has what the list shows, in its order.
Rows are written some at a time, so that a long list is never held as a whole. Names and answers come from the caller,
who may read the vault; a person it has forgotten is shown as erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.texts.visible import plain_letters
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Value, slug
from reports.parts.wording import MEANS, state_of_child
from reports.payments_table import NOMINATIVE, UNKNOWN, PersonNames, child_cells, child_columns

TITLE: Final = "Participants"
"""What the file and its table are called."""
_PAYER: Final = (
    Column("Prénom payeur"),
    Column("Nom payeur"),
    Column("E-mail payeur"),
    Column("Téléphone payeur"),
)
_CLASS: Final = "Classe"
_TARIFF: Final = Column("Formule")
TAKEN: Final = frozenset(column.label for column in (_TARIFF, *_PAYER))
"""What no question of a form may be called in a file, beside the columns of the payments table."""
_SHOWN: Final = (
    Column("Prénom"),
    Column("Nom"),
    Column("Montant", Kind.CENTS, summed=True),
    Column("Formules"),
    Column("État paiement"),
    Column("Moyen de paiement"),
    Column("Classe"),
    Column("Payeur"),
    Column("Date", Kind.DATE),
)
DISPLAYED: Final = tuple(column.label for column in _SHOWN)
"""The columns of the list, as it heads them."""


class Reached(NamedTuple):
    """How a payer is reached, as the vault gives it to the caller."""

    email: str = ""
    phone: str = ""


class ListLayout(NamedTuple):
    """What is the same for all rows of a file: whether it has every column, and what things are called.

    ``questions`` are what the questions of forms are called that one of the children answered, in their order.
    """

    whole: bool
    questions: Sequence[str]
    classes: Mapping[str, str]
    tariffs: Mapping[str, str]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the file."""
        if not self.whole:
            return _SHOWN
        columns = child_columns(self.questions)
        at = self._after_class(columns)
        return (*columns[:at], _TARIFF, *columns[at:], *_PAYER)

    def place(self, class_code: str, name: PersonNames) -> tuple[int, str, str, str]:
        """Return by what children are ordered as a school reads them: the classes as its list has them, then names."""
        codes = list(self.classes)
        rank = codes.index(class_code) if class_code in self.classes else len(codes)
        return rank, class_code, plain_letters(name.last), plain_letters(name.first)

    def rows(self, chosen: ChosenChildren) -> Iterator[tuple[Value, ...]]:
        """Yield the rows of some of the children, as the columns are."""
        return self._whole(chosen) if self.whole else self._displayed(chosen)

    def _whole(self, chosen: ChosenChildren) -> Iterator[tuple[Value, ...]]:
        at = self._after_class(child_columns(self.questions))
        for child in chosen.children:
            order, given = chosen.orders[child.contribution_id], chosen.answers.get(child.participant_id, {})
            name, answers = chosen.name(child.participant_id), [given.get(label, "") for label in self.questions]
            cells = child_cells(order, child, name, answers, self._school_class(child))
            payer = (*chosen.name(order.payer_id), *chosen.reached.get(order.payer_id, Reached()))
            yield (*cells[:at], self.tariffs.get(child.tariff_id, ""), *cells[at:], *payer)

    def _displayed(self, chosen: ChosenChildren) -> Iterator[tuple[Value, ...]]:
        for child in chosen.children:
            order = chosen.orders[child.contribution_id]
            yield (
                *chosen.name(child.participant_id),
                child.paid,
                self.tariffs.get(child.tariff_id, ""),
                state_of_child(order, child),
                MEANS[order.means] if order.asked else "",
                self._school_class(child),
                chosen.name(order.payer_id).full,
                paris_date(order.paid_at or order.placed_at),
            )

    def _school_class(self, child: ParticipantRow) -> str:
        return self.classes.get(child.class_code, child.class_code)

    @staticmethod
    def _after_class(columns: Sequence[Column]) -> int:
        return 1 + next(place for place, column in enumerate(columns) if column.label == _CLASS)


class ChosenChildren(NamedTuple):
    """Some of the children that were chosen, in the order of their rows, with what is said of them.

    ``orders`` are by contribution, ``names``, ``reached`` and ``answers`` by person; these by their questions.
    """

    children: Sequence[ParticipantRow]
    orders: Mapping[UUID, ContributionRow]
    names: Mapping[UUID, PersonNames]
    reached: Mapping[UUID, Reached]
    answers: Mapping[UUID, Mapping[str, str]]

    def name(self, person_id: UUID) -> PersonNames:
        """Return a person's names; whom the vault has forgotten is named as such."""
        return self.names.get(person_id, UNKNOWN)


def participants_export(provenance: Provenance, campaign: CampaignHead, number: int, paid: int) -> Report:
    """Say what the file of so many children is, of whom so many cents were paid; its table is added, or streamed."""
    return Report(
        name=f"participants-{slug(campaign.title)[:40]}",
        title=TITLE,
        subtitle=campaign.title,
        provenance=provenance.over(campaign.period(paris_date(provenance.produced_at))),
        tables=(),
        figures=(Figure("Lignes", number, Kind.COUNT), Figure("Montant réglé", paid)),
        notes=(NOMINATIVE,),
        restricted=True,
        landscape=True,
    )
