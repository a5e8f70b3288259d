"""Which options a comment names."""

from decimal import Decimal

import pytest

from host.answers.options import options_named, unlisted_option
from host.model import Product, Variant

SHIRT = Product(
    "s",
    "T恤",
    Decimal(50),
    variants=tuple(Variant(option) for option in ("红色 M", "红色 L", "蓝色 L", "蓝色 2XL")),
)
OIL = Product(
    "o", "oil", Decimal(5), variants=(Variant("500 ml"), Variant("1.5 L"), Variant("5 L"))
)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("红色l码多少钱", ["红色 L"]),
        ("红色还有吗", ["红色 M", "红色 L"]),
        ("红的有吗", ["红色 M", "红色 L"]),
        ("l码有吗", ["红色 L", "蓝色 L"]),
        ("2xl有没有", ["蓝色 2XL"]),
        ("绿色有吗", []),
        ("红包怎么领", []),
        ("hello", []),
    ],
)
def test_colours_and_sizes(text: str, options: list[str]) -> None:
    assert [variant.option for variant in options_named(text, SHIRT)] == options


@pytest.mark.parametrize(
    ("text", "options"),
    [("500ml多少钱", ["500 ml"]), ("5l how much", ["5 L"]), ("1.5l", ["1.5 L"])],
)
def test_amounts_are_whole_numbers(text: str, options: list[str]) -> None:
    assert [variant.option for variant in options_named(text, OIL)] == options


def test_colours_and_sizes_that_are_not_listed_are_seen() -> None:
    assert all(map(unlisted_option, ["绿色有吗", "有xs码吗", "do you have it in red", "大号有吗"]))
    assert not any(map(unlisted_option, ["多少钱", "how much is shipping", "包邮吗"]))
