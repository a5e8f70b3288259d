"""Numbers written in English words."""

from __future__ import annotations

from decimal import Decimal

from host.quantities.words import words

ONES = {
    word: value
    for value, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
SCALES = {"hundred": 100, "dozen": 12, "thousand": 1000, "grand": 1000, "million": 1_000_000}
WORDS = (*ONES, *TENS, *SCALES)
"""Every word of which an English number is made, apart from "and", "a" and "point"."""


def english_values(words: list[str]) -> tuple[Decimal, ...]:
    """What a run of number words may mean; empty when it means no number.

    ["fifty", "nine"] is 59; ["nineteen", "ninety", "nine"] is 19.99, as a price is said, or 1999.
    """
    if "point" in words:
        at = words.index("point")
        whole = english_values(words[:at]) or (Decimal(0),)
        digits = [ONES.get(word, 10) for word in words[at + 1 :]]
        if not digits or any(digit > 9 for digit in digits):
            return ()
        return (whole[0] + Decimal("0." + "".join(map(str, digits))),)
    groups = _groups([word for word in words if word not in ("and", "a")])
    if not groups:
        return ()
    if len(groups) == 1:
        return (Decimal(groups[0]),)
    if len(groups) == 2 and groups[1] < 100:
        return (Decimal(groups[0]) + Decimal(groups[1]) / 100, Decimal(groups[0] * 100 + groups[1]))
    return (Decimal("".join(str(group) for group in groups)),)


def _groups(words: list[str]) -> list[int]:
    """Each number in a row of words: a new one begins where the grammar cannot go on."""
    groups: list[int] = []
    total = current = 0
    room = 0  # the next small number must be below this to belong to the current one
    begun = False
    for word in words:
        if word in SCALES:
            scale = SCALES[word]
            if scale in (12, 100):
                current = (current or 1) * scale
                room = 100
            else:
                total += (current or 1) * scale
                current, room = 0, 1000
            begun = True
            continue
        value = ONES.get(word, TENS.get(word))
        if value is None:
            return []
        if begun and value >= room:
            groups.append(total + current)
            total = current = 0
        current += value
        room = 10 if word in TENS else (100 if current >= 100 and value >= 100 else 0)
        begun = True
    if begun:
        groups.append(total + current)
    return groups
