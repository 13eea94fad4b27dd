"""The connections of a process to Postgres: one small pool per database and role, for all associations (ADR 41)."""

from adapters.connections.connections import Connections
from adapters.connections.errors import ConnectionLostError, DatabaseAwayError
from adapters.connections.lender import Lender
from adapters.connections.pool import Pool

__all__ = ["ConnectionLostError", "Connections", "DatabaseAwayError", "Lender", "Pool"]
