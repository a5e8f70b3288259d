"""The listed words of a text, and those that are refused whatever the lineup holds.

docs/adr/0022-word-list.md argues the rule; the lists are ``configs/rules/ad-law-*.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from host.gate.folding import STOP, Folded, spaced, tight, unstopped
from host.gate.reading import Reading
from host.gate.verdict import Kind, Violation
from host.gate.wordlist import Group, Match, Wordlist, law
from host.model import Lineup, Product
from host.quantities.words import words
from host.trades import Trades, load_trades

_PARTABLE = frozenset(words("完美 绝对 万能 特效 首选 特供 专供 无敌 王牌 底价 最强 加微 进群"))
"""Short words that two clauses may make between them: "说完，美美地"."""
_DENIED = re.compile(
    r"(?:别指望|[不别]期待|不指望|别当|不能|不可|不会|没有?|不是|并非|不具[备有]|不含|无法|别信|别说|谈不上|说不上|算不上|不算|不敢[说讲]?|"
    r"不保证|不承诺|不代表|不等于|不属于|不用于|不宣[称传]|不[说讲提]|不追求|不宜|代替|替代|[不非无未没])"
    r"(?:[^，]{0,4}|是?什么[^，]{0,3})$"
)
_INSISTED = re.compile(
    r"难道|谁说|可不|何尝|不[仅但只光止单]|没有?(?:人|哪|谁|一[家个款]|比)|[不无]得不|不能不|不会不|不是不|非常|"
    r"不[错差]|[不没][^，]{1,4}[不没]|绝非|无与|没事|没问题|毫不|不愧"
)
_DENIED_EN = re.compile(
    r"\b(?:not|no|never|isnt|arent|doesnt|dont|wont|cant|cannot|wasnt|nor|without|neither"
    r"|rather than|instead of|far from|hardly)(?: [a-z]+){0,3} $"
)
_INSISTED_EN = re.compile(r"\bnot (?:only|just)\b|\bwhy not\b|\bno (?:doubt|question|wonder|one)\b")
_PARTING = frozenset("，。；：！？,;:!?\n")
_ENDING = frozenset("。；！？;!?\n")
_LATIN = re.compile("[a-z]")
_MARKED = re.compile(r"\w[-./\\+&,]+\w")
_BOUND = re.compile(r"[，|]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word in a text."""

    group: Group
    key: str
    """What it says: "zh:12" where the words of the group say one thing, else with the word."""
    start: int
    """In the text as written, inclusive."""
    end: int
    """Exclusive."""
    said: str
    """As it is said, folded."""
    before: str
    """What stands before it in its clause, folded."""
    after: str
    """What stands behind it in its clause, folded."""


class Law:
    """The lists that come with livehost."""

    def __init__(self) -> None:
        self._zh = Wordlist(law("ad-law-zh").group)
        self._en = Wordlist(law("ad-law-en").group, spaced=True)

    def hits(self, text: str, *, inner: bool = False) -> Iterator[Hit]:
        """Every listed word that is asserted. ``inner``: those inside a longer one too."""
        folded = tight(text)
        if not folded.text.isascii():
            found = self._zh.find(folded.text, inner=inner)
            yield from _hits(self._zh, folded, "zh", found)
            if STOP in folded.text.strip(STOP):
                yield from self._parted(folded, text)
        if _LATIN.search(folded.text):
            form = spaced(text)
            yield from _hits(self._en, form, "en", self._en.find(form.text, inner=inner))
            if _MARKED.search(text):
                form = spaced(text, squeezed=True)
                yield from _hits(self._en, form, "en", self._en.find(form.text))

    def _parted(self, folded: Folded, text: str) -> Iterator[Hit]:
        """Words with a mark inside. One that parts clauses does so here too, unless it stands
        between all the characters of the word, or parts a single one off: "绝，对，好"."""
        joined = unstopped(folded)
        stops = [at for at, char in enumerate(folded.text) if char == STOP]
        begun = [at - number for number, at in enumerate(stops)]
        parted = [
            match
            for match in self._zh.find(joined.text)
            if any(match.start < at < match.end for at in begun)
            and not _clauses(folded, joined, match, text)
            and self._zh.groups[match.group].tier == "block"
            and match.word not in _PARTABLE
        ]
        yield from _hits(self._zh, joined, "zh", parted)


