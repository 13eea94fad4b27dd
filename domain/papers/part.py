"""Making one part of a voucher: its lines, gross, each positive on its side, and the recap of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from domain.chart_of_accounts import Account
from domain.events.base import SchoolClass
from domain.events.contribution import ContributionCorrected
from domain.papers.children import ChildKey, ClassSums, ShownChild
from domain.papers.drafts import PaperLine, PartDraft, digest_of, entry_of
from domain.papers.movements import Movement

_CORRECTED: Final = ContributionCorrected.TOPIC.rpartition(".")[0]


class PartInProgress:
    """A part while its lines are added; ``children`` remember what it shows of them."""

    def __init__(self, trigger: int, campaign_id: UUID | None, children: Mapping[ChildKey, ShownChild]) -> None:
        """Begin with no line."""
        self._trigger = trigger
        self.campaign_id = campaign_id
        self._children = children
        self._classes = ClassSums()
        self.lines: list[PaperLine] = []
        self.corrects = 0

    def move(self, movement: Movement, parts: Mapping[int, int], *, back: bool = False) -> None:
        """Add what arrived of a movement, by child; or take it ``back`` when its payout came back."""
        credit = movement.inflow is not back
        by_class: dict[str, int] = {}
        for line, cents in parts.items():
            code = ""
            if movement.account is Account.CONTRIBUTIONS and movement.contribution_id is not None:
                child = self._children[movement.contribution_id, line]
                self._show(child, cents if credit else -cents, paid=movement.inflow)
                code = child.class_code
            by_class[code] = by_class.get(code, 0) + cents
        for code, cents in by_class.items():
            self._add(movement, movement.account, code, cents, credit=credit)
        if movement.no_cash is not None:
            self._add(movement, movement.no_cash, "", sum(parts.values()), credit=not credit)

    def correct(self, position: int, on: date, event: ContributionCorrected, child: ShownChild) -> None:
        """Take what earlier parts showed of a child out of its old class and into its new one; no cash moves."""
        cents, credit = abs(child.net), child.net > 0
        for code, to_credit in ((event.old_class, not credit), (event.new_class, credit)):
            self.lines.append(
                PaperLine(
                    position=position,
                    on=on,
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
        self.corrects, child.trigger = child.trigger, self._trigger

    def draft(self, title: str, labels: tuple[SchoolClass, ...]) -> PartDraft:
        """Return the part as it is to be issued."""
        classes = self._classes.recap()
        shown = {row.class_code for row in classes}
        return PartDraft(
            campaign_id=self.campaign_id,
            title=title,
            corrects=self.corrects,
            entry=entry_of(self.lines),
            classes=classes,
            labels=tuple(label for label in labels if label.code in shown),
            kinds=tuple(sorted({line.kind for line in self.lines})),
            lines=len(self.lines),
            lines_sha256=digest_of(self.lines),
        )

    def _show(self, child: ShownChild, cents: int, *, paid: bool) -> None:
        """Count cents for a child, and the child itself once what it owes has arrived."""
        code, child.trigger = child.class_code, self._trigger
        child.net += cents
        child.paid += cents if paid else 0
        self._classes.add(code, received=max(cents, 0), returned=max(-cents, 0))
        complete = 0 < child.due <= child.paid
        if complete is not child.counted:
            self._classes.add(code, children=int(complete), back=int(not complete))
            child.counted = complete

    def _add(self, movement: Movement, account: Account, code: str, cents: int, *, credit: bool) -> None:
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
