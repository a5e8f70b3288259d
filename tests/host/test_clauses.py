"""Lines into clauses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host import clauses
from host.model.talk import Lang, Line

_ZH_PARTS = [
    "这款保温杯", "采用316不锈钢", "只要59.9元", "X200 Pro", "“小鹿，妈妈”", "20000mAh", "而且",
    "包邮", "，", "。", "！", "？！", "、", "：", "…", "喜欢的朋友", "1-3天", "¥1,299", "USB-C",
    "的时候", "好",
]  # fmt: skip
_ZH = st.lists(st.sampled_from(_ZH_PARTS), max_size=24).map("".join)
_EN = st.lists(
    st.sampled_from(
        ["the bottle", "costs $19.99", "3.5 kg", "and", "because it works", '"keep, cool"', "USB-C",
         "ships today,", "now.", "really?!", "Dr. Smith", "with a lid", "X200", "2-in-1", "it's"]
    ),
    max_size=24,
).map(" ".join)  # fmt: skip


def test_each_clause_knows_its_place() -> None:
    made = clauses.split(Line(7, "zh", "好的，我们来看。谢谢！", "selling", mood="calm"))
    assert [(c.line, c.index, c.lang, c.mood, c.last) for c in made] == [
        (7, 0, "zh", "calm", False),
        (7, 1, "zh", "calm", True),
    ]
    assert [c.text for c in made] == ["好的，我们来看。", "谢谢！"]


def test_an_empty_line_still_has_an_end() -> None:
    (only,) = clauses.split(Line(1, "zh", "  ", "selling"))
    assert only.text == ""
    assert only.last


_CUTS = """
zh|欢迎新进直播间的朋友，/点点关注不迷路。
zh|库存不多了，抓紧下单！
zh|真的吗？！/真的。
zh|现价¥1,299，/现在直降200元。
zh|这是“小鹿妈妈，超级细滑”牙线。
zh|版本3.5发布！
zh|他说：“好！”/然后走了。
zh|这款保温杯/采用316不锈钢内胆/而且杯盖有密封圈
en|Dr. Smith paid $1,299.50,/ not 3.5 million.
en|Hi there! /It ships today.
en|Today we have a stainless steel bottle /that keeps drinks hot for twelve hours.
"""


@pytest.mark.parametrize("row", _CUTS.strip().splitlines())
def test_cuts(row: str) -> None:
    lang, _, marked = row.partition("|")
    made = clauses.split(Line(7, "zh" if lang == "zh" else "en", marked.replace("/", ""), "price"))
    assert [clause.text for clause in made] == [part.strip() for part in marked.split("/")]


_BREATHLESS = [
    "保温杯", "不锈钢", "的", "了", "容量", "20000mAh", "59.9元", "¥1,299", "三百五十毫升",
    "1.5 kg", "USB-C", "X200 Pro", "宝宝", "每天", "喝水", "非常", "方便", "家里", "老人", "放心",
    "使用", "3小时",
]  # fmt: skip
_BREATHLESS_EN = [
    "the", "bottle", "keeps", "drinks", "hot", "12 hours", "$19.99", "3.5 kg", "steel", "USB-C",
    "X200", "lid", "it's", "big", "cold",
]  # fmt: skip


@settings(deadline=None)
@given(words=st.lists(st.sampled_from(_BREATHLESS), min_size=10, max_size=40))
def test_chinese_without_any_mark_is_cut_between_words(words: list[str]) -> None:
    _check_bound("".join(words), "zh", r"20000mAh|59\.9元|¥1,299|三百五十毫升|1\.5 kg|USB-C|3小时")


@given(words=st.lists(st.sampled_from(_BREATHLESS_EN), min_size=10, max_size=40))
def test_english_without_any_mark_is_cut_between_words(words: list[str]) -> None:
    _check_bound(" ".join(words), "en", r"12 hours|\$19\.99|3\.5 kg|USB-C|it's")


@settings(deadline=None)
@given(text=st.text(min_size=20, max_size=120), lang=st.sampled_from(["zh", "en"]))
def test_any_text_is_bounded_wherever_two_words_can_be_told_apart(text: str, lang: Lang) -> None:
    _check(text, lang)
    for clause in clauses.split(Line(3, lang, text, "selling")):
        if clauses.size(clause.text, lang) > clauses.BOUND[lang]:
            assert not clauses._borders(clause.text, lang)


def _check_bound(text: str, lang: Lang, wholes: str) -> None:
    _check(text, lang)
    made = [clause.text for clause in clauses.split(Line(3, lang, text, "selling"))]
    for one in made:
        assert clauses.size(one, lang) <= clauses.BOUND[lang] or not clauses._borders(one, lang)
    kept = [whole for one in made for whole in re.findall(wholes, one)]
    assert kept == re.findall(wholes, text)


def test_a_number_in_one_long_breath_keeps_its_unit() -> None:
    text = "这款大容量不锈钢真空保温水杯每天出门上班上学喝热水特别方便家里老人使用三百五十毫升刚好"
    made = clauses.split(Line(3, "zh", text, "selling"))
    assert len(made) > 1
    assert any("三百五十毫升" in clause.text for clause in made)
    assert not any(clause.text.startswith("的") for clause in made)


@given(text=_ZH)
def test_chinese_clauses_are_the_line(text: str) -> None:
    _check(text, "zh")


@given(text=_EN)
def test_english_clauses_are_the_line(text: str) -> None:
    _check(text, "en")


@given(text=st.text(max_size=60), lang=st.sampled_from(["zh", "en"]))
def test_any_text_is_cut_without_loss(text: str, lang: Lang) -> None:
    _check(text, lang)


def _check(text: str, lang: Lang) -> None:
    made = clauses.split(Line(3, lang, text, "selling"))
    assert _bare("".join(clause.text for clause in made)) == _bare(text)
    assert [clause.index for clause in made] == list(range(len(made)))
    assert [clause.last for clause in made] == [False] * (len(made) - 1) + [True]
    for clause in made:
        assert clause.text == clause.text.strip()
        assert clause.text or len(made) == 1
    if lang == "zh":
        # What is kept whole in the line is whole in a clause.
        for whole in re.findall(
            r"\d+mAh|¥1,299|59\.9元|“小鹿，妈妈”|USB-C|X200 Pro|316不锈钢", text
        ):
            assert any(whole in clause.text for clause in made) or "“" in text


@given(text=_ZH.filter(lambda text: "“" not in text))
def test_longer_clauses_hold_no_light_mark(text: str) -> None:
    for clause in clauses.split(Line(3, "zh", text, "selling")):
        if clauses.size(clause.text, "zh") > clauses.LONGEST["zh"]:
            inside = re.sub(r"¥1,299|[，、：。！？…]+$", "", clause.text)
            assert not re.search(r"[，、：]", inside)


def _bare(text: str) -> str:
    return "".join(text.split())
