"""What is on air and what is next, by playout's reports alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from host.console.speaking import FOLLOWING, LINES, Speaking
from host.model import Aired, Clause, Ended, Line, Planned, Question

NAMES = {"A1": "杯子"}


def line(number: int, clauses: int = 3, priority: int = 0, sku: str | None = "A1") -> Planned:
    texts = [f"{number}.{n}" for n in range(clauses)]
    question = Question("买*甲", "多少钱") if priority else None
    said = Line(number, "zh", "".join(texts), "selling", sku, priority, question=question)
    return Planned(said, tuple(Clause(number, n, text, "zh") for n, text in enumerate(texts)))


def aired(number: int, clause: int, *, ends: bool = True, last: bool = False) -> Aired:
    return Aired(number, clause, 0, 25, ends, last)


def at(speaking: Speaking) -> tuple[int, int] | None:
    now = speaking.now(NAMES)
    return (now.id, now.clause) if now else None


def coming(speaking: Speaking) -> list[int]:
    return [following.id for following in speaking.following(NAMES)]


def test_begins_with_the_first_line_and_follows_its_clauses() -> None:
    speaking = Speaking()
    assert at(speaking) is None
    for number in (1, 2, 3):
        speaking.planned(line(number))
    assert at(speaking) == (1, 0)
    speaking.aired(aired(1, 0))
    assert at(speaking) == (1, 1)
    assert coming(speaking) == [2, 3]


def test_goes_on_to_the_next_line() -> None:
    speaking = Speaking()
    speaking.planned(line(1, clauses=1))
    speaking.planned(line(2))
    speaking.aired(aired(1, 0, last=True))
    speaking.ended(Ended(1, "finished"))
    assert at(speaking) == (2, 0)
    assert coming(speaking) == []


def test_an_answer_shows_at_the_end_of_the_clause_and_talk_resumes_after_it() -> None:
    speaking = Speaking()
    speaking.planned(line(1))
    speaking.planned(line(2))
    speaking.planned(line(3, clauses=1, priority=1))
    assert at(speaking) == (1, 0), "the clause on air is said to its end"
    assert coming(speaking) == [3, 2]
    speaking.aired(aired(1, 0))
    assert at(speaking) == (3, 0)
    assert coming(speaking) == [1, 2]
    speaking.aired(aired(3, 0, last=True))
    assert at(speaking) == (1, 1)


def test_a_clause_that_was_cut_is_still_the_one() -> None:
    speaking = Speaking()
    speaking.planned(line(1))
    speaking.planned(line(2, priority=1))
    speaking.aired(aired(1, 1, ends=False))
    assert at(speaking) == (1, 1)


def test_talk_lost_in_a_crash_makes_room_for_what_is_heard() -> None:
    speaking = Speaking()
    for number in (1, 2, 3):
        speaking.planned(line(number))
    speaking.aired(aired(2, 0))
    assert at(speaking) == (2, 1)
    assert coming(speaking) == [3]


def test_a_dropped_line_goes_and_the_last_leaves_silence() -> None:
    speaking = Speaking()
    speaking.planned(line(1))
    speaking.ended(Ended(1, "dropped", "sold out"))
    assert at(speaking) is None
    assert coming(speaking) == []


def test_names_question_and_text() -> None:
    speaking = Speaking()
    speaking.planned(line(1, priority=1))
    now = speaking.now(NAMES)
    assert now is not None
    assert (now.product, now.question, now.text) == ("杯子", "买*甲: 多少钱", "1.01.11.2")
    speaking.planned(line(2, sku="B9"))
    speaking.planned(line(3, sku=None))
    assert [following.product for following in speaking.following(NAMES)] == ["B9", ""]


events = st.lists(
    st.one_of(
        st.builds(line, st.integers(1, 400), st.integers(0, 4), st.integers(0, 1)),
        st.builds(aired, st.integers(1, 400), st.integers(0, 5), ends=st.booleans()),
        st.builds(Ended, st.integers(1, 400), st.just("dropped")),
    ),
    max_size=60,
)


@given(events)
def test_whatever_comes_the_view_stands_and_is_bounded(news: list[Planned | Aired | Ended]) -> None:
    speaking = Speaking()
    for event in news:
        match event:
            case Planned():
                speaking.planned(event)
            case Aired():
                speaking.aired(event)
            case Ended():
                speaking.ended(event)
        now = speaking.now({})
        following = speaking.following({})
        assert len(following) <= FOLLOWING
        if now is None:
            assert not following
        else:
            assert 0 <= now.clause < len(now.clauses)
            assert now.id not in {other.id for other in following}


def test_outstanding_lines_are_bounded() -> None:
    speaking = Speaking()
    for number in range(1, 3 * LINES):
        speaking.planned(line(number))
    first = speaking.now({})
    assert first is not None
    assert first.id == 2 * LINES
