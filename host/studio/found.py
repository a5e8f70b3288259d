"""What the lineup's file and the pushes come to, judged: what may be taken, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from host.config import Room
from host.errors import ConfigError
from host.lineup.overlay import Overlay
from host.lineup.sayable import sound_lineup
from host.lineup.settled import Dropped
from host.lineup.store import Files, read_lineup
from host.model import Lineup
from host.studio.revision import Maker


@dataclass(frozen=True, slots=True)
class Found:
    """What may be taken."""

    files: Files
    lineup: Lineup
    """With what was pushed."""
    wrong: ConfigError | None = None
    """Of the lineup's file: ``files`` holds the former one."""
    dropped: tuple[Dropped, ...] = ()
    """What of the pushes is not taken, for good."""


def find(room: Room, maker: Maker, files: Files, former: Lineup, now: datetime) -> Found:
    """Read the lineup and lay over it what was pushed.

    ``files``: the last good ones, which stand in for a file that is broken; ``former``: what new
    texts are told from; ``now``: with time zone. Raises ConfigError where not even those are good.
    """
    try:
        return _judged(room, maker, replace(files, lineup=read_lineup(room)), former, now)
    except ConfigError as error:
        return replace(_judged(room, maker, files, former, now), wrong=error)


def _judged(room: Room, maker: Maker, files: Files, former: Lineup, now: datetime) -> Found:
    laid, pushes = maker.lay(files)
    try:
        _sound(room, maker, laid, former, now)
    except ConfigError:
        refused = tuple(_unsaid(room, maker, laid, pushes.overlay, former, now))
        if not refused:
            raise
        laid, pushes = maker.lay(files, refused)
        _sound(room, maker, laid, former, now)
    return Found(files, laid, dropped=pushes.dropped)


def _sound(room: Room, maker: Maker, lineup: Lineup, former: Lineup, now: datetime) -> None:
    sound_lineup(lineup, former, maker.platforms, room.settings.lang, room.lineup, now)


def _unsaid(
    room: Room, maker: Maker, laid: Lineup, overlay: Overlay, former: Lineup, now: datetime
) -> Iterator[Dropped]:
    """Offers that were pushed and may not be said: the only texts of a push."""
    for product in laid.products:
        entry = overlay.products.get(product.sku, {}).get("promotions")
        if entry is None:
            continue
        try:
            _sound(room, maker, Lineup((product,), laid.revision), former, now)
        except ConfigError as error:
            own = [each for each in error.findings if each.column == "promotions"]
            if own:
                why = f"{product.sku}: the offer that was pushed is not taken: {own[0].what}"
                yield Dropped(product.sku, "promotions", entry, why)
