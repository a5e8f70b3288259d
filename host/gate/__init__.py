"""The fact gate: nothing untrue is said or shown."""

from host.gate.gate import Gate
from host.gate.verdict import Kind, Verdict, Violation

__all__ = ["Gate", "Kind", "Verdict", "Violation"]
