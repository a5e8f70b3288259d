"""The error tree. Raisers classify; the supervisor decides.

LivehostError
├── ConfigError            what the merchant gave is wrong; exit 2
│   └── PortInUseError          an address that the room needs is taken
└── StageError             a stage failed at run time
    ├── VoiceError         an engine gave no usable sound
    ├── WireError          a peer process sent what is no message
    ├── RingError          the shared ring is not what was agreed
    ├── EncodeError        the encoder refused a frame or its settings
    └── EndpointError      a language model gave no answer
        └── BudgetSpentError    an hour's budget for it is spent
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


class LivehostError(Exception):
    """Anything that livehost raises on purpose."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in what the merchant gave.

    Printed as ``FILE:LINE: WHAT. FIX`` — one line, never a traceback.
    """

    what: str
    """What was found, with the value found."""
    fix: str
    """What is wanted and how to mend it."""
    file: Path | None = None
    """The file at fault; None when no file is."""
    line: int | None = None
    """Line (or spreadsheet row), counted from 1."""
    column: str | None = None
    """Column, key or field, as the merchant wrote it."""

    def __str__(self) -> str:
        place = ""
        if self.file is not None:
            place = str(self.file)
            if self.line is not None:
                place += f":{self.line}"
            if self.column is not None:
                place += f" [{self.column}]"
            place += ": "
        return " ".join(f"{place}{self.what} — {self.fix}".split())


class ConfigError(LivehostError):
    """What the merchant gave is wrong. Carries every finding, not only the first; exit code 2."""

    def __init__(self, *findings: Finding) -> None:
        if not findings:
            raise ValueError("a ConfigError needs at least one Finding")
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


class PortInUseError(ConfigError):
    """An address that the room needs is taken by another process."""


class StageError(LivehostError):
    """A stage failed at run time."""

    def __init__(self, stage: str, why: str, *, retryable: bool) -> None:
        """``stage``: name of the stage; ``retryable``: the same call may succeed later."""
        self.stage = stage
        self.why = why
        self.retryable = retryable
        super().__init__(f"{stage}: {why}")


class VoiceError(StageError):
    """An engine gave no usable sound."""

    def __init__(self, engine: str, why: str, *, retryable: bool = True) -> None:
        super().__init__(f"voice/{engine}", why, retryable=retryable)


class WireError(StageError):
    """A peer process sent what is no message; the connection is of no further use."""

    def __init__(self, why: str) -> None:
        super().__init__("wire", why, retryable=True)


class RingError(StageError):
    """The shared ring is not what was agreed."""

    def __init__(self, why: str) -> None:
        super().__init__("ring", why, retryable=False)


class EncodeError(StageError):
    """The encoder refused a frame or its settings."""

    def __init__(self, why: str) -> None:
        super().__init__("encoder", why, retryable=False)


class EndpointError(StageError):
    """No answer. The text holds no word of the server's: it may quote the key."""

    def __init__(
        self,
        why: str,
        *,
        retryable: bool = True,
        after: float = 0.0,
        lasting: bool = False,
        billed: bool = True,
    ) -> None:
        """``after``: seconds that the server asks to be left alone; ``lasting``: it stays so until
        somebody mends it; ``billed``: the server may have worked, and counts it."""
        super().__init__("writer", why, retryable=retryable)
        self.after = after
        self.lasting = lasting
        self.billed = billed


class BudgetSpentError(EndpointError):
    """The hour's budget has not enough left: nothing was asked."""

    def __init__(self) -> None:
        super().__init__("the hour's budget is spent", retryable=False, billed=False)


def tell(error: LivehostError | ExceptionGroup[Exception], who: str) -> int:
    """Write what ended the process ``who`` to standard error, a line a finding; its exit code.

    2 when the merchant can mend it, else 1. A group that holds anything but a LivehostError is
    a mistake of ours and is raised on, with its traceback.
    """
    if isinstance(error, ExceptionGroup):
        ours, others = error.split(LivehostError)
        if others is not None or ours is None:
            raise error
        return max(tell(each, who) for each in ours.exceptions)
    for line in str(error).splitlines():
        sys.stderr.write(f"{who}: {line}\n")
    return 2 if isinstance(error, ConfigError) else 1
