"""Documents: rows of the read models, names of the vault, the proof of the log, put together as reports."""

from service.documents.desk import Desk

__all__ = ["Desk"]
