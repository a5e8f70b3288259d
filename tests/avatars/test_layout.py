from __future__ import annotations

import pytest

from avatars.layout import LANDSCAPE, PORTRAIT, Layout, layout_for
from avatars.planes import Rect
from host.model import VideoFormat

SIZES = [(720, 1280), (1080, 1920), (1280, 720), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_overlays_stay_where_no_platform_draws_and_off_each_other(width: int, height: int) -> None:
    video = VideoFormat(width=width, height=height)
    layout = layout_for(video)
    safe = layout.safe.rect(video)
    places = [
        box.rect(video) for box in (layout.label, layout.question, layout.caption, layout.card)
    ]

    for index, place in enumerate(places):
        assert safe.covers(place)
        for other in places[index + 1 :]:
            assert not place.within(other)


@pytest.mark.parametrize(
    ("layout", "width", "height"), [(PORTRAIT, 720, 1280), (LANDSCAPE, 1280, 720)]
)
def test_the_card_leaves_the_host_alone(layout: Layout, width: int, height: int) -> None:
    video = VideoFormat(width=width, height=height)
    host, card = layout.host.rect(video), layout.card.rect(video)
    overlap: Rect = host.within(card)

    assert overlap.height <= 0.05 * host.height or overlap.width <= 0.05 * host.width


def test_portrait_keeps_clear_of_comments_and_buttons() -> None:
    assert PORTRAIT.safe.bottom <= 0.78
    assert PORTRAIT.safe.right <= 0.86
    assert PORTRAIT.safe.top >= 0.1
