"""What of edited scripts would not be said, before they are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from host.errors import Finding
from host.gate import Violation
from host.lineup.sayable import row_of
from host.planner import lines
from host.studio.revision import Revision

REHEARSED = 600
"""Lines of talk that are put to the gate, as ``livehost check`` does."""


def refused_talk(
    revision: Revision, scripts: Sequence[Path], file: Path, now: datetime
) -> list[Finding]:
    """What the gate would refuse in the first ``REHEARSED`` lines of the talk, each thing once.

    ``scripts``, ``file``: where the talk and the lineup are written; ``now``: with time zone.
    """
    told: dict[tuple[Path, int | None, str], Finding] = {}
    texts = [(script, _rows(script)) for script in scripts]
    for line in lines(revision.planner, now, REHEARSED):
        for violation in revision.gate.check_line(line, now).violations:
            where, row = _written_at(violation, texts) or (
                file,
                row_of(revision.lineup.get(line.sku or "")),
            )
            what = f"{violation.text!r} would not be said in {line.text!r}: {violation.why}"
            fix = violation.suggestion or "put a field such as {price} there, or leave it out"
            told.setdefault((where, row, violation.text), Finding(what, fix, where, row))
    return list(told.values())


def newly_refused(
    revision: Revision, former: Revision, scripts: Sequence[Path], file: Path, now: datetime
) -> list[Finding]:
    """Those of ``refused_talk`` that ``former`` has not: what an edit got wrong."""
    known = {each.what for each in refused_talk(former, scripts, file, now)}
    return [each for each in refused_talk(revision, scripts, file, now) if each.what not in known]


def _rows(script: Path) -> list[str]:
    try:
        return script.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []  # edited again meanwhile: that edit is looked at next


def _written_at(
    violation: Violation, texts: Sequence[tuple[Path, list[str]]]
) -> tuple[Path, int] | None:
    for script, rows in texts:
        for number, text in enumerate(rows, 1):
            if violation.text in text:
                return script, number
    return None
