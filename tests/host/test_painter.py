"""The picture of each tick: drawn, repeated, or the last one that could be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from host.media.painter import FAILING, Painter
from host.model import Format, Incident, VideoFormat
from stream.playout import Step
from tests.stream.playing import Desk, planned

FORMAT = Format(VideoFormat(64, 96, fps=25))


class Slow:
    """Takes its time for each picture, by a clock of its own, and marks it with the tick."""

    def __init__(self) -> None:
        self.now = 0.0
        self.takes = 0.004
        self.drawn: list[tuple[int, int]] = []
        self.fails = False
        self._frame = np.zeros(FORMAT.frame_shape, np.uint8)

    def draw(self, seq: int, step: Step | None, cost: int = 0) -> NDArray[np.uint8]:
        self.now += self.takes
        self._frame[:] = seq % 256  # before it fails: half of a picture must not be shown
        if self.fails:
            raise ValueError("no")
        self.drawn.append((seq, cost))
        return self._frame


class Wall:
    def __init__(self) -> None:
        self.picture = Slow()
        self.told: list[Incident] = []
        self.painter = Painter(
            self.picture, FORMAT, self.told.append, clock=lambda: self.picture.now
        )

    def paint(self, seq: int, step: Step | None = None) -> int:
        """The tick whose picture is shown at ``seq``."""
        frame = self.painter.paint(seq, step)
        assert (frame == frame[0, 0]).all()
        return int(frame[0, 0])


@pytest.mark.parametrize(("level", "every", "cost"), [(0, 1, 0), (1, 2, 0), (2, 3, 1)])
def test_each_level_draws_fewer_pictures(level: int, every: int, cost: int) -> None:
    wall = Wall()
    wall.painter.level = level
    wall.picture.drawn.clear()
    shown = [wall.paint(seq) for seq in range(1, 61)]
    assert wall.picture.drawn == [(seq, cost) for seq in range(1, 61) if seq % every == 0]
    assert shown == [seq // every * every for seq in range(1, 61)]


def test_a_new_clause_is_drawn_at_once_and_so_is_silence_after_it() -> None:
    wall = Wall()
    wall.painter.level = 2
    desk = Desk()
    desk.say(planned(1, 3), *[1920 * 4] * 3)
    desk.tick(16)
    wall.picture.drawn.clear()
    for seq, step in enumerate(desk.ticks, 1):
        wall.paint(seq, step)
    drawn = [seq for seq, _ in wall.picture.drawn]
    assert drawn == [1, 3, 5, 6, 9, 12, 13, 15]


def test_load_is_the_share_of_the_ticks_time() -> None:
    wall = Wall()
    assert wall.painter.load == 0.0
    for seq in range(1, 26):
        wall.paint(seq)
    assert wall.painter.load == pytest.approx(0.1)
    wall.picture.takes = 0.4  # one that was held up by something else tells little
    wall.paint(26)
    assert wall.painter.load == pytest.approx(0.1)
    wall.picture.takes = 0.03
    wall.painter.level = 1
    for seq in range(27, 52):
        wall.paint(seq)
    assert wall.painter.load == pytest.approx(0.75 * 0.5, abs=0.02)


def test_what_fails_shows_the_last_picture_and_is_told_once() -> None:
    wall = Wall()
    wall.paint(1)
    wall.picture.fails = True
    assert {wall.paint(seq) for seq in range(2, 40)} == {1}
    assert [one.what for one in wall.told] == ["frame-failed"]
    assert wall.painter.broken == ""
    wall.picture.fails = False
    assert wall.paint(40) == 40
    wall.picture.fails = True
    assert wall.paint(41) == 40
    assert len(wall.told) == 2


def test_a_failure_is_tried_again_at_once_whatever_the_level() -> None:
    wall = Wall()
    wall.painter.level = 2
    wall.paint(3)
    wall.picture.fails = True
    wall.paint(6)
    wall.picture.fails = False
    assert wall.paint(7) == 7


def test_after_so_long_it_is_broken() -> None:
    wall = Wall()
    wall.picture.fails = True
    ticks = round(FAILING * 25)
    for seq in range(1, ticks + 1):
        wall.paint(seq)
    told = [wall.painter.broken]
    wall.paint(ticks + 1)
    told.append(wall.painter.broken)
    assert told == ["", "ValueError: no"]


def test_one_that_cannot_draw_at_all_does_not_begin() -> None:
    slow = Slow()
    slow.fails = True
    with pytest.raises(ValueError, match="no"):
        Painter(slow, FORMAT, print)
