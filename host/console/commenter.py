"""Sends a comment as a viewer would, through the room's own source."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass

import anyio
import websockets
from websockets.asyncio.client import connect

PATIENCE = 4.0
"""Seconds to wait for the source's first reply, which it gives at once."""
LONGEST = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the source said at once."""

    status: str
    """"queued", "dropped"; "away" when nobody answered."""
    why: str = ""


async def send_comment(port: int, user: str, text: str) -> Reply:
    """Send ``text`` to the comments port of this machine; the source's first reply to it."""
    ident = f"console-{uuid.uuid4().hex[:12]}"
    comment = {"id": ident, "user": user, "text": text[:LONGEST], "ts": time.time_ns() // 1_000_000}
    try:
        with anyio.fail_after(PATIENCE):
            # No proxy: the address is this machine's, whatever the environment names.
            async with connect(f"ws://127.0.0.1:{port}/comments", proxy=None) as source:
                await source.send(json.dumps(comment, ensure_ascii=False))
                async for answer in source:
                    reply = json.loads(answer)
                    if reply.get("id") in (ident, None):
                        return Reply(str(reply.get("status", "")), str(reply.get("why") or ""))
    except (OSError, TimeoutError, ValueError, websockets.WebSocketException) as error:
        return Reply("away", type(error).__name__)
    return Reply("away", "closed")
