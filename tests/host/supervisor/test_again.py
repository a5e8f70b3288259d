"""A mistake in the supervisor does not end the broadcast; one that comes back does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from host.config import load_room
from host.errors import ConfigError, Finding
from host.supervisor import Output, Supervisor, again

ROOM = load_room(Path(__file__).parents[3] / "configs/demo.toml")
WRONG = ExceptionGroup("a task", [KeyError("a mistake of ours")])


class Scripted(Supervisor):
    """Ends as it is told to, after ``work``."""

    def __init__(self, end: Exception | int, work: Callable[[Scripted], None]) -> None:
        super().__init__(ROOM, Output(), tell=lambda what: None, state=lambda state: None)
        self._end = end
        self._work = work

    async def run(self) -> int:
        self._work(self)
        if isinstance(self._end, Exception):
            raise self._end
        return self._end


def aired(supervisor: Scripted) -> None:
    supervisor.aired = True


@dataclass
class Script:
    """One supervisor after another, an hour of faked time or less between two."""

    ends: list[Exception | int]
    work: Callable[[Scripted], None] = aired
    between: float = 1.0
    made: list[Scripted] = field(default_factory=list)
    now: float = 100.0

    def make(self) -> Scripted:
        self.made.append(Scripted(self.ends[len(self.made)], self.work))
        return self.made[-1]

    def clock(self) -> float:
        self.now += self.between
        return self.now

    def run(self) -> int:
        return again.run(self.make, self.clock)


def test_another_takes_up_what_a_failed_one_left(caplog: pytest.LogCaptureFixture) -> None:
    script = Script([WRONG, ValueError("another"), 0])
    assert script.run() == 0
    assert len(script.made) == 3
    assert "a mistake of ours" in caplog.text


def test_a_mistake_that_comes_back_at_once_ends_it() -> None:
    script = Script([WRONG] * 20)
    with pytest.raises(ExceptionGroup):
        script.run()
    assert len(script.made) == 1 + again.MOST


def test_one_that_comes_back_seldom_never_does() -> None:
    script = Script([*[WRONG] * 50, 7], between=again.WITHIN / again.MOST)
    assert script.run() == 7


def test_what_the_merchant_can_mend_is_told_at_once() -> None:
    script = Script([ConfigError(Finding("it is on air already", "end that one"))])
    with pytest.raises(ConfigError):
        script.run()


def test_what_was_never_on_air_is_not_tried_again() -> None:
    script = Script([WRONG], work=lambda supervisor: None)
    with pytest.raises(ExceptionGroup):
        script.run()


def test_one_that_failed_at_the_end_is_followed_by_one_that_ends() -> None:
    def asked(supervisor: Scripted) -> None:
        aired(supervisor)
        if supervisor is script.made[0]:
            supervisor.end()

    script = Script([WRONG, 0], work=asked)
    assert script.run() == 0
    assert [supervisor.ending for supervisor in script.made] == [True, True]
