"""Spoken English to phonemes, by hibari's G2P with what it misreads put right."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SAID: dict[str, str] = {
    "alipay": "ˈælɪpˌA", "bilibili": "bˌilibˈili", "douyin": "dˌOjˈɪn", "haier": "hˈIəɹ",
    "huawei": "hwˌɑwˈA", "honor": "ˈɑnəɹ", "kuaishou": "kwˌIʃˈO", "midea": "mˈIdiə",
    "oppo": "ˈOpˌO", "redmi": "ɹˈɛdmi", "taobao": "tˌWbˈW", "tiktok": "tˈɪktˌɑk",
    "tmall": "tˈimˌɔl", "vivo": "vˈivO", "wechat": "wˈiʧˌæt", "wifi": "wˈIfˌI",
    "xiaohongshu": "ʃˌWhˌʊŋʃˈu", "xiaomi": "ʃˌWmˈi",
}  # fmt: skip
"""Names that viewers hear all day and no lexicon holds, in misaki's alphabet."""

_NAMES = re.compile(rf"\b({'|'.join(SAID)})\b", re.IGNORECASE)


def phonemes(text: str, *, letters: bool = False) -> str:
    """Phonemes of words that ``reading`` has made ready. ``letters``: "A" is the letter's name."""
    text = _NAMES.sub(lambda found: f"[{found[0]}](/{SAID[found[0].lower()]}/)", text)
    if letters:
        # Alone, G2P takes it for the article.
        text = re.sub(r"\bA\b", "[A](/ˈA/)", text)
    # Its own normalising is left out: it reads "Type C" as "type one hundred".
    return str(g2p()(text, normalize_text=False))


def sentences(text: str) -> list[str]:
    """Each sentence's phonemes."""
    from hibari import Hibari

    said = (phonemes(sentence) for sentence in Hibari.split_sentences(text))
    return [sentence for sentence in said if sentence]


@cache
def g2p() -> Any:
    """The G2P, loaded once (0.5 s)."""
    from hibari.g2p import G2P

    return G2P()
