"""The network voice, against a local server that speaks its protocol."""

from __future__ import annotations

import importlib.util
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import edge_tts.communicate
import numpy as np
import pytest

from host.errors import VoiceError
from host.model.sound import Sound
from host.model.talk import Clause
from host.voice import edge, shaping
from host.voice.chain import Chain
from host.voice.edge import Edge
from host.voice.engine import Fake
from host.voice.style import Style


def _beside(name: str) -> ModuleType:
    """A module beside this one: tests are no packages."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


edge_service: Any = _beside("edge_service")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


async def _say(monkeypatch: pytest.MonkeyPatch, service: Any, text: str = "今天包邮，") -> Sound:
    async with edge_service.running(service):
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", service.url)
        return await Edge("zh").synthesize(Clause(1, 0, text, "zh"), Style(rate=1.1, pitch=1.05))


@pytest.mark.anyio
async def test_a_clause_with_timed_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    service = edge_service.Service()
    sound = await _say(monkeypatch, service, "今天只要¥9，")
    assert service.refusals == []
    assert service.texts == ["今天只要九元"]
    assert "(zh-CN, XiaoxiaoNeural)" in service.ssml[0]
    assert "rate='+10%'" in service.ssml[0]
    assert "pitch='+11Hz'" in service.ssml[0]
    assert sound.rate == 48_000
    assert sound.engine == "edge"
    assert shaping.active_level(sound.pcm, 48_000) == pytest.approx(-19, abs=0.5)
    # A word lasts 0.25 s and a gap follows it: seven phones of equal length.
    assert [p.phone for p in sound.phones[:7]] == ["tɕ", "i", "n", "tʰ", "j", "ɛ", "n"]
    lengths = {round(p.end - p.start, 3) for p in sound.phones[1:6]}
    assert lengths == {round(0.25 / 7, 3)}
    gaps = [p for p in sound.phones if p.phone == ""]
    assert gaps
    quiet = sound.pcm[round((gaps[0].start + 0.02) * 48_000) : round((gaps[0].end) * 48_000)]
    loud = sound.pcm[: round(gaps[0].start * 48_000)]
    assert np.sqrt(np.mean(quiet**2)) < 0.3 * np.sqrt(np.mean(loud**2))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ({"garbage": True}, "its sound does not decode"),
        ({"torn": True}, "its sound ends before its last word"),
        ({"wordless": True}, "said less than the clause"),
        ({"odd": True}, "UnknownResponse"),
    ],
)
async def test_what_is_not_the_whole_clause_is_refused(
    monkeypatch: pytest.MonkeyPatch, behaviour: dict[str, bool], why: str
) -> None:
    with pytest.raises(VoiceError, match=why):
        await _say(monkeypatch, edge_service.Service(**behaviour), "今天包邮明天发货，")


@pytest.mark.anyio
@pytest.mark.parametrize("behaviour", [{"silent": True}, {"first_sound": 1.0}])
async def test_a_slow_service_is_given_up(
    monkeypatch: pytest.MonkeyPatch, behaviour: dict[str, Any]
) -> None:
    monkeypatch.setattr(edge, "FIRST_SOUND", 0.4)
    began = time.monotonic()
    with pytest.raises(VoiceError, match=r"its first sound did not come in 0\.4 s"):
        await _say(monkeypatch, edge_service.Service(**behaviour))
    assert time.monotonic() - began < 2


@pytest.mark.anyio
async def test_a_peer_that_takes_the_connection_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge, "FIRST_SOUND", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}/x?y=1"
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", url)
        with pytest.raises(VoiceError, match="its first sound did not come"):
            await Edge("zh").synthesize(Clause(1, 0, "好", "zh"), Style())


@pytest.mark.anyio
async def test_refused_costs_nothing_and_the_chain_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", f"ws://127.0.0.1:{port}/x?y=1")
    decisions: list[str] = []
    chain = Chain([Edge("zh"), Fake("kokoro")], report=lambda made: decisions.append(made.why))
    began = time.monotonic()
    for line in range(5):
        sound = await chain.synthesize(Clause(line, 0, "好", "zh"), Style())
        assert sound.engine == "kokoro"
    assert time.monotonic() - began < 1
    assert len(decisions) == 1
    assert decisions[0].startswith("edge: ClientConnectorError")


@pytest.mark.anyio
async def test_nothing_to_say_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    service = edge_service.Service()
    sound = await _say(monkeypatch, service, "🎉。")
    assert service.texts == []
    assert not sound.pcm.any()
