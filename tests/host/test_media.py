"""What the media process may say and show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from avatars.scene import drawn_texts
from host.config import Room, load_room
from host.facts import as_of
from host.gate import Gate
from host.gate.verdict import Verdict, Violation
from host.media import stage
from host.media.facts import Facts
from host.media.stage import Stage, permit
from host.model import Decision, Ended, Lineup, Patch, Planned, Scenery
from stream.playout import Playout, Step
from tests.host.showing import BEFORE, ROOT, ZONE, Clock, demo, during, planned, product, sound


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(stage, "datetime", Clock)
    monkeypatch.setattr(Clock, "moment", BEFORE)
    return Clock


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    return load_room(ROOT / "configs/demo.toml")


def playout(room: Room, ended: list[Ended]) -> Playout:
    may = partial(permit, Facts(demo()), ZONE)
    return Playout(room.format, may, ended.append)


def say(one: Playout, line: Planned) -> list[str]:
    """The clauses that sound when a line has all of its sounds."""
    one.enqueue(line)
    for clause in line.clauses:
        one.voiced(clause.line, clause.index, sound())
    steps = (one.next() for _ in range(40))
    return [step.clause.text for step in steps if step is not None]


def test_a_true_price_is_said(room: Room, clock: type[Clock]) -> None:
    ended: list[Ended] = []
    line = planned("这支洁面乳现在只要49元。")
    assert say(playout(room, ended), line) == [clause.text for clause in line.clauses]
    assert ended == []


def test_a_clause_with_a_wrong_number_is_not_said_and_drops_its_line(
    room: Room, clock: type[Clock]
) -> None:
    ended: list[Ended] = []
    line = planned("泡沫很细密，洗完脸不紧绷。现在只要39元。")
    assert len(line.clauses) > 1
    said = say(playout(room, ended), line)
    assert said
    assert "39" not in "".join(said)
    ((one),) = ended
    assert (one.line, one.outcome) == (1, "dropped")
    assert one.reason.startswith("refused at playout: ")
    assert "39" in one.reason


def test_a_price_is_said_only_while_it_holds(room: Room, clock: type[Clock]) -> None:
    line = planned("这支洁面乳活动价45元。")
    ended: list[Ended] = []
    assert say(playout(room, ended), line) == []
    assert len(ended) == 1
    clock.moment = during()
    assert "45" in "".join(say(playout(room, []), line))


def test_a_line_of_a_product_that_left_the_lineup_is_dropped(
    room: Room, clock: type[Clock]
) -> None:
    ended: list[Ended] = []
    assert say(playout(room, ended), planned("现在只要49元。", sku="GONE")) == []
    assert [one.outcome for one in ended] == ["dropped"]


class FakeScene:
    """Keeps what it was to draw."""

    def __init__(self, *_: object) -> None:
        self.background = np.zeros((4, 4, 3), np.uint8)
        self.drawn: list[Scenery] = []
        self.patches: Sequence[Patch] = ()

    def forget(self) -> None:
        """It knows no pictures."""

    def frame(self, patches: Sequence[Patch], scenery: Scenery) -> NDArray[np.uint8]:
        self.drawn.append(scenery)
        self.patches = patches
        return np.zeros((1920, 720), np.uint8)


class FakeAvatar:
    """Draws nothing; raises while it is ``broken``."""

    broken = False

    def frame(self, pose: object, cost: int = 0) -> tuple[()]:
        if self.broken:
            raise MemoryError("no room for a face")
        return ()


class Show:
    """A stage without pixels: what it shows, and what it tells."""

    def __init__(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stage, "Scene", FakeScene)
        self.avatar = FakeAvatar()
        monkeypatch.setattr(stage, "open_avatar", lambda *_: self.avatar)
        self.told: list[Decision] = []
        self.facts = Facts(demo())
        self.stage = Stage(room, self.facts, self.told.append)
        self.drawn = cast(FakeScene, self.stage._scene).drawn

    def draw(self, line: Planned | None, seq: int = 1, frame: int = 0) -> Scenery:
        self.stage.draw(seq, None if line is None else _step(line, frame))
        return self.drawn[-1]


def _step(line: Planned, frame: int) -> Step:
    one = sound(1920 * 4)
    pcm = one.pcm[:1920]
    return Step(line.line, line.clauses[0], one, frame, frame * 1920, pcm, False, False)


@pytest.fixture
def show(room: Room, clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> Show:
    return Show(room, monkeypatch)


def test_card_caption_and_question_are_of_the_line(show: Show) -> None:
    line = planned("这支洁面乳现在只要49元。")
    first, later = show.draw(line), show.draw(line, 3, frame=2)
    assert first.product is not None
    assert first.product.sku == "BT02"
    assert (first.caption, first.progress) == (line.clauses[0].text, 0.0)
    assert later.progress == 0.5
    assert show.told == []


def test_the_card_shows_the_price_that_holds(show: Show, clock: type[Clock]) -> None:
    line = planned("泡沫很细密。")
    before = show.draw(line).product
    clock.moment = during()
    within = show.draw(line).product
    assert before is not None
    assert within is not None
    assert (before.price, within.price) == (Decimal(49), Decimal(45))


def test_an_idle_host_shows_no_price_that_is_over(show: Show, clock: type[Clock]) -> None:
    clock.moment = during()
    show.draw(planned("泡沫很细密。"))
    clock.moment = BEFORE
    idle = [show.draw(None, seq).product for seq in range(1, 27)]
    assert idle[-1] is not None
    assert idle[-1].price == 49


def test_a_card_that_the_gate_refuses_is_not_shown_and_told_once(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused_text = product("BT02").name
    why = Violation("banned-word", 0, 2, refused_text, f"{refused_text} may not be said")

    def check(text: str, *_: object) -> Verdict:
        return Verdict((why,) if text == refused_text else ())

    monkeypatch.setattr(show.facts, "check", check)
    for _ in range(3):
        assert show.draw(planned("泡沫很细密。")).product is None
    (refused,) = show.told
    assert (refused.what, refused.about) == ("card-refused", {"sku": "BT02"})
    assert refused.why == why.why


def test_a_revision_is_drawn_with_the_next_frame(show: Show) -> None:
    line = planned("泡沫很细密。")
    before = show.draw(line)
    dearer = replace(product("BT02"), price=Decimal(55), promotions=())
    show.facts.revise(Lineup((dearer,), "2"))
    show.stage.revised()
    after, idle = show.draw(line, 2, frame=1), show.draw(None, 3)
    assert before.product is not None
    assert (before.product.price, after.product, idle.product) == (Decimal(49), dearer, dearer)
    show.facts.revise(Lineup((), "3"))
    show.stage.revised()
    assert show.draw(line, 4, frame=3).product is None
    show.facts.revise(Lineup((dearer,), "2"))
    show.stage.revised()
    assert show.draw(None, 5).product == dearer


def test_a_pushed_price_that_is_too_old_leaves_the_card_at_once(
    show: Show, clock: type[Clock]
) -> None:
    until = BEFORE + timedelta(minutes=30)
    pushed = replace(product("BT02"), price=Decimal(55), promotions=(), priced_until=until)
    show.facts.revise(Lineup((pushed,), "2"))
    line = planned("泡沫很细密。")
    assert show.draw(line).product == replace(pushed, priced_until=None)
    clock.moment = until
    shown = show.draw(line, 2, frame=1)
    assert shown.product == pushed
    assert not [text for text in drawn_texts(shown, "zh") if "55" in text or "89" in text]
    assert show.told == []


def test_a_line_of_no_product_has_no_card(show: Show) -> None:
    show.draw(planned("泡沫很细密。"))
    assert show.draw(planned("大家好。", sku=None)).product is None


def test_after_a_picture_that_failed_nothing_of_it_stays(show: Show) -> None:
    line = planned("泡沫很细密。")
    show.avatar.broken = True
    for frame in range(3):
        with pytest.raises(MemoryError):
            show.stage.draw(frame + 1, _step(line, frame))
    assert show.drawn == []
    show.avatar.broken = False
    whole = show.draw(line, 4, frame=3)
    # First all is taken off, down to the bare set; then what belongs there is put on.
    assert show.drawn == [Scenery(), whole]
    assert whole.caption == line.clauses[0].text
    assert whole.product is not None
    assert whole.product.sku == "BT02"
    again = show.draw(line, 5, frame=3)
    assert show.drawn == [Scenery(), whole, again]


def test_a_scene_that_failed_is_redrawn_to_the_last_pixel(
    room: Room, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that fails half-way, on the real scene: then as if nothing had been."""
    one, other = (Stage(room, Facts(demo()), print) for _ in range(2))
    # A card and a caption come in over a few frames, so the same number of them is drawn.
    before, after = planned("泡沫很细密。", "EL05"), planned("现在只要49元。", line=2)
    for seq in range(12):
        one.draw(seq, _step(before, 0))
    blend = one._scene._captions.show

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(one._scene._captions, "show", fail)
    with pytest.raises(MemoryError):
        one.draw(12, _step(after, 0))
    monkeypatch.setattr(one._scene._captions, "show", blend)
    for seq in range(13, 30):
        mended = one.draw(seq, _step(after, 0))
        right = other.draw(seq, _step(after, 0))
    assert (mended == right).all()


def test_every_text_of_every_demo_card_passes() -> None:
    gate = Gate(demo())
    for moment in (BEFORE, during()):
        for listed in demo().products:
            shown = as_of(listed, moment)
            for text in drawn_texts(Scenery(product=shown), "zh"):
                assert gate.check(text, listed.sku, "zh", moment).passed, text
