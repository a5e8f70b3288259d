"""Numbers in every notation come to the same values."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from host.quantities.english import ONES, TENS, english_values
from host.quantities.hanzi import hanzi_value
from host.quantities.normal import normalise
from host.quantities.scan import scan


def read(text: str) -> list[tuple[str, ...]]:
    """(dimension, values…) of the likeliest reading of each number that is no article."""
    return [
        (reading.dimension, *(f"{value.normalize():f}" for value in reading.values))
        for quantity in scan(text)
        if not quantity.article
        for reading in quantity.readings[:1]
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("59元 59块 五十九块钱 ¥59 ￥５９ 59 元", [("currency:yuan", "59")] * 6),
        ("59块9，五十九块九，五十九元九角，59.9元", [("currency:yuan", "59.9")] * 4),
        ("三毛五，两块半，三十二块八一箱", [
            ("currency:yuan", "0.35"), ("currency:yuan", "2.5"), ("currency:yuan", "32.8"),
        ]),
        ("1.2万件，一万二千件，12000件，1.2w件", [("count:件", "12000")] * 4),
        ("八折 8折 八五折 8.5折", [
            ("discount", "8"), ("discount", "8"), ("discount", "8.5"), ("discount", "8.5"),
        ]),
        ("半价 对折 五折", [("discount", "5")] * 3),
        ("80%，百分之八十，八成", [("ratio", "0.8")] * 3),
        ("四分之三", [("ratio", "0.75")]),
        ("3号链接 三号链接 链接3 叁号鏈接", [("link", "3")] * 4),
        ("500毫升 0.5升 五百毫升", [("volume", "500")] * 3),
        ("2万毫安 20000mAh", [("charge", "20000")] * 2),
        ("5斤，2.5公斤，2500克", [("weight", "2500")] * 3),
        ("一年半 18个月 十八个月", [("months", "18")] * 3),
        ("两个半小时 2.5小时", [("seconds", "9000")] * 2),
        ("1-3天 一到三天 1天到3天", [("range:seconds", "86400", "259200")] * 3),
        ("两三天 三五天", [
            ("range:seconds", "172800", "259200"), ("range:seconds", "259200", "432000"),
        ]),
        ("80到85毫米", [("range:length", "80", "85")]),
        ("11月12日 十一月十二号", [("date", "11", "12")] * 2),
        ("2026年11月12日 2026-11-12", [("date", "2026", "11", "12")] * 2),
        ("八点半 20:00 16点", [("clock", "510"), ("clock", "1200"), ("clock", "960")]),
        ("thousands of people, 几成", [("vague",)] * 2),
        ("48小时 两天 二日 2 days", [("seconds", "172800")] * 4),
        ("6块56，六块五毛六，六块五毛六", [("currency:yuan", "6.56")] * 3),
        ("32块8五斤", [("currency:yuan", "32.8"), ("weight", "2500")]),
        ("一米七五 1.75米", [("length", "1750")] * 2),
        ("九成五 95%", [("ratio", "0.95")] * 2),
        ("四两，二两四", [("weight", "200"), ("weight", "120")]),
        ("❸❾.❾元 ３９．９元 3️⃣9️⃣.9️⃣元", [("currency:yuan", "39.9")] * 3),
        ("Ⅲ元，参元", [("currency:yuan", "3")] * 2),
        ("一打，半斤，一斤半", [("count:个", "12"), ("weight", "250"), ("weight", "750")]),
        ("30W 1.2w件", [("power", "30"), ("count:件", "12000")]),
        ("a dollar twenty, three quarters of a pound", [
            ("currency:dollar", "1.2"), ("weight", "340.194"),
        ]),
        ("a year and a half, one fifth", [("months", "18"), ("ratio", "0.2")]),
        ("150 x 130 cm", [("size:length", "1500", "1300")]),
        ("第二件半价", [("ordinal", "2"), ("discount", "5")]),
        ("廿五", [("bare", "25")]),
        ("140×68×27", [("size", "140", "68", "27")]),
        ("X200 2XL A4纸 双十一 618大促", [("model",)] * 5),
        ("59，100", [("bare", "59"), ("bare", "100")]),
        ("1,299元", [("currency:yuan", "1299")]),
        ("5​9元", [("currency:yuan", "59")]),
        ("¥129美元", [("vague",)]),
        ("$49.90, 49 dollars and 90 cents", [("currency:dollar", "49.9")] * 2),
        ("fifty-nine bucks, 59 dollars", [("currency:dollar", "59")] * 2),
        ("nineteen ninety-nine", [("bare", "19.99")]),
        ("two point five hours, 2.5 hours, two and a half hours", [("seconds", "9000")] * 3),
        ("a two-year warranty, 24 months", [("months", "24")] * 2),
        ("half price, half off", [("discount", "5")] * 2),
        ("twice the size", [("times", "2")]),
        ("3-5 business days, 3 to 5 business days", [("range:workdays", "3", "5")] * 2),
        ("link number three, link 3, #3", [("link", "3")] * 3),
        ("a dozen mugs, twelve mugs", [("count:mug", "12")] * 2),
        ("thousands of people", [("vague",)]),
        ("November 12th", [("date", "11", "12")]),
    ],
)  # fmt: skip
def test_notations(text: str, found: list[tuple[str, ...]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "一起来看一下，一定要试一试，一般不会",
        "万一不合适，千万别急，十分好用，十足的诚意",
        "第一次来的朋友，第一时间告诉你",
        "一日三餐，一年四季，五颜六色，老百姓都爱",
        "星期三，周六，半夜，零食，二维码，四川",
        "this one, one of them, one more thing, no one, 24/7",
        "someone, everyone, weight, often, tension, anyone",
    ],
)
def test_words_that_assert_no_quantity(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["五万一", "一点五升", "十分钟", "一块钱", "一百", "一折"])
def test_idioms_do_not_hide_quantities(text: str) -> None:
    assert [quantity for quantity in scan(text) if not quantity.article]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_hanzi_numbers_agree_with_cn2an(value: int) -> None:
    for mode in ("low", "up"):
        written = normalise(cn2an.an2cn(value, mode)).text
        assert hanzi_value(written) == value


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 999_999))
def test_english_numbers_come_back(value: int) -> None:
    assert english_values(spelt(value).replace("-", " ").split())[0] == value


@given(st.text(max_size=60))
def test_spans_are_in_order_and_in_the_text(text: str) -> None:
    normal = normalise(text)
    end = 0
    for quantity in scan(text):
        assert end <= quantity.start < quantity.end <= len(normal.text)
        assert quantity.readings
        start, stop = normal.written(quantity.start, quantity.end)
        assert 0 <= start < stop <= len(text)
        end = quantity.end


@pytest.mark.parametrize(
    "text", ["618元", "只要618", "618.00元", "六一八元", "双11.5元", "价格618"]
)
def test_a_price_is_no_shopping_day(text: str) -> None:
    assert [quantity.readings[0].dimension for quantity in scan(text)] != ["model"]


@pytest.mark.parametrize("text", ["618大促", "六一八活动", "双11预售", "双十二"])
def test_a_shopping_day_is_no_price(text: str) -> None:
    assert [quantity.readings[0].values for quantity in scan(text)] in ([], [()])


@given(st.decimals(0, 99999, places=2))
@example(Decimal("618.00"))
def test_every_digit_is_in_some_number(value: Decimal) -> None:
    (quantity,) = scan(f"好 {value} 好")
    assert quantity.readings[0].values == (value,)


def spelt(value: int) -> str:
    """A whole number below a million in English words."""
    ones, tens = list(ONES), ["", "", *TENS]
    if value < 20:
        return ones[value]
    if value < 100:
        return tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")
    if value < 1000:
        rest = f" and {spelt(value % 100)}" if value % 100 else ""
        return f"{ones[value // 100]} hundred{rest}"
    rest = f" {spelt(value % 1000)}" if value % 1000 else ""
    return f"{spelt(value // 1000)} thousand{rest}"


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("几十块", ["20", "99"], ["19", "100"]),
        ("上百件", ["100", "860"], ["99", "1000"]),
        ("三十多块", ["30.5", "39.9"], ["30", "40"]),
        ("两块多", ["2.49"], ["2", "3"]),
        ("十几个", ["11", "19"], ["10", "20"]),
        ("不到40元", ["39.9"], ["40"]),
        ("不超过40元", ["40"], ["40.1"]),
        ("超过40元", ["40.1"], ["40"]),
        ("至少12个", ["12", "99"], ["11"]),
        ("将近60元", ["59.9", "54"], ["60", "53"]),
        ("一百出头", ["101", "120"], ["100", "129"]),
        ("约40元", ["38", "42"], ["37.9", "42.1"]),
        ("about 6 hours", ["21600", "22000"], ["25200"]),
        ("under $50", ["49.99"], ["50"]),
        ("500 or more mugs", ["500", "9000"], ["499"]),
    ],
)
def test_approximations_leave_open_what_they_say(
    text: str, inside: list[str], outside: list[str]
) -> None:
    within = scan(text)[0].readings[0].within
    assert within is not None
    assert [value for value in inside if not within.holds(Decimal(value))] == []
    assert [value for value in outside if within.holds(Decimal(value))] == []


@pytest.mark.parametrize(
    "text",
    [
        "早上七点出门",
        "想要的扣1，我看看",
        "朝九晚五的通勤",
        "泡茶三分钟就出色",
        "给我两分钟，讲清楚",
        "一家三口分着吃",
        "let the tea steep three minutes",
        "three things about it",
    ],
)
def test_numbers_of_life_and_of_the_talk_are_no_quantities(text: str) -> None:
    assert [each for each in scan(text) if not each.article] == []


@pytest.mark.parametrize(
    "text",
    ["活动到晚上十点结束", "券扣10元", "昼夜温差二十度", "充满三分钟", "3岁以下", "ends at 8 pm"],
)
def test_numbers_that_a_fact_could_be_are_quantities(text: str) -> None:
    assert scan(text)


def test_a_price_and_the_piece_behind_it_are_two_numbers() -> None:
    first, second = scan("一百二十九一台")
    assert first.readings[0].values[0] == 129
    assert second.article
