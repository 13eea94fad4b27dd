"""The common ground of the coop's commands."""

from __future__ import annotations

from typing import ClassVar

from domain.aggregate import Command, FundsCommand, State
from domain.coop.state import Coop


class CoopCommand(Command[Coop], frozen=True, kw_only=True):
    """A wish addressed to a coop."""

    STATE: ClassVar[type[State]] = Coop


class CoopFundsCommand(FundsCommand[Coop], frozen=True, kw_only=True):
    """A wish addressed to a coop that depends on what it may spend."""

    STATE: ClassVar[type[State]] = Coop
