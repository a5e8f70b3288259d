"""Kept sounds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice.cache import Cache, key_of, pack, unpack
from host.voice.cached import Cached
from host.voice.engine import Fake
from host.voice.style import Style


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _sound(seconds: float = 0.5, seed: int = 1) -> Sound:
    pcm = np.random.default_rng(seed).standard_normal(round(48_000 * seconds)) * 0.1
    phones = (TimedPhone("tsʰ", 0.0, 0.1), TimedPhone("", 0.1, 0.25))
    return Sound(pcm.astype(np.float32), 48_000, phones, "kokoro")


def _same(one: Sound | None, other: Sound) -> bool:
    return (
        one is not None
        and one.rate == other.rate
        and one.engine == other.engine
        and one.phones == other.phones
        and bool(np.abs(one.pcm - other.pcm).max() < 1e-4)
    )


def test_a_sound_survives_its_file() -> None:
    assert _same(unpack(pack(_sound())), _sound())


def test_what_was_put_is_there_for_the_next_process(tmp_path: Path) -> None:
    Cache(tmp_path).put("ab12", _sound())
    assert _same(Cache(tmp_path).get("ab12"), _sound())
    assert Cache(tmp_path).get("ffff") is None


def test_files_are_compact(tmp_path: Path) -> None:
    tone = (0.1 * np.sin(np.arange(96_000) / 30)).astype(np.float32)
    assert len(pack(Sound(tone, 48_000, (), "x"))) < tone.nbytes / 4


@pytest.mark.parametrize("spoil", [b"", b"fLaC", b"nonsense" * 100])
def test_a_spoilt_file_is_a_miss_and_goes(tmp_path: Path, spoil: bytes) -> None:
    Cache(tmp_path).put("ab12", _sound())
    (path,) = tmp_path.glob("*/*.flac")
    path.write_bytes(spoil)
    assert Cache(tmp_path).get("ab12") is None
    assert not path.exists()


def test_a_file_cut_short_is_a_miss(tmp_path: Path) -> None:
    Cache(tmp_path).put("ab12", _sound(2))
    (path,) = tmp_path.glob("*/*.flac")
    path.write_bytes(path.read_bytes()[:-20_000])
    assert Cache(tmp_path).get("ab12") is None


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    size = len(pack(_sound()))
    cache = Cache(tmp_path, disk=size * 10)
    for number in range(64):
        cache.put(f"{number:04x}", _sound(seed=number))
        path = tmp_path / f"{number:04x}"[:2] / f"{number:04x}.flac"
        os.utime(path, (number, number))
    cache.put("aaaa", _sound())
    left = {path.stem for path in tmp_path.glob("*/*.flac")}
    assert "aaaa" in left
    assert "003f" in left
    assert "0000" not in left
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= size * 10


def test_memory_is_bounded(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none", memory=_sound().pcm.nbytes * 2)
    for number in range(4):
        cache.put(f"{number:04x}", _sound(seed=number))
    for path in (tmp_path / "none").glob("*/*"):
        path.unlink()
    assert [cache.get(f"{number:04x}") is not None for number in range(4)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_disk_that_takes_nothing_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("ab12", _sound())
    assert _same(cache.get("ab12"), _sound())


def test_keys_tell_apart_what_sounds_different() -> None:
    clause = Clause(1, 0, "只要￥59，", "zh")
    same = Clause(9, 4, "只要¥５９， ", "zh", mood="excited", last=True)
    key = key_of("kokoro", "v", clause, Style(), 48_000)
    assert key == key_of("kokoro", "v", same, Style(), 48_000)
    others = {
        key_of("hibari", "v", clause, Style(), 48_000),
        key_of("kokoro", "w", clause, Style(), 48_000),
        key_of("kokoro", "v", clause, Style(rate=1.1), 48_000),
        key_of("kokoro", "v", clause, Style(), 44_100),
        key_of("kokoro", "v", Clause(1, 0, "只要¥58，", "zh"), Style(), 48_000),
    }
    assert len(others | {key}) == 6


@pytest.mark.anyio
async def test_nothing_is_said_twice(tmp_path: Path) -> None:
    fake = Fake()
    cached = Cached(fake, Cache(tmp_path), rate=48_000)
    clause = Clause(1, 0, "好。", "zh")
    assert await cached.recall(clause, Style()) is None
    first = await cached.synthesize(clause, Style())
    again = await Cached(fake, Cache(tmp_path), rate=48_000).synthesize(clause, Style())
    assert _same(again, first)
    assert len(fake.asked) == 1
