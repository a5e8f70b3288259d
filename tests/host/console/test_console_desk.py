"""The page's content, folded out of rows and onair's state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from host.console.desk import COMMENTS, RESTARTING, Desk, public_name
from host.console.show import CommentLine
from host.model import (
    Answer,
    Clause,
    Comment,
    Decision,
    Ended,
    Fact,
    Incident,
    Line,
    Planned,
    wire,
)
from host.model.messages import Row
from host.model.state import OnAirState, PushState

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
STATE = OnAirState(250, "programme", False, (), 0, 4, 6.2)
COMMENT = Comment("c1", "小王", "多少钱", 1_777_000_000_000)


class Room:
    """A desk with the time in hand."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.desk = Desk(clock=lambda: self.seconds, now=self.now)
        self.seq = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def write(self, *messages: object) -> None:
        for message in messages:
            self.seq += 1
            moment = self.now().isoformat(timespec="milliseconds")
            self.desk.row(Row(self.seq, moment, type(message).__name__, wire.to_json(message)))


def answer(comment: Comment, line: int, *, known: bool = True) -> Answer:
    return Answer(comment, Line(line, "zh", "五十九元", "answer", "A1", 1), known, "price")


def only(room: Room) -> CommentLine:
    (comment,) = room.desk.view().comments
    return comment


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_comment_is_queued_answered_and_heard(room: Room) -> None:
    room.write(COMMENT)
    assert only(room).status == "queued"
    room.write(answer(COMMENT, 7))
    assert (only(room).status, only(room).reply) == ("answering", "五十九元")
    room.write(Ended(7, "finished"))
    assert only(room).status == "answered"
    assert room.desk.view().questions == ()


def test_an_answer_to_several_ends_for_each(room: Room) -> None:
    other = replace(COMMENT, id="c2")
    room.write(COMMENT, other, answer(COMMENT, 7), answer(other, 7), Ended(7, "finished"))
    assert [comment.status for comment in room.desk.view().comments] == ["answered", "answered"]


def test_why_a_comment_was_dropped(room: Room) -> None:
    room.write(COMMENT, Decision("comment-dropped", "含链接", {"comment": "c1"}))
    assert (only(room).status, only(room).why) == ("dropped", "含链接")


def test_why_an_answer_was_dropped(room: Room) -> None:
    room.write(COMMENT, answer(COMMENT, 7), Ended(7, "dropped", "售罄"))
    assert (only(room).status, only(room).why) == ("dropped", "售罄")


def test_a_question_that_the_facts_do_not_answer_is_kept(room: Room) -> None:
    room.write(COMMENT, answer(COMMENT, 7, known=False))
    room.write(Decision("question-kept", "资料里没有", {"comment": "c1"}))
    (question,) = room.desk.view().questions
    assert (question.user, question.text) == ("小王", "多少钱")
    assert not only(room).known


def test_asking_back_is_no_gap_in_the_facts(room: Room) -> None:
    room.write(COMMENT, replace(answer(COMMENT, 7, known=False), topic="which"))
    assert room.desk.view().questions == ()
    assert only(room).known


def test_an_answer_whose_comment_came_before_the_console(room: Room) -> None:
    room.write(answer(COMMENT, 7))
    assert (only(room).user, only(room).status) == ("小王", "answering")


def test_latest_comments_first_and_bounded(room: Room) -> None:
    for number in range(COMMENTS + 5):
        room.write(replace(COMMENT, id=f"c{number}"))
    comments = room.desk.view().comments
    assert len(comments) == COMMENTS
    assert comments[0].id == f"c{COMMENTS + 4}"


def test_rows_that_come_again_change_nothing(room: Room) -> None:
    room.write(COMMENT, answer(COMMENT, 7), Ended(7, "finished"))
    before = room.desk.view()
    room.seq = 0
    room.write(COMMENT, answer(COMMENT, 7))
    assert room.desk.view() == before


def test_a_row_that_cannot_be_read_is_passed_over(room: Room) -> None:
    room.desk.row(Row(1, START.isoformat(), "Comment", "{broken"))
    room.desk.row(Row(2, START.isoformat(), "News", '{"$":"NotOurs"}'))
    room.seq = 2
    room.write(COMMENT)
    assert only(room).id == "c1"


@pytest.mark.parametrize(
    ("state", "light"),
    [
        (STATE, "onair"),
        (replace(STATE, showing="stand-by"), "standby"),
        (replace(STATE, hold=True), "hold"),
        (replace(STATE, hold=True, showing="stand-by"), "hold"),
    ],
)
def test_the_light_is_what_onair_says(room: Room, state: OnAirState, light: str) -> None:
    assert room.desk.view().light == "starting"
    room.desk.link("onair", True)
    room.desk.on_air(state)
    assert room.desk.view().light == light


def test_onair_gone(room: Room) -> None:
    room.desk.on_air(STATE)
    room.desk.link("onair", False)
    view = room.desk.view()
    assert (view.light, view.gone, view.began) == ("off", ("onair",), None)


def test_time_on_air_is_told_once_and_follows_a_new_onair(room: Room) -> None:
    for _ in range(10):
        room.desk.on_air(replace(STATE, tick=int((room.seconds - 90) * 25)))
        assert room.desk.view().began == pytest.approx(90)
        room.seconds += 1.02
    room.desk.on_air(replace(STATE, tick=0))
    assert room.desk.view().began == room.seconds


