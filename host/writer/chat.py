"""What a question to a language model is, and how it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

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


class Chat(Protocol):
    """Who answers; ``endpoint.Endpoint`` is the real one."""

    def most(self, messages: Sequence[Message], longest: int) -> Usage:
        """The most that a question may take; ``longest``: tokens of its answer."""

    async def ask(self, messages: Sequence[Message], longest: int) -> Reply:
        """The answer, of ``longest`` tokens at the most. Raises EndpointError."""


def estimated(text: str) -> int:
    """Tokens of a text, rather too many: a Hanzi is about one, English some four letters."""
    return len(text.encode()) // 3 + 8
