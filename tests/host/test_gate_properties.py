"""Whatever number goes in that is no fact of the product, the gate refuses it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import cn2an
from hypothesis import given, settings
from hypothesis import strategies as st

from host.facts import facts_of
from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lineup, Product
from host.quantities import english
from host.quantities.scan import scan

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZH = load_lineup(ROOT / "configs/lineups/demo-zh.csv")
EN = load_lineup(ROOT / "configs/lineups/demo-en.toml")
GATES = {"zh": Gate(ZH), "en": Gate(EN)}

FILLERS_ZH = (
    "", "家人们，", "来看一下，", "今天", "真的，", "你看，原价", "到手价", "只要", "库存还有",
    "限购", "满", "券后", "容量是", "保质期", "大家一起来，", "就", "省下", "发货", "质保",
)  # fmt: skip
TAILS_ZH = (
    "元", "块", "块钱", "折", "%", "件", "瓶", "天", "个月", "年", "小时", "克", "毫升", "瓦",
    "毫安时", "倍", "个", "号链接", "元的券", "块9", "", "人买过", "分钟", "厘米", "罐", "只",
)  # fmt: skip
FILLERS_EN = (
    "", "look, ", "only ", "it was ", "now ", "save ", "limit ", "there are ",
    "the price is ",
)  # fmt: skip
TAILS_EN = (
    " dollars", " bucks", "% off", " left", " hours", " days", " months", " oz", " grams", " mugs",
    " per customer", " lumens", " people", "", " times", " years",
)  # fmt: skip


def numbers_of(product: Product) -> frozenset[Decimal]:
    """Every number that stands in any fact, as written and in base units."""
    found: set[Decimal] = set()
    for fact in facts_of(product):
        texts = [str(fact.value), f"{fact.value}{fact.unit}"]
        if isinstance(fact.value, Decimal):
            found |= {fact.value, fact.value / 10, fact.value * 10}
        for text in texts:
            for quantity in scan(text):
                for reading in quantity.readings:
                    found |= set(reading.values)
                    if isinstance(reading.written, Decimal):
                        found.add(reading.written)
    return frozenset(found)


NUMBERS = {product.sku: numbers_of(product) for lineup in (ZH, EN) for product in lineup.products}


def known(sku: str, text: str) -> bool:
    """Whether a number in ``text`` has, in some reading, a value that the product's facts have."""
    values = {
        value
        for quantity in scan(text)
        for reading in quantity.readings
        for value in reading.values
    }
    written = {reading.written for quantity in scan(text) for reading in quantity.readings}
    return bool(values & NUMBERS[sku]) or bool(written & NUMBERS[sku])


def notations(value: int) -> list[str]:
    plain = cn2an.an2cn(value, "low")
    return [
        str(value),
        f"{value:,}",
        str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        plain,
        cn2an.an2cn(value, "up"),
        plain.replace("二千", "两千").replace("二百", "两百"),
        f"{value}.5",
        f"{plain}点五",
    ]


@settings(max_examples=1500, deadline=None)
@given(
    product=st.sampled_from(ZH.products),
    value=st.one_of(st.integers(2, 200), st.integers(2, 99_999)),
    notation=st.integers(0, 7),
    before=st.sampled_from(FILLERS_ZH),
    tail=st.sampled_from(TAILS_ZH),
    after=st.sampled_from(("", "，喜欢的拍", "，到手", "，39.9元", "包邮", "，1号链接")),
)
def test_injected_numbers_in_chinese(
    product: Product, value: int, notation: int, before: str, tail: str, after: str
) -> None:
    number = notations(value)[notation]
    core = f"{number}{tail}"
    if known(product.sku, before[-1:] + core) or known(product.sku, core):
        return
    text = f"{before}{core}{after}"
    if not scan(core):
        raise AssertionError(f"{core} has no number")
    assert not GATES["zh"].check(text, product.sku, "zh", NOW).passed, text


@settings(max_examples=800, deadline=None)
@given(
    product=st.sampled_from(EN.products),
    value=st.one_of(st.integers(2, 99), st.integers(2, 99_999)),
    style=st.integers(0, 3),
    before=st.sampled_from(FILLERS_EN),
    tail=st.sampled_from(TAILS_EN),
)
def test_injected_numbers_in_english(
    product: Product, value: int, style: int, before: str, tail: str
) -> None:
    tens = tuple(english.TENS)
    words = f"{tens[value % 8]}-{('one', 'four', 'seven', 'nine')[value % 4]}"
    number = [str(value), f"{value:,}", f"${value}", words][style]
    core = f"{number}{tail}"
    if known(product.sku, core):
        return
    text = f"{before}{core} for you"
    assert not GATES["en"].check(text, product.sku, "en", NOW).passed, text


@settings(max_examples=300, deadline=None)
@given(
    value=st.integers(2, 99_999),
    notation=st.integers(0, 7),
    tail=st.sampled_from(TAILS_ZH),
)
def test_a_line_of_no_product_holds_no_number(value: int, notation: int, tail: str) -> None:
    text = f"家人们{notations(value)[notation]}{tail}"
    assert not GATES["zh"].check(text, None, "zh", NOW).passed, text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from([product.sku for product in ZH.products]))
def test_any_text_has_a_verdict(text: str, sku: str) -> None:
    verdict = GATES["zh"].check(text, sku, "zh", NOW)
    for violation in verdict.violations:
        assert text[violation.start : violation.end] == violation.text
        assert violation.why


def test_the_lineups_are_the_demos() -> None:
    assert isinstance(ZH, Lineup)
    assert len(NUMBERS) == 10
