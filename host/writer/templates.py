"""What a written template must be, before the gate reads it; and how it is filled."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from datetime import datetime

from host.clauses import LONGEST, size
from host.facts import facts_of
from host.model import Fact, Lang, Line, Product
from host.planner.sections import parts_of
from host.planner.wording import again, polish
from host.script.fields import FIELDS, Scope
from host.script.queues import QUEUES, texts_of

KIND_FIELDS: dict[str, tuple[str, ...]] = {
    "selling_point": ("selling_point",),
    "spec": ("spec_name", "spec_value"),
    "faq": ("question", "answer"),
    "claim": ("claim",),
    "shipping": ("shipping",),
    "warranty": ("warranty",),
    "returns": ("returns",),
}
"""Kind of fact → the fields that show it; a template of that kind has them all."""
PRICES = ("price", "list_price", "saving", "discount", "coupon", "coupon_price", "link", "limit")
"""Fields of the beat "price"."""
LENGTH: dict[Lang, tuple[int, int]] = {"zh": (16, 80), "en": (10, 56)}
"""Least and most of a template, its fields left out, in Hanzi or words: a planned line has 25 to
60 Hanzi with them."""
SLACK = 1.25
"""How much longer than host.clauses.LONGEST a written clause may be: it can still be said."""

_SENTENCES = frozenset(
    {"selling_point", "question", "answer", "claim", "shipping", "warranty", "returns"}
)
"""Fields whose text is a clause of its own."""
_FIELD = re.compile(r"\{(\w+)\}")
_OUTSIDE: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"[^\u4e00-\u9fffA-Za-z，。！？、；：…—“”‘’《》·]"),
    "en": re.compile(r"[^A-Za-z ,.!?;:'’\"“”\-—…]"),
}
_BESIDE: dict[Lang, int] = {"zh": 6, "en": 4}
"""Least of a sentence's own words beside a fact: a fact alone would come back word for word."""
_STRONG = re.compile(r"[。！？；!?;…]+|\.(?=\s|$)")
_MARKS = re.compile(r"[，。！？、；：…—,.!?;:]+")
_HANZI = re.compile(r"[\u4e00-\u9fff]")


def offered(beat: str, kind: str, available: frozenset[str]) -> tuple[str, ...]:
    """The fields that a template of that beat and kind may hold."""
    names = ["short_name"]
    names += PRICES if beat == "price" else ("link",) if beat == "action" else ()
    names += KIND_FIELDS.get(kind, ())
    return tuple(name for name in names if name in available)


def required(beat: str, kind: str) -> tuple[str, ...]:
    """The fields that it must hold."""
    return (*KIND_FIELDS.get(kind, ()), *(("price",) if beat == "price" else ()))


def flaw(text: str, lang: Lang, offer: Sequence[str], needs: Sequence[str]) -> str:
    """Why a text is no such template, in the text's language, as its writer is told; else empty."""
    say = _SAY[lang]
    try:
        names = [name for _, name, form, how in _parts(text) if name is not None]
        if any(form or how for _, _, form, how in _parts(text)):
            return say["braces"]
    except ValueError:
        return say["braces"]
    if unknown := [name for name in names if name not in offer]:
        return say["unknown"].format(", ".join(sorted(set(unknown)))[:60])
    if twice := [name for name in set(names) if names.count(name) > 1 + (name == "short_name")]:
        return say["twice"].format(sorted(twice)[0])
    if missing := [name for name in needs if name not in names]:
        return say["missing"].format("{" + missing[0] + "}")
    plain = bare(text, "")
    if found := _OUTSIDE[lang].search(plain):
        return say["sign"].format(found[0])
    if lang == "zh" and not _HANZI.search(plain):
        return say["sign"].format(plain[:10])
    return _joined(text, say) or _lonely(text, lang) or _length(plain, text, lang)


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))


def _joined(text: str, say: Mapping[str, str]) -> str:
    """A field that is a clause of its own stands between two marks."""
    for found in _FIELD.finditer(text):
        before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
        closed = (not before or _MARKS.search(before[-1])) and (not after or _MARKS.match(after))
        if found[1] in _SENTENCES and not closed:
            return say["alone"].format(found[0])
    return ""


