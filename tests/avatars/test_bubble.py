from __future__ import annotations

import numpy as np
import pytest

from avatars.bubble import bubble, texts
from avatars.layout import layout_for
from host.model import Lang, Question, VideoFormat

VIDEOS = [VideoFormat(720, 1280), VideoFormat(1280, 720), VideoFormat(360, 640)]


@pytest.mark.parametrize("video", VIDEOS)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "question",
    [
        Question("买*甲", "甜不甜呀？"),
        Question("J***n", "Does it fit a car cup holder, and does it leak when I lay it down?"),
        Question("很长很长的名字" * 5, "很长的问题" * 40),
        Question("x" * 60, "y" * 200),
        Question("😀", "😀"),
        Question("", ""),
    ],
)
def test_a_question_stays_at_its_place(video: VideoFormat, lang: Lang, question: Question) -> None:
    sprite = bubble(question, lang, video)
    place = layout_for(video).question.rect(video)
    rows, columns = np.nonzero(sprite.keep.y < 60)  # the paper, without its shadow

    assert rows.min() + sprite.rect.y >= place.y - 1
    assert rows.max() + sprite.rect.y < place.bottom
    assert columns.min() + sprite.rect.x >= place.x - 1
    assert columns.max() + sprite.rect.x < place.right


def test_it_is_as_wide_as_it_needs() -> None:
    short, long = (
        bubble(Question("买*甲", text), "zh", VIDEOS[0]) for text in ("甜吗", "甜不甜呀？发顺丰吗")
    )

    assert short.rect.width < long.rect.width
    assert short.rect.height == long.rect.height


def test_only_what_can_be_drawn_is_named() -> None:
    assert texts(Question("J***n", "hot😀 or\tnot"), "en") == ("J***n:", "hot or not")
