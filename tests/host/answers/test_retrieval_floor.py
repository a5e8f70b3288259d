"""Retrieval finds what fits, and the floor keeps out what does not."""

from decimal import Decimal

import pytest

from host.answers.retrieval import FAQ_SURE, FLOOR, Passages
from host.model import Faq, Lineup, Product, Spec

PAN = Product(
    "pan",
    "不粘炒锅",
    Decimal(99),
    selling_points=("锅底加厚，受热均匀", "手柄隔热，不烫手"),
    specs=(Spec("直径", "32", "厘米"), Spec("材质", "铝合金")),
    faq=(
        Faq("电磁炉能用吗", "电磁炉和燃气灶都能用。"),
        Faq("可以放洗碗机吗", "请用手洗，不要放洗碗机。"),
    ),
)
PASSAGES = Passages(Lineup((PAN,), "r"))


@pytest.mark.parametrize(
    ("text", "index"), [("电磁炉可以用吗", 0), ("能不能放洗碗机", 1), ("放洗碗机行不行", 1)]
)
def test_the_same_question_in_other_words(text: str, index: int) -> None:
    found = PASSAGES.same_question("pan", text)
    assert found is not None
    assert found.passage.index == index
    assert found.likeness >= FAQ_SURE


@pytest.mark.parametrize(
    "text", ["可以放微波炉吗", "可以放冰箱吗", "能用多少年", "可以刻字吗", "是哪个国家的品牌"]
)
def test_a_question_about_something_else_stays_below_the_floor(text: str) -> None:
    found = PASSAGES.search("pan", text)
    assert found is None or found.likeness < FLOOR


def test_likeness_is_between_0_and_1() -> None:
    for text in ("电磁炉能用吗", "手柄隔热，不烫手", "", "吗", "直径32厘米"):
        found = PASSAGES.search("pan", text)
        assert found is None or 0 < found.likeness <= 1 + 1e-9
    assert PASSAGES.search("none", "电磁炉") is None
