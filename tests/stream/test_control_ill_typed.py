"""No peer, whatever it sends, raises into onair's loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.model import Destination
from host.model.messages import Destinations, EndShow, Hello, Hold, Noted, Preset, Retire
from tests.stream.controlling import STATE, SUPERVISOR, TO, Onair, run


@pytest.fixture
def onair(tmp_path: Path) -> Iterator[Onair]:
    made = Onair(tmp_path)
    yield made
    made.control.close()
    made.selector.close()
    for peer in made.peers:
        peer.close()


ILL = st.sampled_from(
    (None, "x", -1, 10**30, 1.5, float("nan"), True, (), ((),), (1, "a"), {"a": 1}, np.ones(3),
     np.ones(0), SUPERVISOR, *TO)
)  # fmt: skip


def ill_typed() -> st.SearchStrategy[object]:
    destination = st.builds(Destination, ILL, ILL, ILL, ILL)
    return st.one_of(
        st.builds(Hold, ILL),
        st.builds(Noted, ILL),
        st.builds(Preset, ILL),
        st.builds(EndShow, ILL),
        st.builds(Retire, ILL),
        st.builds(Hello, ILL, ILL, ILL),
        st.builds(Destinations, ILL),
        st.builds(lambda one: Destinations((one,)), destination),
    )


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ill_typed(), max_size=8))
def test_no_message_whatever_its_fields_hold_raises_into_the_loop(
    tmp_path_factory: pytest.TempPathFactory, messages: list[object]
) -> None:
    onair = Onair(tmp_path_factory.mktemp("room"))
    onair.control.report(run(1))
    peer = onair.connect(SUPERVISOR, *messages)
    onair.control.publish(STATE)
    assert all(isinstance(on, bool) for on in onair.pressed)
    assert all(isinstance(name, str) for name in onair.allowed)
    for wanted in onair.redirected:
        assert all(one.argv and all(isinstance(w, str) for w in one.argv) for one in wanted)
    onair.control.close()
    onair.selector.close()
    peer.close()


@pytest.mark.parametrize(
    "wanted",
    [
        (Destination("a", ()),),
        (Destination("a", ("x\0y",)),),
        (Destination("a", ("\ud800",)),),
        (Destination("a", ("x",)), Destination("a", ("y",))),
        ("a",),
    ],
)
def test_destinations_that_cannot_be_pushed_to_change_nothing(
    onair: Onair, wanted: tuple[Destination, ...]
) -> None:
    onair.connect(SUPERVISOR, Destinations(wanted))
    assert onair.redirected == []
