"""Falling back, staying there, coming back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_thread
import numpy as np
import pytest

from host.errors import ConfigError, VoiceError
from host.model.sound import Sound
from host.model.talk import Clause, Decision
from host.voice import build
from host.voice.breaker import Breaker
from host.voice.cache import Cache, key_of
from host.voice.cached import Cached
from host.voice.chain import Chain
from host.voice.engine import Engine, Fake
from host.voice.style import Style


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class _Room:
    """A chain with a clock of its own, and what it reported."""

    def __init__(self, *engines: Engine, limit: float = 6.0) -> None:
        self.clock = _Clock()
        self.decisions: list[Decision] = []
        self.chain = Chain(
            engines,
            limit=limit,
            report=self.decisions.append,
            breaker=lambda: Breaker(first=10, longest=60, clock=self.clock),
        )

    async def say(self, line: int, index: int = 0, text: str = "好") -> str:
        clause = Clause(line, index, text, "zh")
        return (await self.chain.synthesize(clause, Style())).engine


def test_a_breaker_rests_longer_each_time() -> None:
    clock = _Clock()
    breaker = Breaker(first=10, longest=35, clock=clock)
    assert not breaker.open
    assert [breaker.failed() for _ in range(4)] == [10, 20, 35, 35]
    assert breaker.open
    clock.now = 35
    assert not breaker.open
    breaker.succeeded()
    assert breaker.failed() == 10


@pytest.mark.anyio
async def test_the_next_engine_speaks_and_the_first_is_left_alone_for_a_while() -> None:
    best, next_best = Fake("edge", failing=True), Fake("kokoro")
    room = _Room(best, next_best)
    assert [await room.say(line) for line in (1, 2, 3)] == ["kokoro"] * 3
    assert len(best.asked) == 1
    assert [decision.what for decision in room.decisions] == ["voice-fallback"]
    assert "edge: told to fail; it rests for 10 s" in room.decisions[0].why
    room.clock.now = 10
    assert await room.say(4) == "kokoro"
    assert len(best.asked) == 2
    room.clock.now = 29
    await room.say(5)
    assert len(best.asked) == 2
    best.failing = False
    room.clock.now = 30
    assert await room.say(6) == "edge"


@pytest.mark.anyio
async def test_one_voice_within_a_line() -> None:
    best, next_best = Fake("edge", failing=True), Fake("kokoro")
    room = _Room(best, next_best)
    assert await room.say(1, 0) == "kokoro"
    best.failing = False
    room.clock.now = 1000
    assert await room.say(1, 1) == "kokoro"
    assert await room.say(2, 0) == "edge"
    assert await room.say(1, 2) == "kokoro"


@pytest.mark.anyio
async def test_a_line_changes_its_voice_only_when_it_must() -> None:
    best = Fake("edge", failing=lambda clause: clause.index == 1)
    room = _Room(best, Fake("kokoro"))
    assert [await room.say(1, index) for index in (0, 1, 2)] == ["edge", "kokoro", "kokoro"]


@pytest.mark.anyio
async def test_a_line_whose_engine_died_goes_back_up_rather_than_silent() -> None:
    best, last = Fake("edge", failing=True), Fake("kokoro")
    room = _Room(best, last)
    assert await room.say(1, 0) == "kokoro"
    best.failing, last.failing = False, True
    room.clock.now = 1000
    assert await room.say(1, 1) == "edge"


@pytest.mark.anyio
async def test_with_all_resting_every_engine_is_tried_again() -> None:
    only = Fake("edge", failing=True), Fake("espeak", failing=True)
    room = _Room(*only)
    with pytest.raises(VoiceError, match="edge: told to fail; espeak: told to fail"):
        await room.say(1)
    only[1].failing = False
    assert await room.say(2) == "espeak"


@pytest.mark.anyio
async def test_an_engine_that_raises_anything_is_an_engine_that_failed() -> None:
    class Broken(Fake):
        async def synthesize(self, clause: Clause, style: Style) -> None:  # type: ignore[override] # it is broken
            raise ZeroDivisionError("native library")

    room = _Room(Broken("edge"), Fake("kokoro"))
    assert await room.say(1) == "kokoro"
    assert "ZeroDivisionError: native library" in room.decisions[0].why


@pytest.mark.anyio
async def test_before_the_last_resort_comes_what_was_said_before(tmp_path: Path) -> None:
    good = Fake("kokoro")
    cache = Cache(tmp_path)
    room = _Room(Cached(good, cache, rate=48_000), Cached(Fake("espeak"), cache, rate=48_000))
    assert await room.say(1, text="包邮") == "kokoro"
    good.failing = True
    assert await room.say(2, text="新的") == "espeak"
    assert await room.say(3, text="包邮") == "kokoro"
    assert len(good.asked) == 2


@pytest.mark.anyio
async def test_recall_asks_only_the_engine_whose_turn_it_is(tmp_path: Path) -> None:
    best, cache = Fake("edge"), Cache(tmp_path)
    room = _Room(Cached(best, cache, rate=48_000), Cached(Fake("kokoro"), cache, rate=48_000))
    await room.say(1, text="包邮")
    clause = Clause(2, 0, "包邮", "zh")
    recalled = await room.chain.recall(clause, Style())
    assert recalled is not None
    assert recalled.engine == "edge"
    best.failing = True
    await room.say(3, text="失败")
    assert await room.chain.recall(Clause(4, 0, "包邮", "zh"), Style()) is None


def _garbage(**changes: object) -> Sound:
    """A second of sound that is right, but for ``changes``."""
    wave = np.sin(np.arange(48_000) / 50) / 4
    right = Sound(wave.astype(np.float32), 48_000, engine="broken")
    return replace(right, **changes)  # type: ignore[arg-type] # the wrong types are the point


WAVE = _garbage().pcm
GARBAGE = {
    "numbers that are none": _garbage(pcm=np.full(48_000, np.nan, np.float32)),
    "numbers that are": _garbage(pcm=np.append(WAVE, np.float32(np.inf))),
    "0.00 s": _garbage(pcm=WAVE[:0]),
    "22050 Hz": _garbage(rate=22_050),
    "600.00 s": _garbage(pcm=np.tile(WAVE, 600)),
    "0.01 s": _garbage(pcm=WAVE[:480]),
    "silence": _garbage(pcm=np.zeros(48_000, np.float32)),
    "a peak of": _garbage(pcm=WAVE * np.float32(1e20)),
    "float64 of shape": _garbage(pcm=WAVE.astype(np.float64)),
    "in place of mono": _garbage(pcm=np.stack([WAVE, WAVE])),
}


class _Garbling(Fake):
    """Gives the same sound, whatever is asked."""

    def __init__(self, sound: Sound) -> None:
        super().__init__("broken")
        self.sound = sound

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        self.asked.append(clause)
        return self.sound


@pytest.mark.anyio
@pytest.mark.parametrize("why", GARBAGE)
async def test_garbage_never_leaves_the_chain_nor_is_it_kept(why: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    broken, clause = _Garbling(GARBAGE[why]), Clause(1, 0, "这款只要四十九元", "zh")
    room = _Room(Cached(broken, cache, rate=48_000), Fake("espeak"))
    assert (await room.chain.synthesize(clause, Style())).engine == "espeak"
    assert why in room.decisions[0].why
    assert await anyio.to_thread.run_sync(lambda: list(tmp_path.rglob("*.flac"))) == []


@pytest.mark.anyio
@pytest.mark.parametrize("why", ["600.00 s", "0.01 s", "silence"])
async def test_garbage_that_was_kept_is_not_taken_out(why: str, tmp_path: Path) -> None:
    cache, clause = Cache(tmp_path), Clause(1, 0, "这款只要四十九元", "zh")
    cache.put(key_of("broken", "tone", clause, Style(), 48_000), GARBAGE[why])
    room = _Room(Cached(Fake("broken"), cache, rate=48_000), Fake("espeak"))
    assert await room.chain.recall(clause, Style()) is None
    assert (await room.chain.synthesize(clause, Style())).engine == "broken"
    assert room.decisions == []


@pytest.mark.anyio
async def test_a_clause_in_which_nothing_can_be_said_may_be_silent() -> None:
    quiet = _Garbling(_garbage(pcm=np.zeros(4800, np.float32)))
    room = _Room(quiet, Fake("espeak"))
    assert await room.say(1, text="——") == "broken"
    assert room.decisions == []


@pytest.mark.anyio
async def test_an_engine_that_never_answers_is_left_for_the_next() -> None:
    mute = Fake("kokoro", delay=1e9)
    room = _Room(mute, Fake("espeak"), limit=0.05)
    with anyio.fail_after(5):
        assert await room.say(1) == "espeak"
        assert await room.say(2) == "espeak"
    assert len(mute.asked) == 1
    assert "kokoro: no sound within 0.05 s; it rests for 10 s" in room.decisions[0].why
    assert room.chain.hung == 1
    mute.delay = 0.0
    room.clock.now = 10
    assert await room.say(3) == "kokoro"
    assert room.chain.hung == 0


@pytest.mark.anyio
async def test_an_engine_that_fails_is_none_that_hangs() -> None:
    room = _Room(Fake("kokoro", failing=True), Fake("espeak"))
    for line in range(3):
        room.clock.now += 1000
        await room.say(line)
    assert room.chain.hung == 0


@pytest.mark.anyio
async def test_closing_closes_every_engine() -> None:
    engines = Fake("edge"), Fake("kokoro")
    await Chain(engines).aclose()
    assert all(engine.closed for engine in engines)


@pytest.mark.parametrize(
    ("chain", "what"),
    [
        ([], "the voice chain is empty"),
        (["kokorro"], "there is no voice engine 'kokorro'"),
        (["hibari"], "voice engine 'hibari' does not speak zh"),
    ],
)
def test_a_wrong_chain_is_a_finding(chain: list[str], what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build.check(chain, "zh", file=Path("room.toml"))
    (finding,) = caught.value.findings
    assert finding.what == what
    assert "edge, kokoro, espeak" in finding.fix
    assert finding.file == Path("room.toml")


@pytest.mark.anyio
async def test_a_room_s_chain_loads_its_first_model_and_keeps_what_it_says(tmp_path: Path) -> None:
    chain = build.chain(("hibari", "espeak"), "en", 48_000, cache=tmp_path)
    await chain.load()
    clause = Clause(1, 0, "It ships today.", "en")
    assert (await chain.synthesize(clause, Style())).engine == "hibari"
    await chain.aclose()
    again = build.chain(("hibari", "espeak"), "en", 48_000, cache=tmp_path)
    assert await again.recall(clause, Style()) is not None


def test_the_default_chains_are_sound() -> None:
    for lang, chain in build.DEFAULTS.items():
        build.check(chain, lang)
        assert [build.engine(name, lang, 48_000).name for name in chain] == list(chain)
