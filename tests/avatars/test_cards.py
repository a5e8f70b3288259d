from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest

from avatars.cards import CardTexts, card
from avatars.layout import layout_for
from avatars.pictures import picture
from host.model import Coupon, Lang, Product, Promotion, Variant, VideoFormat

APPLES = Product(
    sku="FP06", name="岭溪高山脆甜苹果 5斤装", price=Decimal("32.80"), list_price=Decimal("45.80"),
    link=3, coupon=Coupon(Decimal(5), Decimal(60)),
)  # fmt: skip
PORTRAIT, LANDSCAPE = VideoFormat(360, 640), VideoFormat(640, 360)


def test_a_card_says_what_the_product_says() -> None:
    assert CardTexts.of(APPLES, "zh").drawn("zh") == (
        "3号链接", "岭溪高山脆甜苹果 5斤装", "¥32.8", "原价¥45.8", "满60减5",
    )  # fmt: skip
    mug = Product("EN01", "Travel mug", Decimal("24"), currency="USD", link=1,
                  coupon=Coupon(Decimal("4.00")))  # fmt: skip
    assert CardTexts.of(mug, "en").drawn("en") == ("Link 1", "Travel mug", "$24", "$4 coupon")


@pytest.mark.parametrize(("lang", "price"), [("zh", "¥99起"), ("en", "from ¥99")])
def test_a_dearer_option_makes_the_price_the_least(lang: Lang, price: str) -> None:
    shirt = Product("CL04", "卫衣", Decimal(99))
    both = replace(shirt, variants=(Variant("L", Decimal(99)), Variant("2XL", Decimal(109))))
    same = replace(shirt, variants=(Variant("L", Decimal(99)), Variant("M")))

    assert CardTexts.of(both, lang).price == price
    assert CardTexts.of(same, lang).price == "¥99"


def test_a_list_price_that_is_no_reduction_is_not_drawn() -> None:
    assert CardTexts.of(replace(APPLES, list_price=APPLES.price), "zh").list_price == ""


def test_an_offer_that_may_have_ended_is_not_drawn() -> None:
    plain = replace(APPLES, coupon=None)
    ends = Promotion("会员日特价", valid_to=datetime(2030, 1, 1, tzinfo=UTC))
    lasts = Promotion("两箱包邮")

    assert CardTexts.of(replace(plain, promotions=(ends,)), "zh").offer == ""
    assert CardTexts.of(replace(plain, promotions=(ends, lasts)), "zh").offer == "两箱包邮"


@pytest.mark.parametrize(("stock", "drawn"), [(0, "已售罄"), (1, ""), (None, "")])
def test_sold_out_is_said_when_nothing_is_left(stock: int | None, drawn: str) -> None:
    assert CardTexts.of(replace(APPLES, stock=stock), "zh").sold_out == drawn


@pytest.mark.parametrize("video", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize(
    "other",
    [
        replace(APPLES, price=Decimal("33.80")), replace(APPLES, list_price=None),
        replace(APPLES, link=4), replace(APPLES, coupon=None), replace(APPLES, stock=0),
        replace(APPLES, name="岭溪高山脆甜梨 5斤装"),
    ],
)  # fmt: skip
def test_every_fact_is_seen(video: VideoFormat, other: Product) -> None:
    one, two = card(APPLES, "zh", video), card(other, "zh", video)

    assert one.rect == two.rect
    assert np.abs(one.ink.y.astype(int) - two.ink.y).max() > 60


@pytest.mark.parametrize("video", [PORTRAIT, LANDSCAPE])
def test_paper_fills_its_place_and_nothing_hard_lies_outside(video: VideoFormat) -> None:
    sprite = card(APPLES, "zh", video)
    place = layout_for(video).card.rect(video)
    inside = place.moved(-sprite.rect.y, -sprite.rect.x)
    outside = sprite.keep.y.copy()
    outside[inside.y : inside.bottom, inside.x : inside.right] = 255

    assert np.mean(sprite.keep.at(inside).y < 20) > 0.97
    assert outside.min() > 140  # the shadow alone
    assert outside[0].min() == outside[-1].min() == 255  # faded out before its end


@pytest.mark.parametrize("video", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("price", ["99999.99", "12345678901.99"])
def test_the_longest_price_stays_on_the_paper(video: VideoFormat, price: str) -> None:
    dear = replace(APPLES, price=Decimal(price), list_price=Decimal(price) + 1)
    sprite, plain = card(dear, "zh", video), card(APPLES, "zh", video)

    outside = plain.keep.y > 20
    assert np.array_equal(sprite.keep.y[outside], plain.keep.y[outside])


@pytest.mark.parametrize("video", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("name", ["很长的名字" * 30, "x" * 200, "😀", "A " * 90])
def test_no_name_breaks_a_card(video: VideoFormat, name: str) -> None:
    long = card(replace(APPLES, name=name, price=Decimal("123456.78")), "zh", video)

    assert long.rect == card(APPLES, "zh", video).rect


def test_a_picture_is_cut_square_from_its_middle(tmp_path: Path) -> None:
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[:, 40:80] = (0, 0, 255)
    path = tmp_path / "苹果.png"
    path.write_bytes(cv2.imencode(".png", wide)[1].tobytes())
    found = picture(str(path), 20)

    assert found is not None
    assert found.reshape(-1, 3).tolist() == [[255, 0, 0]] * 400


def test_transparent_and_grey_pictures_are_shown_too(tmp_path: Path) -> None:
    clear, grey = tmp_path / "clear.png", tmp_path / "grey.png"
    clear.write_bytes(cv2.imencode(".png", np.zeros((8, 8, 4), np.uint8))[1].tobytes())
    grey.write_bytes(cv2.imencode(".png", np.full((8, 8), 90, np.uint8))[1].tobytes())
    first, second = picture(str(clear), 4), picture(str(grey), 4)

    assert first is not None
    assert first.min() > 200
    assert second is not None
    assert (second == 90).all()


def test_a_lost_picture_leaves_the_card_on_air(tmp_path: Path) -> None:
    torn = tmp_path / "torn.png"
    torn.write_bytes(b"\x89PNG")

    assert picture(str(tmp_path / "gone.png"), 20) is None
    assert picture(str(torn), 20) is None
    assert card(replace(APPLES, images=(str(torn),)), "zh", PORTRAIT).rect
