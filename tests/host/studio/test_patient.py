"""An outage of the voice: talk waits it out, an answer does not, and one bad text is none."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from host.errors import VoiceError
from host.model import Clause, Decision, Ended, Sound
from host.studio import patient as module
from host.studio.delivery import Delivery
from host.studio.patient import FIRST, HOLD, LONGEST, Patient
from tests.host.studio.room import eventually, planned, sound

pytestmark = pytest.mark.anyio

BAD = planned(1).clauses[0]
GOOD = planned(2).clauses[0]


class Timed:
    """A clock that sleeping moves on, and a voice that is away until some time on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.back_at = 0.0
        self.tries: list[float] = []
        self.answers_at = 0.0
        self.told: list[Decision] = []
        self.patient = Patient(self, self._report)
        monkeypatch.setattr(module, "anyio", self)

    def current_time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def _report(self, decision: Decision) -> None:
        self.told.append(decision)

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        self.tries.append(self.now)
        if self.now < self.answers_at:
            raise VoiceError("chain", "no sound within 15 s", retryable=True)
        if clause is BAD or self.now < self.back_at:
            raise VoiceError("chain", "no engine speaks", retryable=False)
        return sound(clause)


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> Timed:
    return Timed(monkeypatch)


async def test_one_text_that_cannot_be_said_is_given_up_at_once(timed: Timed) -> None:
    for _ in range(3):
        with pytest.raises(VoiceError):
            await timed.patient.say(BAD)
        assert (await timed.patient.say(GOOD)).rate == 48_000
    assert timed.now == 0
    assert timed.told == []


@pytest.mark.parametrize("outage", [0.2, 3.0, 17.0, 3600.0])
async def test_an_outage_is_waited_out_and_told_once(timed: Timed, outage: float) -> None:
    timed.back_at = outage
    lost = 0
    while True:
        try:
            await timed.patient.say(GOOD)
            break
        except VoiceError:
            lost += 1
    assert 0 <= timed.now - outage <= LONGEST
    # Never a spin: after the first few tries, so many an hour and no more; each with its probe.
    assert len(timed.tries) <= 2 * (8 + outage / (LONGEST / 2))
    assert lost <= outage / (HOLD - LONGEST)
    assert [one.what for one in timed.told] == ["voice-away", "voice-back"]
    assert "no engine speaks" in timed.told[0].why


async def test_a_voice_that_does_not_answer_costs_no_line(timed: Timed) -> None:
    timed.answers_at = 60.0
    assert (await timed.patient.say(GOOD)).rate == 48_000
    assert 60.0 <= timed.now <= 60.0 + LONGEST
    assert [one.what for one in timed.told] == ["voice-away", "voice-back"]
    timed.answers_at = float("inf")  # it may be the text that ends the voice each time
    with pytest.raises(VoiceError):
        await timed.patient.say(GOOD)
    assert timed.now <= 60.0 + 2 * LONGEST + HOLD


async def test_the_pauses_grow(timed: Timed) -> None:
    timed.back_at = 14.0
    await timed.patient.say(GOOD)
    assert sorted(set(timed.tries)) == [0, FIRST, 1.5, 3.5, 7.5, 11.5, 15.5]


async def test_an_answer_does_not_wait(timed: Timed) -> None:
    timed.back_at = 60.0
    for _ in range(5):
        with pytest.raises(VoiceError):
            await timed.patient.say(GOOD, urgent=True)
    assert timed.now == 0


async def test_one_that_ends_meanwhile_is_not_waited_for(tmp_path: Path) -> None:
    """What is cancelled while it waits leaves nothing behind."""

    class Mute:
        asked = 0

        async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
            self.asked += 1
            raise VoiceError("chain", "no engine speaks", retryable=False)

    dropped: list[Ended] = []
    mute = Mute()

    async def report(decision: Decision) -> None:
        assert decision.what == "voice-away"

    async def drop(line: int, why: str) -> None:
        dropped.append(Ended(line, "dropped", why))

    delivery = Delivery(tmp_path, Patient(mute, report), drop)
    delivery.accept(planned(1))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(delivery.deliver, 1)
        await eventually(lambda: mute.asked == 2)
        tasks.cancel_scope.cancel()
    assert dropped == []
