"""Writes raw rows one after the other; it keeps what each child holds, for the balances that shares carry."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final

from tests.oracle.rows import Row, canonical, chained, digest

COOP: Final = "00000000-0000-0000-0000-000000000384"
ASSOCIATION: Final = "00000000-0000-0000-0000-000000000006"
A: Final = "00000000-0000-0000-0000-0000000003e8"
B: Final = "00000000-0000-0000-0000-0000000003e9"
Side = tuple[str, str, int]
"""An account, a class, and an amount: positive on the debit side, negative on the credit side."""
Shows = tuple[str, str, str, int]
"""A line of a paper: the event that it is about (its name and number, or nothing for the cause), then its side."""
_NUMBERS: Final = (
    *("payment_id", "refund_id", "dispute_id", "adjustment_id", "cover_id", "recovery_id", "payout_id"),
    *("external_payment_id", "provider_movement"),
)


class LogBuilder:
    """Rows of one coop, its association and its two campaigns."""

    def __init__(self) -> None:
        """Begin with an empty log."""
        self.rows: list[Row] = []
        self.held: dict[tuple[str, int], int] = {}
        self.classes: dict[tuple[str, int], str] = {}
        self.campaigns: dict[str, str] = {}
        self.found: dict[str, int] = {}

    @property
    def position(self) -> int:
        """The position of the last row."""
        return len(self.rows)

    def add(self, stream: str, topic: str, day: str, **state: Any) -> int:  # noqa: ANN401 - any field of an event
        """Append one row, said at ten in the morning of a day unless an hour is given; its position is the answer."""
        at = day if "T" in day else f"{day}T10:00:00Z"
        self.rows.append(Row(self.position + 1, stream, topic, {"at": at, "by": "actor-1", **state}))
        for field in (field for field in _NUMBERS if field in state):
            self.found[f"{topic.split('.')[1]} {state[field]}"] = self.position
        return self.position

    def coop(self, name: str, day: str, **state: Any) -> int:  # noqa: ANN401 - any field of an event
        """Append an event of the coop."""
        return self.add(COOP, f"coop.{name}", day, **state)

    def of(self, who: str, name: str, day: str, **state: Any) -> int:  # noqa: ANN401 - any field of an event
        """Append an event of a contribution."""
        return self.add(self.campaigns[who], f"campaign.{name}", day, contribution_id=who, **state)

    def place(
        self, campaign: str, who: str, day: str, *lines: tuple[str, int], tip: int = 0, tariffs: str = "t1"
    ) -> int:
        """A family fills its basket: a class and an amount for each child; one tariff for all, or one for each."""
        self.campaigns[who] = campaign
        written = []
        named = tariffs.split() * (1 if " " in tariffs else len(lines))
        for number, ((class_code, cents), tariff) in enumerate(zip(lines, named, strict=True), 1):
            self.held[who, number], self.classes[who, number] = 0, class_code
            child = {"cents": cents, "class_code": class_code, "line": number, "tariff_id": tariff}
            written.append({**child, "participant_id": f"{who}-child-{number}"})
        return self.of(who, "contribution_placed.1", day, lines=written, tip_cents=tip, means="card", instalments=1)

    def shares(self, who: str, sign: int, *amounts: tuple[int, int]) -> list[dict[str, Any]]:
        """A split between children, and what each holds afterwards."""
        made = []
        for line, cents in amounts:
            self.held[who, line] += sign * cents
            share = {"balance": self.held[who, line], "cents": cents, "class_code": self.classes[who, line]}
            made.append({**share, "line": line})
        return made

    def capture(
        self, who: str, payment: str, paid: str, *amounts: tuple[int, int], tip: int = 0, number: int = 1, at: str = ""
    ) -> int:
        """A card payment; heard of at once, unless another day is given."""
        cents = sum(amount for _, amount in amounts)
        paid_at = paid if "T" in paid else f"{paid}T08:30:00Z"
        sent = {"cents": cents, "tip_cents": tip, "instalment": number, "payment_id": payment, "paid_at": paid_at}
        return self.of(who, "payment_captured.1", at or paid, shares=self.shares(who, 1, *amounts), **sent)

    def refund(self, who: str, refund: str, payment: str, day: str, line: int, cents: int, *, tip: int = 0) -> int:
        """A refund of one child, asked for and settled on the same day."""
        share = {"balance": self.held[who, line] - cents, "cents": cents, "class_code": self.classes[who, line]}
        same = {"cents": cents, "tip_cents": tip, "refund_id": refund}
        asked = [{**share, "line": line}]
        self.of(who, "refund_requested.1", day, payment_id=payment, reason="left", shares=asked, **same)
        shares = self.shares(who, -1, (line, cents))
        settled = f"{day}T12:00:00Z"
        return self.of(who, "refund_settled.1", day, provider_refund="re", settled_at=settled, shares=shares, **same)

    def payout(self, payout: str, asked: str, sent: str, *content: tuple[str, str, str, int]) -> int:
        """A payout that was asked for and has left; its content names contribution, kind, reference and cents."""
        items = [
            {"cents": cents, "contribution_id": who, "kind": kind, "reference": reference}
            for who, kind, reference, cents in content
        ]
        cents = sum(part[3] for part in content)
        self.coop("payout_requested.2", asked, payout_id=payout, bank_account_id="b", cents=cents, content=items)
        leaving = {"sent_at": f"{sent}T09:00:00Z", "provider_payout": f"po-{payout}"}
        return self.coop("payout_sent.1", sent, payout_id=payout, cents=cents, **leaving)

    def statement(
        self, day: str, number: int, trigger: int, cents: int, *parts: tuple[Shows, ...], returns: str = ""
    ) -> int:
        """A payout statement; its day is that of what it tells, its digest that of the digests of its parts."""
        cause = self.rows[trigger - 1]
        whole = "".join(digest(self.lines(trigger, *part)) for part in parts)
        sent = {"cents": cents, "lines": sum(map(len, parts)), "number": number, "returns": returns, "trigger": trigger}
        sent |= {"payout_id": cause.state["payout_id"], "template": 1}
        sent |= {"lines_sha256": hashlib.sha256(whole.encode()).hexdigest()}
        printed = canonical({"cents": cents, "paper": "statement"}).decode()
        dated = {"exercise": _exercise(cause.day), "piece_on": cause.day.isoformat()}
        return self.coop("payout_statement_issued.1", day, printed=printed, **sent, **dated)

    def lines(self, trigger: int, *shown: Shows) -> list[dict[str, Any]]:
        """The lines of a part, as its digest is taken of them."""
        written = []
        for about, account, code, cents in shown:
            row = self.rows[(self.found[about] if about else trigger) - 1]
            who = {"contribution_id": row.state.get("contribution_id"), "kind": row.name}
            what = {"account": account, "class_code": code, "debit": max(cents, 0), "credit": max(-cents, 0)}
            written.append({**who, **what, "on": row.day.isoformat(), "position": row.position})
        return written

    def voucher(
        self,
        day: str,
        name: str,
        trigger: int,
        kind: str,
        campaign: str,
        *sides: Side,
        lines: tuple[Shows, ...] = (),
        rectifies: tuple[str, ...] = (),
        piece: str = "",
    ) -> int:
        """One part of a voucher, or a piece of its own, under a name such as « R-1/2 » of its day's exercise.

        Unless they are given, its lines are its sides but the first, which is the money that they add up to.
        """
        cause = self.rows[trigger - 1]
        series, _, rest = name.partition("-")
        number, _, part = rest.partition("/")
        on = date.fromisoformat(piece) if piece else cause.day
        written = self.lines(trigger, *(lines or (("", *side) for side in sides[1:])))
        sent = {"kind": kind, "campaign_id": campaign, "series": series, "number": int(number), "part": int(part or 1)}
        sent |= {"lines": len(written), "lines_sha256": digest(written), "rectifies": list(rectifies), "template": 1}
        sent |= {"exercise": _exercise(on), "piece_on": on.isoformat(), "trigger": trigger}
        printed = canonical({"kind": kind, "paper": "part"}).decode()
        payout = str(cause.state.get("payout_id") or "")
        return self.coop("voucher_issued.1", day, printed=printed, payout_id=payout, **sent, **_entry(sides))

    def final(self, day: str, number: int, trigger: int, campaign: str, piece: str, *sides: Side, rest: int = 0) -> int:
        """The final recap of a campaign in one exercise."""
        on = date.fromisoformat(piece)
        sent = {"campaign_id": campaign, "number": number, "edition": 1, "template": 1, "trigger": trigger}
        sent |= {"to_pay_out": rest, "overpaid": 0, "blocked": 0, "exercise": _exercise(on), "piece_on": piece}
        return self.coop("voucher_finalized.1", day, printed='{"paper":"final"}', **sent, **_entry(sides))

    def close(self, day: str, kind: str, first: str, last: str, boxes: tuple[int, ...], **figures: Any) -> int:  # noqa: ANN401 - see below
        """A closing with its boxes in order: opening, receipts, disbursements, transfers, closing; others by name."""
        names = ("opening", "receipts", "disbursements", "transfers", "closing")
        said = {"boxes": dict(zip(names, boxes, strict=True)), "up_to_position": self.position, **figures}
        said |= {"papers_issued": [], "provider": {"state": "none"}, "chain_head": self.finished()[-1].head}
        return self.coop("period_closed.2", day, kind=kind, first_day=first, last_day=last, **said)

    def finished(self) -> tuple[Row, ...]:
        """The rows with the chain hash of each."""
        coops = {COOP: COOP, A: COOP, B: COOP}
        return chained(self.rows, ASSOCIATION, coops)


def _exercise(day: date) -> int:
    return day.year if day.month in (9, 10, 11, 12) else day.year - 1


def _entry(sides: tuple[Side, ...]) -> dict[str, Any]:
    """The lines of an entry, and the recap of its classes."""
    entry = [
        {"account": account, "class_code": code, "debit": max(cents, 0), "credit": max(-cents, 0)}
        for account, code, cents in sides
    ]
    classes = []
    for code in sorted({code for account, code, _ in sides if account == "contributions"}):
        mine = [cents for account, class_code, cents in sides if (account, class_code) == ("contributions", code)]
        received, returned = -sum(cents for cents in mine if cents < 0), sum(cents for cents in mine if cents > 0)
        counts = {"children": 1 if received else 0, "children_back": 1 if returned else 0}
        classes.append({"class_code": code, "received": received, "returned": returned, **counts})
    return {"entry": entry, "classes": classes}
