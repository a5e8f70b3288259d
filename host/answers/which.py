"""Which product a comment means: by link number, by name, by what it is, by sound."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from host.answers.synonyms import not_before, synonyms
from host.model import Lineup, Product
from host.plain import plain

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_LINK = re.compile(
    rf"(?<![\d.]){_NUMBER}\s*号(?!色)(?:链接|宝贝|商品|产品|品|款)?|链接\s*{_NUMBER}(?!\d)|"
    rf"第\s*{_NUMBER}\s*(?:个|款|号)(?:链接|宝贝|商品|产品|品)?|{_NUMBER}\s*链接|"
    r"(?:link|item|product|number|no\.?|#)\s*(?:number|no\.?|#)?\s*(\d{1,3})\b"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z'-]+")
_TAIL = ("套装", "礼盒", "礼盒装", "家庭装", "组合", "升级版", "新款", "系列", "装", "款", "版")
_SYNONYMS = synonyms()
_NOT_BEFORE = not_before()
_THINGS = frozenset("锅杯茶米面油酒鞋裤裙衣包灯伞刀帽枕被扇表壶碗袜盆蜜粉膏霜乳桌椅")
# Words of product names that mean no product by themselves.
_LOOSE_TEXT = """
the and with for set pack pair new pro mini plus of in kit classic premium portable wireless
electric natural organic large small medium men women kids home travel sports outdoor light
color black white water steel power hot cold double single size
"""
_LOOSE = frozenset(_LOOSE_TEXT.split())


@dataclass(frozen=True, slots=True)
class Meant:
    """The product that a comment names."""

    sku: str | None
    """None: it names none, or a link that is not there."""
    rest: str
    """The text without the name: what is asked of it."""
    no_such_link: bool = False


@dataclass(frozen=True, slots=True)
class _Names:
    sku: str
    link: int | None
    phrases: tuple[str, ...]
    """Chinese names, longest first."""
    heads: tuple[str, ...]
    """What it is: last characters of its Chinese names ("保温杯", "杯子")."""
    thing: str
    """The last character where that alone says what it is ("杯"); else empty."""
    sounds: tuple[tuple[str, ...], ...]
    """Heads of three syllables and more as they sound."""
    words: frozenset[str]
    """Words of the Latin names, singular."""
    nouns: frozenset[str]
    """Last words of the Latin names, singular, and their synonyms."""
    short: frozenset[str]
    """Words of the Latin short name, singular."""
    stem: str
    """First two characters of the Chinese short name: "坚果" of "坚果脆"."""


class Names:
    """Finds the product that a text names."""

    def __init__(self, lineup: Lineup) -> None:
        self._all = tuple(_names(product) for product in lineup.products)

    def meant(self, text: str, on_air: str | None) -> Meant:
        """The product that ``text`` (plain) names; ``on_air`` wins where two fit alike."""
        link = _LINK.search(text)
        if link is not None and any(names.link is not None for names in self._all):
            number = _link_number(link)
            found = next((names.sku for names in self._all if names.link == number), None)
            return Meant(found, _without(text, link.group()), no_such_link=found is None)
        best = _Match(0.0)
        sku: str | None = None
        for names in self._all:
            match = _match(names, text)
            if match.score > best.score or (match.score == best.score > 0 and names.sku == on_air):
                best, sku = match, names.sku
        return Meant(sku, _without(text, *best.said))


@dataclass(frozen=True, slots=True)
class _Match:
    """How surely a text names a product, and by which words."""

    score: float
    """0: not at all. Longer matches are surer."""
    said: tuple[str, ...] = ()


def _without(text: str, *said: str) -> str:
    for words in said:
        text = text.replace(words, " ")
    return " ".join(text.split())


def _link_number(match: re.Match[str]) -> int:
    written = next(group for group in match.groups() if group is not None)
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十") if "十" in written else ("", "", written)
    value = _DIGITS.get(ones, 0)
    return value + (_DIGITS.get(tens, 1) * 10 if ten else 0)


def _match(names: _Names, text: str) -> _Match:
    found = [_Match(0.0)]
    found += [_Match(10.0 + len(phrase), (phrase,)) for phrase in names.phrases if phrase in text]
    for phrase in names.phrases:
        shared = _shared_run(phrase, text)
        if len(shared) >= 3:
            found.append(_Match(4.0 + len(shared), (shared,)))
    found += [_Match(4.0 + len(head), (head,)) for head in names.heads if _named(head, text)]
    if names.thing and (thing := _thing_named(names.thing, text)):
        found.append(_Match(3.0, (thing,)))
    if names.stem and _named(names.stem, text):
        found.append(_Match(2.5, (names.stem,)))
    if len(found) == 1 and names.sounds and _HAN.search(text):
        found += _heard(names, text)
    found.append(_latin_match(names, text))
    return max(found, key=lambda match: match.score)


def _named(word: str, text: str) -> bool:
    """Whether ``text`` holds ``word``, and not as the beginning of something else's name."""
    others = _NOT_BEFORE.get(word, ())
    at = text.find(word)
    return at >= 0 and not text[at + len(word) :].lstrip().startswith(tuple(others))


