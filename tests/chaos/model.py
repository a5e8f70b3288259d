"""Faults of the language model that writes variants."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.case import Case
from tests.chaos.stand import Stand
from tests.host.writer.server import Reply, serving
from tests.host.writer.stand import Fluent

ILL = Reply("garbage" * 1000)
"""What a model that is no use gives: bytes enough, and nothing that can be said."""


@contextmanager
def fluent_model(stand: Stand) -> Iterator[None]:
    """The room's writer asks a model of ours, which is well at first."""
    fluent = Fluent()
    with serving(lambda body: Reply(fluent(body["messages"]))) as server:
        stand.changes["writer"] = {"on": True, "base_url": server.url, "model": "fluent"}
        stand.model = server
        yield


def talk_garbage(case: Case) -> None:
    """Row 11."""
    server = case.stand.model
    assert server is not None
    well, ill = server.answer, time.monotonic()
    written = case.wait(lambda: bool(_decided(case, "written")), 90)
    case.bar("the first variants come", written, 90.0)
    server.answer = lambda _: ILL
    case.bar(
        "told that it is no use", case.wait(lambda: bool(_decided(case, "writer-off")), 90), 90
    )
    time.sleep(20 if case.long else 5)
    case.note(f"{len(server.asked)} requests in {time.monotonic() - ill:.0f} s")
    server.answer = well
    case.bar("written again", case.wait(lambda: bool(_decided(case, "writer-back")), 60), 30.0)


def _decided(case: Case, what: str) -> list[str]:
    return [decision.why for _, decision in case.rows("Decision") if decision.what == what]
