"""The product card: picture, name, price, list price struck through, link number, coupon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import ImageFont

from avatars.canvas import Canvas, Colour, gradient, rounded
from avatars.fonts import drawable, font
from avatars.layout import layout_for
from avatars.money import money, symbol
from avatars.pictures import picture
from avatars.sprite import Sprite
from avatars.text import advance, clipped
from host.model import Lang, Product, VideoFormat

_PAPER: Colour = (255, 255, 255)
_INK: Colour = (28, 32, 44)
_QUIET: Colour = (132, 138, 152)
_PRICE: Colour = (232, 38, 60)
_BADGE_FROM: Colour = (255, 106, 72)
_BADGE_TO: Colour = (240, 40, 88)
_TAG: Colour = (255, 236, 236)
_SHADE: Colour = (24, 28, 40)
_REFERENCE = 720
"""Short side, px, in which the sizes below are given."""
_SHADOW = 20
_PRICE_RUNS = re.compile(r"(\D*)([\d,]+)(.*)")
"""Sign, whole units, the rest."""
_NAME_LEADING = 1.3
"""Distance of the name's baselines, em."""


@dataclass(frozen=True, slots=True)
class CardTexts:
    """Every text that a card may draw. An empty one is not drawn."""

    name: str
    price: str
    list_price: str
    badge: str
    offer: str
    """The coupon or a lasting promotion."""
    sold_out: str

    @classmethod
    def of(cls, product: Product, lang: Lang) -> CardTexts:
        """What the card says of ``product``.

        One whose ``priced_until`` stands has no price, as ``as_of`` gives it.
        Promotions with a beginning or an end are left out: a scene has no clock to know whether
        they hold. Without a coupon, one that holds until it is withdrawn takes the coupon's place.
        """
        code = product.currency
        zh = lang == "zh"
        offer = ""
        if product.coupon is not None:
            off = money(product.coupon.amount, code, lang)
            if product.coupon.threshold > 0:
                least = money(product.coupon.threshold, code, lang)
                bare = len(symbol(code))
                offer = f"满{least[bare:]}减{off[bare:]}" if zh else f"{off} off over {least}"
            else:
                offer = f"领券减{off}" if zh else f"{off} coupon"
        lasting = [p.text for p in product.promotions if not (p.valid_from or p.valid_to)]
        if not offer and lasting:
            offer = drawable(lasting[0])
        link = product.link
        priced = product.priced_until is None
        reduced = product.list_price is not None and product.list_price > product.price
        return cls(
            name=drawable(product.name),
            price=_price(product, lang) if priced else "",
            list_price=money(product.list_price, code, lang)
            if priced and reduced and product.list_price is not None
            else "",
            badge="" if link is None else (f"{link}号链接" if zh else f"Link {link}"),
            offer=offer if priced else "",
            sold_out=("已售罄" if zh else "Sold out") if product.stock == 0 else "",
        )

    def drawn(self, lang: Lang) -> tuple[str, ...]:
        """What those that are not empty tell a viewer, for the gate to judge.

        A price struck through tells that it was the price, without a word.
        """
        was = f"原价{self.list_price}" if lang == "zh" else f"was {self.list_price}"
        before = was if self.list_price else ""
        texts = (self.badge, self.name, self.price, before, self.offer, self.sold_out)
        return tuple(text for text in texts if text)


def _price(product: Product, lang: Lang) -> str:
    """The price; where an option costs more, as the least one: "¥99起", "from $45"."""
    price = money(product.price, product.currency, lang)
    options = [option.price for option in product.variants if option.price is not None]
    if not options or max(options) <= product.price or min(options) < product.price:
        return price
    return f"{price}起" if lang == "zh" else f"from {price}"


def card(product: Product, lang: Lang, video: VideoFormat, stamp: int = 0) -> Sprite:
    """The card of ``product`` at its place in the layout. ``stamp``: as ``picture`` takes it."""
    path = product.images[0] if product.images else ""
    return _card(CardTexts.of(product, lang), path, stamp, video)


@lru_cache(maxsize=32)
def _card(texts: CardTexts, path: str, stamp: int, video: VideoFormat) -> Sprite:
    layout = layout_for(video)
    place = layout.card.rect(video)
    short = min(video.width, video.height)
    drawing = _Drawing(texts, path, stamp, place.width, place.height, short)
    if layout.upright_card:
        drawing.upright()
    else:
        drawing.lying()
    return drawing.canvas.sprite(place.y - drawing.margin, place.x - drawing.margin)


