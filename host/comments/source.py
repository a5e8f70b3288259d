"""What every source of comments is."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import anyio
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectSendStream

from host.model import Comment

Reply = Literal["queued", "answered", "dropped"]
"""What became of a comment: "queued" comes first, one of the others last."""


class CommentSource(Protocol):
    """Brings the comments of one platform or program."""

    async def run(
        self,
        into: MemoryObjectSendStream[Comment],
        *,
        task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Put comments into ``into`` until cancelled; ``task_status`` says when it listens.

        Never waits for room in ``into`` in a way that stops the source: what does not fit is
        dropped, with the reason where the source can be told. Raises ConfigError when what the
        merchant set cannot work.
        """

    async def aclose(self) -> None:
        """Let go of every connection; ``run`` then returns."""


@runtime_checkable
class ReplyingSource(CommentSource, Protocol):
    """A source that tells its program what became of each comment."""

    def resolve(self, comment_id: str, status: Reply, why: str = "") -> None:
        """Say what became of the comment of that id; never waits.

        Called with "queued" (or "dropped") at once, with "answered" or "dropped" at the end.
        A comment that is not known (any more) is left alone.
        """
