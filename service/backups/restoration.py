"""Bringing a backup back: into an empty database, verified, without who was erased since; only then it opens.

From the first change to the last the database bears a mark, on which neither web nor worker starts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg

from adapters.backups import (
    DUMP,
    ERASURES,
    BackedUpLedger,
    BackupOfLaterVersion,
    Manifest,
    RestoredOtherwise,
    TargetNotEmpty,
    checked_manifest,
    program,
    restore,
)
from adapters.migrate import begin_restore, end_restore, known_migrations, migrate_database
from adapters.people_vault import Keyring, keyring_from_environment
from adapters.registry import associations
from adapters.retention import Erasure, ErasureList
from domain.calendar import french_date, paris_date
from service.associations import prepare_ledger
from service.audit.place import PrintedHead, find_place
from service.audit.verification import verify_ledger
from service.backups.place import BackupPlace, empty_place
from service.retention.erasures import replay
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings

Told = Callable[[str], None]
"""Hears each step, in French."""
_PATIENCE: Final = 3600.0
"""Seconds that read models may take to reach the end of a log that was written to while it was backed up."""
_KEY_IDS: Final = "SELECT DISTINCT kek_id FROM vault.keys WHERE association = %s"
_HOLDS_SOMETHING: Final = """
    SELECT EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    )
"""


def bring_back(settings: Settings, folder: Path, told: Told) -> int:
    """Bring a backup back into the empty database of the settings; return how many erasures were carried out again.

    Raises:
        BackupBroken, BackupOfLaterVersion: nothing was touched.
        VaultKeyMissing: the key of an association is not given, or opens nothing of this backup.
        ErasureListUnreadable: whom to forget is not known; nothing was touched.
        TargetNotEmpty: there is something in the database.
        BackupFailed, RestoredOtherwise: it was filled and is not what it must be; it stays shut.

    """
    manifest = checked_manifest(folder)
    if unknown := set(manifest.migrations) - known_migrations():
        raise BackupOfLaterVersion(migration=min(unknown))
    keyrings = {one.association_id: keyring_from_environment(one.association_id, one.slug) for one in manifest.ledgers}
    erasures = _erasures(settings, folder)
    told(f"Sauvegarde du {french_date(paris_date(manifest.made_at))} : chaque fichier a son empreinte.")
    with empty_place(settings) as place:
        _fill(place, folder)
        _check_keys(place, keyrings)
        told("Base de données remplie.")
        with Runtime(settings, None, place.url) as runtime:
            _catch_up(runtime, manifest)
            for ledger in manifest.ledgers:
                _verify(place, ledger)
                told(f"{ledger.slug} : registre conforme jusqu’à l’événement {ledger.position}.")
            replayed = replay(runtime, erasures)
        end_restore(place.url)
    told(f"{replayed} effacement(s) rejoué(s).")
    return replayed


def _erasures(settings: Settings, folder: Path) -> list[Erasure]:
    """Return who was erased, by the list beside the database and by the backup's, which may be all that is left.

    What the first did not hold is added to it: the service will compare it with the vault again and again.
    """
    ours = ErasureList(settings.erasures)
    known = ours.read()
    missing = [one for one in ErasureList(folder / ERASURES).read() if one not in known]
    if missing:
        ours.add(missing)
    return known + missing


def _fill(place: BackupPlace, folder: Path) -> None:
    """Fill an empty database, and bring it to the present shape."""
    pg_restore = program("pg_restore", place.binaries)
    with psycopg.connect(place.url) as connection:
        row = connection.execute(_HOLDS_SOMETHING).fetchone()
        if row is None or row[0]:
            raise TargetNotEmpty(relations=True)
    begin_restore(place.url)
    restore(pg_restore, place.url, folder / DUMP)
    migrate_database(place.url)
    with psycopg.connect(place.url, autocommit=True) as connection:
        entries = list(associations(connection))
        connection.execute("ANALYZE")
    for entry in entries:
        prepare_ledger(place.url, entry)


def _check_keys(place: BackupPlace, keyrings: dict[UUID, Keyring]) -> None:
    """Refuse to go on without the keys under which the people of each association are kept."""
    with psycopg.connect(place.url) as connection:
        for association_id, keyring in keyrings.items():
            rows = connection.execute(_KEY_IDS, (association_id,)).fetchall()
            keyring.check(key_id for (key_id,) in rows)


def _catch_up(runtime: Runtime, manifest: Manifest) -> None:
    """Have the read models show all that the logs hold: a snapshot may have been taken between the two."""
    projectors = Projectors(runtime)
    try:
        for ledger in manifest.ledgers:
            projectors.wait_for(ledger.slug, ledger.position, _PATIENCE)
    finally:
        projectors.close()


def _verify(place: BackupPlace, ledger: BackedUpLedger) -> None:
    """Recompute a ledger, whose last event must be the one of the backup."""
    head = [PrintedHead(ledger.position, ledger.hash)] if ledger.position else []
    verdict = verify_ledger(find_place(place.url, ledger.slug), printed=head)
    if not verdict.sound or (verdict.position, verdict.chain_head) != (ledger.position, ledger.hash):
        raise RestoredOtherwise(slug=ledger.slug, verdict=verdict.verdict)
