"""A line cut into clauses: the unit of synthesis, cache and cut.

Sentence ends always cut. Between them, pieces that end in a lighter mark are joined while they are
short (9 Hanzi or 6 words). A piece of more than 12 Hanzi or 8 words is cut before a connective, if
it holds one that leaves a phrase on both sides; else it stays whole, because a cut inside a phrase
is heard, up to twice that length: then it is cut between two words. Nothing cuts a number from its
unit, a name in quotes, or an English word.
"""

from __future__ import annotations

import re
from itertools import accumulate

from host.model.talk import Clause, Lang, Line

LONGEST: dict[Lang, int] = {"zh": 12, "en": 8}
"""Hanzi (a digit counts as one, a Latin word as two), or words."""
BOUND: dict[Lang, int] = {"zh": 24, "en": 16}
"""The most that a clause is, wherever two words can be told apart in it: some 5 s of sound, before
which no answer is heard."""
JOINED: dict[Lang, int] = {"zh": 9, "en": 6}
"""The most that pieces between lighter marks are joined to. An answer waits for the end of the
clause on air: at 12 Hanzi for 1.2 s in the mean, at 9 for 0.9 s, and each piece is sooner spoken.
"""
_SHORTEST_PHRASE: dict[Lang, int] = {"zh": 4, "en": 3}

_CLOSERS = "\"'”’）)】」』》!！?？。.…~～"
_STRONG = re.compile(rf"[。！？!?；;…\n]+[{_CLOSERS}]*|\.(?=\s|$|[{_CLOSERS}])[{_CLOSERS}]*")
_LIGHT = re.compile(rf"(?:[，、：—]+|[,:](?=\s|$|[^\x00-\x7f]))[{_CLOSERS}]*")
_WHOLE = re.compile(
    r"“[^”]{1,24}”|「[^」]{1,24}」|『[^』]{1,24}』|《[^》]{1,24}》|\"[^\"]{1,40}\""
    r"|(?<![A-Za-z])(?:Mr|Mrs|Ms|Dr|No|vs|St|approx|e\.g|i\.e)\.\s?\w"
    r"|[A-Za-z][\w'’.+-]*(?<![.+-])(?:\s?\d[\w.,:/%+-]*(?<![.,:]))?"
    r"|[¥￥$€£]?\s?\d(?:[\d.,:/×x*~-]*[\d])?\s?(?:[%℃℉°²³]+[CF]?|[A-Za-zμΩ㎡]+[²³\d]?|[\u4e00-\u9fff])?"
)
_BEFORE: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        "因为|所以|但是|不过|而且|并且|或者|以及|如果|只要|只有|无论|不管|还有|还能|还可以|还会|还是|"
        "另外|然后|同时|也可以|也能|就可以|就能|就是|可以|适合|支持|搭配|采用|我们|大家|今天|现在"
    ),
    "en": re.compile(
        r"(?<=\s)(?:and|or|but|so|because|which|who|that|when|while|if|with|without|for|from|"
        r"before|after|until|plus|than|to|in|on|at|by)\s"
    ),
}
_AFTER_ZH = re.compile("的时候|的话|之后|以后|的同时")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿几第"
_OPENERS = "“‘「『《（(【[¥￥$€£#@"
_IN_ONE = re.compile(r"[!-~]{2}|\d\s*[^\W\d_]")
"""Around a border: an English word or a number goes on, or its unit may follow."""
_CLINGING = frozenset("的地得了着过吗呢吧啊呀们")
"""What is said in one breath with the word before it."""
_SIZE_ZH = re.compile(r"[A-Za-z]+|\d|[\u3400-\u9fff]")


def split(line: Line) -> tuple[Clause, ...]:
    """The line's clauses, in order; together they are its text, but for whitespace at the cuts.

    At least one, even for an empty text: a line must end.
    """
    texts = [text for sentence in _sentences(line.text) for text in _fit(sentence, line.lang)]
    texts = texts or [line.text.strip()]
    if line.priority:
        texts[:1] = _opened(texts[0])
    return tuple(
        Clause(
            line=line.id,
            index=index,
            text=text,
            lang=line.lang,
            mood=line.mood,
            last=index == len(texts) - 1,
        )
        for index, text in enumerate(texts)
    )


def _opened(text: str) -> list[str]:
    """An answer's first clause cut at its first light mark: it begins once that is spoken."""
    first = _LIGHT.search(text)
    return _cut(text, [first.end()]) if first else [text]


def size(text: str, lang: Lang) -> int:
    """How long it is to say, in Hanzi or words."""
    if lang == "en":
        return len(text.split())
    return sum(2 if unit[0].isalpha() and unit.isascii() else 1 for unit in _SIZE_ZH.findall(text))


def _sentences(text: str) -> list[str]:
    return _cut(text, [found.end() for found in _STRONG.finditer(text)])


def _fit(sentence: str, lang: Lang) -> list[str]:
    pieces = _cut(sentence, [found.end() for found in _LIGHT.finditer(sentence)])
    joint = "" if lang == "zh" else " "
    fitted: list[str] = []
    for piece in (part for whole in pieces for part in _shorten(whole, lang)):
        joined = joint.join([fitted[-1], piece]) if fitted else piece
        if fitted and size(joined, lang) <= JOINED[lang]:
            fitted[-1] = joined
        else:
            fitted.append(piece)
    return fitted


def _shorten(piece: str, lang: Lang) -> list[str]:
    """Cut at the connective nearest to the middle, again and again, while that helps."""
    if size(piece, lang) <= LONGEST[lang]:
        return [piece]
    places = [found.start() for found in _BEFORE[lang].finditer(piece)]
    if lang == "zh":
        places += [found.end() for found in _AFTER_ZH.finditer(piece)]
    whole = [found.span() for found in _WHOLE.finditer(piece)]
    fair = [
        place
        for place in places
        if not any(start < place < end for start, end in whole)
        and min(size(piece[:place], lang), size(piece[place:], lang)) >= _SHORTEST_PHRASE[lang]
    ]
    if not fair and size(piece, lang) > BOUND[lang]:
        fair = _borders(piece, lang)
    if not fair:
        return [piece]
    half = size(piece, lang) / 2
    place = min(fair, key=lambda at: (piece[at] in _CLINGING, abs(size(piece[:at], lang) - half)))
    left, right = piece[:place].strip(), piece[place:].strip()
    return [*_shorten(left, lang), *_shorten(right, lang)]


def _borders(piece: str, lang: Lang) -> list[int]:
    """Where it can be cut between two words: not behind a number whose unit may follow."""
    if lang == "zh":
        # A dictionary of 0.3 s, so only for the first piece of such a length.
        from host.voice.words import cut

        *ends, _ = accumulate(map(len, cut(piece)))
    else:
        ends = [found.end() for found in re.finditer(r"\s+", piece)]
    whole = [found.span() for found in _WHOLE.finditer(piece)]
    return [
        place
        for place in ends
        if (piece[place].isalnum() or piece[place] in _OPENERS)
        and not piece[:place].rstrip().endswith((*_NUMERALS, *_OPENERS))
        and not _IN_ONE.match(piece, len(piece[:place].rstrip()) - 1)
        and not any(start < place < end for start, end in whole)
    ]


def _cut(text: str, places: list[int]) -> list[str]:
    whole = [found.span() for found in _WHOLE.finditer(text)]
    parts, start = [], 0
    for place in [*places, len(text)]:
        if place < len(text) and any(first < place < last for first, last in whole):
            continue
        part = text[start:place].strip()
        if part:
            parts.append(part)
        start = place
    return parts
