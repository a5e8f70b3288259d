"""The fake source."""

import anyio

from host.comments import CommentSource, ReplyingSource
from host.comments.fake import FakeSource
from host.model import Comment


def test_it_plays_its_comments_and_keeps_replies() -> None:
    comments = [Comment("1", "a", "x", 0, "fake"), Comment("2", "b", "y", 0, "fake")]
    source = FakeSource((0.0, comment) for comment in comments)
    as_source: CommentSource = source

    async def play() -> list[Comment]:
        send, receive = anyio.create_memory_object_stream[Comment](4)
        async with anyio.create_task_group() as tasks, send, receive:
            await tasks.start(lambda *, task_status: source.run(send, task_status=task_status))
            got = [await receive.receive(), await receive.receive()]
            source.resolve("1", "answered")
            await as_source.aclose()
        return got

    assert anyio.run(play) == comments
    assert source.replies == [("1", "answered", "")]
    assert isinstance(source, ReplyingSource)
