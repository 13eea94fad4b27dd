"""Making one part of a voucher: its lines, gross, each positive on its side, and the recap of its classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.events.base import Event, SchoolClass
from domain.events.contribution import ContributionCorrected
from domain.events.dispute import LostDisputeReinstated
from domain.journal import Posting
from domain.papers.drafts import PaperLine, PartDraft, Said, Series, digest_of, entry_of
from domain.papers.fold.children import ChildKey, ClassSums, ShownChild
from domain.papers.fold.movements import PaperMovement
from domain.recorded_event import RecordedEvent

_CORRECTED: Final = ContributionCorrected.TOPIC.rpartition(".")[0]
_REINSTATED: Final = LostDisputeReinstated.TOPIC.rpartition(".")[0]
"""What makes paid again what was paid once."""


class PartInProgress:
    """A part while its lines are added; ``children`` remember what it shows of them."""

    def __init__(
        self,
        fact: RecordedEvent,
        campaign_id: UUID | None,
        children: Mapping[ChildKey, ShownChild],
        money: Account = Account.BANK,
        series: Series = Series.RECEIPT,
    ) -> None:
        """Begin with no line; what its lines add up to is at ``money``."""
        self._trigger = fact.position
        self._on = paris_date(fact.event.happened_at)
        self.campaign_id = campaign_id
        self._children = children
        self._money = money
        self._series = series
        self._classes = ClassSums()
        self._corrects: set[int] = set()
        self.lines: list[PaperLine] = []

    def move(
        self, movement: PaperMovement, parts: Mapping[int, int], *, back: bool = False, on: Account | None = None
    ) -> None:
        """Add what arrived of a movement, by child; or take it ``back`` when its payout came back.

        What did not arrive in the bank or the cash box stands ``on`` another account.
        """
        credit, against = movement.inflow is not back, on or movement.no_cash
        by_class: dict[str, int] = {}
        for line, cents in parts.items():
            if not cents:
                continue
            code = ""
            if movement.account is Account.CONTRIBUTIONS and movement.contribution_id is not None:
                child = self._children[movement.contribution_id, line]
                self._show(child, cents if credit else -cents, paid=movement.inflow and movement.kind != _REINSTATED)
                code = child.class_code
            by_class[code] = by_class.get(code, 0) + cents
        for code, cents in by_class.items():
            self._add(movement, movement.account, code, cents, credit=credit)
        if against is not None:
            self._add(movement, against, "", sum(parts.values()), credit=not credit)
        self._follow(movement, back=back)

    def move_forwarded(self, movement: PaperMovement, cents: int, account: Account, *, back: bool = False) -> None:
        """Add what arrived of a movement of an exercise before: it was brought forward on an account."""
        if movement.no_cash is None:
            self._add(movement, account, "", cents, credit=movement.inflow is not back)
            self._follow(movement, back=back)

    def _follow(self, movement: PaperMovement, *, back: bool) -> None:
        """Name the parts that showed what a movement takes back, and remember which part shows the movement."""
        if back:
            return
        for one in movement.answers:
            if one.trigger not in (0, self._trigger):
                self._corrects.add(one.trigger)
        movement.trigger = self._trigger

    def move_between(self, payout: RecordedEvent, account: Account, cents: int, *, credit: bool) -> None:
        """Add cents on an account that stand for a payout on its way."""
        self._line(payout.position, paris_date(payout.event.happened_at), payout.event, account, cents, credit=credit)

    def book(self, fact: RecordedEvent, legs: Iterable[Posting]) -> None:
        """Add what an event books, as the journal says it, at its own day."""
        on = paris_date(fact.event.happened_at)
        for leg in legs:
            cents, credit = leg.debit + leg.credit, leg.credit > 0
            self._line(fact.position, on, fact.event, leg.account, cents, credit=credit)

    def names(self, *triggers: int) -> None:
        """Name the parts that events had asked for, where they did: this one takes them back."""
        self._corrects.update(trigger for trigger in triggers if trigger)

    def names_only(self, *triggers: int) -> None:
        """Name these parts, and none that showed the same children."""
        self._corrects.clear()
        self.names(*triggers)

    def correct(self, event: ContributionCorrected, child: ShownChild) -> None:
        """Take what earlier parts showed of a child out of its old class and into its new one; no cash moves."""
        cents, credit = abs(child.net), child.net > 0
        for code, to_credit in ((event.old_class, not credit), (event.new_class, credit)):
            self.lines.append(
                PaperLine(
                    position=self._trigger,
                    on=self._on,
                    kind=_CORRECTED,
                    contribution_id=event.contribution_id,
                    class_code=code,
                    account=Account.CONTRIBUTIONS,
                    debit=0 if to_credit else cents,
                    credit=cents if to_credit else 0,
                )
            )
            self._classes.add(code, received=cents if to_credit else 0, returned=0 if to_credit else cents)
        if child.counted:
            self._classes.add(event.old_class, back=1)
            self._classes.add(event.new_class, children=1)
        self._corrects.add(child.trigger)
        child.trigger = self._trigger

    def draft(self, title: str, labels: tuple[SchoolClass, ...], said: tuple[Said, ...]) -> PartDraft:
        """Return the part as it is to be issued, with what it says of its fact."""
        classes = self._classes.recap()
        shown = {row.class_code for row in classes}
        return PartDraft(
            series=self._series,
            campaign_id=self.campaign_id,
            title=title,
            corrects=tuple(sorted(self._corrects)),
            entry=entry_of(self.lines, self._money),
            classes=classes,
            labels=tuple(label for label in labels if label.code in shown),
            kinds=tuple(sorted({line.kind for line in self.lines})),
            said=said,
            lines=len(self.lines),
            lines_sha256=digest_of(self.lines),
        )

    def _show(self, child: ShownChild, cents: int, *, paid: bool) -> None:
        """Count cents for a child, and the child itself once what it owes has arrived."""
        code = child.class_code
        if cents < 0 and child.trigger not in (0, self._trigger):
            self._corrects.add(child.trigger)
        child.trigger = self._trigger
        child.net += cents
        child.paid += cents if paid else 0
        self._classes.add(code, received=max(cents, 0), returned=max(-cents, 0))
        complete = 0 < child.due <= child.paid
        if complete is not child.counted:
            self._classes.add(code, children=int(complete), back=int(not complete))
            child.counted = complete

    def _add(self, movement: PaperMovement, account: Account, code: str, cents: int, *, credit: bool) -> None:
        self.lines.append(
            PaperLine(
                position=movement.position,
                on=movement.on,
                kind=movement.kind,
                contribution_id=movement.contribution_id,
                class_code=code,
                account=account,
                debit=0 if credit else cents,
                credit=cents if credit else 0,
            )
        )

    def _line(self, position: int, on: date, event: Event, account: Account, cents: int, *, credit: bool) -> None:
        self.lines.append(
            PaperLine(
                position=position,
                on=on,
                kind=event.TOPIC.rpartition(".")[0],
                contribution_id=getattr(event, "contribution_id", None),
                class_code="",
                account=account,
                debit=0 if credit else cents,
                credit=cents if credit else 0,
            )
        )
