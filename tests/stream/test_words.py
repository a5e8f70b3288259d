"""ffmpeg's words, as it said them to real servers, and what is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.words import Ending, Words

ARGV = ("ffmpeg", "rtmp://h0st.example/live/k3y-k3y")
OPENED = (
    b"[in#0/flv @ 0x1] [debug] All info found\n"
    b"[info] Input #0, flv, from 'pipe:0':\n"
    b"[tcp @ 0x1] [verbose] Successfully connected to 127.0.0.1 port 1935\n"
    b"[rtmp @ 0x1] [debug] Handshaking...\n"
)
SHAKEN = OPENED + b"[rtmp @ 0x1] [debug] Proto = rtmp, path = /live/k3y-k3y, app = live\n"
ASKED = SHAKEN + b"[rtmp @ 0x1] [debug] Sending publish command for 'k3y-k3y'\n"
TAKEN = ASKED + b"[info] Output #0, flv, to 'rtmp://h0st.example/live/k3y-k3y':\n"
FAILED = (
    b"[out#0/flv @ 0x1] [fatal] Error opening output rtmp://h0st.example/live/k3y-k3y: "
    b"Input/output error\n[fatal] Error opening output files: Input/output error\n"
)
CLOSED = (
    b"[aost#0:1/copy @ 0x1] [error] Error submitting a packet to the muxer: End of file\n"
    b"[out#0/flv @ 0x1] [error] Error closing file: End of file\n"
    b"[info] Conversion failed!\n"
)


@pytest.mark.parametrize(
    ("said", "lived", "kind", "why"),
    [
        # nginx, on_publish answered 403
        (ASKED + FAILED, None, "rejected", "key expired, wrong or in use"),
        # nginx, no such application
        (SHAKEN + FAILED, None, "rejected", "is its address right?"),
        # nginx, the same key twice
        (
            ASKED + b"[rtmp @ 0x1] [error] Server error: Already publishing\n" + FAILED,
            None,
            "busy",
            "on air already",
        ),
        # node-media-server, wrong key or in use; nginx, deny publish
        (TAKEN + CLOSED, 0.01, "rejected", "as soon as it began"),
        (TAKEN + CLOSED, 60.0, "lost", "the ingest closed the connection"),
        (
            ASKED + b"[rtmp @ 0x1] [error] Server error: bad token k3y-k3y\n",
            None,
            "rejected",
            "the ingest refused the stream: bad token ***",
        ),
        (
            b"[tcp @ 0x1] [error] Connection to tcp://127.0.0.1:1 failed: Connection refused\n",
            None,
            "lost",
            "nobody listens at the ingest's port",
        ),
        (
            b"[tcp @ 0x1] [error] Failed to resolve hostname h0st.example: Name not known\n",
            None,
            "lost",
            "the ingest's name is not found",
        ),
        (
            OPENED + b"[rtmp @ 0x1] [error] Cannot read RTMP handshake response\n" + FAILED,
            None,
            "lost",
            "before it answered",
        ),
        (b"No space left on device\n", 4.0, "lost", "ended with code 1: No space left on device"),
        (b"", None, "lost", "ended with code 1"),
        (TAKEN, 9.0, "lost", "ended with code 1"),
    ],
)
def test_why_it_ended(said: bytes, lived: float | None, kind: str, why: str) -> None:
    words = Words(ARGV)
    words.feed(said)
    ending = words.ending(1, lived)
    assert ending.kind == kind
    assert why in ending.why
    assert "k3y" not in ending.why
    assert "h0st" not in ending.why


@given(cuts=st.lists(st.integers(1, 200), min_size=1))
def test_how_far_it_got_is_seen_however_the_words_come(cuts: list[int]) -> None:
    words = Words(ARGV)
    at = 0
    for cut in cuts * 40:
        words.feed(TAKEN[at : at + cut])
        at += cut
    words.feed(TAKEN[at:])
    assert words.asked
    assert words.taken


def test_a_line_cut_anywhere_tells_no_part_of_a_key() -> None:
    for size in range(1, 200):
        words = Words(ARGV)
        words.feed(b"[rtmp @ 0x1] [error] rejected k3y-k3y-and-more\n"[:size])
        assert "k3y" not in words.ending(1, None).why
    words = Words(ARGV)
    words.feed(b"x" * 9000 + b"k3y\n[error] bad\n" + b"[info] y\n" * 10)
    assert words.ending(1, None) == Ending("lost", "ended with code 1: bad")


def test_a_killed_process_is_said_to_be_killed() -> None:
    assert Words(ARGV).ending(-9, 3.0) == Ending("lost", "the pusher was killed by signal 9")


def test_a_flood_is_cheap_and_kept_short() -> None:
    words = Words(ARGV)
    for _ in range(1000):
        words.feed(b"[error] again and again\n" * 2000)
    assert len(words._recent) <= 8192
