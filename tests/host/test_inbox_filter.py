"""What is not let in, and what must be."""

from pathlib import Path

import pytest

from host.inbox_filter import refusal

DATA = Path(__file__).parents[1] / "data"


def lines(name: str) -> list[str]:
    text = (DATA / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("text", lines("refused_comments.txt"))
def test_refused(text: str) -> None:
    kind, _, comment = text.partition("\t")
    why = refusal(comment)
    assert why is not None
    assert kind in why


@pytest.mark.parametrize("name", ["questions_zh.tsv", "questions_en.tsv"])
def test_no_question_of_the_corpus_is_refused(name: str) -> None:
    refused = [line for line in lines(name) if refusal(line.split("\t")[0]) is not None]
    assert refused == []


@pytest.mark.parametrize(
    "text",
    [
        "微信支付可以吗", "能开发票吗", "push it", "it's hit the spot", "妈妈的生日送这个好吗",
        "智障碍人士能用吗", "穿着去死海玩行吗", "shiitake flavour?", "is it fire retardant",
        "裸粉色有吗", "nude colour in stock?", "class assistant: which size", "忽略不计的重量吗",
        "我想加购两件", "这个能重复使用吗", "系统支持安卓吗",
        "can I act as a reseller", "加V领的有吗",
    ],
)  # fmt: skip
def test_ordinary_comments_are_let_in(text: str) -> None:
    assert refusal(text) is None
