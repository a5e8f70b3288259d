"""A minute on air, as a real ingest receives it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.e2e.in_step import check_in_step, measure
from tests.e2e.ingest import Ingest
from tests.e2e.received import check_broadcast, check_codecs, read
from tests.e2e.room import Room


@pytest.mark.parametrize(("width", "height"), [(720, 1280), (1280, 720)])
def test_the_test_card_arrives_whole_and_in_step(
    tmp_path: Path, ingest: Ingest, width: int, height: int
) -> None:
    # The default picture for the whole minute, the other for as long as shows its shape.
    seconds = 61.0 if width < height else 12.0
    changes = {"test_card": True, "video": {"width": width, "height": height}}

    with Room(tmp_path / "run", push=[ingest.url("card")], changes=changes):
        began = ingest.wait_media("card").at
        time.sleep(began + seconds - time.monotonic())
    ingest.wait_event("unpublish", key="card")

    recording = ingest.recording("card")
    received = read(recording)
    assert check_broadcast(received) == []
    assert received.seconds >= seconds - 1
    assert check_codecs(received.codecs, width=width, height=height) == []
    in_step = measure(recording)
    # The first pictures are the stand-by clip and the fade from it, which have no counter.
    assert check_in_step(in_step, within_ms=40, illegible=100) == []


def test_an_ingest_that_refuses_costs_the_others_nothing(tmp_path: Path, ingest: Ingest) -> None:
    push = [ingest.url("good"), ingest.refusing_url("secret-key-1")]

    with Room(tmp_path / "run", push=push, changes={"test_card": True}) as room:
        began = ingest.wait_media("good").at
        ingest.wait_event("refuse", key="secret-key-1", count=3)
        time.sleep(max(0.0, began + 6 - time.monotonic()))
        printed = room.tail(10_000)
        ledger = room.ledger()

    refusals = [event.at for event in ingest.events if event.kind == "refuse"]
    # Every 1-2 s, and the time that ffmpeg takes to be refused.
    assert all(1.0 <= later - sooner <= 4.0 for sooner, later in zip(refusals, refusals[1:]))  # noqa: B905, RUF007
    assert check_broadcast(read(ingest.recording("good"))) == []
    assert "push-2" in printed
    assert "Traceback" not in printed
    assert "secret-key-1" not in printed
    assert not [row for row in ledger if "secret-key-1" in str(row.body)]