def _lonely(text: str, lang: Lang) -> str:
    """A fact stands in a sentence with other words."""
    for sentence in _STRONG.split(text):
        shown = [name for name in _FIELD.findall(sentence) if name not in ("short_name", "link")]
        if shown and size(bare(sentence, ""), lang) < _BESIDE[lang]:
            return _SAY[lang]["lonely"].format("{" + shown[0] + "}")
    return ""


def _length(plain: str, text: str, lang: Lang) -> str:
    say, (least, most) = _SAY[lang], LENGTH[lang]
    long = size(plain, lang)
    if not least <= long <= most:
        return say["length"].format(long, least, most)
    for piece in _MARKS.split(bare(text, "" if lang == "zh" else " ")):
        if size(piece, lang) > LONGEST[lang] * SLACK:
            return say["clause"].format(piece.strip()[:40], LONGEST[lang])
    return ""


def bare(text: str, instead: str) -> str:
    """A sound template without its fields: what no fact bears out."""
    return _FIELD.sub(instead, text)


def kinds_of(line: Line) -> frozenset[str]:
    """The kinds of facts that a planned line shows."""
    shown = {fact.attribute.partition(":")[0] for fact in line.facts}
    return frozenset(shown & set(QUEUES.values()))


def turns_of(line: Line, product: Product, facts: Sequence[Fact]) -> dict[str, int]:
    """Kind → the turn at which fields show the very facts of a planned line."""
    turns: dict[str, int] = {}
    for fact in line.facts:
        kind, _, name = fact.attribute.partition(":")
        texts = texts_of(facts, kind)
        if kind == "spec":
            turns[kind] = _place(name, [spec.attribute for spec in product.specs])
        elif kind == "faq":
            turns.setdefault(kind, _place(name, [pair.question for pair in product.faq]))
        elif fact in texts:
            turns[kind] = texts.index(fact)
    return turns


def _place(name: str, names: Sequence[str]) -> int:
    return names.index(name) if name in names else 0


def scope_of(
    product: Product, now: datetime, lang: Lang, turns: Mapping[str, int], turn: int = 0
) -> Scope:
    """What fields of a product are filled from at ``now``."""
    facts = tuple(fact for fact in facts_of(product) if fact.holds_at(now))
    return Scope(product, facts, turn, now, lang, turns)


def filled(text: str, scope: Scope | None, lang: Lang) -> tuple[str, tuple[Fact, ...]] | None:
    """A template's text and the facts it rests on; None: a field has no fact now."""
    said: list[str] = []
    facts: dict[Fact, None] = {}
    named = False
    for literal, name in parts_of(text):
        said.append(literal)
        if not name:
            continue
        shown = FIELDS[name](scope) if scope is not None else None
        if shown is None:
            return None
        facts.update(dict.fromkeys(shown.facts))
        is_name = name == "short_name"
        said.append(again(shown.text) if is_name and named else shown.text)
        named = named or is_name
    return polish("".join(said), lang), tuple(facts)


_SAY: dict[Lang, dict[str, str]] = {
    "zh": {
        "braces": "花括号不成对，或者里面多了东西",
        "unknown": "不能用这些字段：{}",
        "twice": "字段 {} 用了不止一次",
        "missing": "缺少必用字段 {}",
        "sign": "有不能念的字符“{}”：不写数字、换行、表情、链接、外文标点",
        "alone": "{} 本身就是一句话，前后都要用逗号或句号隔开",
        "lonely": "{} 独占了一句：同一句里要有别的小句",
        "length": "除字段外有 {} 个字，应在 {} 到 {} 个之间",
        "clause": "“{}”这一小句太长，每小句不超过 {} 个字",
    },
    "en": {
        "braces": "braces that do not match, or hold more than a name",
        "unknown": "these fields may not be used: {}",
        "twice": "the field {} stands there more than once",
        "missing": "the field {} must be used",
        "sign": "“{}” cannot be spoken: no digits, line breaks, emoji or links",
        "alone": "{} is a sentence of its own: put a comma or full stop on both sides",
        "lonely": "{} has a sentence to itself: other words belong in it",
        "length": "{} words beside its fields; {} to {} are wanted",
        "clause": "the clause “{}” is too long: at most {} words",
    },
}
