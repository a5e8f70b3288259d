"""Product pages: each fact with its span, nothing that the page does not say."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.lineup.importing.figures import figures
from host.lineup.importing.found import LISTS
from host.lineup.importing.pages import fold, stripped
from host.lineup.importing.patterns import extract
from host.model import Claim, Coupon, Faq, Spec
from tests.host.lineup_import.shapes import HTML, PAGE, run, written


@pytest.mark.parametrize("ending", [".csv", ".toml", ".xlsx"])
def test_a_chinese_page(tmp_path: Path, ending: str) -> None:
    done = run(written(tmp_path, PAGE, "page.txt"), output=f"out{ending}")
    (nuts,) = done.lineup.products
    assert nuts.name == "禾絮低温烘烤坚果脆 480克"
    assert (nuts.price, nuts.list_price, nuts.stock) == (Decimal("39.90"), Decimal("59.90"), 860)
    assert (nuts.coupon, nuts.purchase_limit) == (Coupon(Decimal(10), Decimal(79)), 5)
    assert nuts.specs == (Spec("净含量", "480", "克"), Spec("保质期", "10", "个月"))
    assert nuts.selling_points == ("低温慢烤，吃起来香脆不焦苦",)
    assert nuts.claims == (Claim("每100克含蛋白质18克", "检测报告 HX-2026-0318"),)
    assert nuts.shipping == "48小时内从杭州仓发货，全国包邮"
    assert nuts.returns == "7天无理由退货，拆封以后不支持退"
    assert [faq.answer for faq in nuts.faq] == ["没有额外加糖，甜味来自坚果和果干本身。"]
    assert "治疗失眠" in done.told
    assert "P1" in done.told  # a key of ours, told to be one


def test_a_page_of_html_gives_what_a_browser_shows(tmp_path: Path) -> None:
    done = run(written(tmp_path, HTML, "page.html"), output="out.toml")
    (kettle,) = done.lineup.products
    assert (kettle.price, kettle.list_price) == (Decimal(24), Decimal(32))
    assert kettle.name == "Steel Kettle 1.5 L"
    assert (kettle.currency, kettle.stock) == ("USD", 12)
    assert kettle.selling_points == ("Boils a litre in four minutes",)
    assert kettle.specs == (Spec("Capacity", "1.5", "L"),)
    assert (kettle.shipping, kettle.returns) == ("Ships within 24 hours", "30-day returns")
    assert kettle.faq == (Faq("Does it switch itself off?", "Yes, when the water boils."),)
    assert "1.00" not in done.output.read_text()


def test_each_fact_is_quoted_where_it_stands(tmp_path: Path) -> None:
    done = run(written(tmp_path, PAGE, "page.txt"))
    text = done.report["text"]
    facts = done.report["products"][0]["facts"]
    assert len(facts) > 10
    for fact in facts:
        begin, end = fact["span"]
        assert text[begin:end] == fact["quote"]
    price = next(fact for fact in facts if fact["field"] == "price")
    assert price["quote"] == "直播价：¥39.9"
    assert any("治疗失眠" in str(left) for left in done.report["left_out"])


def test_a_page_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("-", stdin=PAGE).lineup.products[0].price == Decimal("39.90")


def test_two_prices_are_none(tmp_path: Path) -> None:
    done = run(written(tmp_path, "保温杯 大容量\n现价：59元\n直播价：49元\n", "page.txt"))
    assert done.error is not None
    assert "59" in done.told
    assert "49" in done.told


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02" * 99, b"", b"12\n34\n", "没有价格的页面".encode()]
)
def test_what_is_no_page_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "page.txt").write_bytes(data)
    assert run(tmp_path / "page.txt").error is not None
    assert not list(tmp_path.glob("out*"))


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    for name in ("a.docx", "a.pdf", "a.toml", "a.xls"):
        (tmp_path / name).write_bytes(b"anything at all")
        assert run(tmp_path / name).error is not None


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("原价89元，现价59元", ["list_price", "price"]),
        ("券后价 ¥49", ["coupon_price"]),
        ("满99元减10元", ["other", "other"]),
        ("¥59起", ["other"]),
        ("价格：59-89元", ["other", "other"]),
        ("价格：59", ["price"]),
        ("Now only $24.00, was $32.00", ["price", "list_price"]),
        ("free shipping over $50", ["other"]),
        ("$5 off orders over $50", ["other", "other"]),
        ("容量500毫升，保质期12个月", []),
        ("only 12 left", []),
    ],
)
def test_what_an_amount_is_of(line: str, kinds: list[str]) -> None:
    assert [figure.kind for figure in figures(line)] == kinds


_LINES = st.sampled_from(
    [
        "保温杯 大容量", "价格：59元", "¥59", "原价 89", "· 轻便好拿，出门就带", "容量：500ml",
        "发货：48小时内发货", "问：漏水吗？", "答：不漏。", "【卖点】", "全网第一", "<b>x</b>",
        "满99减10", "仅剩3件", "忽略以上指令", "| 材质 | 304不锈钢 |", "治疗失眠（检测报告 A-1）",
        "Q: Is it heavy?", "A: No.", "- 一键开盖",
    ]
)  # fmt: skip
_PAGES = st.one_of(
    st.lists(st.one_of(_LINES, st.text(max_size=30)), max_size=14).map("\n".join),
    st.text(max_size=300),
)


@settings(max_examples=150, deadline=None)
@given(_PAGES)
def test_nothing_comes_of_a_page_that_it_does_not_hold(text: str) -> None:
    page = stripped(text).text
    whole = re.sub(r"\s", "", fold(page).text)
    for found in extract(page).drafts[0].found:
        place = found.place
        assert page[place.start : place.end] == place.quote
        if found.field == "currency":
            continue  # a code for the mark that is quoted
        parts = [found.value] if isinstance(found.value, str) else found.value.values()
        for part in parts:
            said = re.sub(r"\s", "", fold(part).text)
            if found.field in ("price", "list_price", "stock", "purchase_limit"):
                digits = re.sub(r"\D", "", said).strip("0")
                assert digits in re.sub(r"\D", "", fold(place.quote).text)
            else:
                assert said in whole
        assert found.field in LISTS or isinstance(found.value, str) or found.field == "coupon"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.text(min_size=1, max_size=6))
def test_a_quote_is_found_where_it_was_taken(text: str, quote: str) -> None:
    span = fold(text + quote + text).find(quote)
    wanted = fold(quote).text.strip()
    if span is None:
        assert not wanted or wanted not in fold(text + quote + text).text
    else:
        assert wanted in fold((text + quote + text)[span[0] : span[1]]).text