def test_a_state_every_second_is_no_change_for_the_page(room: Room) -> None:
    room.desk.on_air(STATE)
    before = room.desk.view()
    room.seconds += 1
    room.desk.on_air(replace(STATE, tick=275, ring_depth=2, encoder_ms=6.4))
    assert room.desk.view() == before


def test_a_process_that_was_restarted_is_told_until_it_works(room: Room) -> None:
    room.desk.on_air(replace(STATE, showing="stand-by"))
    room.write(Incident("media", "restarted", "killed by SIGKILL"))
    room.write(Incident("studio", "restarted", "killed by SIGKILL"))
    assert room.desk.view().gone == ("media", "studio")
    room.desk.on_air(STATE)
    assert room.desk.view().gone == ("studio",)
    said = Line(9, "zh", "好", "opening")
    room.write(Planned(said, (Clause(9, 0, "好", "zh"),)))
    assert room.desk.view().gone == ()


def test_an_old_restart_is_history(room: Room) -> None:
    room.write(Incident("voice", "restarted", "killed by SIGKILL"))
    assert room.desk.view().gone == ("voice",)
    room.seconds += RESTARTING + 0.1
    assert room.desk.view().gone == ()
    later = Room()
    later.seconds = room.seconds
    moment = (START + timedelta(seconds=100)).isoformat()
    body = wire.to_json(Incident("voice", "restarted", "killed by SIGKILL"))
    later.desk.row(Row(1, moment, "Incident", body))
    assert later.desk.view().gone == ()


def test_stand_by_for_no_known_reason_is_told_too(room: Room) -> None:
    room.desk.on_air(replace(STATE, showing="stand-by"))
    assert room.desk.view().gone == ("programme",)


def test_nothing_is_said_while_stand_by_shows(room: Room) -> None:
    room.write(Planned(Line(9, "zh", "好", "opening"), (Clause(9, 0, "好", "zh"),)))
    room.desk.on_air(STATE)
    assert room.desk.view().now is not None
    room.desk.on_air(replace(STATE, hold=True))
    assert room.desk.view().now is None


def test_products_are_called_as_their_facts_say(room: Room) -> None:
    facts = (
        Fact("A1", "name", "云朵保温杯 500 毫升"),
        Fact("A1", "short_name", "云朵杯"),
        Fact("A1", "price", Decimal(59)),
    )
    room.write(Planned(Line(1, "zh", "好", "opening", "A1", facts=facts), ()))
    now = room.desk.view().now
    assert now is not None
    assert now.product == "云朵杯"


def test_destinations_show_names_and_never_a_key(room: Room) -> None:
    push = PushState("rtmp://u:p@live.example.com/app/SECRET", True, 1, 2)
    room.desk.on_air(replace(STATE, destinations=(push, PushState("douyin", False, 0, 0))))
    view = room.desk.view()
    assert [line.name for line in view.destinations] == ["live.example.com", "douyin"]
    assert "SECRET" not in repr(view)
    assert public_name("x://") == "?"


def test_incidents_and_decisions_make_the_log(room: Room) -> None:
    room.write(
        Incident("pusher:douyin", "lost", "reset"),
        Incident("onair", "programme", "now showing"),
        Decision("voice-fallback", "edge-tts: no answer"),
    )
    events = room.desk.view().events
    assert [event.what for event in events] == ["voice-fallback", "programme", "lost"]
    assert [event.alarm for event in events] == [False, False, True]


def test_a_destination_says_how_it_does_and_since_when(room: Room) -> None:
    def pushes(age: float, *, dropped: int = 0) -> OnAirState:
        up = PushState("tea", True, 1, dropped, session_seconds=age)
        refused = PushState("cup", False, 2, 0, rejected=3)
        return replace(STATE, destinations=(up, refused, PushState("pot", False, 0, 0)))

    room.desk.on_air(pushes(60.0))
    first = room.desk.view().destinations
    assert [(line.state, line.began, line.key) for line in first] == [
        ("connected", 40.0, "tea"), ("refused", None, "cup"), ("waiting", None, "pot"),
    ]  # fmt: skip
    room.seconds += 1
    room.desk.on_air(pushes(61.2))
    assert room.desk.view().destinations == first, "the page is not told the time each second"
    room.seconds += 1
    room.desk.on_air(pushes(0.5, dropped=7))
    again = room.desk.view().destinations[0]
    assert (again.began, again.dropped_video) == (101.5, 7)
    room.desk.link("onair", up=False)
    assert room.desk.view().destinations == ()


def test_the_revision_on_air_and_since_when_is_told() -> None:
    room = Room()
    assert (room.desk.view().revision, room.desk.view().revised) == ("", "")
    room.desk.revision("first", (START - timedelta(hours=1)).isoformat())
    assert room.desk.view().revision == "first"
    room.write(Decision("revised", "lineup: A1", {"revision": "second"}))
    view = room.desk.view()
    assert view.revision == "second"
    assert view.revised == room.now().isoformat(timespec="milliseconds")
    assert [event.what for event in view.events] == ["revised"]
    room.desk.revision("first", (START - timedelta(hours=1)).isoformat())  # an older tale
    assert room.desk.view().revision == "second"
