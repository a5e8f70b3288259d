"""Claims of effect, rank, proof, property and origin: said only when the lineup bears them out.

What "bears out" means, docs/adr/0022-word-list.md: a word of the same group stands in a text of the
product that counts for it, not denied there and not made stronger here; or the merchant's text is
said word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from host.gate.folding import Folded, tight, unstopped
from host.gate.origins import origins
from host.gate.reading import Reading
from host.gate.verdict import Violation
from host.gate.words import Hit, Names, concerning, listed, refused, stated
from host.model import Lineup, Product
from host.quantities.scan import scan
from host.quantities.words import words

_STRONGER = re.compile(
    r"(?:完全|彻底|绝对|永久|永远|永不|终身|超强|强效|高效|长效|速效|医用|军工|任何|所有|百分之?百|纯|全程|深度|"
    r"一点都?|丝毫|从来|[0-9]+%|completely|totally|fully|100%|always|never|ever|any|pure|forever)"
)
_STRONGER_WITHIN = 4
"""Characters before a word that may make it stronger."""
_ASKED = re.compile(
    r"留意|注意|记得|小心|是不是|会不会|能不能|有没有|可不可以|要不要|想不想|想要?|如果|要是|害?怕|担心|(?:怎么|什么|哪|多少)(?![^，]{0,4}都)|需要|喜欢|"
    r"\b(?:does|is|are|do|can|will|if|want|worry|worried|whether|how|what|need)\b"
)
_ASKED_BEHIND = re.compile(
    r"^(?:的?(?:地方|柜|处|环境|位置|房间|盒子里|罐子里|袋子里)|[^，]{0,6}(?:吗|么|没有$|不$|的朋友|的话)|的东西|别|不要|还是|多少|行不行|好不好|够不够|怎么)"
)
_AFFIRMED = re.compile(
    r"能|可以|当然|放心|没问题|会|是的|有|对|必须|完全|行|yes|sure|of course|it is|it does"
)
_DELIVERED = re.compile(
    r"的|到|达|货|人|礼|出|回|检|修|上门|什么|哪|吗|运费险|朋友|长辈|爸|妈|老师|同事|自己|亲戚|孩子|家|客户|女友|男友|"
    r"闺蜜|父母|对象|领导|给(?!你|您|大家)|之|别人|谁|完|走|些|着|个(?:礼|人情)|一句|一份|心意|温暖|祝福|健康|不|起来|进|往|上门|来|去|过|[她他它]|老[人婆公板]|"
    r"父|母|姐|妹|哥|弟|叔|阿姨|奶奶|爷|姥|外[公婆]|恩师|邻居|学生|员工|闺|兄|客|礼|前|后|得"
)
"""What follows a 送 that gives nothing with the goods."""
_YES = re.compile(r"(?:能|可以|是|会|有|支持|当然|yes|it does|it is)", re.IGNORECASE)
_CONDITION = re.compile(
    r"满|起|以上|[\d一二两三四五六七八九十]|\b(?:over|above|orders? of|starts? at)\b"
)
_AND = re.compile(r"和|跟|与|还有|以及|加上|再加|、|\band\b|\bplus\b")
_GIVES = re.compile(r"送|赠|附|配|带|free|includ|gift|comes? with|get |盒子里|盒里|bonus|throw")
_BUYS = re.compile(r"[买拍满].{0,6}[送赠得]|\bbuy\b|\bwhen you\b", re.IGNORECASE)
_PAIR = re.compile(r"\b(?:pair|couple|both|second)\b|再|第二")
_HAN_PAIR = re.compile(r"(?=([\u3400-\u9fff]{2}))")
_NOUN = re.compile(r"[a-z]{4,}")
_NO_NOUNS = frozenset(words("free with this that your from each every order extra gift today"))
_LEAST = 4
"""Folded characters of a text that is said word for word."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the lineup says of one product."""

    claimed: frozenset[str]
    """Keys of the groups that its claims, with their evidence, say."""
    told: frozenset[str]
    """Keys of the groups that any of its texts says."""
    limited: frozenset[str]
    """Those of them that are never said without a condition: "满2只包邮"."""
    proved: bool
    """It has a claim with evidence."""
    claim_texts: tuple[str, ...]
    """Claims as said, folded without marks."""
    own_texts: tuple[str, ...]
    """Everything that the merchant wrote of it, likewise."""
    given: str
    """What its texts say of things that go with it."""
    promised: str
    """What its promotions say."""
    from_pieces: frozenset[Decimal]
    """How many pieces its promotions ask to be bought for a gift; empty: none does."""
    asked: tuple[tuple[str, str], ...]
    """Questions and the answers to them, likewise."""

    @property
    def everything(self) -> str:
        """All of it, to look a word up in."""
        return "，".join((*self.claim_texts, *self.own_texts))


