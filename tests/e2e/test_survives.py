"""``kill -9`` of each process while on air: what the ingest sees, and what the ledger says."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import anyio
import numpy as np
import pytest

from host.ledger import first_break
from host.link import connect
from host.model.messages import Hello, Told, Upgrade
from tests.e2e.arrivals import largest_gap
from tests.e2e.decoded import samples
from tests.e2e.ingest import Ingest
from tests.e2e.room import LedgerRow, Role, Room

BEHIND: tuple[Role, ...] = ("media", "studio", "voice", "console")
"""Processes whose death no ingest may notice."""


def test_no_death_behind_the_air_reaches_the_ingest(tmp_path: Path, ingest: Ingest) -> None:
    with Room(tmp_path / "run", push=[ingest.url("show")]) as room:
        ingest.wait_media("show", patience=90)
        _wait_for(room, "Ended", 1)
        for role in BEHIND:
            rows = room.ledger()
            pid = room.kill(role)
            dead = time.monotonic()
            room.wait_restarted(role, pid)
            _wait_for(room, "Aired", 1 + len([row for row in rows if row.kind == "Aired"]))
            if role != "console":
                # Speech again: a clause that was aired whole after the death.
                _wait_for_clause_begun_after(room, rows, patience=20)
                print(f"{role}: a whole clause {time.monotonic() - dead:.1f} s after its death")
            time.sleep(3)
        ended = len(room.ledger("Ended"))
        _wait_for(room, "Ended", ended + 2, patience=40)
        arrivals = ingest.arrivals("show")
        publishes = [event.kind for event in ingest.events]
        ledger = room.ledger()
    assert publishes.count("publish") == 1
    assert largest_gap(arrivals) <= 0.2
    check_lines(ledger)
    heard = samples(ingest.recording("show"))
    assert _longest_silence(heard.mono, heard.rate) <= 8.0


@pytest.mark.slow  # in short it is one of tests/chaos
def test_a_dead_pusher_is_replaced_and_a_dead_onair_too(tmp_path: Path, ingest: Ingest) -> None:
    changes = {"test_card": True}
    with Room(tmp_path / "run", push=[ingest.url("card")], changes=changes) as room:
        ingest.wait_media("card")
        time.sleep(6)
        bars: dict[Role, float] = {"pusher": 1.5, "onair": 2.0}
        for role, bar in bars.items():
            pid = room.kill(role)
            dead = time.monotonic()
            back = ingest.wait_media("card", after=dead + 0.1)
            print(f"{role}: back after {back.at - dead:.2f} s")
            assert back.tag.key, f"after the {role}'s death the first picture is no keyframe"
            assert back.at - dead <= bar
            room.wait_restarted(role, pid)
            time.sleep(6)


@pytest.mark.slow  # in short it is one of tests/chaos
def test_a_killed_supervisor_costs_the_viewer_nothing(tmp_path: Path, ingest: Ingest) -> None:
    """What was on air stays there; a new one takes it up, twice."""
    with Room(tmp_path / "run", push=[ingest.url("show")]) as room:
        ingest.wait_media("show", patience=90)
        _wait_for(room, "Ended", 1)
        onair = room.pid("onair")
        for pause in (0.0, 4.0):
            time.sleep(2)
            rows = room.ledger()
            before = room.pid("media")
            room.kill("supervisor")
            dead = time.monotonic()
            time.sleep(pause)
            room.start()
            room.wait_restarted("media", before, patience=30)
            _wait_for_clause_begun_after(room, rows, patience=30)
            print(f"supervisor: a whole clause {time.monotonic() - dead:.1f} s after its death")
            _wait_for_one_of_each(room)
            assert room.pid("onair") == onair
        _wait_for(room, "Ended", len(room.ledger("Ended")) + 2, patience=60)
        arrivals = ingest.arrivals("show")
        publishes = [event.kind for event in ingest.events]
        ledger = room.ledger()
    assert publishes.count("publish") == 1
    print(f"largest gap {largest_gap(arrivals):.3f} s")
    assert largest_gap(arrivals) <= 0.2
    check_lines(ledger)
    adopted = [row for row in ledger if row.body.get("what") == "adopted"]
    assert len(adopted) == 2
    assert not [row.body for row in ledger if row.body.get("what") == "restarted"]
    assert first_break(room.var / room.name / "ledger.sqlite") is None


@pytest.mark.slow  # in short it is one of tests/chaos
def test_an_upgrade_on_air_costs_the_viewer_nothing(tmp_path: Path, ingest: Ingest) -> None:
    with Room(tmp_path / "run", push=[ingest.url("show")]) as room:
        ingest.wait_media("show", patience=90)
        _wait_for(room, "Ended", 1)
        behind: tuple[Role, ...] = (*BEHIND, "health")
        before = {role: room.pid(role) for role in behind}
        onair = room.pid("onair")
        began = time.monotonic()
        told = anyio.run(_upgrade, room.var / room.name / "sockets")
        print(f"upgrade: {time.monotonic() - began:.1f} s", *told, sep="\n")
        assert told[-1] == Told("upgraded", over=True)
        for role, pid in before.items():
            assert room.pids(role) != [pid]
        _wait_for_one_of_each(room)
        assert room.pid("onair") == onair
        _wait_for(room, "Ended", len(room.ledger("Ended")) + 2, patience=60)
        arrivals = ingest.arrivals("show")
        publishes = [event.kind for event in ingest.events]
        ledger = room.ledger()
    assert publishes.count("publish") == 1
    print(f"largest gap {largest_gap(arrivals):.3f} s")
    assert largest_gap(arrivals) <= 0.2
    check_lines(ledger)
    assert not [row.body for row in ledger if row.body.get("what") in ("restarted", "hung")]


@pytest.mark.slow  # in short it is one of tests/chaos
def test_the_end_is_a_clean_one(tmp_path: Path, ingest: Ingest) -> None:
    with Room(tmp_path / "run", push=[ingest.url("show")]) as room:
        ingest.wait_media("show", patience=90)
        _wait_for(room, "Aired", 3)
        began = time.monotonic()
        room.process.terminate()
        code = room.process.wait(15)
        took = time.monotonic() - began
        left = room.processes()
        whole = not (room.var / room.name / "ledger.sqlite-wal").exists()
        ledger = room.ledger()
    print(f"ended after {took:.2f} s")
    assert (code, left) == (0, [])
    assert took < 5
    assert whole, "the ledger was not closed"
    runs = [row.body for row in ledger if row.kind == "Aired"]
    assert runs[-1]["ends_clause"], "the clause on air was cut"
    begun = {run["line"] for run in runs}
    ended = {row.body["line"]: row.body for row in ledger if row.kind == "Ended"}
    assert begun <= set(ended)
    reasons = {body["reason"] for body in ended.values() if body["outcome"] == "dropped"}
    assert reasons <= {"the broadcast was ended"}


def test_who_asks_twice_does_not_wait(tmp_path: Path, ingest: Ingest) -> None:
    with Room(tmp_path / "run", push=[ingest.url("card")], changes={"test_card": True}) as room:
        ingest.wait_media("card")
        os.kill(room.pid("console"), signal.SIGSTOP)
        room.process.terminate()
        time.sleep(0.5)
        room.process.terminate()
        assert room.process.wait(3) == 1
        deadline = time.monotonic() + 3
        while (left := room.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left


@pytest.mark.parametrize(
    "role",
    [
        "media",
        "onair",
        pytest.param("studio", marks=pytest.mark.slow),
        pytest.param("console", marks=pytest.mark.slow),
    ],
)
def test_what_hangs_is_replaced(tmp_path: Path, ingest: Ingest, role: Role) -> None:
    changes = {"test_card": True, "test_card_talk": True}
    with Room(tmp_path / "run", push=[ingest.url("card")], changes=changes) as room:
        ingest.wait_media("card", patience=60)
        _wait_for(room, "Aired", 1)
        time.sleep(3)
        pid = room.pid(role)
        os.kill(pid, signal.SIGSTOP)
        stopped = time.monotonic()
        room.wait_restarted(role, pid, patience=15)
        print(f"{role}: replaced {time.monotonic() - stopped:.1f} s after SIGSTOP")
        hung = [row.body["stage"] for row in room.ledger("Incident") if row.body["what"] == "hung"]
        assert hung == [role]
        ingest.wait_media("card", after=time.monotonic(), patience=15)


async def _upgrade(folder: Path) -> list[Told]:
    """As ``livehost upgrade`` asks for it."""
    with anyio.fail_after(120):
        link = await connect(folder, "supervisor")
        await link.send(Hello("command", os.getpid()))
        await link.send(Upgrade())
        told: list[Told] = []
        async for message in link:
            if isinstance(message, Told):
                told.append(message)
                if message.over:
                    break
        await link.aclose()
    return told


def _wait_for_one_of_each(room: Room, patience: float = 20.0) -> None:
    """Until each process behind the air is there once."""
    deadline = time.monotonic() + patience
    while any(len(room.pids(role)) != 1 for role in BEHIND):
        if time.monotonic() > deadline:
            pytest.fail(f"{[(role, room.pids(role)) for role in BEHIND]}; {room.tail()}")
        time.sleep(0.1)


def check_lines(ledger: list[LedgerRow]) -> None:
    """No line lost, none said twice: by the ledger."""
    planned = [row.body["line"]["id"] for row in ledger if row.kind == "Planned"]
    assert len(planned) == len(set(planned))
    ended = Counter(row.body["line"] for row in ledger if row.kind == "Ended")
    assert not [line for line, times in ended.items() if times > 1]
    dropped = [
        row.body for row in ledger if row.kind == "Ended" and row.body["outcome"] != "finished"
    ]
    assert dropped == []
    whole = Counter(
        (row.body["line"], row.body["clause"])
        for row in ledger
        if row.kind == "Aired" and row.body["ends_clause"]
    )
    assert not [clause for clause, times in whole.items() if times > 1]
    clauses = {
        row.body["line"]["id"]: len(row.body["clauses"]) for row in ledger if row.kind == "Planned"
    }
    for line in ended:
        assert sorted(clause for of, clause in whole if of == line) == list(range(clauses[line]))
    # What is still on its way are the newest lines.
    assert len(planned) - len(ended) <= 4
    last = max(ended)
    assert not [line for line in planned if line < last - 4 and line not in ended]


def _wait_for(room: Room, kind: str, count: int, patience: float = 45.0) -> None:
    deadline = time.monotonic() + patience
    while len(room.ledger(kind)) < count:
        if time.monotonic() > deadline:
            pytest.fail(f"no {kind} #{count}; {room.tail()}")
        time.sleep(0.1)


def _wait_for_clause_begun_after(room: Room, rows: list[LedgerRow], patience: float) -> None:
    """A clause that ended with a tick at least 2 s after all of ``rows``."""
    ticks = [row.body["last_tick"] for row in rows if row.kind == "Aired"]
    last = max(ticks, default=0)
    deadline = time.monotonic() + patience
    while True:
        aired = [row.body for row in room.ledger("Aired") if row.body["first_tick"] > last + 50]
        if any(run["ends_clause"] for run in aired):
            return
        if time.monotonic() > deadline:
            pytest.fail(f"no speech again; {room.tail()}")
        time.sleep(0.1)


def _longest_silence(mono: np.ndarray, rate: int) -> float:
    """Seconds without speech, after the first speech: the music bed is 20 dB and more below."""
    size = rate // 10
    windows = mono[: len(mono) // size * size].reshape(-1, size)
    loud = np.flatnonzero(np.sqrt((windows**2).mean(axis=1)) > 10 ** (-32 / 20))
    gaps = np.diff(loud) if len(loud) else np.array([np.inf])
    return float(gaps.max()) / 10
