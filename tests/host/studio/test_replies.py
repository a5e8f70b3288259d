"""Comments in, one word back at the end, whatever becomes of the answer."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import anyio
import pytest

from host.comments.fake import FakeSource
from host.gate import Gate
from host.inbox import Inbox
from host.lineup import load_lineup
from host.model import Aired, Answer, Comment, Decision, Ended, Lineup, Planned
from host.model.messages import Withdraw
from host.studio import replies as module
from host.studio.delivery import Delivery
from host.studio.replies import AT_ONCE, Replies
from tests.host.studio.room import (
    FakeGate,
    FakeVoices,
    Process,
    alive,
    current,
    eventually,
    planned,
    settled,
)

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
QUESTIONS = ("移动电源多少钱", "洁面乳还有货吗", "卫衣包邮吗", "移动电源保修多久")


@cache
def demo() -> Lineup:
    return load_lineup(Path(__file__).parents[3] / "configs/lineups/demo-zh.csv")


def comment(number: int, text: str | None = None) -> Comment:
    return Comment(f"c{number}", f"买家{number}", text or QUESTIONS[number - 1], 0, "fake")


class Seconds:
    """The clock of replies, set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(module, "_seconds", lambda: self.seconds)
        monkeypatch.setattr(module, "LOOK", 0.01)


class Room:
    """A replies, what came of its comments, and what it reported."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.current = current(demo(), gate=gate)
        answerer = self.current.answerer
        self.source = FakeSource()
        self.told: list[Planned | Decision | Comment | Answer] = []
        self.voices = FakeVoices()
        self.delivery = Delivery(folder, self.voices, self._drop)
        self.delivery.accept(planned(900, sku="EL05"))
        self.replies = Replies(
            Inbox(answerer.understand),
            self.current,
            self.delivery,
            resolve=self.source.resolve,
            report=self._report,
            number=itertools.count(1).__next__,
            now=lambda: NOW,
        )
        self._into, self._comments = anyio.create_memory_object_stream[Comment](20)

    async def _report(self, what: Planned | Decision | Comment | Answer) -> None:
        self.told.append(what)

    async def _drop(self, line: int, why: str) -> None:
        await self.end(line, Ended(line, "dropped", why))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks, self._into, self._comments:
            tasks.start_soon(self.delivery.run)
            tasks.start_soon(self.replies.listen, self._comments)
            tasks.start_soon(self.replies.run)
            yield
            tasks.cancel_scope.cancel()

    async def connected(self, media: Process) -> None:
        """Return when lines reach ``media``."""
        await eventually(lambda: bool(media.links))
        await settled()

    async def ask(self, *comments: Comment) -> None:
        for one in comments:
            await self._into.send(one)

    async def end(self, line: int, ended: Ended | None = None) -> None:
        """What the supervisor tells of a line's end."""
        ended = ended or Ended(line, "finished")
        self.delivery.ended(ended)
        await self.replies.ended(ended)

    def words(self, number: int) -> list[tuple[str, str]]:
        """(status, why) of each reply to a comment."""
        return [(status, why) for id_, status, why in self.source.replies if id_ == f"c{number}"]

    @property
    def planned(self) -> list[Planned]:
        return [one for one in self.told if isinstance(one, Planned)]

    @property
    def decisions(self) -> list[Decision]:
        return [one for one in self.told if isinstance(one, Decision)]


