"""Whether a page bears out what a language model says it says.

A fact is taken only when its quote stands in the page, and its value in the quote: a text as whole
sentences (half of one may say the opposite), a number with the words that say what it is of.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from host.lineup.importing.figures import Figure, figures
from host.lineup.importing.found import Found, Left, Parts, Place, Value
from host.lineup.importing.money import amount, written
from host.lineup.importing.pages import Folding, fold

FIELDS = (
    "name", "short_name", "category", "sku", "unit", "price", "list_price", "stock",
    "purchase_limit", "coupon", "variants", "selling_points", "specs", "shipping", "warranty",
    "returns", "faq", "claims", "promotions",
)  # fmt: skip
"""What a model is asked for."""
_LONGEST_QUOTE = 600
_ENDS = frozenset('\n\t。！？!?；;|·•●-✔✅√:：【】[]"“”')
"""What a sentence or an item stands between."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CUES = {
    "stock": re.compile(r"库存|仅剩|只剩|剩余|现货|stock|left|available", re.IGNORECASE),
    "purchase_limit": re.compile(r"限购|最多|limit|per (?:customer|person|order)|at most", re.I),
    "coupon": re.compile(r"减|券|off|coupon", re.IGNORECASE),
    "sku": re.compile(r"货号|编码|编号|款号|型号|sku|item|model|\bid\b|code", re.IGNORECASE),
    "evidence": re.compile(
        r"\d|报告|证书|专利|认证|检测|report|certif|patent|test|standard", re.IGNORECASE
    ),
}

_Text = Annotated[str, Field(max_length=1000)]


class Fact(BaseModel):
    """One thing that a model read."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    field: _Text
    value: _Text
    """The text or number; of a spec its value, of a coupon what it takes off, of a question its
    answer, of an option its name, of a claim its words."""
    quote: _Text
    """The page's words that say so."""
    name: _Text = ""
    """Of a spec its attribute, of an answer its question."""
    unit: _Text = ""
    price: _Text = ""
    """Of an option."""
    stock: _Text = ""
    """Of an option."""
    threshold: _Text = ""
    """Of a coupon."""
    evidence: _Text = ""
    """Of a claim."""


class Page:
    """A page that facts are held against."""

    def __init__(self, text: str) -> None:
        """``text``: as it is kept; spans are positions in it."""
        self.text = text
        self._folding: Folding = fold(text)
        self._figures: tuple[Figure, ...] = tuple(figures(text))

    def prove(self, fact: Fact) -> Found | Left:
        """The fact with its span, or why it is not taken."""
        label = fact.name or fact.value
        if fact.field not in FIELDS:
            return Left("unknown-field", (fact.field[:40],), value=label)
        quote = fact.quote.strip()
        span = self._folding.find(quote) if 0 < len(quote) <= _LONGEST_QUOTE else None
        if span is None:
            return Left("no-quote", (), column=fact.field, value=label)
        said = fold(quote).text.strip()
        value = self._value(fact, said, span)
        if isinstance(value, Left):
            return Left(value.code, value.args, column=fact.field, value=label)
        return Found(fact.field, value, Place(self.text[span[0] : span[1]], *span))

    def _value(self, fact: Fact, said: str, span: tuple[int, int]) -> Value | Left:
        if fact.field in ("price", "list_price"):
            return self._price(fact, span)
        if fact.field in ("stock", "purchase_limit"):
            return _count(fact, said)
        if fact.field in ("sku", "unit"):
            return _word(fact, said)
        if fact.field == "coupon":
            return _coupon(fact, said)
        if fact.field == "specs":
            return _spec(fact, said)
        if fact.field == "variants":
            return self._variant(fact, said, span)
        if fact.field == "faq":
            return self._faq(fact, span)
        if fact.field == "claims":
            return self._claim(fact, span)
        whole = self._whole(fact.value, span)
        if isinstance(whole, Left) or fact.field != "promotions":
            return whole
        return {"text": whole}

    def _price(self, fact: Fact, span: tuple[int, int]) -> Value | Left:
        money = amount(fact.value)
        if money is None:
            return Left("not-quoted", (fact.value,))
        inside = [
            each
            for each in self._figures
            if span[0] <= each.start and each.end <= span[1] and each.money.value == money.value
        ]
        if not inside:
            return Left("not-quoted", (fact.value,))
        kinds = {"price": ("price", "bare"), "list_price": ("list_price",)}[fact.field]
        if not any(each.kind in kinds for each in inside):
            return Left("other-kind", (fact.field,))
        named = {each.money.value for each in self._figures if each.kind == kinds[0]}
        if named - {money.value}:
            return Left("many-prices", (fact.field, ", ".join(sorted(map(str, named)))))
        return written(money.value)

    def _variant(self, fact: Fact, said: str, span: tuple[int, int]) -> Value | Left:
        option = _standing(fact.value, said)
        if option is None or re.search(r"[@#＠＃]", fact.value):
            return Left("not-quoted", (fact.value,))
        parts = {"option": fact.value.strip()}
        line = self.text[span[0] : span[1]]
        if fact.price:
            money = amount(fact.price)
            found = [each for each in figures(line) if each.kind in ("price", "bare")]
            if "\n" in line or money is None or [f.money.value for f in found] != [money.value]:
                return Left("not-quoted", (fact.price,))
            parts["price"] = written(money.value)
        if fact.stock:
            if "\n" in line or isinstance(_counted(fact.stock, said, "stock"), Left):
                return Left("not-quoted", (fact.stock,))
            parts["stock"] = fact.stock.strip()
        return parts

    def _faq(self, fact: Fact, span: tuple[int, int]) -> Value | Left:
        question, answer = self._whole(fact.name, span), self._whole(fact.value, span)
        for each in (question, answer):
            if isinstance(each, Left):
                return each
        here = fold(self.text[span[0] : span[1]])
        asked, said = here.find(str(question)), here.find(str(answer))
        if asked is None or said is None or said[0] < asked[1]:
            return Left("not-quoted", (fact.name,))
        mark = here.text[here.text.find(fold(str(question)).text) + len(str(question)) :][:1]
        if not str(question).endswith(("?", "？")) and mark != "?":
            return Left("other-kind", (fact.field,))
        return {"question": str(question), "answer": str(answer)}

    def _claim(self, fact: Fact, span: tuple[int, int]) -> Value | Left:
        said = fold(self.text[span[0] : span[1]]).text
        if not fact.evidence.strip() or not _CUES["evidence"].search(fact.evidence):
            return Left("unproved", ())
        for part in (fact.value, fact.evidence):
            if _standing(part, said) is None or re.search(r"[@＠|｜\n]", part):
                return Left("not-quoted", (part,))
        begin = self._whole(fact.value, span, end=False)
        if isinstance(begin, Left):
            return begin
        return {"text": begin, "evidence": fact.evidence.strip()}

    def _whole(self, value: str, span: tuple[int, int], *, end: bool = True) -> str | Left:
        """``value`` where it is whole sentences, lines or items of the quote.

        ``end``: also behind it; else only before.
        """
        text = value.strip().strip("。.;；")
        inside = fold(self.text[span[0] : span[1]]).find(text)
        if not text or inside is None:
            return Left("not-quoted", (value,))
        start, stop = span[0] + inside[0], span[0] + inside[1]
        before = self.text[:start].rstrip(" \u3000*")[-1:]
        behind = self.text[stop:].lstrip(" \u3000*")
        # A full stop ends a sentence, a point in a number does not.
        ended = (
            not behind or text[-1] in _ENDS or behind[0] in _ENDS or re.match(r"\.(?:\s|$)", behind)
        )
        numbered = re.search(
            r"(?:^|\n)\s*(?:#+|\d{1,2}[.、)）]|[(（]\d+[)）]|[①-⑳])\s*$", self.text[:start]
        )
        began = not before or before in _ENDS or numbered or self._stopped(start)
        if not began or (end and not ended):
            return Left("not-whole", ())
        return self.text[start:stop]

    def _stopped(self, start: int) -> bool:
        return bool(re.search(r"[.。]\s+$", self.text[:start]))