class Claims:
    """Refuses claims that the lineup does not bear out."""

    def __init__(self, lineup: Lineup) -> None:
        self._evidence: dict[str, Evidence] = {}
        self._names = Names(lineup)

    def __call__(self, reading: Reading) -> Iterator[Violation]:
        product = reading.product
        held = None if product is None else self._held(product)
        hits = [
            hit
            for hit in concerning(reading.text, product)
            if hit.group.tier == "evidence" and hit.group.category != "urgency"
        ]
        if hits:
            named = self._names.spans(reading.text)
            own = [] if held is None else _word_for_word(reading.text, held)
            for hit in hits:
                if not self._covered(hit, reading.text, held, named, own):
                    yield refused(reading, hit, "unproven")
        yield from origins(reading, None if held is None else held.everything)

    def _held(self, product: Product) -> Evidence:
        if product.sku not in self._evidence:
            self._evidence[product.sku] = evidence(product)
        return self._evidence[product.sku]

    def _covered(
        self,
        hit: Hit,
        text: str,
        held: Evidence | None,
        named: list[tuple[int, int]],
        own: list[tuple[int, int, bool]],
    ) -> bool:
        proof = hit.group.proof
        if proof == "text" and (
            any(start <= hit.start and hit.end <= end for start, end in named) or _asked(hit)
        ):
            return True
        if proof == "gift" and not _given(hit):
            return True
        if held is None:
            return False
        if any(
            start <= hit.start and hit.end <= end and (strict or proof in ("text", "gift"))
            for start, end, strict in own
        ):
            return True
        if proof == "report":
            return held.proved
        if hit.key not in (held.claimed if proof == "claim" else held.told):
            return False
        if proof == "gift" and not _named(hit, held.given):
            every = f"{held.given}，{held.promised}"
            return _named(hit, every) and _bought(text, held)
        if hit.key in held.limited and not _CONDITION.search(text):
            return False
        stronger = _STRONGER.search(hit.before[-_STRONGER_WITHIN:])
        return stronger is None or stronger[0] in held.everything


def evidence(product: Product) -> Evidence:
    """What a product's row says, and what it proves."""
    claims = [claim for claim in product.claims if claim.evidence]
    deals = [promotion.text for promotion in product.promotions]
    texts = [
        product.name,
        product.short_name,
        product.category,
        product.shipping,
        product.warranty,
        product.returns,
        *product.selling_points,
        *(f"{spec.attribute}{spec.value}{spec.unit}" for spec in product.specs),
        *(faq.answer for faq in product.faq),
        *(variant.option for variant in product.variants),
        *deals,
    ]
    # "防水吗?能": the answer says of itself what the question asks.
    texts += [f"{faq.question}，{faq.answer}" for faq in product.faq if _YES.match(faq.answer)]
    proof = [f"{claim.text}，{claim.evidence}" for claim in claims]
    return Evidence(
        _keys(proof),
        _keys([*texts, *proof]),
        _limited([product.shipping]),
        bool(claims),
        _folded(claim.text for claim in claims),
        _folded(texts),
        "，".join(_folded(text for text in texts if _GIVES.search(text) and text not in deals)),
        "，".join(_folded(deals)),
        _numbers(text for text in deals if _BUYS.search(text)),
        tuple((_plain(faq.question).text, _plain(faq.answer).text) for faq in product.faq),
    )


def _open(text: str, asked: str, said: str) -> bool:
    """Whether a question of the merchant's claims nothing: no yes but its own answer follows."""
    _, found, behind = text.partition(asked)
    behind = behind.lstrip("吗呢")
    return bool(found and asked) and (behind.startswith(said) or not _AFFIRMED.match(behind))


def _asked(hit: Hit) -> bool:
    """Whether the word is asked for or warned of, not said of the product."""
    doubled = hit.said[0] in "不没" and hit.before[-1:] == hit.said[1:2] != ""
    return bool(doubled or _ASKED.search(hit.before) or _ASKED_BEHIND.search(hit.after))


def _given(hit: Hit) -> bool:
    """Whether a thing is named behind the word, and goes with the goods."""
    return bool(_nouns(hit)) and not _DELIVERED.match(hit.after)


def _nouns(hit: Hit) -> list[str]:
    """What of the words behind can name a thing."""
    return _nouns_in(_thing(hit))


def _thing(hit: Hit) -> str:
    """What names the thing: the "brush" of "free brush" stands in the listed word itself."""
    return hit.said.removeprefix("free") + hit.after if hit.said.startswith("free ") else hit.after


def _nouns_in(text: str) -> list[str]:
    latin = [word for word in _NOUN.findall(text) if word not in _NO_NOUNS]
    return [*_HAN_PAIR.findall(text), *latin]


def _named(hit: Hit, given: str) -> bool:
    """Whether texts name all that stands behind the word: "送" and 充电线."""
    things = [_nouns_in(part) for part in _AND.split(_thing(hit))]
    return all(any(noun in given for noun in nouns) for nouns in things if nouns)


def _numbers(texts: Iterable[str]) -> frozenset[Decimal]:
    return frozenset(
        value
        for text in texts
        for quantity in scan(text)
        for reading in quantity.readings
        for value in reading.values
        if value > 1
    )


def _bought(text: str, held: Evidence) -> bool:
    """Whether as many pieces are named as a gift asks for."""
    asked = held.from_pieces
    return not asked or bool(asked & _numbers([text])) or _PAIR.search(text) is not None


def _limited(texts: Iterable[str]) -> frozenset[str]:
    hits = [hit for text in texts for hit in listed(text)]
    free = {hit.key for hit in hits if not _CONDITION.search(hit.before + hit.after)}
    return frozenset(hit.key for hit in hits) - free


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(key for text in texts for key in stated(text))


def _folded(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in (_plain(one).text for one in texts) if len(text) >= _LEAST)


def _plain(text: str) -> Folded:
    return unstopped(tight(text))


def _word_for_word(text: str, held: Evidence) -> list[tuple[int, int, bool]]:
    """Where the merchant's own texts stand in ``text``, and whether they prove any claim."""
    folded = _plain(text)
    found: list[tuple[int, int, bool]] = []
    for own, strict in (
        *((one, True) for one in held.claim_texts),
        *((one, False) for one in held.own_texts),
        *((asked, True) for asked, said in held.asked if _open(folded.text, asked, said)),
    ):
        at = folded.text.find(own)
        if at >= 0:
            found.append((*folded.written(at, at + len(own)), strict))
    return found
