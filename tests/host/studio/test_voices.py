"""The studio's side of the voice: whatever becomes of it, a clause has a sound or a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from host.errors import VoiceError
from host.model import Sound
from host.model.messages import Speak, Spoken, Unspoken
from host.studio import voices as module
from host.studio.voices import Voices
from tests.host.studio.room import alive, eventually, planned, sound

pytestmark = pytest.mark.anyio

CLAUSE = planned(1).clauses[0]


def spoken(message: Any) -> Spoken:
    return Spoken(message.request, sound(message.clause))


async def test_a_clause_becomes_its_own_sound(tmp_path: Path) -> None:
    voices = Voices(tmp_path)
    got: dict[int, Sound] = {}

    async def say(index: int) -> None:
        got[index] = await voices.say(planned(1).clauses[index], urgent=index == 2)

    async with anyio.create_task_group() as tasks, alive(tmp_path, "voice", spoken) as voice:
        tasks.start_soon(voices.run)
        async with anyio.create_task_group() as sayers:
            for index in range(3):
                sayers.start_soon(say, index)
        tasks.cancel_scope.cancel()
    for clause in planned(1).clauses:
        assert (got[clause.index].pcm == sound(clause).pcm).all()
    assert {speak.clause.index: speak.urgent for speak in voice.heard} == {
        0: False,
        1: False,
        2: True,
    }


async def test_what_no_engine_can_say_has_its_reason(tmp_path: Path) -> None:
    voices = Voices(tmp_path)

    def refuse(message: Speak) -> Unspoken:
        return Unspoken(message.request, "no engine knows Klingon")

    async with anyio.create_task_group() as tasks, alive(tmp_path, "voice", refuse):
        tasks.start_soon(voices.run)
        with pytest.raises(VoiceError, match=r"1\.0.*Klingon"):
            await voices.say(CLAUSE)
        tasks.cancel_scope.cancel()


async def test_what_a_voice_that_died_was_asked_is_asked_of_the_next(tmp_path: Path) -> None:
    voices = Voices(tmp_path)
    got: list[Sound] = []

    async def say() -> None:
        got.append(await voices.say(CLAUSE))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(voices.run)
        async with alive(tmp_path, "voice") as mute:
            tasks.start_soon(say)
            await mute.until(1)
        async with alive(tmp_path, "voice", spoken) as other:
            await eventually(lambda: bool(got))
        tasks.cancel_scope.cancel()
    assert other.heard == mute.heard


async def test_a_voice_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.05)
    voices = Voices(tmp_path)

    with pytest.raises(VoiceError, match=r"no sound within 0\.05 s"):
        await voices.say(CLAUSE)


async def test_an_answer_that_comes_too_late_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices = Voices(tmp_path)
    async with anyio.create_task_group() as tasks, alive(tmp_path, "voice") as voice:
        tasks.start_soon(voices.run)
        monkeypatch.setattr(module, "LONGEST", 0.05)
        with pytest.raises(VoiceError):
            await voices.say(CLAUSE)
        (late,) = await voice.until(1)
        await voice.links[0].send(spoken(late))
        monkeypatch.setattr(module, "LONGEST", 5.0)
        tasks.start_soon(voices.say, planned(2).clauses[0])
        (_, fresh) = await voice.until(2)
        assert fresh.request != late.request
        await voice.links[0].send(spoken(fresh))
        tasks.cancel_scope.cancel()