def _heard(names: _Names, text: str) -> list[_Match]:
    """Heads that the text holds by sound: typing by sound errs in the characters."""
    found = []
    for run in _HAN.findall(text):
        spoken = _sound(run)
        for sound in names.sounds:
            starts = range(len(spoken) - len(sound) + 1)
            found += [
                _Match(2.0, (run[at : at + len(sound)],))
                for at in starts
                if spoken[at : at + len(sound)] == sound
            ]
    return found


def _latin_match(names: _Names, text: str) -> _Match:
    if not names.words and not names.nouns:
        return _Match(0.0)
    best = _Match(0.0)
    said = _WORD.findall(text)
    shared = tuple(word for word in said if _singular(word) in names.words)
    if len(set(shared)) >= 2:
        best = _Match(4.0 + 2 * len(set(shared)), shared)
    for word in said:
        single = _singular(word)
        if single in names.nouns and _named(word, text):
            score = 5.0 + 2 * len(set(shared) - {word})
            best = max(best, _Match(score, (*shared, word)), key=lambda match: match.score)
        elif len(word) >= 5 and difflib.get_close_matches(single, names.nouns, 1, 0.84):
            best = max(best, _Match(3.0, (word,)), key=lambda match: match.score)
        elif single in names.short and re.search(rf"\b(?:the|that|this|your) {word}\b", text):
            best = max(best, _Match(2.5, (word,)), key=lambda match: match.score)
    return best


def _thing_named(thing: str, text: str) -> str:
    """The words that name the thing by its one character: "这个锅", "杯子"; empty: none."""
    found = re.search(
        rf"(?:这|那|哪)(?:个|款|口|双|件|条|把|盏|袋|瓶|罐|盒|只|支|床|顶)?{thing}子?"
        rf"|^{thing}(?=还|有|多|怎|能|可|包|几|什|是)|{thing}子",
        text,
    )
    return found.group() if found is not None else ""


def _names(product: Product) -> _Names:
    sources = [product.short_name, product.name, *re.split(r"[/,，、>|·\s]+", product.category)]
    plains = [plain(source) for source in sources if source]
    own = [plain(source) for source in (product.short_name, product.name) if source]
    heads: list[str] = []
    thing = ""
    for source in plains:
        head = _untailed("".join(_HAN.findall(re.sub(r"[(（\[【].*?[)）\]】]", "", source))[-1:]))
        heads += [head[-length:] for length in (4, 3, 2) if len(head) >= max(length, 2)]
        if head and head[-1] in _THINGS:
            thing = thing or head[-1]
    heads += [run for source in own for run in _HAN.findall(source) if 2 <= len(run) <= 6]
    words = frozenset(
        _singular(word) for source in own for word in _WORD.findall(source) if len(word) > 2
    )
    nouns = frozenset(_singular(found[-1]) for source in plains if (found := _nouns_of(source)))
    heads += [other for head in tuple(heads) for other in _SYNONYMS.get(head, ())]
    short = plain(product.short_name)
    return _Names(
        sku=product.sku,
        link=product.link,
        phrases=tuple(sorted({source for source in own if _HAN.search(source)})),
        heads=tuple(dict.fromkeys(heads)),
        thing=thing,
        sounds=tuple({_sound(head) for head in heads if len(head) >= 3 and _HAN.fullmatch(head)}),
        words=words - _LOOSE,
        nouns=frozenset(
            other for noun in nouns - _LOOSE for other in (noun, *_SYNONYMS.get(noun, ()))
        ),
        short=frozenset(_singular(word) for word in _WORD.findall(short)) - _LOOSE,
        stem=short[:2] if re.fullmatch(r"[\u3400-\u9fff]{3,}", short) else "",
    )


def _nouns_of(source: str) -> list[str]:
    """Words of a Latin name up to a comma or bracket: its noun is the last."""
    return [word for word in _WORD.findall(re.split(r"[,(\[–—]", source)[0]) if len(word) > 2]


def _untailed(head: str) -> str:
    for tail in _TAIL:
        if head.endswith(tail) and len(head) - len(tail) >= 2:
            return head[: -len(tail)]
    return head


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3:
        return word[:-1]
    return word


@lru_cache(maxsize=512)
def _sound(text: str) -> tuple[str, ...]:
    """Pinyin of each character of ``text`` (Chinese only), without tones."""
    from pypinyin import lazy_pinyin  # 55 MB, which the supervisor need not hold

    return tuple(syllable for character in text for syllable in lazy_pinyin(character))


def _shared_run(one: str, other: str) -> str:
    """The longest run that both hold; empty where it is not all Chinese."""
    match = difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    run = one[match.a : match.a + match.size]
    return run if _HAN.fullmatch(run) else ""