def _clauses(folded: Folded, joined: Folded, match: Match, text: str) -> bool:
    """Whether clauses meet inside a word that was found without its marks."""
    start, end = joined.written(match.start, match.end)
    inside = text[start:end]
    marks = [at for at, char in enumerate(inside) if char in _PARTING]
    if not marks:
        return False
    gaps = match.end - match.start - 1
    if gaps >= 2:
        # Three characters and more meet by a comma by design, by another mark only at every gap.
        return len(marks) < gaps and any(inside[at] in _ENDING for at in marks)
    alone = start == 0 or text[start - 1] in _PARTING
    return not (alone or (text[end : end + 1] in _PARTING and end < len(text) - 1))


def _hits(known: Wordlist, folded: Folded, name: str, found: Iterable[Match]) -> Iterator[Hit]:
    for match in found:
        group = known.groups[match.group]
        if name == "zh" and _amid_word(folded, match):
            continue
        before = _BOUND.split(folded.text[: match.start])[-1]
        after = _BOUND.split(folded.text[match.end :], maxsplit=1)[0]
        said = folded.text[match.start : match.end]
        if group.disclaimed and _denied(before, name):
            continue
        start, end = folded.written(match.start, match.end)
        key = f"{name}:{match.group}" + ("" if group.alike else f":{match.word}")
        yield Hit(group, key, start, end, said, before, after)


def _amid_word(folded: Folded, match: Match) -> bool:
    """Whether Latin letters of the match belong to a longer word: the dha of "and have"."""
    text, origin = folded.text, folded.origin
    begin, end = match.start, match.end
    before = begin and origin[begin - 1] + 1 == origin[begin]
    after = end < len(text) and origin[end - 1] + 1 == origin[end]
    return bool(
        (before and _LATIN.match(text[begin]) and _LATIN.match(text[begin - 1]))
        or (after and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]))
    )


def _denied(before: str, name: str) -> bool:
    """Whether what stands before a word denies it."""
    denied, insisted = (_DENIED, _INSISTED) if name == "zh" else (_DENIED_EN, _INSISTED_EN)
    return bool(denied.search(before)) and not insisted.search(before)


@cache
def _law() -> Law:
    return Law()


@lru_cache(maxsize=512)
def listed(text: str) -> tuple[Hit, ...]:
    """Every listed word that ``text`` asserts. Raises ConfigError when a list is not sound."""
    return tuple({(hit.start, hit.end, hit.key): hit for hit in _law().hits(text)}.values())


def stated(text: str) -> frozenset[str]:
    """What a text of the merchant's says, as keys of hits. Raises ConfigError."""
    return frozenset(hit.key for hit in _law().hits(text, inner=True))


def concerning(text: str, product: Product | None) -> Iterator[Hit]:
    """The listed words of a text that count for such a product. Raises ConfigError."""
    for hit in listed(text):
        trades = hit.group.trades
        if not trades or (product is not None and _trades().of(product) in trades):
            yield hit


@cache
def _trades() -> Trades:
    return load_trades()


class BannedWords:
    """Refuses what no evidence makes sayable."""

    def __init__(self, lineup: Lineup) -> None:
        self._names = Names(lineup)

    def __call__(self, reading: Reading) -> Iterator[Violation]:
        found = concerning(reading.text, reading.product)
        hits = [hit for hit in found if hit.group.tier == "block"]
        if not hits:
            return
        named = self._names.spans(reading.text)
        for hit in hits:
            inside = any(start <= hit.start and hit.end <= end for start, end in named)
            # 执法指南 6(4): a name that tells the goods from others is no boast; an effect is.
            if not (inside and hit.group.kind == "absolute-word"):
                yield refused(reading, hit, hit.group.kind)


class Names:
    """The names of a lineup's products, in a text."""

    def __init__(self, lineup: Lineup) -> None:
        self._products = lineup.products

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = {
            unstopped(tight(name)).text
            for product in self._products
            for name in (product.name, product.short_name, product.category)
        }
        names = {name for name in names if len(name) >= 2}
        every = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(every or r"(?!)")

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where names stand, in ``text`` as written."""
        folded = unstopped(tight(text))
        return [folded.written(*found.span()) for found in self._pattern.finditer(folded.text)]


def refused(reading: Reading, hit: Hit, kind: Kind) -> Violation:
    """The finding on a listed word."""
    said = reading.text[hit.start : hit.end]
    why = reading.messages.why(kind, said)
    if hit.group.law:
        why = f"{why} ({hit.group.law})" if reading.lang == "en" else f"{why}（{hit.group.law}）"
    return Violation(kind, hit.start, hit.end, said, why, hit.group.instead)
