"""Checks of what runs beside requests: readers, queues, the comparison with the provider's books."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import psycopg

from adapters.postgres import DatabaseRole
from service.bootstrap.worker import stripe_settings
from service.diagnostics.doctor.diagnosis import Diagnosis, DoctorContext, fault, fine, warning
from service.diagnostics.figures import last_reconciliation, queue_figures, reader_figures

_LATE: Final = 60.0
"""Seconds after which a reader that is behind does not run."""
_WAITING: Final = 900.0
"""Seconds after which what is due is not being done."""
_UNCOMPARED: Final = timedelta(days=2)
_START: Final = "Vérifiez que «\u00a0coopledger worker\u00a0» tourne, et lisez son journal."
_QUEUES: Final = {"tasks": "tâches", "notifications": "notifications"}


def check_readers(context: DoctorContext) -> list[Diagnosis]:
    """Look how far the read models of each ledger are behind its log."""
    found = []
    for entry in context.associations:
        with psycopg.connect(context.dsn(DatabaseRole.APP, entry)) as connection:
            behind = reader_figures(connection, entry.slug)
        if behind.seconds > _LATE:
            told = f"{entry.slug}\u00a0: {behind.events} événement(s) de retard, depuis {_minutes(behind.seconds)}."
            found.append(fault("vues", told, _START))
    return found or fine("vues", "Les vues suivent les registres.")


def check_queues(context: DoctorContext) -> list[Diagnosis]:
    """Look at what is due and not done, and at what was put aside for an operator."""
    found = []
    with psycopg.connect(context.dsn(DatabaseRole.WORKER)) as connection:
        figures = queue_figures(connection, context.now)
    for one in figures:
        whose = f"{one.ledger}, {_QUEUES[one.queue]}" if one.ledger else _QUEUES[one.queue]
        if one.oldest_seconds > _WAITING:
            told = f"{whose}\u00a0: {one.due} en attente, la première depuis {_minutes(one.oldest_seconds)}."
            found.append(fault("file d’attente", told, _START))
        if one.parked:
            look = f"work parked {one.ledger}" if one.ledger else "work notifications"
            advice = f"Lisez pourquoi par «\u00a0coopledger {look}\u00a0»."
            found.append(warning("file d’attente", f"{whose}\u00a0: {one.parked} à examiner.", advice))
    return found or fine("file d’attente", "Rien n’attend trop longtemps.")


def check_reconciliation(context: DoctorContext) -> list[Diagnosis]:
    """Look when the ledgers were last compared with the provider's own books: a worker does so once a day."""
    if stripe_settings(context.payments) is None:
        return fine("rapprochement", "Sans prestataire, il n’y a rien à rapprocher.")
    with psycopg.connect(context.dsn(DatabaseRole.WORKER)) as connection:
        last = last_reconciliation(connection)
    if last is None:
        advice = "Lancez «\u00a0coopledger reconcile provider\u00a0», ou laissez le worker le faire dans la journée."
        return [warning("rapprochement", "Les livres du prestataire n’ont jamais été rapprochés.", advice)]
    if context.now - last > _UNCOMPARED:
        days = (context.now - last).days
        return [fault("rapprochement", f"Le dernier rapprochement a {days} jours.", _START)]
    return fine("rapprochement", f"Le dernier rapprochement est du {last:%d/%m/%Y}.")


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min"
