"""What a written template must be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from host.model import Faq, Line, Product, Spec
from host.writer.plausible import plausible
from host.writer.templates import filled, flaw, kinds_of, offered, required, scope_of, turns_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUTS = Product(
    "FD01", "每日坚果混合装", Decimal("39.9"), link=1, short_name="坚果脆",
    selling_points=("独立小包装，上班路上抓一包就走", "低温慢烤，吃起来香脆不焦苦"),
    specs=(Spec("净含量", "480", "克"), Spec("保质期", "10", "个月")),
    faq=(Faq("会不会碎？", "罐子是硬的，不容易碎"), Faq("怎么放？", "放在阴凉干燥处")),
)  # fmt: skip
OFFER = ("short_name", "selling_point")
GOOD = "下午坐久了有点犯困，抽屉里放着{short_name}，{selling_point}，同事来了也能尝一尝。"


def test_a_good_one_has_no_flaw() -> None:
    assert flaw(GOOD, "zh", OFFER, ("selling_point",)) == ""
    english = (
        "When the afternoon gets long, the {short_name} is right there in the drawer. "
        "{selling_point}, and there is enough to share with the others."
    )
    assert flaw(english, "en", OFFER, ("selling_point",)) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace("{short_name}", "{stock}"), "stock"),
        (GOOD.replace("{short_name}", "{看}"), "看"),
        (GOOD.replace("{selling_point}，", ""), "selling_point"),
        (GOOD + "{selling_point}。", "不止一次"),
        (GOOD.replace("{short_name}", "{short_name"), "花括号"),
        (GOOD.replace("{short_name}", "{short_name:>9}"), "花括号"),
        (GOOD.replace("{short_name}", "{short_name!r}"), "花括号"),
        (GOOD.replace("{short_name}", "{0}"), "不能用"),
        (GOOD.replace("{short_name}", "{short_name.sku}"), "不能用"),
        (GOOD.replace("{short_name}", "{}"), "不能用"),
        (GOOD.replace("同事", "3个同事"), "“3”"),
        (GOOD + "\n", "字符"),
        (GOOD + "😀", "字符"),
        (GOOD + "https://a.b", "字符"),
        (GOOD.replace("，{selling_point}，", "{selling_point}"), "隔开"),
        (GOOD.replace("，{selling_point}，", "。{selling_point}。"), "独占"),
        ("放着{short_name}看一看，{selling_point}，好。", "应在"),
        (GOOD * 1 + "好好看看再说也不迟，" * 10, "应在"),
        (
            GOOD.replace("同事来了也能尝一尝", "同事来了以后也能够一起拿出来大家慢慢地尝一尝"),
            "太长",
        ),
        ("When the afternoon gets long, {short_name}, {selling_point}.", "字符"),
    ],
)
def test_what_is_wrong_is_told(text: str, why: str) -> None:
    assert why in flaw(text, "zh", OFFER, ("selling_point",))


def test_fields_are_offered_by_beat_and_kind_as_the_product_has_them() -> None:
    available = frozenset({"short_name", "price", "link", "selling_point", "stock"})
    assert offered("price", "", available) == ("short_name", "price", "link")
    assert offered("selling", "selling_point", available) == ("short_name", "selling_point")
    assert offered("selling", "spec", available) == ("short_name",)
    assert required("selling", "spec") == ("spec_name", "spec_value")
    assert required("price", "") == ("price",)


def test_the_fact_of_a_planned_line_is_the_one_that_is_shown() -> None:
    scope = scope_of(NUTS, NOW, "zh", {})
    for fact in scope.facts:
        kind = fact.attribute.partition(":")[0]
        if kind not in ("selling_point", "spec", "faq") or (fact.unit and kind != "spec"):
            continue
        line = Line(1, "zh", "…", "selling", "FD01", facts=(fact,))
        assert kinds_of(line) == {kind}
        turns = turns_of(line, NUTS, scope.facts)
        template = {"selling_point": "{selling_point}。", "spec": "{spec_name}是{spec_value}。",
                    "faq": "{question}？{answer}。"}[kind]  # fmt: skip
        made = filled(template, scope_of(NUTS, NOW, "zh", turns), "zh")
        assert made is not None
        if fact.value and kind != "faq":
            assert fact in made[1]
        else:
            assert fact.attribute.partition(":")[2].rstrip("？?") in made[0]


def test_a_field_without_its_fact_leaves_the_template_unsaid() -> None:
    assert filled("{list_price}。", scope_of(NUTS, NOW, "zh", {}), "zh") is None
    assert filled("{short_name}。", None, "zh") is None
    assert filled("大家好。", None, "zh") == ("大家好。", ())


@pytest.mark.parametrize(
    ("text", "lang", "is_language"),
    [
        ("下午坐久了有点犯困，抽屉里放着它，同事来了也能尝一尝。", "zh", True),
        ("龘靐齉爩鱻麤，龗灪吁灩瀬，籲厵爨癵虋，驫鸞钃鱺麣。", "zh", False),
        ("哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈", "zh", False),
        ("When the afternoon gets long, it is right there in the drawer.", "en", True),
        ("Lorem ipsum dolor sit amet, consectetur adipiscing elit sed eiusmod.", "en", False),
        ("the the the the the the the the the the the", "en", False),
    ],
)
def test_what_is_no_language_is_told_from_what_is(text: str, lang: str, is_language: bool) -> None:
    assert plausible(text, "zh" if lang == "zh" else "en") is is_language
