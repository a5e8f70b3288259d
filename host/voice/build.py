"""From the names in a room's chain to engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from host.errors import ConfigError, Finding
from host.model.talk import Lang
from host.voice.cache import Cache
from host.voice.cached import Cached
from host.voice.chain import Chain, Report
from host.voice.engine import Engine

DEFAULTS: dict[Lang, tuple[str, ...]] = {
    "zh": ("edge", "kokoro", "espeak"),
    "en": ("edge", "hibari", "espeak"),
}
"""Chains of rooms that name none."""

GROUP = "livehost.voices"
"""Entry points of other packages' engines: callables like those in ``BUILT_IN``."""

Maker = Callable[[Lang, int], Engine]


def _kokoro(lang: Lang, rate: int) -> Engine:
    from host.voice.kokoro import Kokoro

    return Kokoro(rate=rate)


def _hibari(lang: Lang, rate: int) -> Engine:
    from host.voice.hibari import Hibari

    return Hibari(rate=rate)


def _espeak(lang: Lang, rate: int) -> Engine:
    from host.voice.espeak import Espeak

    return Espeak(rate=rate)


def _edge(lang: Lang, rate: int) -> Engine:
    from host.voice.edge import Edge

    return Edge(lang, rate=rate)


BUILT_IN: dict[str, tuple[Maker, tuple[Lang, ...]]] = {
    "edge": (_edge, ("zh", "en")),
    "kokoro": (_kokoro, ("zh",)),
    "hibari": (_hibari, ("en",)),
    "espeak": (_espeak, ("zh", "en")),
}
"""Engine by name, with the languages that it speaks."""


def chain(
    names: Sequence[str], lang: Lang, rate: int, *, cache: Path, report: Report = lambda _: None
) -> Chain:
    """The room's voice: engines by name, each behind the room's cache. Raises ConfigError.

    ``rate``: hertz of the sounds; ``cache``: folder of kept sounds; ``report``: is told of
    fall-backs. Nothing heavy is loaded until ``Chain.load`` or the first clause.
    """
    kept = Cache(cache)
    engines = [Cached(engine(name, lang, rate), kept, rate=rate) for name in names]
    return Chain(engines, rate=rate, report=report)


def engine(name: str, lang: Lang, rate: int) -> Engine:
    """The engine of that name; nothing heavy is loaded yet. Raises ConfigError.

    ``rate``: hertz of its sounds.
    """
    return _maker(name, lang)(lang, rate)


def check(chain: Sequence[str], lang: Lang, *, file: Path | None = None) -> None:
    """Raise ConfigError for a chain that is empty or names what there is not."""
    findings = []
    if not chain:
        findings.append(Finding("the voice chain is empty", _wanted(lang), file))
    for name in chain:
        try:
            _maker(name, lang)
        except ConfigError as error:
            findings += [Finding(found.what, found.fix, file) for found in error.findings]
    if findings:
        raise ConfigError(*findings)


def _maker(name: str, lang: Lang) -> Maker:
    if name in BUILT_IN:
        maker, langs = BUILT_IN[name]
        if lang not in langs:
            raise ConfigError(
                Finding(f"voice engine {name!r} does not speak {lang}", _wanted(lang))
            )
        return maker
    for point in entry_points(group=GROUP, name=name):
        loaded: Maker = point.load()
        return loaded
    raise ConfigError(Finding(f"there is no voice engine {name!r}", _wanted(lang)))


def _wanted(lang: Lang) -> str:
    names = [name for name, (_, langs) in BUILT_IN.items() if lang in langs]
    names += sorted(point.name for point in entry_points(group=GROUP))
    return f"name one or more of {', '.join(names)}"
