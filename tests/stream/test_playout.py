"""Talk in order, answers at the end of a clause, ends with their reasons."""

from __future__ import annotations

import numpy as np
import pytest

from host.model import Cursor, Ended, Sound
from tests.stream.playing import SAMPLES, Desk, planned, sound


def test_talk_is_said_in_order_with_a_pause_between_lines() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 2, SAMPLES)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (1, 1), (2, 0)]
    assert all(desk.ticks[:3])
    pause = next(at for at, step in enumerate(desk.ticks[3:]) if step)
    assert 2 <= pause <= 9
    assert not desk.ended
    assert desk.playout.pending == ()


def test_talk_waits_for_its_turn_though_the_next_line_is_voiced_first() -> None:
    desk = Desk()
    desk.playout.enqueue(planned(1, 1))
    desk.say(planned(2, 1), SAMPLES)
    desk.tick(20)
    assert desk.said == []
    desk.playout.voiced(1, 0, sound(1, 0))
    desk.drain()
    assert desk.said == [(1, 0), (2, 0)]


def test_a_clause_is_padded_to_whole_ticks() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES + 5)
    desk.tick(2)
    second = desk.ticks[1]
    assert second is not None
    assert second.ends_clause
    assert second.ends_line
    assert not second.pcm[5:].any()
    assert (second.pcm[:5] == sound(1, 0, SAMPLES + 5).pcm[SAMPLES:]).all()


def test_a_sound_without_samples_is_one_silent_tick() -> None:
    desk = Desk()
    desk.say(planned(1, 1), 0)
    desk.tick()
    step = desk.ticks[0]
    assert step is not None
    assert step.ends_line
    assert not step.pcm.any()


def test_an_answer_cuts_in_at_the_clauses_end_and_the_line_goes_on() -> None:
    desk = Desk()
    desk.say(planned(1, 3), *[SAMPLES * 3] * 3)
    desk.tick(2)
    desk.say(planned(2, 2, priority=1), SAMPLES, SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (2, 0), (2, 1), (1, 1), (1, 2)]
    assert [step.line.id for step in desk.ticks[:4] if step] == [1, 1, 1, 2]


def test_an_answer_waits_for_its_sound_while_talk_goes_on() -> None:
    desk = Desk()
    desk.say(planned(1, 3), *[SAMPLES] * 3)
    desk.playout.enqueue(planned(2, 1, priority=1))
    desk.tick(2)
    desk.playout.voiced(2, 0, sound(2, 0))
    desk.drain()
    assert desk.said == [(1, 0), (1, 1), (2, 0), (1, 2)]


def test_an_answer_does_not_wait_for_the_pause_between_lines() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES)
    desk.tick(2)
    desk.say(planned(2, 1, priority=1), SAMPLES)
    desk.tick()
    assert desk.said == [(1, 0), (2, 0)]


def test_a_more_urgent_answer_cuts_in_on_an_answer() -> None:
    desk = Desk()
    desk.say(planned(1, 2, priority=1), SAMPLES, SAMPLES)
    desk.tick()
    desk.say(planned(2, 1, priority=1), SAMPLES)
    desk.say(planned(3, 1, priority=2), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (3, 0), (1, 1), (2, 0)]


def test_a_line_goes_on_where_a_former_media_left_it() -> None:
    desk = Desk()
    desk.playout.enqueue(planned(1, 3), start_clause=1)
    for clause in range(3):
        desk.playout.voiced(1, clause, sound(1, clause))
    desk.drain()
    assert desk.said == [(1, 1), (1, 2)]


@pytest.mark.parametrize(("clauses", "start"), [(0, 0), (2, 2), (2, -1)])
def test_a_line_with_nothing_left_to_say_holds_up_nobody(clauses: int, start: int) -> None:
    desk = Desk()
    desk.playout.enqueue(planned(1, clauses), start)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert [(ended.line, ended.outcome) for ended in desk.ended] == [(1, "dropped")]
    assert desk.said == [(2, 0)]


def test_a_clause_that_the_gate_refuses_drops_its_line_with_the_reason() -> None:
    desk = Desk(frozenset({(1, 1)}))
    desk.say(planned(1, 3), *[SAMPLES] * 3)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (2, 0)]
    assert desk.ended == [Ended(1, "dropped", "refused")]


def test_a_withdrawn_line_ends_after_the_clause_on_air() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 3, SAMPLES)
    desk.tick()
    desk.playout.withdraw(1, "sold out")
    assert not desk.ended, "its end must not be told before what is still said of it"
    desk.playout.withdraw(1, "sold out")
    desk.drain()
    assert desk.said == [(1, 0)]
    assert desk.ticks[2] is not None
    assert desk.ended == [Ended(1, "dropped", "sold out")]


