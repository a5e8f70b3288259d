"""A room's show on a simulated clock: what would be said, and what of it is worth knowing."""

from host.rehearsal.given import Edit, Remark, read_edits, read_remarks
from host.rehearsal.record import Record
from host.rehearsal.show import Rehearsal

__all__ = ["Edit", "Record", "Rehearsal", "Remark", "read_edits", "read_remarks"]
