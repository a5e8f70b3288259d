"""``/api/lineup``: prices, stock and promotions from the merchant's own system.

The console writes what was pushed beside the room's state; the studio takes it up as it takes an
edit of the lineup's file. A caller shows a token in its header: there are no cookies, so no other
site's page can push in an operator's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hmac import compare_digest
from pathlib import Path
from typing import Any

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse

from host.errors import ConfigError
from host.lineup.overlay import Overlay, Push, overlaid
from host.lineup.row import context
from host.lineup.sayable import sound_lineup
from host.lineup.settled import settled
from host.lineup.store import Store
from host.model import Lang, Lineup

PATH = "/api/lineup"
MOST = 1_000_000
"""Bytes of one push."""
AHEAD = timedelta(minutes=1)
"""How far the merchant's clock may be ahead of this machine's."""
BURST, A_SECOND = 30.0, 10.0
"""Pushes at once, and in each second of the long run. Failed tokens have an allowance of their own,
so that guessing does not keep the merchant out."""


@dataclass(frozen=True, slots=True)
class PushOptions:
    """Where pushes go and who may."""

    folder: Path
    """Of the room's revisions, as ``Store`` takes it."""
    token: str
    """Empty: nobody may, and there is no such address."""
    longest: timedelta
    """For how long a pushed price counts."""
    zone: tzinfo
    """Of dates without a zone."""
    lang: Lang
    """Of the room."""


class Refused(Exception):  # noqa: N818 (an answer, no error of ours)
    """A request that is not met: status, and what the caller is told."""

    def __init__(self, status: int, what: str, findings: list[dict[str, str]] | None = None):
        super().__init__(what)
        self.status = status
        self.body: dict[str, Any] = {"error": what}
        if findings:
            self.body["findings"] = findings


class Allowance:
    """So many at once, and so many a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left, self._at = BURST, clock()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        now = self._clock()
        self._left = min(BURST, self._left + (now - self._at) * A_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class LineupApi:
    """Takes pushes, one after another."""

    def __init__(
        self,
        options: PushOptions,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now``: with time zone; ``clock``: seconds, rising."""
        self._options = options
        self._store = Store(options.folder)
        self._now = now
        self._pushes, self._failures = Allowance(clock), Allowance(clock)
        self._lock = anyio.Lock()

    def add_to(self, app: FastAPI) -> None:
        """Serve it; without a token there is nothing to serve."""
        if not self._options.token:
            return
        app.add_api_route(PATH, self._serve_push, methods=["POST"], include_in_schema=False)
        app.add_api_route(PATH, self._serve_state, methods=["GET"], include_in_schema=False)

    async def _serve_push(self, request: Request) -> JSONResponse:
        try:
            self._admit(request.headers)
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                raise Refused(415, "send application/json")
            body = await _body(request)
            async with self._lock:
                return JSONResponse(await run_sync(self.push, body))
        except Refused as refused:
            return _answer(refused)

    async def _serve_state(self, request: Request) -> JSONResponse:
        try:
            self._admit(request.headers)
            return JSONResponse(await run_sync(self.state))
        except Refused as refused:
            return _answer(refused)

    def _admit(self, headers: Mapping[str, str]) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        shown = token.strip() if scheme.lower() == "bearer" else ""
        # Compared as bytes: a text beyond ASCII would raise.
        if not compare_digest(shown.encode(), self._options.token.encode()):
            if not self._failures.take():
                raise Refused(429, "too many requests without the token")
            raise Refused(401, "show the token: Authorization: Bearer …")
        if not self._pushes.take():
            raise Refused(429, f"more than {A_SECOND:g} requests a second")

    def push(self, body: bytes) -> dict[str, str]:
        """Take a push; the revision that holds with it. Raises Refused."""
        try:
            push = Push.model_validate_json(body, context=context(self._options.zone))
        except ValidationError as error:
            raise Refused(422, "not a push of a lineup", _findings(error)) from error
        with self._store.changing():
            return {"revision": self._taken(push).revision}

    def _taken(self, push: Push) -> Lineup:
        listed = self._store.lineup()
        if listed is None:
            raise Refused(503, "the room has not read its lineup yet")
        # What the file has ended is the studio's to drop: it does not count against this push.
        before, at = settled(listed, self._store.pushes()).overlay, self._moment(push)
        late = [one.sku for one in push.products if (before.age(one.sku) or at) > at]
        if late:
            raise Refused(409, f"there is a newer push of {', '.join(late)}")
        try:
            overlay = before.with_push(push, listed, at)
            lineup = self._laid_over(listed, before, overlay)
        except ConfigError as error:
            told = [
                {"where": each.column or "", "what": each.what, "fix": each.fix}
                for each in error.findings
            ]
            raise Refused(422, "nothing was taken", told) from error
        self._store.push(overlay)
        return lineup

    def _moment(self, push: Push) -> datetime:
        now = self._now()
        at = push.as_of or now
        if at > now + AHEAD:
            raise Refused(422, f"as_of is in the future: it is {now.isoformat()} here")
        if at < now - self._options.longest:
            raise Refused(422, f"as_of is older than {self._options.longest}")
        return at

    def _laid_over(self, listed: Lineup, before: Overlay, overlay: Overlay) -> Lineup:
        longest = self._options.longest
        lineup, former = overlaid(listed, overlay, longest), overlaid(listed, before, longest)
        platforms = self._store.platforms()  # by whose rules the studio will judge it
        sound_lineup(lineup, former, platforms, self._options.lang, None, self._now())
        return lineup

    def state(self) -> dict[str, Any]:
        """What is on air, and how old is what was pushed."""
        on_air, overlay, now = self._store.on_air(), self._store.pushes(), self._now()
        products = []
        for sku in sorted(overlay.products):
            at = overlay.age(sku)
            if at is not None:
                age = round((now - at).total_seconds(), 1)
                products.append({"sku": sku, "as_of": at.isoformat(), "age_seconds": age})
        return {
            "revision": on_air.revision if on_air else None,
            "since": on_air.since.isoformat() if on_air else None,
            "max_age_seconds": self._options.longest.total_seconds(),
            "pushed": products,
        }


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise Refused(413, f"more than {MOST} bytes")
    return bytes(body)


def _findings(error: ValidationError) -> list[dict[str, str]]:
    """What is wrong, without the values themselves: they may be anything."""
    return [
        {
            "where": ".".join(str(part) for part in one["loc"]),
            "what": str(one.get("ctx", {}).get("what", one["msg"])),
            "fix": str(one.get("ctx", {}).get("fix", "see docs/live-edits.md")),
        }
        for one in error.errors(include_url=False, include_input=False)[:20]
    ]


def _answer(refused: Refused) -> JSONResponse:
    headers = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "1"}}
    return JSONResponse(refused.body, refused.status, headers.get(refused.status))
