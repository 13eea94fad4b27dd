"""The doctor's round: every check in its order, whatever the others found; none can end it, and none says a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from service.bootstrap.failures import failure_of
from service.diagnostics.doctor import database, outside, progress
from service.diagnostics.doctor.diagnosis import Diagnosis, DiagnosisState, DoctorContext, fault


class _Check(NamedTuple):
    """A check, by what it is about; most need a database that answers, or one that was migrated."""

    subject: str
    look: Callable[[DoctorContext], list[Diagnosis]]
    needs: Callable[[DoctorContext], bool] = lambda context: context.migrated


CHECKS: Final = (
    _Check("base de données", database.check_database, lambda _: True),
    _Check("rôles", database.check_roles, lambda context: context.reachable),
    _Check("migrations", database.check_migrations, lambda context: context.reachable),
    _Check("droits", database.check_rights),
    _Check("horloge", database.check_clock, lambda context: context.reachable),
    _Check("clés", outside.check_keys),
    _Check("courrier", outside.check_mail, lambda _: True),
    _Check("prestataire de paiement", outside.check_provider, lambda _: True),
    _Check("adresse publique", outside.check_address, lambda _: True),
    _Check("disque", outside.check_disk, lambda _: True),
    _Check("vues", progress.check_readers),
    _Check("file d’attente", progress.check_queues),
    _Check("rapprochement", progress.check_reconciliation),
)
"""All there is, in the order in which one explains the next."""


def diagnose(context: DoctorContext) -> Iterator[Diagnosis]:
    """Look at everything; what cannot be looked at is said so."""
    for check in CHECKS:
        if not check.needs(context):
            yield Diagnosis(check.subject, DiagnosisState.SKIPPED, "Non vérifié\u00a0: attend la base de données.")
            continue
        try:
            yield from check.look(context)
        except Exception as error:  # noqa: BLE001 - one check that fails hides no other; its message may hold a secret
            failure = failure_of(error)
            told = f"Ce contrôle a échoué ({type(error).__name__})." if failure is None else failure.sentence
            yield fault(check.subject, told, "Corrigez d’abord ce qui précède, puis relancez.")
