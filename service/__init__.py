"""What people and programs reach the ledger by: HTTP pages and API, command line, jobs. No package imports this one."""

from typing import Final

VERSION: Final = "0.1.0"
"""The version of ``pyproject.toml``, which the image does not carry."""
