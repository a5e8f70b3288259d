"""An answer from elsewhere is read so far and no further."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

MOST = 262_144
"""Bytes of an answer: a hundred times what twenty lines take."""


class TooMuchError(Exception):
    """The answer is larger than any that was asked for."""

    def __init__(self) -> None:
        super().__init__(f"an answer of more than {MOST} bytes")


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST
        async for part in self._inner:
            left -= len(part)
            if left < 0:
                raise TooMuchError
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


async def bounded(response: httpx2.Response) -> None:
    """A hook of httpx2: the answer's body ends with ``TooMuchError`` after ``MOST`` bytes.

    A packed one is refused: it may be a thousand times as large as it looks.
    """
    if response.headers.get("content-encoding", "identity") != "identity":
        raise TooMuchError
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(response.stream)
