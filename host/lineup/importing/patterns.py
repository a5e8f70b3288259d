"""Facts of a product page without a language model: only what stands there in a known form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from host.lineup import cells
from host.lineup.columns import field_of
from host.lineup.importing.figures import Figure, figures
from host.lineup.importing.found import Draft, Found, Harvest, Left, Place, Value
from host.lineup.importing.money import written

LONGEST_POINT = 60
"""Characters of a selling point that a host can say in one breath."""
_LONGEST_NAME = 120
_PAIR = re.compile(
    r"^(?P<key>[^\s:：=＝|\t][^:：=＝|\t\n。！？!?]{0,19}?)\s*(?:[:：]|\t+|\s[=＝]\s)\s*(?P<value>\S.*)$"
)
_ROW = re.compile(r"^\|\s*(?P<key>[^|]{1,20}?)\s*\|\s*(?P<value>[^|]{1,60}?)\s*\|?$")
_BULLET = re.compile(
    r"^(?:[·•●○◆◇■□★☆✔✅√▪▶➤►👉🔥✨-]|\*(?!\*)|\d{1,2}[.、)）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳])\s*"
)
_HEADING = re.compile(r"^(?:#{1,6}\s*|【)?(?P<title>[^】:：#]{1,24}?)(?:】)?\s*[:：]?$")
_SECTIONS = {
    "points": re.compile(
        r"^(?:产品|商品|核心|主要|宝贝)?(?:卖点|亮点|特点|特色|优势|推荐理由)$|"
        r"^(?:key )?(?:features|highlights)$|"
        r"^why (?:you.ll love it|buy it|we love it)\??$|^about this item$",
        re.IGNORECASE,
    ),
    "specs": re.compile(
        r"^(?:产品|商品|技术|规格|详细)?(?:参数|规格|信息)(?:参数)?$|^(?:technical |product )?"
        r"(?:specifications?|specs|details)$",
        re.IGNORECASE,
    ),
}
_NO_SPEC = re.compile(
    r"客服|电话|微信|QQ|店铺|地址|提示|注意|评价|销量|月销|已售|收藏|好评|链接|网址|http|关注|粉丝|作者|日期|时间|声明|"
    r"phone|email|contact|review|rating|sold|seller|visit|note|warning|system|assistant|user|ignore|"
    r"instruction|ASIN|best sellers",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^(?:问|Q|question)\s*\d*\s*[:：.、]\s*(?P<text>.+)$", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:答|A|answer)\s*\d*\s*[:：.、]\s*(?P<text>.+)$", re.IGNORECASE)
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("returns", re.compile(r"退换|退货|无理由|\breturns?\b|\brefund", re.IGNORECASE)),
    ("warranty", re.compile(r"质保|保修|\bwarranty\b|\bguarantee", re.IGNORECASE)),
    ("shipping", re.compile(r"发货|包邮|顺丰|快递|\bships?\b|\bshipping\b|\bdelivery\b", re.I)),
)
_COUPON = re.compile(
    r"满\s*(?P<over>\d+(?:\.\d+)?)\s*元?\s*(?:立)?减\s*(?P<less>\d+(?:\.\d+)?)\s*元?|"
    r"[$€£]?(?P<off>\d+(?:\.\d+)?)\s+off\s+(?:orders?\s+)?(?:over|of|above)\s+[$€£]?(?P<least>\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"(?:库存|仅剩|只剩|剩余|现货)\s*[:：]?\s*(?P<n>\d{1,7})\s*(?:件|个|瓶|盒|套|份|只|双|台|支|袋|箱)?(?![\d.%])|"
    r"\b(?P<m>\d{1,6})\s+(?:left\s+)?in stock\b|\bstock\s*:\s*(?P<k>\d{1,6})\b|"
    r"\bonly\s+(?P<j>\d{1,6})\s+left\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:每人|单人|每单|每个ID)?限购\s*[:：]?\s*(?P<n>\d{1,3})\s*(?:件|个|瓶|盒|套|份|只|双|台|支|袋|箱)?|"
    r"\blimit\s*(?:of\s+|:\s*)?(?P<m>\d{1,3})\s+per\b",
    re.IGNORECASE,
)
EVIDENCE = re.compile(
    r"\s*[（(]\s*(?P<in>[^（）()]*(?:报告|证书|专利|认证|依据|检测|certificate|report|patent|test)"
    r"[^（）()]*\d[^（）()]*)[）)]\s*[。.]?$|"
    r"\s*[,，;；]\s*(?P<after>(?:依据|证据|检测报告|检验报告|专利号|evidence|report|certificate|patent)"
    r"\s*[:：]?[^,，;；]*\d[^,，;；]*)$",
    re.IGNORECASE,
)
"""What proves a statement, behind it: （检测报告 MT-2026-0427）."""
_COLUMNS = frozenset(
    {"name", "short_name", "category", "sku", "unit", "shipping", "warranty", "returns"}
)  # fmt: skip
"""Fields whose label and text may stand as a pair on a line."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    """Without the white space around it."""
    start: int


def extract(text: str, *, titled: bool = True) -> Harvest:
    """The one product of a page; each value is a span of ``text``, or an amount that stands there.

    ``titled``: its first line is its name, where none is labelled so.
    """
    draft = Draft(None)
    made = Harvest([draft])
    lines = list(_lines(text))
    _prices(text, draft, made)
    section, asked = "", None
    for line in lines:
        if (heading := _HEADING.match(line.text)) and (kind := _section(heading["title"])):
            section = kind
            continue
        if match := _QUESTION.match(line.text):
            asked = (line, match)
            continue
        if (match := _ANSWER.match(line.text)) and asked is not None:
            _faq(text, asked, (line, match), draft)
            asked = None
            continue
        if line.text.startswith("#"):
            section = ""
        _line(line, section, draft, made)
    if titled:
        _title(lines, draft)
    return made


def _section(title: str) -> str:
    return next((name for name, form in _SECTIONS.items() if form.match(title.strip())), "")


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for raw in text.split("\n"):
        bare = raw.strip()
        if bare:
            yield _Line(bare, at + raw.index(bare[0]))
        at += len(raw) + 1


def _line(line: _Line, section: str, draft: Draft, made: Harvest) -> None:
    bullet = _BULLET.match(line.text)
    begin = bullet.end() if bullet else 0
    body = line.text[begin:].strip()
    at = line.start + line.text.index(body, begin) if body else line.start
    _amounts(line, draft)
    pair = _PAIR.match(body) or _ROW.match(body)
    if pair and _pair(pair, at, body, draft):
        return
    if not pair and _terms(body, at, draft):
        return
    if not pair and (bullet or section == "points") and _point(body):
        if len(body) > LONGEST_POINT:
            made.left.append(Left("long", (str(LONGEST_POINT),), value=body))
            return
        if match := EVIDENCE.search(body):
            proof = (match["in"] or match["after"]).strip().rstrip("。.")
            statement = body[: match.start()].rstrip("。.;；，,")
            if statement and not re.search(r"[@＠|｜]", body):
                _add(draft, "claims", {"text": statement, "evidence": proof}, at, body)
            return
        _add(draft, "selling_points", body.rstrip("。.;；，,"), at, body)


def _terms(body: str, at: int, draft: Draft) -> bool:
    """Take the sentences of a line that tell of delivery, warranty, returns; whether any did."""
    told = False
    for match in re.finditer(r"(?:[^。.!！]|\.(?!\s|$))+", body):
        sentence = match[0].strip()
        for field, form in _LINES:
            if form.search(sentence):
                told = True
                if len(sentence) <= LONGEST_POINT:
                    _add(draft, field, sentence, at + body.index(sentence), sentence)
                break
    return told


def _pair(pair: re.Match[str], at: int, body: str, draft: Draft) -> bool:
    """Take ``label：text``; whether it was one that is understood, taken or not."""
    key, value = pair["key"].strip().strip("*"), pair["value"].strip().strip("*").strip()
    field = field_of(key)
    quote, place = body, at
    if field in _COLUMNS and value:
        _add(draft, str(field), value.rstrip("。;；"), place, quote)
        return True
    if field == "selling_points":
        for part in cells.items(value):
            _add(draft, field, part.rstrip("。.;；，,"), place, quote)
        return True
    if field == "variants":
        for part in re.split(r"[、/；;|]", value):
            if part.strip() and not re.search(r"[@#]", part):
                _add(draft, "variants", {"option": part.strip()}, place, quote)
        return True
    if field not in (None, "specs") or _NO_SPEC.search(key) or _NO_SPEC.search(value[:12]):
        return True  # an amount, which is found by itself; or no property of the product
    if next(figures(body), None) is not None:
        return True  # what costs something is no measure
    if len(value) <= 40 and not re.search(r"[。！？!?；;|]", value) and len(key) <= 20:
        number, unit = cells.measure(value)
        parts = {"attribute": key, "value": number} | ({"unit": unit} if unit else {})
        if key != "---":
            _add(draft, "specs", parts, place, quote)
        return True
    return len(value) <= 40


def _point(body: str) -> bool:
    """Whether a line can be said by itself: words, no address, no heading, no price."""
    if len(re.findall(r"[^\W\d_]", body)) < 3 or re.search(r"https?://|www\.|@", body):
        return False
    if re.search(r"ignore|instruction|忽略.{0,8}(?:指令|提示|要求|规则)|system prompt", body, re.I):
        return False
    return next(figures(body), None) is None


def _amounts(line: _Line, draft: Draft) -> None:
    for field, form in (("stock", _STOCK), ("purchase_limit", _LIMIT)):
        if match := form.search(line.text):
            number = next(value for value in match.groupdict().values() if value)
            _add(draft, field, str(int(number)), line.start + match.start(), match[0])
    if match := _COUPON.search(line.text):
        parts = {
            "amount": match["less"] or match["off"],
            "threshold": match["over"] or match["least"],
        }
        _add(draft, "coupon", parts, line.start + match.start(), match[0])


def _prices(text: str, draft: Draft, made: Harvest) -> None:
    """Take the price and the one before it, each if there is but one of it."""
    found = list(figures(text))
    names = [each for each in found if each.kind == "price"]
    price = names or [each for each in found if each.kind == "coupon_price"]
    marked = [each for each in found if each.kind == "bare"]
    for field, kinds in (
        ("price", price or marked),
        ("list_price", [each for each in found if each.kind == "list_price"]),
    ):
        values = {each.money.value for each in kinds}
        if len(values) > 1:
            told = ", ".join(text[each.start : each.end].strip() for each in kinds[:4])
            made.left.append(Left("many-prices", (field, told), value=told))
        elif kinds:
            _price(text, field, kinds[0], draft)
    if price and price[0].kind == "coupon_price" and draft.first("price"):
        made.left.append(Left("after-coupon", (), value=draft.text("price")))


def _price(text: str, field: str, figure: Figure, draft: Draft) -> None:
    quote = text[figure.cue : figure.end]
    _add(draft, field, written(figure.money.value), figure.cue, quote)
    if figure.money.currency:
        _add(draft, "currency", figure.money.currency, figure.cue, quote)


def _faq(
    text: str, asked: tuple[_Line, re.Match[str]], said: tuple[_Line, re.Match[str]], draft: Draft
) -> None:
    question, answer = asked[1]["text"].strip(), said[1]["text"].strip()
    start, end = asked[0].start, said[0].start + len(said[0].text)
    _add(draft, "faq", {"question": question, "answer": answer}, start, text[start:end])


def _title(lines: list[_Line], draft: Draft) -> None:
    taken = {found.place.start for found in draft.found}
    for line in lines[:8]:
        body = re.sub(r"^#{1,6}\s*", "", line.text)
        if (
            2 <= len(body) <= _LONGEST_NAME
            and len(re.findall(r"[^\W\d_]", body)) >= 2
            and line.start not in taken
            and not _PAIR.match(body)
            and not re.search(r"\s[>›»/]\s|^(?:首页|home)$", body, re.IGNORECASE)
            and next(figures(body), None) is None
            and not re.search(r"https?://|ignore|instruction|忽略", body, re.IGNORECASE)
        ):
            _add(draft, "name", body, line.start + len(line.text) - len(body), body)
            return


def _add(draft: Draft, field: str, value: Value, start: int, quote: str) -> None:
    draft.add(Found(field, value, Place(quote, start, start + len(quote))))
