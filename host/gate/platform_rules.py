"""What a room's platforms refuse: luring viewers away, and the names of their rivals.

The words are in the lists (contact) and in each platform's profile, ``[speech]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from host.gate.folding import spaced, tight
from host.gate.reading import Reading
from host.gate.verdict import Violation
from host.gate.wordlist import Group, Wordlist
from host.model import PlatformProfile, SpeechRules

_PHONE = re.compile(
    r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[2-9]\d{6,7}(?!\d)|400\d{7}(?!\d)"
)
_LINK = re.compile(
    r"https?://\S+|www\.\S+|\b[a-z0-9-]{2,}\.(?:com|cn|net|org|shop|store|top|xyz|me|io|vip|cc|co|ly)\b(?:/\S*)?",
    re.IGNORECASE | re.ASCII,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class _Rules:
    """One platform's words."""

    profile: PlatformProfile
    tight: Wordlist
    spaced: Wordlist


class PlatformRules:
    """Refuses what one of the platforms refuses."""

    def __init__(self, platforms: Sequence[PlatformProfile]) -> None:
        known = {profile.name: profile for profile in platforms}
        self._rules = [_rules(profile) for profile in known.values() if profile.speech is not None]

    def __call__(self, reading: Reading) -> Iterator[Violation]:
        text = reading.text
        folded = tight(text)
        # Digits that marks part are still one number to call.
        for pattern in (_LINK, _MAIL):
            for match in pattern.finditer(text):
                yield _contact(reading, *match.span())
        for match in _PHONE.finditer(folded.text):
            yield _contact(reading, *folded.written(*match.span()))
        for rules in self._rules:
            for words, form in ((rules.tight, folded), (rules.spaced, spaced(text))):
                for hit in words.find(form.text):
                    start, end = form.written(hit.start, hit.end)
                    yield _refused(reading, rules.profile, start, end, words.groups[hit.group])


@lru_cache(maxsize=64)
def _rules(profile: PlatformProfile) -> _Rules:
    speech = profile.speech or SpeechRules("", "")
    groups: dict[bool, list[Group]] = {True: [], False: []}
    for category in ("rival", "inducement"):
        words = speech.rivals if category == "rival" else speech.banned
        for latin in groups:
            own = [word for word in words if word.isascii() == latin]
            if own:
                table = {"category": category, "words": own, "except": speech.allowed}
                groups[latin].append(Group.model_validate(table))
    return _Rules(
        profile, Wordlist(tuple(groups[False])), Wordlist(tuple(groups[True]), spaced=True)
    )


def _contact(reading: Reading, start: int, end: int) -> Violation:
    said = reading.text[start:end]
    messages = reading.messages
    return Violation("platform", start, end, said, messages.why("platform", said), messages.stay())


def _refused(
    reading: Reading, profile: PlatformProfile, start: int, end: int, group: Group
) -> Violation:
    said, messages = reading.text[start:end], reading.messages
    why = messages.refused_by(profile.title, said, profile.speech.checked if profile.speech else "")
    fix = messages.rival() if group.category == "rival" else messages.stay()
    return Violation("platform", start, end, said, why, fix)
