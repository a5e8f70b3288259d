"""A source for tests and rehearsals: comments at given moments, or on demand."""

from __future__ import annotations

from collections.abc import Iterable

import anyio
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectSendStream

from host.comments.source import Reply
from host.model import Comment


class FakeSource:
    """Plays ``comments``, each after its delay in seconds; keeps what was replied."""

    def __init__(self, comments: Iterable[tuple[float, Comment]] = ()) -> None:
        self._comments = tuple(comments)
        self._closed = anyio.Event()
        self.replies: list[tuple[str, Reply, str]] = []
        """(comment id, status, why), in order."""

    async def run(
        self,
        into: MemoryObjectSendStream[Comment],
        *,
        task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Play the comments, then stay until closed."""
        task_status.started()
        for delay, comment in self._comments:
            with anyio.move_on_after(delay):
                await self._closed.wait()
                return
            await into.send(comment)
        await self._closed.wait()

    def resolve(self, comment_id: str, status: Reply, why: str = "") -> None:
        """Keep the reply."""
        self.replies.append((comment_id, status, why))

    async def aclose(self) -> None:
        """Let ``run`` return."""
        self._closed.set()
