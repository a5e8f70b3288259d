"""A destination that lags, refuses, stalls or dies; and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.model import Destination, Format, Incident, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream import pusher as pushers
from stream.process import FedProcess
from stream.pusher import Pusher, redact
from tests.e2e.flv import Tag, TagReader

FORMAT = Format(VideoFormat(64, 96))
SPS_PPS = b"\0\0\0\1\x67\x4d\x40\x1f\x01\0\0\0\1\x68\xce\x01"
HEADER = TapHeader(FORMAT, np.frombuffer(SPS_PPS, np.uint8), np.frombuffer(b"\x11\x90", np.uint8))
URL = "rtmp://push.example.com:1935/live/streamkey-1a2b3c?auth=0badcafe"
GOP = 50


@dataclass
class FakeProcess(FedProcess):
    """Takes what it is let take, says and does what it is told."""

    room: int = 1 << 40
    """Bytes it still takes."""
    code: int | None = None
    words: str = ""
    got: bytearray = field(default_factory=bytearray)
    killed: bool = False
    ended: bool = False
    patience: float | None = None

    def write(self, data: memoryview) -> int:
        taken = min(self.room, len(data))
        self.room -= taken
        self.got += data[:taken]
        return taken

    def exit_code(self) -> int | None:
        return self.code

    @property
    def last_words(self) -> str:
        return self.words

    def kill(self) -> None:
        self.killed = True

    def end_input(self) -> None:
        self.ended = True

    def finish(self, seconds: float) -> int | None:
        self.patience = seconds
        return 0

    @property
    def tags(self) -> list[Tag]:
        """Pictures and sounds it got."""
        return [tag for tag in TagReader().feed(bytes(self.got)) if tag.media]


class Onair:
    """Pushes tick after tick of faked time."""

    def __init__(self, argv: tuple[str, ...] = ("ffmpeg", URL)) -> None:
        self.now = 1000.0
        self.tick = 0
        self.incidents: list[Incident] = []
        self.started: list[FakeProcess] = []
        self.absent: OSError | None = None
        self.room = 1 << 40
        destination = Destination("main", argv)
        self.pusher = Pusher(
            destination, HEADER, self.incidents.append, now=lambda: self.now, start=self._start
        )

    def _start(self, argv: tuple[str, ...]) -> FedProcess:
        if self.absent is not None:
            raise self.absent
        self.started.append(FakeProcess(self.room))
        return self.started[-1]

    def air(self, ticks: int, size: int = 10_000) -> list[int]:
        """So many ticks of 25 a second; those at which a keyframe was wished for."""
        wishes = []
        for _ in range(ticks):
            self.pusher.poll()
            wished = self.pusher.take_keyframe_wish()
            wishes += [self.tick] if wished else []
            key = wished or self.tick % GOP == 0
            body = np.frombuffer(b"\0\0\0\1" + b"\x65" * size, np.uint8)
            self.pusher.push(TapPacket(True, key, self.tick, body))
            self.pusher.push(TapPacket(False, False, self.tick * 1920, np.ones(300, np.uint8)))
            self.tick += 1
            self.now += 0.04
        return wishes

    def die(self, code: int = 1, words: str = "") -> None:
        self.started[-1].code, self.started[-1].words = code, words


@pytest.fixture
def onair() -> Onair:
    return Onair()


def video(tags: list[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.kind == "video"]


def test_a_connection_begins_with_a_keyframe_at_zero_and_gets_everything(onair: Onair) -> None:
    onair.tick = 1234
    assert onair.air(30) == [1234]
    tags = onair.started[0].tags
    pictures = video(tags)
    assert pictures[0].key
    assert [tag.dts for tag in pictures] == list(range(0, 1200, 40))
    assert [tag.dts for tag in tags if tag.kind == "audio"] == list(range(0, 1200, 40))
    assert onair.pusher.state.connected
    assert (onair.pusher.state.restarts, onair.pusher.state.dropped_video) == (0, 0)


def test_congestion_costs_video_up_to_a_keyframe_and_never_sound(onair: Onair) -> None:
    onair.room = 400_000
    onair.air(120)
    process = onair.started[0]
    assert onair.pusher.state.dropped_video > 0
    process.room = 1 << 40
    onair.air(2 * GOP)
    tags = process.tags
    assert [tag.dts for tag in tags if tag.kind == "audio"] == list(range(0, onair.tick * 40, 40))
    gaps = [(one, two) for one, two in pairwise(video(tags)) if two.dts - one.dts != 40]
    assert len(gaps) == 1
    assert gaps[0][1].key
    lost = (gaps[0][1].dts - gaps[0][0].dts) // 40 - 1
    assert lost == onair.pusher.state.dropped_video
    assert not onair.incidents


def test_what_waits_is_bounded_by_the_lag_while_video_is_left_out(onair: Onair) -> None:
    onair.room = 0
    onair.air(100)
    process = onair.started[0]
    process.room = 1 << 40
    onair.air(1)
    assert len(process.got) < pushers.LAG + 100 * 400 + 20_000


def test_one_that_takes_nothing_is_killed_and_tried_again(onair: Onair) -> None:
    onair.air(25)
    onair.started[0].room = 0
    onair.air(round((pushers.STALLED - 0.5) * 25))
    assert not onair.started[0].killed
    onair.air(25)
    assert onair.started[0].killed
    assert [incident.why.partition(" (")[0] for incident in onair.incidents] == [
        "took nothing for 6 s"
    ]
    onair.air(5)
    assert len(onair.started) == 2


def test_one_that_trickles_is_killed_before_memory_grows(onair: Onair) -> None:
    """A line slower than the sound alone never counts as stalled."""
    onair.room = 0
    most = 0.0
    while not onair.incidents:
        onair.air(1)
        onair.started[0].room += 50
        most = max(most, onair.pusher._queued)
        assert onair.now < 5000
    assert "behind" in onair.incidents[0].why
    assert onair.started[0].killed
    assert most < pushers.BEHIND + 20_000


def test_a_connection_that_was_steady_is_tried_again_at_once(onair: Onair) -> None:
    onair.air(200)
    onair.die(1, "broken pipe")
    onair.air(4)
    assert len(onair.started) == 2
    assert onair.incidents == [
        Incident("pusher:main", "lost", "ended with code 1: broken pipe (after 8.0 s)")
    ]
    assert onair.pusher.state.restarts == 1
    assert not onair.pusher.state.connected


def test_a_new_connection_has_timestamps_of_its_own(onair: Onair) -> None:
    onair.air(260)
    onair.die()
    onair.air(60)
    tags = onair.started[1].tags
    assert video(tags)[0].key
    assert video(tags)[0].dts == 0
    assert 0 <= next(tag.dts for tag in tags if tag.kind == "audio") < 22


def test_one_that_refuses_is_tried_every_second_or_two(onair: Onair) -> None:
    starts: list[float] = []
    for _ in range(30 * 25):
        known = len(onair.started)
        onair.air(1)
        if len(onair.started) > known:
            starts.append(onair.now)
            onair.die(1, "connection refused")
    waits = np.diff(starts)
    assert ((waits > 0.99) & (waits < 2.2)).all()
    assert np.ptp(waits) > 0.3, "with jitter"


def test_one_that_refuses_costs_the_others_few_keyframes_and_is_told_seldom(
    onair: Onair,
) -> None:
    wishes: list[int] = []
    for _ in range(150 * 25):
        known = len(onair.started)
        wishes += onair.air(1, size=10)
        if len(onair.started) > known:
            onair.die(1, "connection refused")
    assert len(onair.started) > 60
    assert min(np.diff(wishes)) >= pushers.WISHES * 25
    assert len(onair.incidents) == 3
    assert "times more before" in onair.incidents[1].why


def test_another_trouble_is_told_at_once(onair: Onair) -> None:
    onair.air(1)
    onair.die(1, "connection refused")
    onair.air(75)
    onair.die(1, "no such host")
    onair.air(75)
    assert ["refused" in incident.why for incident in onair.incidents] == [True, False]


def test_a_program_that_vanishes_is_tried_at_the_pace_of_one_that_refuses(onair: Onair) -> None:
    onair.air(250)
    onair.absent = FileNotFoundError(2, "No such file or directory", "ffmpeg")
    onair.die()
    asked = []

    def start(argv: tuple[str, ...]) -> FedProcess:
        asked.append(onair.now)
        raise FileNotFoundError(2, "No such file or directory", URL)

    onair.pusher._start_process = start
    onair.air(250)
    assert 4 <= len(asked) <= 11
    assert onair.incidents[1].why == (
        "ffmpeg does not start: No such file or directory (after 0.0 s)"
    )
    assert onair.pusher.state.connected is False


def test_a_connection_is_renewed_before_its_timestamps_wrap(onair: Onair) -> None:
    onair.air(50)
    onair.now += pushers.LONGEST - 3
    onair.air(10)
    assert not onair.incidents
    onair.now += 3
    onair.air(10)
    assert onair.started[0].killed
    assert len(onair.started) == 2
    assert pushers.LONGEST * 1000 < 2**31


def test_the_end_is_told_first_and_waited_for_afterwards(onair: Onair) -> None:
    onair.air(5)
    process = onair.started[0]
    onair.pusher.end()
    assert process.ended
    assert process.patience is None
    onair.pusher.close(1.5)
    assert process.patience == 1.5
    onair.air(500)
    assert len(onair.started) == 1, "it is not started again"


def test_a_pusher_that_never_began_can_be_closed(onair: Onair) -> None:
    onair.pusher.close()
    onair.air(5)
    assert not onair.started


# Of an address nothing is told.

KEYS = st.text("ABCDEFGHJK0123456789-_.", min_size=4, max_size=30).filter(str.strip)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=12)


@given(
    host=st.sampled_from(
        ("push.EXAMPLE.com:1935", "[::1]", "[BAD", "KEYUSER:KEYPASS@h0st.example")
    ),
    app=KEYS,
    key=KEYS,
    query=st.dictionaries(KEYS, KEYS, max_size=3),
    fragment=st.none() | KEYS,
    escaped=st.booleans(),
    data=st.data(),
)
def test_no_part_of_an_address_is_ever_told(
    host: str,
    app: str,
    key: str,
    query: dict[str, str],
    fragment: str | None,
    escaped: bool,
    data: st.DataObject,
) -> None:
    tail = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    url = f"rtmp://{host}/{quote(app) if escaped else app}/{key}{tail}"
    url += f"#{fragment}" if fragment else ""
    parts = [host, app, key, *query, *query.values(), *([fragment] if fragment else [])]
    said = data.draw(st.lists(st.sampled_from([url, *parts]) | WORDS, max_size=8))
    glue = data.draw(st.sampled_from((" ", "/", ": ", "'")))

    onair = Onair(("ffmpeg", "-i", "pipe:0", url))
    onair.air(1)
    onair.die(1, glue.join(said))
    onair.air(1)
    (incident,) = onair.incidents
    assert incident.why.startswith("ended with code 1")
    told = incident.why.removeprefix("ended with code 1").partition(" (after ")[0]
    for part in (url, *parts):
        assert part not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{URL}: Connection refused", "***: Connection refused"),
        ("stream streamkey-1a2b3c denied", "stream *** denied"),
        ("app live, auth 0badcafe", "app ***, *** ***"),
        ("Cannot resolve push.example.com", "Cannot resolve ***"),
        ("I/O error", "I/O error"),
    ],
)
def test_what_is_no_part_of_the_address_stays_readable(text: str, told: str) -> None:
    assert redact(text, ("ffmpeg", "-f", "flv", URL)) == told


def test_a_short_key_is_taken_out_where_it_stands_alone() -> None:
    assert redact("key k1 of Polk1ng refused", ("f", "rtmp://h/app/k1")) == (
        "key *** of Polk1ng refused"
    )


def test_without_an_address_nothing_is_taken_out() -> None:
    assert redact("No space left on device", ("ffmpeg", "out.mp4")) == "No space left on device"
