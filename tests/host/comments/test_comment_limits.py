"""The token bucket."""

from hypothesis import given
from hypothesis import strategies as st

from host.comments.limits import TokenBucket


def test_burst_then_rate() -> None:
    now = [0.0]
    bucket = TokenBucket(rate=2.0, burst=3.0, clock=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 2), max_size=60), st.floats(0.5, 20), st.floats(1, 20))
def test_never_more_than_burst_and_rate_allow(
    steps: list[float], rate: float, burst: float
) -> None:
    now = [0.0]
    bucket = TokenBucket(rate, burst, lambda: now[0])
    taken = 0
    for step in steps:
        now[0] += step
        taken += bucket.take()
    assert taken <= burst + rate * now[0] + 1e-6