@lru_cache(maxsize=4)
def _blank(width: int, height: int, margin: int, radius: int) -> Canvas:
    """The paper and its shadow."""
    canvas = Canvas(width + 2 * margin, height + 2 * margin)
    shadow = rounded(width, height, radius, blur=1.55 * margin, margin=margin)
    canvas.fill(shadow, _SHADE, y=margin // 5, opacity=0.34)
    canvas.fill(rounded(width, height, radius), _PAPER, margin, margin, opacity=0.97)
    return canvas


class _Drawing:
    """One card under way. Sizes are in px of a picture 720 wide, scaled by ``px``."""

    def __init__(
        self, texts: CardTexts, path: str, stamp: int, width: int, height: int, short: int
    ) -> None:
        self._texts, self._path, self._stamp = texts, path, stamp
        self._width, self._height = width, height
        self._scale = short / _REFERENCE
        self.margin = 2 * self.px(_SHADOW / 2)
        self.canvas = _blank(width, height, self.margin, self.px(24)).copy()

    def px(self, size: float) -> int:
        """``size`` scaled to the picture."""
        return round(size * self._scale)

    def lying(self) -> None:
        """Picture at the left, text beside it."""
        inset, gap = self.px(14), self.px(20)
        left = top = self.margin + inset
        side = self._height - 2 * inset
        self._picture(left, top, side)
        x = left + side + gap
        width = self.margin + self._width - self.px(20) - x
        face = font(self.px(29), 600)
        name = clipped(self._texts.name, face, width, 2)
        bottom = self.margin + self._height - inset
        price_baseline = bottom - self.px(9)
        leading = _NAME_LEADING * face.size
        # One line of name is set nearer the middle, so that the card has no hole in it.
        first = top + self.px(29) + (0 if len(name) > 1 else leading * 0.55)
        self._name(name, face, x, first)
        end = self._price(x, price_baseline, self.px(50), width)
        end = self._list_price(end + self.px(12), price_baseline, x + width)
        self._offer(x + width, price_baseline, room=x + width - end - self.px(12))

    def upright(self) -> None:
        """Picture on top, text under it."""
        inset = self.px(14)
        left = top = self.margin + inset
        side = self._width - 2 * inset
        self._picture(left, top, side)
        x, width = left + self.px(4), side - self.px(8)
        face = font(self.px(27), 600)
        name = clipped(self._texts.name, face, width, 3)
        self._name(name, face, x, top + side + self.px(40))
        bottom = self.margin + self._height - inset
        offer = bool(self._texts.offer)
        baseline = bottom - self.px(78 if offer else 24)
        end = self._price(x, baseline, self.px(56), width)
        self._list_price(end + self.px(12), baseline, x + width)
        self._offer(x, bottom - self.px(24), room=width, anchor="l")

    def _picture(self, x: int, y: int, side: int) -> None:
        mask = rounded(side, side, self.px(16))
        found = picture(self._path, side, self._stamp) if self._path else None
        if found is None:
            self.canvas.fill(mask, gradient(side, side, (246, 240, 240), (236, 228, 232)), x, y)
        else:
            self.canvas.fill(mask, found, x, y)
        if self._texts.sold_out:
            self.canvas.fill(mask, _SHADE, x, y, opacity=0.55)
            face = font(self.px(30), 700)
            middle = y + side / 2 + self.px(11)
            self.canvas.text(self._texts.sold_out, face, _PAPER, x + side / 2, middle, anchor="m")
        self._badge(x, y, side)

    def _badge(self, x: int, y: int, side: int) -> None:
        text = self._texts.badge
        if not text:
            return
        face, height = font(self.px(21), 700), self.px(31)
        width = min(side, round(advance(text, face)) + self.px(22))
        # The left top corner is the picture's own; the one across from it is round as well.
        radius = self.px(16)
        mask = np.array(rounded(2 * width, 2 * height, radius)[:height, :width])
        mask[height // 2 :, width // 2 :] = rounded(width, height, radius)[
            height // 2 :, width // 2 :
        ]
        self.canvas.fill(mask, gradient(width, height, _BADGE_FROM, _BADGE_TO), x, y)
        self.canvas.text(text, face, _PAPER, x + width / 2, y + self.px(23), anchor="m")

    def _name(
        self, lines: tuple[str, ...], face: ImageFont.FreeTypeFont, x: int, baseline: float
    ) -> None:
        for index, line in enumerate(lines):
            self.canvas.text(line, face, _INK, x, baseline + index * _NAME_LEADING * face.size)

    def _price(self, x: int, baseline: int, em: float, room: int) -> int:
        """Symbol small, whole units large, the rest smaller; returns its right end."""
        if not self._texts.price:
            return x
        lead, units, rest = _PRICE_RUNS.findall(self._texts.price)[0]
        colour = _QUIET if self._texts.sold_out else _PRICE
        runs = ((lead, 0.62, 700), (units, 1.0, 800), (rest, 0.68, 700))
        while True:
            faces = [font(round(em * share), weight) for _, share, weight in runs]
            widths = [advance(run, face) for (run, _, _), face in zip(runs, faces, strict=True)]
            if sum(widths) <= room:
                break
            em *= 0.95
        end = float(x)
        for (run, _, _), face, width in zip(runs, faces, widths, strict=True):
            self.canvas.text(run, face, colour, end, baseline)
            end += width
        return round(end)

    def _list_price(self, x: int, baseline: int, limit: int) -> int:
        """Drawn where it ends before ``limit``; returns its right end."""
        text = self._texts.list_price
        face = font(self.px(25), 400)
        if not text or x + advance(text, face) > limit:
            return x
        self.canvas.text(text, face, _QUIET, x, baseline)
        end = x + round(advance(text, face))
        middle = baseline - round(0.36 * face.size)
        self.canvas.line(x - self.px(2), end + self.px(2), middle, max(2, self.px(2)), _QUIET)
        return end

    def _offer(self, x: int, baseline: int, *, room: int, anchor: str = "r") -> None:
        text = self._texts.offer
        face = font(self.px(23), 700)
        width = round(advance(text, face)) + self.px(20)
        if not text or width > room:
            return
        height = self.px(36)
        left = x - width if anchor == "r" else x
        top = baseline - self.px(27)
        self.canvas.fill(rounded(width, height, self.px(9)), _TAG, left, top)
        self.canvas.text(text, face, _PRICE, left + width / 2, top + self.px(26), anchor="m")
