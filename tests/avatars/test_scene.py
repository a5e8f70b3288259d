from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatars.colour import bgr_to_i420
from avatars.entrance import SECONDS
from avatars.label import Label
from avatars.layout import layout_for
from avatars.planes import Planes
from avatars.scene import Scene, drawn_texts
from host.model import Format, Patch, Product, Question, Scenery, VideoFormat

FORMATS = [Format(VideoFormat(360, 640)), Format(VideoFormat(640, 360))]
SETTLED = round(SECONDS * 25) + 1
APPLES = Product("FP06", "岭溪高山脆甜苹果 5斤装", Decimal("32.8"), link=3)
CUP = Product("HM03", "双层隔热玻璃杯", Decimal(35), list_price=Decimal(50), link=4)
ASKED = Question("买*甲", "这个苹果甜不甜呀？")
SCENERIES = st.builds(
    Scenery,
    product=st.sampled_from([None, APPLES, CUP]),
    caption=st.sampled_from(["", "咬一口嘎嘣脆", "It keeps your coffee hot on the whole way"]),
    progress=st.floats(0, 1),
    question=st.sampled_from([None, ASKED]),
)
PLACES = st.tuples(st.integers(0, 100), st.integers(0, 60), st.integers(0, 255))


def patch(y: int, x: int, level: int, height: int = 120, width: int = 160) -> Patch:
    return Patch(y, x, bgr_to_i420(np.full((height, width, 3), level, np.uint8)))


def whole(fmt: Format, level: int) -> Patch:
    return patch(0, 0, level, fmt.video.height, fmt.video.width)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_scene_without_host_card_or_words_is_the_set_with_its_notice(fmt: Format) -> None:
    scene = Scene(fmt, "zh")
    frame = scene.frame([], Scenery())
    bare = bgr_to_i420(scene.background)
    Label(fmt, "zh").apply(Planes.of(bare))

    assert frame.shape == fmt.frame_shape
    assert np.array_equal(frame, bare)


@given(st.lists(st.tuples(SCENERIES, st.lists(PLACES, max_size=2)), min_size=1, max_size=8))
@settings(max_examples=12, deadline=None)
def test_whatever_came_before_the_picture_is_the_one_composed_afresh(
    steps: list[tuple[Scenery, list[tuple[int, int, int]]]],
) -> None:
    fmt = FORMATS[0]
    scene = Scene(fmt, "zh")
    host = bgr_to_i420(scene.background)
    for scenery, places in steps:
        patches = [patch(2 * y, 2 * x, level) for y, x, level in places]
        for one in patches:
            planes = Planes.of(one.i420)
            Planes.of(host).at(planes.rect.moved(one.y, one.x)).copy_from(planes)
        frame = scene.frame(patches, scenery)
    last = steps[-1][0]
    for _ in range(SETTLED):
        frame = scene.frame([], last)
    fresh = Scene(fmt, "zh")
    for _ in range(SETTLED):
        composed = fresh.frame([Patch(0, 0, host)], last)

    assert np.array_equal(frame, composed)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_the_notice_is_in_every_frame_whatever_is_drawn(fmt: Format, level: int) -> None:
    label = Label(fmt, "zh")
    scene = Scene(fmt, "zh")
    wanted = bgr_to_i420(np.full((fmt.video.height, fmt.video.width, 3), level, np.uint8))
    label.apply(Planes.of(wanted))
    expected = Planes.of(wanted).at(label.rect)
    busy = Scenery(APPLES, "咬一口嘎嘣脆" * 9, 0.5, Question("买*甲", "甜不甜" * 40))
    for number in range(20):
        shown = busy if number % 7 else Scenery()
        frame = scene.frame([whole(fmt, level)] if number % 3 == 0 else [], shown)
        seen = Planes.of(frame).at(label.rect)

        assert np.array_equal(seen.y, expected.y)
        assert np.array_equal(seen.u, expected.u)


def test_it_is_one_frame_that_is_kept() -> None:
    scene = Scene(FORMATS[0], "zh")

    assert scene.frame([], Scenery()) is scene.frame([], Scenery(caption="好"))


@pytest.mark.parametrize(("y", "x"), [(560, 0), (0, 300), (-2, 0)])
def test_a_patch_outside_the_frame_is_refused(y: int, x: int) -> None:
    with pytest.raises(ValueError, match="outside the frame"):
        Scene(FORMATS[0], "zh").frame([patch(y, x, 0)], Scenery())


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_host_is_seen_where_nothing_covers_it(fmt: Format) -> None:
    scene = Scene(fmt, "zh")
    frame = scene.frame([whole(fmt, 0)], Scenery(product=APPLES))
    face = layout_for(fmt.video).host.rect(fmt.video)

    assert np.median(Planes.of(frame).at(face).y) == 16


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_card_comes_in_and_goes_without_a_jump(fmt: Format) -> None:
    scene = Scene(fmt, "zh")
    place = layout_for(fmt.video).card.rect(fmt.video)
    scene.frame([whole(fmt, 0)], Scenery())
    levels = []
    for shown in [APPLES] * SETTLED + [None] * SETTLED:
        frame = scene.frame([], Scenery(product=shown))
        levels.append(float(np.mean(Planes.of(frame).at(place).y)))
    coming, going = levels[:SETTLED], levels[SETTLED:]

    assert levels[-1] == 16
    assert max(levels) > 150
    assert coming == sorted(coming)
    assert going == sorted(going, reverse=True)
    assert max(np.abs(np.diff(levels))) < 0.6 * max(levels)


def test_a_changed_price_is_on_the_card_at_once() -> None:
    scene = Scene(FORMATS[0], "zh")
    for _ in range(SETTLED):
        before = scene.frame([], Scenery(product=APPLES)).copy()
    dearer = replace(APPLES, price=Decimal("39.8"))
    for _ in range(SETTLED):
        after = scene.frame([], Scenery(product=dearer))

    assert np.abs(before.astype(int) - after).max() > 60


def test_every_drawn_text_is_named_for_the_gate() -> None:
    texts = drawn_texts(Scenery(CUP, "烫手😀吗", 0.3, ASKED), "zh")

    assert texts == (
        "AI数字人直播", "4号链接", "双层隔热玻璃杯", "¥35", "原价¥50",
        "烫手吗", "买*甲：", "这个苹果甜不甜呀？",
    )  # fmt: skip
    assert drawn_texts(Scenery(), "en") == ("AI-generated host",)
