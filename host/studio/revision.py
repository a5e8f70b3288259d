"""What the show is made from at one time: all of one revision, or nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from host.answerer import Answerer
from host.config import Room
from host.gate import Gate
from host.lineup.overlay import overlaid
from host.lineup.settled import Dropped, Settled, settled
from host.lineup.store import Files, Store, longest_of
from host.model import Lineup
from host.planner import Planner
from host.platforms import profiles_of
from host.studio.rests import Rests
from host.trades import load_trades


@dataclass(frozen=True, slots=True)
class Revision:
    """A lineup with its gate, and who plans and answers from it."""

    lineup: Lineup
    """With what was pushed."""
    gate: Gate
    planner: Planner
    answerer: Answerer
    rests: Rests
    """The lineup's facts, as lines rest on them."""


@dataclass(slots=True)
class Current:
    """The revision that holds, for all who plan, answer and deliver."""

    revision: Revision

    @property
    def gate(self) -> Gate:
        """Judges what is written now."""
        return self.revision.gate

    @property
    def planner(self) -> Planner:
        """Plans the next line."""
        return self.revision.planner

    @property
    def answerer(self) -> Answerer:
        """Answers the next comment."""
        return self.revision.answerer

    @property
    def skus(self) -> tuple[str, ...]:
        """Of the lineup, in its order."""
        return tuple(product.sku for product in self.revision.lineup.products)


class Maker:
    """Makes revisions of one room."""

    def __init__(self, room: Room, store: Store) -> None:
        """Raises ConfigError for a platform that is not known, or a wrong preset of a trade."""
        self._settings = room.settings
        self._store = store
        self._longest = longest_of(room)
        self._trades = load_trades()
        self.platforms = profiles_of(room, room.settings.lang)

    def lay(self, files: Files, refused: tuple[Dropped, ...] = ()) -> tuple[Lineup, Settled]:
        """The files' lineup with what was pushed but ``refused``, and what of it counts."""
        pushes = settled(files.lineup, self._store.pushes()).but(refused)
        return overlaid(files.lineup, pushes.overlay, self._longest), pushes

    def make(self, files: Files, lineup: Lineup, former: Revision | None = None) -> Revision:
        """Everything anew; the wordings of answers go on where ``former`` was.

        Raises ConfigError when no talk can be made from these.
        """
        settings = self._settings
        planner = Planner(
            lineup, files.scripts, settings.seed, settings.lang, settings.talk, self._trades
        )
        answerer = Answerer(lineup, settings.lang, settings.seed)
        if former is not None:
            answerer.follow(former.answerer)
        return Revision(lineup, Gate(lineup, self.platforms), planner, answerer, Rests(lineup))


def age_moments(lineup: Lineup, after: datetime) -> list[tuple[datetime, str]]:
    """When which product's pushed prices are too old, the first first; those behind ``after``."""
    return sorted(
        (product.priced_until, product.sku)
        for product in lineup.products
        if product.priced_until is not None and product.priced_until > after
    )
