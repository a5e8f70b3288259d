"""Prices change while the room is on air: what is heard and drawn, and from when."""

from __future__ import annotations

import random
import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from avatars.layout import layout_for
from avatars.scene import Scene
from host.lineup import load_lineup
from host.model import AudioFormat, Format, Product, Scenery, VideoFormat
from tests.e2e.arrivals import Arrival, largest_gap
from tests.e2e.decoded import pictures
from tests.e2e.ingest import Ingest
from tests.e2e.merchant import ROWS, TOKEN, Desk
from tests.e2e.room import LedgerRow, Room

pytestmark = pytest.mark.slow

EDITS = 20
LATE_S = 0.5
"""A number may be heard in the clause on air when it changes, and so long into the one behind."""
WAY_S = 0.35
"""From a tick's time to the ingest's file at most, on a busy machine: encoder, pusher, server."""
_NUMBER = re.compile(r"\d+")


def test_twenty_price_edits_while_live(tmp_path: Path, ingest: Ingest) -> None:
    desk = Desk(tmp_path)
    changes = {
        "lineup": str(desk.file), "scripts": [str(desk.script)],
        "voice": {"chain": ["espeak"]}, "music": {"on": False},
        "lineup_push": {"token_env": "LIVE_EDITS_TOKEN"},
    }  # fmt: skip
    environment = {"LIVE_EDITS_TOKEN": TOKEN}
    with Room(
        tmp_path / "run", push=[ingest.url("show")], changes=changes, environment=environment
    ) as room:
        ingest.wait_media("show", patience=90)
        _wait_for(room, "Ended", 2)
        assert desk.push(room, "A1", 5, shown=TOKEN[:-1]).status_code == 401
        _edit_all(room, desk)
        time.sleep(2)  # the last one is taken before the file is broken
        _wrong_edits(room, desk)
        time.sleep(4)
        arrivals = ingest.arrivals("show")
        rows = room.ledger()
    ingest.wait_event("unpublish", key="show")
    print(_figures(rows))
    assert largest_gap(arrivals) <= 0.2
    assert not [row for row in rows if row.kind == "Incident" and row.body["what"] == "restarted"]
    late = list(_said_late(rows, desk))
    assert late == []
    drawn = list(_drawn_late(ingest.recording("show"), arrivals, desk))
    assert drawn == []
    corrected = [row for row in rows if row.kind == "Decision" and row.body["what"] == "corrected"]
    assert corrected, "no price that was heard was corrected aloud"
    lines = {row.body["line"]["id"]: row.body["line"] for row in rows if row.kind == "Planned"}
    ended = {row.body["line"]: row.body["outcome"] for row in rows if row.kind == "Ended"}
    said = [line for line in lines.values() if line["beat"] == "correction"]
    assert [line for line in said if ended.get(line["id"]) == "finished"]


def _edit_all(room: Room, desk: Desk) -> None:
    dice = random.Random(4)  # noqa: S311 (a test's moments, no secret)
    price = 300
    for number in range(EDITS):
        time.sleep(dice.uniform(1.5, 5))
        price += dice.randrange(3, 9)
        sku = _on_air(room) if dice.random() < 0.8 else dice.choice(ROWS)[0]
        way = dice.choice((desk.edit, desk.edit_in_place, None))
        if way is not None:
            way(sku, price)
        else:
            answer = desk.push(room, sku, price)
            assert answer.status_code == 200, (number, answer.text)


def _wrong_edits(room: Room, desk: Desk) -> None:
    """Refused with their place; the air goes on; mended is told."""
    before = len(room.ledger("Aired"))
    for sku, wrong, line in (("A1", "免费", 2), ("B2", "-3", 3)):
        desk.write(**{sku: wrong})
        refused = _decision(room, "edit-refused", wrong)
        assert (refused.body["about"]["file"], refused.body["about"]["line"]) == (
            desk.file.name,
            line,
        )
    desk.write()
    _decision(room, "edit-mended", "")
    answer = desk.push(room, "A1", -4)
    assert answer.status_code == 422
    assert answer.json()["findings"]
    _wait_for(room, "Aired", before + 3)


def _on_air(room: Room) -> str:
    """The product that is spoken of."""
    lines = {row.body["line"]["id"]: row.body["line"] for row in room.ledger("Planned")}
    for row in reversed(room.ledger("Aired")):
        if sku := lines[row.body["line"]]["sku"]:
            return str(sku)
    return ROWS[0][0]