async def test_a_question_is_queued_then_answered_once(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.ask(comment(1))
        await eventually(lambda: bool(room.planned))
        (answer,) = room.planned
        assert room.words(1) == [("queued", "")]
        assert "129" in answer.line.text
        assert (answer.line.in_reply_to, answer.line.priority > 0) == ("c1", True)
        await eventually(lambda: len(room.voices.said) == len(answer.clauses))
        assert all(urgent for _, urgent in room.voices.said)
        for _ in range(2):
            await room.end(answer.line.id)
    assert room.words(1) == [("queued", ""), ("answered", "")]
    kinds = [type(one).__name__ for one in room.told]
    assert kinds == ["Comment", "Answer", "Planned"]


async def test_an_answer_that_was_not_said_is_told_with_its_reason(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.ask(comment(1))
        await eventually(lambda: bool(room.planned))
        await room.end(1, Ended(1, "dropped", "refused at playout"))
    assert room.words(1) == [("queued", ""), ("dropped", "refused at playout")]
    assert room.decisions[-1].what == "comment-dropped"


async def test_an_answer_that_no_engine_can_say_is_dropped(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    free = room.voices.hold()
    async with room.listening():
        await room.ask(comment(1))
        await eventually(lambda: bool(room.voices.said))
        room.voices.cannot = {room.voices.said[0][0]}
        free.set()
        await eventually(lambda: len(room.words(1)) == 2)
    (_, (status, why)) = room.words(1)
    assert status == "dropped"
    assert "cannot be said" in why
    assert room.delivery.answers == 0


async def test_an_answer_that_the_gate_refuses_is_never_planned(tmp_path: Path) -> None:
    room = Room(tmp_path, FakeGate(bool))
    async with room.listening():
        await room.ask(comment(1))
        await eventually(lambda: len(room.words(1)) == 2)
    assert room.words(1) == [("queued", ""), ("dropped", "its answer did not pass the gate")]
    assert [one.what for one in room.decisions] == ["line-refused", "comment-dropped"]
    assert "129" in str(room.decisions[0].about["text"])
    assert room.planned == []
    assert room.delivery.answers == 0
    assert room.voices.said == []


async def test_what_is_no_question_is_dropped_at_once(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.ask(comment(1, "哈哈哈哈"))
        await eventually(lambda: bool(room.decisions))
        await settled()
    ((status, why),) = room.words(1)
    assert status == "dropped"
    assert [one.what for one in room.decisions] == ["comment-dropped"]
    assert room.decisions[0].why == why


async def test_all_who_ask_the_same_are_told(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    free = room.voices.hold()
    async with room.listening():
        await room.ask(*(comment(number, QUESTIONS[0]) for number in (1, 2, 3)))
        await eventually(lambda: len(room.source.replies) == 3)
        free.set()
        await eventually(lambda: bool(room.planned))
        await room.end(1)
    assert len(room.planned) == 1
    for number in (1, 2, 3):
        assert [status for status, _ in room.words(number)] == ["queued", "answered"]


async def test_so_many_answers_are_on_their_way_at_a_time(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.ask(*(comment(number) for number in range(1, 5)))
        await eventually(lambda: len(room.planned) == AT_ONCE)
        await settled()
        assert len(room.planned) == AT_ONCE
        for done in range(1, 5):
            await eventually(lambda: len(room.planned) >= done)  # noqa: B023 (awaited here)
            await room.end(room.planned[done - 1].line.id)
    assert [status for _, status, _ in room.source.replies].count("answered") == 4


async def test_what_the_facts_do_not_say_is_kept(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.ask(comment(1, "移动电源是哪个国家设计的"))
        await eventually(lambda: bool(room.planned))
        await room.end(1)
    assert [one.what for one in room.decisions] == ["question-kept"]
    assert room.words(1)[-1] == ("answered", "")


async def test_the_end_of_talk_is_no_ones_answer(tmp_path: Path) -> None:
    room = Room(tmp_path, Gate(demo()))
    async with room.listening():
        await room.end(900)
    assert room.source.replies == []


async def test_an_answer_that_is_still_unheard_after_so_long_is_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The red button is down: media holds the answer, and nothing is aired."""
    now = Seconds(monkeypatch)
    room = Room(tmp_path, Gate(demo()))
    async with alive(tmp_path, "media") as media, room.listening():
        await room.connected(media)
        await room.ask(comment(1), comment(2))
        await eventually(lambda: len(room.planned) == 2)
        first, second = (one.line.id for one in room.planned)
        room.delivery.aired(Aired(first, 0, 1, 9, ends_clause=True, ends_line=False))
        now.seconds += module.STALE - 1
        await anyio.sleep(0.05)
        assert room.delivery.answers == 2
        now.seconds += 1
        await eventually(lambda: len(room.words(2)) == 2)
        withdrawn = [one for one in media.heard if isinstance(one, Withdraw)]
        # What has begun is said to its end.
        await room.end(first)
    assert [one.line for one in withdrawn] == [second]
    assert room.words(1)[-1] == ("answered", "")
    assert room.words(2)[-1] == ("dropped", "asked more than 90 s ago")
    assert room.decisions[-1].what == "comment-dropped"


async def test_an_answer_of_a_former_studio_is_not_given_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Seconds(monkeypatch)
    room = Room(tmp_path, Gate(demo()))
    kept = planned(7, priority=1)
    room.delivery.accept(kept)
    room.replies.adopt(kept)
    room.replies.adopt(planned(900))
    async with room.listening():
        now.seconds += module.STALE
        await eventually(lambda: room.delivery.answers == 0)
    assert room.delivery.talk == 1


def test_a_question_ages_while_the_machine_is_suspended() -> None:
    boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert boot <= module._seconds() <= boot + 1
