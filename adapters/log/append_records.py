"""What the append function wrote beside the events: its records and keys, compared with the events both ways.

Every append says which positions it filled and how many keys it stored, and every key says which append stored it. So
the records are as long as the log, without a gap, and a record or a key that is gone is missed (ADR 34).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier


class RecordFault(NamedTuple):
    """A position at which records, keys and events disagree, and how, in French for auditors."""

    position: int
    reason: str


class Booking(NamedTuple):
    """Where an event books an object of the provider, and the fingerprint that its key must have."""

    position: int
    fingerprint: bytes


# Appends without an event stand between two others: the end of one is before its beginning.
_GAPS: Final[LiteralString] = """
SELECT before + 1, first_position, last_position
FROM (
    SELECT first_position, last_position,
           coalesce(lag(last_position) OVER (ORDER BY first_position, last_position), 0) AS before
    FROM {log}.ledger_appends WHERE first_position IS NOT NULL
) AS appends
WHERE first_position <> before + 1 ORDER BY first_position
"""
_ENDS: Final[LiteralString] = """
SELECT (SELECT coalesce(max(last_position), 0) FROM {log}.ledger_appends),
       (SELECT coalesce(max(first_position + events - 1), 0) FROM {log}.ledger_keys WHERE events > 0),
       (SELECT coalesce(max(position), 0) FROM {log}.ledger_events)
"""
_KEYS: Final[LiteralString] = """
SELECT coalesce(first_position, lowest), keys, coalesce(found, 0)
FROM {log}.ledger_appends
FULL JOIN (SELECT batch, count(*) AS found, min(first_position) AS lowest FROM {log}.ledger_keys GROUP BY batch) AS held
    USING (batch)
WHERE keys IS DISTINCT FROM coalesce(found, 0) ORDER BY 1
"""
_OUTSIDE: Final[LiteralString] = """
SELECT held.first_position, held.events, made.first_position, made.last_position
FROM {log}.ledger_keys AS held JOIN {log}.ledger_appends AS made USING (batch)
WHERE held.first_position < made.first_position OR held.first_position + held.events - 1 > made.last_position
   OR held.events < 0
ORDER BY 1
"""
_INSTANTS: Final[LiteralString] = """
SELECT first_position FROM {log}.ledger_appends AS made
JOIN {log}.ledger_events AS earliest ON earliest.position = first_position
JOIN {log}.ledger_events AS latest ON latest.position = last_position
WHERE last_position > first_position AND earliest.recorded_at <> latest.recorded_at ORDER BY 1
"""
_BOOKED: Final[LiteralString] = """
SELECT key, first_position, events, fingerprint FROM {log}.ledger_keys WHERE strpos(key, chr(31)) > 0
"""


def append_faults(connection: Connection[Any], schema: str) -> Iterator[RecordFault]:
    """Compare the records of appends with the events: together they fill the log, once, and nothing beyond it."""
    for begins, first, last in _rows(connection, schema, _GAPS):
        if first > begins:
            holes = f"l’événement {begins}" if begins == first - 1 else f"les événements {begins} à {first - 1}"
            yield RecordFault(begins, f"aucun ajout n’est enregistré pour {holes}")
        else:
            yield RecordFault(first, f"deux ajouts sont enregistrés pour l’événement {first} (jusqu’à {last})")
    for appended, _, end in _rows(connection, schema, _ENDS):
        if appended > end:
            yield RecordFault(end + 1, f"des ajouts sont enregistrés jusqu’à {appended}, le registre finit à {end}")
        elif appended < end:
            yield RecordFault(appended + 1, f"aucun ajout n’est enregistré après {appended}, le registre va à {end}")
    for (first,) in _rows(connection, schema, _INSTANTS):
        yield RecordFault(first, "les événements d’un même ajout portent des heures différentes")


def key_faults(connection: Connection[Any], schema: str, bookings: Mapping[str, Booking]) -> Iterator[RecordFault]:
    """Compare the keys with the appends and events that they speak of, and with what events book at the provider."""
    for first, said, found in _rows(connection, schema, _KEYS):
        if said is None:
            yield RecordFault(first, f"{found} clé(s) d’un ajout qui n’est pas enregistré")
        else:
            yield RecordFault(first or 1, f"l’ajout a posé {said} clé(s), {found} sont là")
    for first, events, begins, ends in _rows(connection, schema, _OUTSIDE):
        yield RecordFault(first, f"une clé nomme {events} événement(s) hors de son ajout ({begins} à {ends})")
    for _, keyed, end in _rows(connection, schema, _ENDS):
        if keyed > end:
            yield RecordFault(end + 1, f"des clés nomment des événements jusqu’à {keyed}, le registre finit à {end}")
    yield from _booking_faults(connection, schema, dict(bookings))


def _booking_faults(connection: Connection[Any], schema: str, expected: dict[str, Booking]) -> Iterator[RecordFault]:
    """Compare the keys that stand for objects of the provider with the events that book them."""
    for key, first, events, fingerprint in _rows(connection, schema, _BOOKED):
        said = expected.pop(key, None)
        if said is None:
            yield RecordFault(first, "une clé nomme un objet du prestataire qu’aucun événement ne comptabilise")
        elif (first, events, bytes(fingerprint)) != (said.position, 1, said.fingerprint):
            yield RecordFault(said.position, "la clé de l’objet du prestataire ne correspond pas à son événement")
    for missing in expected.values():
        yield RecordFault(
            missing.position, "l’objet du prestataire n’a pas de clé\u00a0: il pourrait être compté deux fois"
        )


def _rows(connection: Connection[Any], schema: str, query: LiteralString) -> list[tuple[Any, ...]]:
    """Ask the log."""
    return connection.execute(SQL(query).format(log=Identifier(schema))).fetchall()
