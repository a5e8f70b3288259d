"""When the server is left alone, with time that the test makes pass."""

from __future__ import annotations

from host.writer.breaker import FAILURES, FIRST, LONGEST, PROBED, Breaker


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.state == "closed"
        breaker.failed()
    return breaker, clock


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.worked()
        assert breaker.state == "closed"
        assert breaker.wait() == 0
    breaker, _ = opened()
    assert breaker.state == "open"
    assert breaker.wait() == FIRST


def test_one_probe_closes_it_or_opens_it_for_twice_as_long() -> None:
    breaker, clock = opened()
    pauses = []
    for _ in range(10):
        pauses.append(breaker.wait())
        clock.at += breaker.wait()
        assert breaker.state == "half-open"
        assert breaker.wait() == 0
        breaker.failed()
        assert breaker.wait() > 0
    assert pauses[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert set(pauses[2:]) == {PROBED}
    assert PROBED < 30  # back within 30 s of the server's return
    clock.at += breaker.wait()
    breaker.worked()
    assert breaker.state == "closed"
    breaker.failed()
    assert breaker.state == "closed"


def test_garbage_for_an_hour_is_asked_for_no_more_than_each_24_s() -> None:
    breaker, clock = opened()
    asked, begun = FAILURES, clock.at
    while True:
        clock.at += breaker.wait()
        if clock.at - begun > 3600:
            break
        asked += 1
        breaker.failed()
    assert asked == FAILURES + 2 + int((3600 - 3 * FIRST) // PROBED)


def test_a_server_that_asks_for_time_gets_it_at_once() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(at_least=200)
    assert breaker.wait() == 200
    clock.at += 200
    breaker.failed(at_least=10**9)
    assert breaker.wait() == LONGEST


def test_what_somebody_has_to_mend_opens_it_for_long_at_once() -> None:
    breaker = Breaker(Clock())
    breaker.failed(lasting=True)
    assert breaker.wait() == LONGEST
