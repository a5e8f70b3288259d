"""What a question to a language model is, and how it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

from host.errors import StageError
from host.writer.budget import Usage


class Message(TypedDict):
    """One turn of a chat."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    text: str
    usage: Usage
    """As it reports; estimated where it doesn't."""


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


class Chat(Protocol):
    """Who answers; ``endpoint.Endpoint`` is the real one."""

    def most(self, messages: Sequence[Message], longest: int) -> Usage:
        """The most that a question may take; ``longest``: tokens of its answer."""

    async def ask(self, messages: Sequence[Message], longest: int) -> Reply:
        """The answer, of ``longest`` tokens at the most. Raises EndpointError."""


def estimated(text: str) -> int:
    """Tokens of a text, rather too many: a Hanzi is about one, English some four letters."""
    return len(text.encode()) // 3 + 8
