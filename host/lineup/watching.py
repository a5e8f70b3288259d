"""Which files were edited. Asked again and again, because not every file system tells."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

_Stamp = tuple[int, int, int, int]
"""Inode, size in bytes, times of the last write and of the last change of state, ns."""


IN_PLACE = 4
"""Looks for which a file that is written in place must be still; 1 for one that was renamed there,
whose content came all at once."""


class Watch:
    """Tells an edit of files, once it is whole.

    Editors write by renaming, in place, or by deleting first: files that are half written or not
    there for a moment are normal. So an edit counts when nothing has changed for some looks.
    """

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        """``files``: those that count at this moment; what they hold now is taken as read."""
        self._files = files
        self._seen = self._taken = self._stamps()
        self._wait = 0  # looks for which it must be still yet

    def look(self) -> bool:
        """Whether the files are others than those taken last, and whole."""
        stamps = self._stamps()
        if stamps != self._seen:
            written = [
                stamp
                for file, stamp in stamps.items()
                if stamp is not None and stamp != self._seen.get(file)
            ]
            former = {stamp[0] for stamp in self._seen.values() if stamp is not None}
            self._wait = IN_PLACE if any(stamp[0] in former for stamp in written) else 1
            self._seen = stamps
            return False
        self._wait = max(0, self._wait - 1)
        return not self._wait and stamps != self._taken

    def take(self) -> None:
        """Take the files as they were at the last look. To be called before they are read."""
        self._taken = self._seen

    @property
    def same(self) -> bool:
        """Whether they are what was taken: what was read meanwhile is of one piece."""
        return self._stamps() == self._taken

    def _stamps(self) -> dict[Path, _Stamp | None]:
        return {file: _stamp(file) for file in self._files()}


def _stamp(file: Path) -> _Stamp | None:
    """None: it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