def _decision(room: Room, what: str, about: str) -> LedgerRow:
    deadline = time.monotonic() + 15
    while True:
        for row in room.ledger("Decision"):
            if row.body["what"] == what and about in row.body["why"]:
                return row
        assert time.monotonic() < deadline, f"no {what}; {room.tail()}"
        time.sleep(0.1)


def _wait_for(room: Room, kind: str, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(room.ledger(kind)) < count:
        assert time.monotonic() < deadline, room.tail()
        time.sleep(0.2)


def _clock(rows: list[LedgerRow]) -> Iterator[tuple[LedgerRow, float]]:
    """Each run that was aired and the Unix second at which its first tick was.

    A run is told when its last tick has been aired: the least that any of those around it was late
    is none at all.
    """
    aired = [row for row in rows if row.kind == "Aired"]
    told = [datetime.fromisoformat(row.ts_utc).replace(tzinfo=UTC).timestamp() for row in aired]
    zero = [at - (row.body["last_tick"] + 1) / 25 for row, at in zip(aired, told, strict=True)]
    for at, row in enumerate(aired):
        yield row, min(zero[max(0, at - 15) : at + 16]) + row.body["first_tick"] / 25


def _said_late(rows: list[LedgerRow], desk: Desk) -> Iterator[str]:
    """Clauses, or parts of them, with a price that had been another for too long."""
    plans = {row.body["line"]["id"]: row.body for row in rows if row.kind == "Planned"}
    for row, began in _clock(rows):
        plan = plans[row.body["line"]]
        line, clause = plan["line"], plan["clauses"][row.body["clause"]]
        if not line["sku"]:
            continue
        ticks = row.body["last_tick"] - row.body["first_tick"] + 1
        for text in _NUMBER.findall(clause["text"]):
            if int(text) < 100 or int(text) in desk.at(line["sku"], began):
                continue
            # What was begun before the edit is said to its end; what was begun behind it is cut.
            late = began + ticks / 25 - desk.until(line["sku"], int(text))
            if late > LATE_S:
                yield f"{clause['text']!r} until {late:.2f} s after the edit, {ticks} ticks"


def _drawn_late(recording: Path, arrivals: list[Arrival], desk: Desk) -> Iterator[str]:
    """Frames whose card shows a price that had been another for too long."""
    cards = _cards(desk)
    names, looks = list(cards), np.stack(list(cards.values()))
    video = [(one.tag.dts, one.at) for one in arrivals if one.tag.kind == "video"]
    stamps = [stamp for stamp, _ in video]
    shift = time.time() - time.monotonic()
    rect = layout_for(VideoFormat()).card.rect(VideoFormat())
    seen = 0
    for picture in pictures(recording, every=3):
        patch = picture.luma[rect.y : rect.bottom, rect.x : rect.right].astype(np.int16)
        apart = np.abs(looks - patch).mean(axis=(1, 2))
        if apart.min() > 12:
            continue  # no card, or one that is coming or going
        seen += 1
        sku, price = names[int(apart.argmin())]
        place = min(bisect_left(stamps, picture.ms), len(stamps) - 1)
        arrived = video[place][1] + shift
        if price not in desk.at(sku, arrived - LATE_S - WAY_S) | desk.at(sku, arrived):
            yield f"{sku} at {price} at {picture.ms} ms"
    assert seen > 200, "hardly a card was drawn"
    assert bisect_right(stamps, stamps[-1]) == len(stamps)


def _cards(desk: Desk) -> dict[tuple[str, int], NDArray[np.int16]]:
    """Luma of the card of each product at each price it had."""
    fmt = Format(VideoFormat(), AudioFormat())
    rect = layout_for(fmt.video).card.rect(fmt.video)
    products = {product.sku: product for product in load_lineup(desk.file).products}
    looks = {}
    for change in desk.changes:
        product: Product = replace(products[change.sku], price=Decimal(change.price))
        scene = Scene(fmt, "zh")
        for _ in range(12):
            frame = scene.frame([], Scenery(product=product))
        luma = frame[rect.y : rect.bottom, rect.x : rect.right]
        looks[change.sku, change.price] = luma.astype(np.int16)
    return looks


def _figures(rows: list[LedgerRow]) -> str:
    decisions = [row.body["what"] for row in rows if row.kind == "Decision"]
    return ", ".join(f"{what} {decisions.count(what)}" for what in sorted(set(decisions)))
