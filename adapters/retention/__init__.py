"""Erasures on request: carried out in the vault, and remembered outside the reach of its backups."""

from adapters.retention.erasure_list import ErasureList, ErasureListUnreadable, ErasureListUnwritable
from adapters.retention.erasures import Erasure, ErasureKind, ErasureStore

__all__ = [
    "Erasure",
    "ErasureKind",
    "ErasureList",
    "ErasureListUnreadable",
    "ErasureListUnwritable",
    "ErasureStore",
]
