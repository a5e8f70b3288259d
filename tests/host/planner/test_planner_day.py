"""A day of the demo rooms without a language model: variety, and lines that the gate lets pass."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from host.gate import Gate
from host.model import Lang
from host.planner import Planner
from host.variety import BARS, Said, Variety, measure
from tests.host.planner.test_planner import DEMOS, NOW, bundled, show

ZONES: dict[Lang, ZoneInfo] = {
    "zh": ZoneInfo("Asia/Shanghai"),
    "en": ZoneInfo("America/New_York"),
}


def day(lang: Lang, hours: float, seed: int = 7) -> tuple[Variety, list[str]]:
    """The figures of a show, and what the gate refuses of it."""
    gate = Gate(DEMOS[lang])
    start = NOW.astimezone(ZONES[lang])
    said, refused = [], []
    for one in show(Planner(DEMOS[lang], bundled(lang), seed, lang), hours, start):
        if gate.check_line(one.line, start).passed:
            said.append(Said(one.t, one.state.lap, one.line.text, lang))
        else:
            refused.append(one.line.text)
    return measure(said), refused


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_evening_keeps_the_bars(lang: Lang) -> None:
    figures, refused = day(lang, 3)
    assert figures.holds, figures
    assert len(refused) <= 2, refused


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("seed", [7, 2026])
def test_two_days_keep_the_bars(lang: Lang, seed: int) -> None:
    figures, refused = day(lang, 48, seed)
    assert figures.known is not None
    assert figures.holds, (BARS, figures)
    assert len(refused) <= 0.001 * figures.sentences, refused
