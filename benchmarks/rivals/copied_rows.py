"""The same rows brought in by COPY: the least that storing them can cost."""

from __future__ import annotations

import time

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from benchmarks.ground.ledger import Ground

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"


def copy_seconds(ground: Ground, schema: str) -> float:
    """Copy the rows of a schema into empty tables without keys and indexes; return how long that took."""
    copied = f"{schema}_copied"
    # Read by the server itself, from a file of its own: no client is in the way.
    folder = ground.postgres.data / "copied"
    with psycopg.connect(ground.url, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(copied)))
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(copied)))
        tables = [name for (name,) in connection.execute(_TABLES, (schema,))]
        for name in tables:
            source, target = Identifier(schema, name), Identifier(copied, name)
            connection.execute(SQL("CREATE TABLE {} (LIKE {} INCLUDING GENERATED)").format(target, source))
            file = Literal(f"{folder}.{name}")
            connection.execute(SQL("COPY {} TO {} (FORMAT binary)").format(source, file))
        begun = time.perf_counter()
        for name in tables:
            target, file = Identifier(copied, name), Literal(f"{folder}.{name}")
            connection.execute(SQL("COPY {} FROM {} (FORMAT binary)").format(target, file))
        seconds = time.perf_counter() - begun
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(copied)))
    for name in tables:
        folder.with_name(f"{folder.name}.{name}").unlink()
    return seconds