def test_a_line_withdrawn_in_its_last_clause_is_finished() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES * 2)
    desk.tick()
    desk.playout.withdraw(1, "sold out")
    desk.drain()
    assert not desk.ended
    assert [step.ends_line for step in desk.ticks if step] == [False, True]


def test_a_sound_at_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="44100"):
        Desk().playout.voiced(1, 0, Sound(np.zeros(10, np.float32), 44_100))


def test_starved_tells_a_want_of_sound_from_a_pause() -> None:
    desk = Desk()
    assert desk.playout.starved
    desk.say(planned(1, 1), SAMPLES)
    desk.tick()
    assert not desk.playout.starved
    desk.tick()
    assert not desk.playout.starved, "the pause after a line"
    desk.drain()
    assert desk.playout.starved


def test_asked_to_retire_it_ends_the_clause_and_begins_no_other() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 3, SAMPLES)
    desk.say(planned(2, 1, priority=1), SAMPLES * 3)
    assert not desk.playout.retired
    desk.tick()
    desk.say(planned(3, 2), SAMPLES * 2, SAMPLES)
    desk.playout.retire()
    assert not desk.playout.retired
    desk.tick(2)
    desk.drain()
    assert desk.said == [(2, 0)]
    assert desk.playout.retired
    assert desk.ended == []


def test_asked_to_retire_with_nothing_on_air_it_has() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES)
    desk.playout.retire()
    assert desk.playout.retired
    desk.drain()
    assert desk.said == []


@pytest.mark.parametrize(
    ("cursor", "start", "said"),
    [
        (Cursor(9, 1, 9, 1, 1, SAMPLES), 0, [(1, 1), (1, 2), (2, 0)]),  # cut in clause 1
        (Cursor(9, 1, 9, 1, 1, SAMPLES, ends_clause=True), 0, [(1, 2), (2, 0)]),
        (Cursor(9, 1, 9, 1, 0, SAMPLES, ends_clause=True), 2, [(1, 2), (2, 0)]),
        (Cursor(9, 1, 9, 1, 2, SAMPLES, ends_clause=True, ends_line=True), 0, [(2, 0)]),
        (Cursor(9, 1, 9, 0, -1, 0), 1, [(1, 1), (1, 2), (2, 0)]),  # idle: the studio knows
        (Cursor(9, 1, 9, 7, 0, SAMPLES), 0, [(1, 0), (1, 1), (1, 2), (2, 0)]),  # another line
    ],
)
def test_it_goes_on_behind_what_was_aired(
    cursor: Cursor, start: int, said: list[tuple[int, int]]
) -> None:
    desk = Desk()
    desk.playout.resume(cursor)
    desk.playout.enqueue(planned(1, 3), start)
    for clause in range(3):
        desk.playout.voiced(1, clause, sound(1, clause))
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert desk.said == said
    assert desk.ended == []


def test_a_clause_that_has_just_begun_and_is_refused_now_fades_out() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 30, SAMPLES)
    desk.say(planned(2, 1), SAMPLES)
    desk.tick(5)
    desk.refused = frozenset({(1, 0), (1, 1)})
    desk.playout.reconsider(12)
    desk.drain()
    spoken = [step for step in desk.ticks if step is not None]
    assert [step.line.id for step in spoken] == [1] * 6 + [2]
    fading = spoken[5]
    assert (fading.ends_clause, fading.ends_line) == (False, False)
    assert abs(fading.pcm[0]) > 0
    assert fading.pcm[-1] == 0
    assert desk.ended == [Ended(1, "dropped", "refused")]


@pytest.mark.parametrize("begun", [13, 29])
def test_a_clause_that_has_been_heard_for_a_while_is_said_to_its_end(begun: int) -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 30, SAMPLES)
    desk.tick(begun)
    desk.refused = frozenset({(1, 0), (1, 1)})
    desk.playout.reconsider(12)
    desk.drain()
    assert desk.said == [(1, 0)]
    assert desk.ended == [Ended(1, "dropped", "refused")]


def test_what_is_still_true_goes_on_when_the_facts_change() -> None:
    desk = Desk()
    desk.playout.reconsider(12)
    desk.say(planned(1, 2), SAMPLES * 3, SAMPLES)
    desk.tick(1)
    desk.playout.reconsider(12)
    desk.drain()
    assert desk.said == [(1, 0), (1, 1)]
    assert desk.ended == []
