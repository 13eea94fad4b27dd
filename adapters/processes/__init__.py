"""Work on what strangers send (pictures, workbooks, documents), apart: in processes with limits of time and memory."""

from adapters.processes.errors import LimitExceeded
from adapters.processes.limits import Limits
from adapters.processes.pool import LimitedProcesses, processes

__all__ = ["LimitExceeded", "LimitedProcesses", "Limits", "processes"]
