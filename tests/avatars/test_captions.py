from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatars.captions import MAX_LINES, Captions
from avatars.layout import layout_for
from avatars.planes import Planes, Rect
from host.model import VideoFormat

VIDEO = VideoFormat(360, 640)
CLAUSE = "咬一口嘎嘣脆，汁水足"
LONG = "It keeps your coffee hot on the whole way to work and back again, even in winter"


def lit(captions: Captions) -> int:
    """Chroma pixels of the lit colour (yellow: little Cb)."""
    sprite = captions.sprite
    assert sprite is not None
    part = sprite.keep.u < 60
    return int(np.count_nonzero(part & (sprite.ink.u < 90)))


@pytest.mark.parametrize("video", [VIDEO, VideoFormat(640, 360)])
@pytest.mark.parametrize("text", [CLAUSE, LONG, "好" * 80, "x" * 120])
def test_a_caption_stays_at_its_place(video: VideoFormat, text: str) -> None:
    place = layout_for(video).caption.rect(video)
    for progress in (0.0, 0.3, 0.99):
        captions = Captions(video)
        captions.show(text, progress)

        assert captions.sprite is not None
        assert place.covers(captions.sprite.rect)


def test_it_is_lit_as_far_as_it_has_been_said() -> None:
    captions = Captions(VIDEO)
    shares = []
    for progress in np.linspace(0, 1, 21):
        captions.show(CLAUSE, float(progress))
        shares.append(lit(captions))

    assert shares[0] == 0
    assert shares == sorted(shares)
    assert abs(shares[10] / shares[-1] - 0.5) < 0.12


def test_a_clause_said_again_begins_dark() -> None:
    captions = Captions(VIDEO)
    captions.show(CLAUSE, 1.0)
    captions.show(CLAUSE, 0.0)

    assert lit(captions) == 0


def test_a_long_clause_is_paged_through() -> None:
    captions = Captions(VIDEO)
    seen: list[Rect] = []
    for progress in np.linspace(0, 1, 60):
        captions.show(LONG, float(progress))
        sprite = captions.sprite
        assert sprite is not None
        if not seen or sprite.rect != seen[-1]:
            seen.append(sprite.rect)
    tallest = max(rect.height for rect in seen)
    captions.show("x", 0.0)
    assert captions.sprite is not None

    assert len(seen) > 1
    assert tallest < (MAX_LINES + 0.8) * captions.sprite.rect.height


@pytest.mark.parametrize("empty", ["", "😀", "，"])
def test_nothing_to_show_is_no_plate(empty: str) -> None:
    captions = Captions(VIDEO)
    captions.show(CLAUSE, 0.5)
    gone = captions.show(empty, 0.0)

    assert captions.sprite is None
    assert gone
    assert captions.show(empty, 0.5) == []


@given(st.lists(st.tuples(st.sampled_from(["", CLAUSE, LONG]), st.floats(0, 1)), max_size=12))
@settings(max_examples=25, deadline=None)
def test_what_is_said_to_have_changed_is_all_that_changed(steps: list[tuple[str, float]]) -> None:
    captions = Captions(VIDEO)
    frame = np.full((960, 360), 100, np.uint8)
    shown = Planes.of(frame)
    for text, progress in steps:
        for rect in captions.show(text, progress):
            shown.at(rect).y[:] = 100
            shown.at(rect).u[:] = 100
            shown.at(rect).v[:] = 100
            if captions.sprite is not None:
                captions.sprite.blend(shown, rect)
        fresh = np.full((960, 360), 100, np.uint8)
        if captions.sprite is not None:
            captions.sprite.blend(Planes.of(fresh), captions.sprite.rect)

        assert np.array_equal(frame, fresh)
