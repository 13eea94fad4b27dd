"""``python -m benchmarks.rivals.bare_route DSN PORT``: routes as a good tutorial writes them, with nothing else.

FastAPI, the same pydantic body as ours, a pool of async connections, one durable INSERT; and one aggregate over the 200
rows of a campaign. The parser and the event loop are those that uvicorn chooses here, as it does for ours.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import psycopg
import uvicorn
from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool

from service.api.campaign_schemas import BasketIn
from service.web.connections import KEEP_ALIVE_SECONDS

ROWS: Final = 200
"""Rows of the campaign whose sum is asked for."""
CAMPAIGN: Final = UUID("0ad06000-0000-4000-8000-000000000002")
_POOL: Final = 10
_TABLES: Final = """
CREATE TABLE contributions (id uuid PRIMARY KEY, body jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE payments (id uuid PRIMARY KEY, campaign_id uuid NOT NULL, cents bigint NOT NULL);
CREATE INDEX ON payments (campaign_id);
"""
_FILL: Final = "INSERT INTO payments SELECT gen_random_uuid(), %s, 1200 FROM generate_series(1, %s)"
_INSERT: Final = "INSERT INTO contributions (id, body) VALUES (%s, %s)"
_SUM: Final = "SELECT count(*), sum(cents)::bigint FROM payments WHERE campaign_id = %s"


def prepare(dsn: str) -> None:
    """Make the tables, in an empty database: a campaign with its rows among others with as many."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(_TABLES)
        for campaign_id in (CAMPAIGN, *(uuid4() for _ in range(20))):
            connection.execute(_FILL, (campaign_id, ROWS))
        connection.execute("ANALYZE payments")


def create_app(dsn: str) -> FastAPI:
    """Return the application."""
    pool = AsyncConnectionPool(dsn, min_size=_POOL, max_size=_POOL, kwargs={"autocommit": True}, open=False)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/contributions", status_code=201)
    async def place(body: BasketIn) -> dict[str, UUID]:
        contribution_id = uuid4()
        async with pool.connection() as connection:
            await connection.execute(_INSERT, (contribution_id, body.model_dump_json()))
        return {"contribution_id": contribution_id}

    @app.get("/balance/{campaign_id}")
    async def balance(campaign_id: UUID) -> dict[str, int]:
        async with pool.connection() as connection:
            row = await (await connection.execute(_SUM, (campaign_id,))).fetchone()
        assert row is not None
        return {"payments": row[0], "cents": row[1]}

    return app


def main() -> None:
    """Serve until ended."""
    dsn, port = sys.argv[1:]
    uvicorn.run(
        create_app(dsn),
        port=int(port),
        ws="none",
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


if __name__ == "__main__":
    main()
