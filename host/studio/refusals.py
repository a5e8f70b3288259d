"""Edits that are wrong: told once, and told again when they are mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import anyio

from host.errors import ConfigError, Finding
from host.model import Decision

SETTLED = 1.0
"""Seconds for which a wrong edit stands before it is told of: an editor may be in its middle."""
SHOWN = 5
"""Findings of one edit that are told."""

What = Literal["lineup", "scripts"]


@dataclass(slots=True)
class _Wrong:
    """An edit that was refused."""

    error: ConfigError
    since: float
    """When it was found, seconds of the loop's clock."""
    told: bool = False


class Refusals:
    """What is wrong with lineup and scripts as they are now."""

    def __init__(
        self,
        report: Callable[[Decision], Awaitable[None]],
        wrong: Iterable[tuple[What, ConfigError]] = (),
    ) -> None:
        """``wrong``: what is so from the beginning."""
        self._report = report
        self._wrong: dict[What, _Wrong] = {what: _Wrong(error, 0.0) for what, error in wrong}

    def refuse(self, what: What, error: ConfigError) -> None:
        """It is not taken; the last good one stays."""
        before = self._wrong.get(what)
        if before is None or str(before.error) != str(error):
            self._wrong[what] = _Wrong(error, anyio.current_time())

    async def tell(self, revision: str) -> None:
        """To be called again and again: tell what has stood for a while. ``revision``: on air."""
        for what, wrong in tuple(self._wrong.items()):
            if wrong.told or anyio.current_time() - wrong.since < SETTLED:
                continue
            wrong.told = True
            first = wrong.error.findings[0]
            about: dict[str, str | int | None] = {
                "what": what,
                "file": first.file.name if first.file is not None else None,
                "line": first.line,
                "revision": revision,
            }
            await self._report(Decision("edit-refused", shown(wrong.error.findings), about))

    async def mend(self, what: What) -> None:
        """It is good again."""
        wrong = self._wrong.pop(what, None)
        if wrong is not None and wrong.told:
            about: dict[str, str | int | None] = {"what": what}
            await self._report(Decision("edit-mended", f"the {what} can be read again", about))


def shown(findings: Iterable[Finding]) -> str:
    """Findings in one text, the first ones."""
    texts = [str(finding) for finding in findings]
    more = f"; and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return "; ".join(texts[:SHOWN]) + more
