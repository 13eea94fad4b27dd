"""Which tests stay together when several processes run them: those of a file, and of two folders that share much."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadFileScheduling

_TOGETHER: Final = ("tests/hostile/", "tests/house/")
"""Folders whose tests share what takes seconds to make: a deployment, the syntax trees of all files."""


class LoadSharedScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out files, and folders whose tests share what takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid)


def shared_by(nodeid: str) -> str:
    """What a test is handed out with: its folder or its file."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in _TOGETHER if file.startswith(folder)), file)
