"""The faults, in the order in which they are tried: a function and a line here make one."""

from __future__ import annotations

from tests.chaos import connections, load, model, namespace, processes, rooms
from tests.chaos.processes import killed, starved, stopped
from tests.chaos.scenario import Scenario
from tests.chaos.stand import Setup

SHARED: tuple[Scenario, ...] = (
    Scenario("control", "no fault for 20 s", "-", load.nothing, random=False),
    Scenario("1", "a pusher is killed", "kill -9", connections.kill_pusher, "a",
             second_kind=True, offset_ms=20, quick=True),
    Scenario("2", "onair is killed", "kill -9", processes.kill_onair, everywhere=True, quick=True),
    Scenario("3", "a pusher hangs", "SIGSTOP", connections.stop_pusher, "a", second_kind=True),
    Scenario("4", "the ingest is dead for 20 s", "kill -9 of the server, started again",
             connections.kill_ingest, "a", second_kind=True, quick=True),
    Scenario("5", "the ingest hangs for 30 s", "SIGSTOP, SIGCONT of the server",
             connections.stop_ingest, "a", second_kind=True),
    Scenario("6", "every packet is lost for 20 s", "iptables DROP in a network namespace",
             connections.drop_packets, "a"),
    Scenario("7", "the line carries 1 Mbit/s for 30 s", "a proxy that reads no faster",
             connections.squeeze, "p", random=False),
    Scenario("8", "the connection is reset", "RST by a proxy", connections.reset, "p", quick=True),
    Scenario("10a", "the voice hangs for 60 s", "SIGSTOP of its process",
             processes.stop_voice, random=False),
    Scenario("10b", "the voice engine takes all and never replies, 60 s", "in its process",
             processes.hang_voice, random=False),
    Scenario("12a", "media is killed", "kill -9", killed("media")),
    Scenario("12b", "media hangs", "SIGSTOP", stopped("media")),
    Scenario("12c", "the studio is killed", "kill -9", killed("studio")),
    Scenario("12d", "the studio hangs", "SIGSTOP", stopped("studio")),
    Scenario("12e", "the voice is killed", "kill -9", killed("voice")),
    Scenario("12f", "the console is killed", "kill -9", killed("console")),
    Scenario("12g", "health is killed", "kill -9", killed("health")),
    Scenario("13", "every core is hogged for 20 s", "a busy process for each", load.hog_cores,
             everywhere=True),
    Scenario("14", "rubbish at the comment port", "bad UTF-8, 10 MB frame, half-open connections",
             load.send_rubbish),
    Scenario("15", "1 000 comments a second", "25 connections, 40/s each", load.flood_comments,
             random=False),
    Scenario("17", "the wall clock is an hour wrong", "time.time and datetime.now of every process",
             processes.shift_clock),
    Scenario("18a", "media gets no memory", "RLIMIT_AS; each frame asks",
             starved("media")),
    Scenario("18b", "the studio gets no memory", "RLIMIT_AS; each line asks",
             starved("studio")),
    Scenario("18c", "the voice gets no memory", "RLIMIT_AS; each clause asks",
             starved("voice")),
    Scenario("19", "a pusher floods its standard error", "1 MB/s beside ffmpeg",
             connections.flood_stderr, "a", random=False),
    Scenario("renderer", "drawing raises on every frame for 10 s", "in media",
             processes.break_renderer),
    Scenario("garbage", "the voice engine gives sounds that are none, 30 s", "in its process",
             processes.garble_voice, random=False),
    Scenario("supervisor", "the supervisor is killed, another started", "kill -9",
             processes.kill_supervisor, quick=True),
    Scenario("upgrade", "new processes while on air", "livehost upgrade", processes.upgrade,
             quick=True),
)  # fmt: skip
"""Tried one after the other on one room."""

END = Scenario("sigterm", "the broadcast is ended", "SIGTERM", processes.end, everywhere=True,
               random=False, quick=True)  # fmt: skip
"""Ends that room."""

OWN: tuple[Scenario, ...] = (
    Scenario("9", "the stream key has expired", "the ingest refuses it; the hook gives another",
             connections.expire_key, "a", own=Setup(connections.with_key_hook), random=False),
    Scenario("11", "the LLM answers garbage", "a server that speaks chat completions",
             model.talk_garbage, own=Setup(model.fluent_model), random=False),
    Scenario("16", "the disk is full", "a tmpfs of 4 MB under log, voice cache and recordings",
             rooms.fill_disk, own=Setup(rooms.small_disk), lacking=namespace.missing, random=False),
    Scenario("20", "timestamps begin 30 s before they wrap", "first_ms of the destination",
             rooms.reach_the_wrap, "a", own=Setup(rooms.near_the_wrap), random=False),
    Scenario("21", "the platform's longest session ends", "a profile of 36 s",
             rooms.rotate, "a", own=Setup(rooms.short_sessions), random=False),
    Scenario("dead", "one destination was never there", "nobody listens",
             rooms.dead_from_start, own=Setup(dead=True), random=False),
)  # fmt: skip
"""Each on a room of its own."""


def every() -> tuple[Scenario, ...]:
    """All of them."""
    return (*SHARED, END, *OWN)