def _standing(value: str, said: str) -> int | None:
    """Where a value stands in a quote, not as a part of a longer number or Latin word."""
    wanted = fold(value).text.strip()
    if not wanted:
        return None
    before = r"(?<![\d.])" if wanted[0].isdigit() else r"(?<![a-z])" if wanted[0].isascii() else ""
    behind = r"(?!\.?\d)" if wanted[-1].isdigit() else r"(?![a-z])" if wanted[-1].isascii() else ""
    match = re.search(before + re.escape(wanted) + behind, said)
    return match.start() if match else None


def _counted(value: str, said: str, cue: str) -> str | Left:
    plain = value.strip()
    if not re.fullmatch(r"\d{1,9}", plain) or _standing(plain, said) is None:
        return Left("not-quoted", (value,))
    # Two numbers in one quote: nothing tells which of them it is.
    if len(_NUMBER.findall(said)) != 1 or not _CUES[cue].search(said):
        return Left("other-kind", (cue,))
    return str(int(plain))


def _count(fact: Fact, said: str) -> Value | Left:
    return _counted(fact.value, said, fact.field)


def _word(fact: Fact, said: str) -> Value | Left:
    if _standing(fact.value, said) is None:
        return Left("not-quoted", (fact.value,))
    if fact.field == "sku" and not _CUES["sku"].search(said):
        return Left("other-kind", (fact.field,))
    return fact.value.strip()


def _coupon(fact: Fact, said: str) -> Value | Left:
    parts: dict[str, str] = {}
    for key, text in (("amount", fact.value), ("threshold", fact.threshold)):
        money = amount(text) if text else None
        if text and (money is None or _standing(written(money.value), said) is None):
            return Left("not-quoted", (text,))
        if money is not None and money.value:
            parts[key] = written(money.value)
    numbers = _NUMBER.findall(said)
    if "amount" not in parts or not _CUES["coupon"].search(said) or len(numbers) != len(parts):
        return Left("other-kind", ("coupon",))
    if "threshold" in parts:
        over, less = (numbers.index(parts[key]) for key in ("threshold", "amount"))
        chinese = "减" in said
        if (over < less) != chinese:
            return Left("other-kind", ("coupon",))
    return parts


def _spec(fact: Fact, said: str) -> Parts | Left:
    measure = f"{fact.value}{fact.unit}"
    at = _standing(measure, said)
    if at is None and fact.unit:
        at = _standing(f"{fact.value} {fact.unit}", said)
    if at is None or re.match(r"\s*[\d.,]", fact.unit) or _standing(fact.value, said) is None:
        return Left("not-quoted", (measure,))
    name = _standing(fact.name, said)
    # Nothing but a colon, a tab or "is" between the two: "不含糖，净含量500克" is no 糖=500克.
    between = said[name + len(fold(fact.name).text.strip()) : at] if name is not None else "?"
    if not re.fullmatch(r"\s*(?:[:：=|]|为|是|约|is|of)?\s*", between):
        return Left("not-quoted", (fact.name,))
    value = {"attribute": fact.name.strip(), "value": fact.value.strip()}
    return value | ({"unit": fact.unit.strip()} if fact.unit.strip() else {})
