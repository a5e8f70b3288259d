"""Starts, restarts and ends a room's processes; the one writer of its ledger."""

from host.supervisor.cast import Output
from host.supervisor.supervisor import Supervisor

__all__ = ["Output", "Supervisor"]
