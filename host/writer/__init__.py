"""A language model that writes talk ahead of time; without it the show is complete.

``Writer`` asks for templates where the talk will be short of them, ``Shelf`` keeps those that
passed the gate, and ``Phrasing`` puts one in place of a planned line of the same beat, product and
kind of fact. docs/adr/0025-writer.md argues it.
"""

from host.writer.access import check, key_of
from host.writer.phrasing import Phrasing
from host.writer.shelf import Shelf
from host.writer.writer import Outcome, Writer

__all__ = ["Outcome", "Phrasing", "Shelf", "Writer", "check", "key_of"]
