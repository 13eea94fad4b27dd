"""Reminders tell nobody who contributed: worlds that differ in it alone give every observer the same bytes.

In all of them three families paid, under names and addresses that the mandate holder sees and that are no contact's.
What differs is by whose letter or account they did: so which contacts are written to, and how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.jobs import Task
from adapters.local_postgres import LocalPostgres
from domain.rights.roles import Role
from service.logging import logger
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitUntil
from service.reminders import sender
from service.reminders.sender import ReminderSender
from tests.kit.association import VAULT_KEY
from tests.service.noninterference.copies import documents_drawn_once
from tests.service.noninterference.observation import Seen, differences
from tests.service.noninterference.worlds import RemindedSchool, founded_school, letters, world_of

Contributed = Mapping[str, tuple[str, str]]
"""Which family contributed: by whose payment, and in which way that only the vault knows."""
NOBODY: Final[Contributed] = {}
SOME: Final[Contributed] = {"abel": ("OLIVIER", "link"), "blin": ("PRUNIER", "account"), "cornu": ("ROSIER", "link")}
OTHERS: Final[Contributed] = {
    "duval": ("OLIVIER", "account"),
    "evrard": ("PRUNIER", "link"),
    "faure": ("ROSIER", "account"),
}
Leak = Callable[[pytest.MonkeyPatch, RemindedSchool], None]


@pytest.fixture(scope="module")
def school(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemindedSchool]:
    """The school that every world begins as; looks take no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        patch.setattr(sender, "BEAT", 0.0)
        with documents_drawn_once(), founded_school(postgres, tmp_path_factory.mktemp("school")) as founded:
            yield founded


def _lived(
    postgres: LocalPostgres, school: RemindedSchool, files: Path, contributed: Contributed, *, whole: bool = True
) -> tuple[Seen, int]:
    """Live a world to the end of its reminder; return what was seen, and how many letters left."""
    with world_of(postgres, school, files) as world:
        world.contribute(contributed)
        world.run_to_the_end()
        if whole:
            world.observe()
        else:
            world.glance()
        left = letters(world)
        world.ask_once_more()
        return world.seen, left


def test_whoever_contributed_every_observer_sees_the_same_bytes(
    postgres: LocalPostgres, school: RemindedSchool, tmp_path: Path
) -> None:
    nobody, all_letters = _lived(postgres, school, tmp_path / "nobody", NOBODY)
    some, some_letters = _lived(postgres, school, tmp_path / "some", SOME)
    others, other_letters = _lived(postgres, school, tmp_path / "others", OTHERS)
    assert (all_letters, some_letters, other_letters) == (6, 3, 3)
    assert differences(nobody, some) == {}
    assert differences(some, others) == {}
    _check_that_much_was_seen(nobody)


def _check_that_much_was_seen(seen: Seen) -> None:
    """Each of these was reached, and told something: what nobody asked for would be equal as well."""
    kinds = ("/rappels", "/flux", "/exports/familles/xlsx", "/exports/paiements/csv", "/courrier", "/historique")
    for kind in kinds:
        assert any(path.startswith("mandataire") and path.endswith(kind) for path in seen), kind
    for role in (Role.STAFF, Role.TREASURER, Role.AUDITOR, Role.MANDATAIRE):
        answered = [path for path, told in seen.items() if path.startswith(role.value) and told.startswith(b"200")]
        assert len(answered) > 60, role
    assert any(path.startswith("teacher") and path.endswith("/compter") for path in seen)
    files = [told for path, told in seen.items() if path.startswith(("prepared ", "participants "))]
    assert [told[:3] for told in files] == [b"200"] * 6
    tasks = seen["rows of work.tasks"].decode()
    assert tasks.count("'letter:collection-reminder'") == 12
    assert b"campaign.reminder_asked.1" in seen[f"rows of {'ad06'}.ledger_events"]
    assert b"names-read" in seen["rows of trail.entries"]
    assert len({told for path, told in seen.items() if path.startswith("work status")}) > 2
    assert len({told for path, told in seen.items() if path.startswith("metrics")}) > 2
    assert b"route" in seen["log lines"]
    assert seen["typed work status --json"].startswith(b"{")
    assert seen["the last reminder"].startswith(b"303")


def _a_line_of_the_log(patch: pytest.MonkeyPatch, _school: RemindedSchool) -> None:
    """Say that a letter leaves."""
    send = ReminderSender._send

    def told(self: ReminderSender, context: PaymentContext, *rest: Any) -> None:  # noqa: ANN401 - as it is given
        send(self, context, *rest)
        logger(__name__).info("letter sent", ledger=context.slug)

    patch.setattr(ReminderSender, "_send", told)


def _a_look_less(patch: pytest.MonkeyPatch, _school: RemindedSchool) -> None:
    """Be done with a contact once its letter has left."""
    send, look, gone = ReminderSender._send, ReminderSender.reminder_task, set[int]()

    def noted(self: ReminderSender, *rest: Any) -> None:  # noqa: ANN401 - as it is given
        gone.add(1)
        send(self, *rest)

    def shortened(self: ReminderSender, context: PaymentContext, task: Task) -> None:
        gone.clear()
        try:
            look(self, context, task)
        except WaitUntil:
            if not gone:
                raise

    patch.setattr(ReminderSender, "_send", noted)
    patch.setattr(ReminderSender, "reminder_task", shortened)


def _a_letter_among_those_of_the_coop(patch: pytest.MonkeyPatch, school: RemindedSchool) -> None:
    """Lay letters down where the mandate holder reads those of the coop."""
    patch.setattr(sender, "reminders_place", lambda _association_id: school.coop_id)


def _an_outcome_beside_the_task(patch: pytest.MonkeyPatch, _school: RemindedSchool) -> None:
    """Note beside a task that its letter left, as other e-mails have what became of them noted."""
    look, send, gone = ReminderSender._look, ReminderSender._send, set[int]()

    def noted(self: ReminderSender, *rest: Any) -> None:  # noqa: ANN401 - as it is given
        gone.add(1)
        send(self, *rest)

    def told(self: ReminderSender, context: PaymentContext, task: Task) -> None:
        gone.clear()
        look(self, context, task)
        with suppress(KeyError):
            gone.remove(1)
            context.outbox.note_unsent(task.task_id, "sent")

    patch.setattr(ReminderSender, "_send", noted)
    patch.setattr(ReminderSender, "_look", told)


@pytest.mark.parametrize(
    ("leak", "found_in"),
    [
        (_a_line_of_the_log, "log lines"),
        (_a_look_less, "work status"),
        (_a_letter_among_those_of_the_coop, "/ad06/courrier"),
        (_an_outcome_beside_the_task, "rows of work.tasks"),
    ],
)
def test_a_task_that_tells_is_found(
    postgres: LocalPostgres,
    school: RemindedSchool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    leak: Leak,
    found_in: str,
) -> None:
    """The comparison finds what it is to find: here the tasks say, each in its way, whether a letter left."""
    leak(monkeypatch, school)
    nobody, _ = _lived(postgres, school, tmp_path / "nobody", NOBODY, whole=False)
    some, _ = _lived(postgres, school, tmp_path / "some", SOME, whole=False)
    assert [where for where in differences(nobody, some) if where.startswith(found_in)] != []
