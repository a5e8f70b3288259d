"""One request from question to shelf: asked, read, judged, mended once, kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from anyio.to_thread import run_sync

from host.config import Room
from host.errors import EndpointError
from host.gate import Gate
from host.model import Lang, Lineup
from host.planner import Planner
from host.script.fields import FIELDS
from host.script.queues import queued
from host.trades import load_trades
from host.writer.answer import UnreadableError, read
from host.writer.budget import Usage
from host.writer.chat import Chat
from host.writer.plausible import plausible
from host.writer.prompt import Ask, messages, rewriting
from host.writer.shelf import LIKE, Kept, Key, Shelf, described
from host.writer.templates import bare, filled, flaw, offered, required, scope_of

MOST = 6
"""Templates of one request: more are alike."""
KNOWN = 5
"""Templates of the same key that a request shows, so that others are written."""
ALIKE: dict[Lang, str] = {"zh": "和已有的太像", "en": "too like others that are there"}
NONSENSE: dict[Lang, str] = {"zh": "读不成话", "en": "it does not read as English"}
NOTHING = Usage(0, 0)
_TURNS = 12
"""Facts of a kind with which a template is tried."""


class Show(Protocol):
    """What the show is made from at one time; ``studio.revision.Revision`` is one."""

    @property
    def lineup(self) -> Lineup: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def planner(self) -> Planner: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request."""

    kept: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """(text, why) of those that were dropped for good."""
    mended: int = 0
    """Of ``kept``, those that were refused at first."""
    usage: Usage = NOTHING
    trouble: EndpointError | UnreadableError | None = None
    """Why there was no answer, or none that can be read."""

    @property
    def alike(self) -> bool:
        """All that is wrong with it is that it has been said before."""
        return self.trouble is None and all(why in ALIKE.values() for _, why in self.refused)


class Author:
    """Writes templates for one room."""

    def __init__(self, room: Room, shelf: Shelf) -> None:
        """Raises ConfigError for a trade's preset that is wrong."""
        self._settings = room.settings
        self._shelf = shelf
        self._trades = load_trades()

    def ask(self, key: Key, count: int, lineup: Lineup, now: datetime) -> Ask | None:
        """A request for ``count`` templates; None: the product has no facts for them."""
        settings = self._settings
        product = lineup.get(key.sku)
        if key.sku and product is None:
            return None
        trade = settings.talk.trade
        shows: dict[str, str] = {}
        if product is not None:
            trade = trade or self._trades.of(product)
            scope = scope_of(product, now, settings.lang, {})
            found = ((name, fill(scope)) for name, fill in FIELDS.items())
            shows = {name: shown.text for name, shown in found if shown is not None}
        offer, needs = offered(key.beat, key.kind, frozenset(shows)), required(key.beat, key.kind)
        if not set(needs) <= set(offer):
            return None
        return Ask(
            key,
            min(count, MOST),
            settings.lang,
            product,
            self._trades.get(trade),
            offer,
            needs,
            shows,
            self._shelf.texts(key, KNOWN),
            settings.writer.style,
        )

    async def write(self, chat: Chat, ask: Ask, show: Show, now: datetime) -> Outcome:
        """Ask, and put what passes on the shelf. Never raises for what the server does."""
        outcome, refused = await self._round(chat, ask, show, now, ())
        if outcome.trouble is not None or not refused:
            return outcome
        mended, again = await self._round(
            chat, replace(ask, count=len(refused)), show, now, refused
        )
        usage = Usage(
            outcome.usage.tokens_in + mended.usage.tokens_in,
            outcome.usage.tokens_out + mended.usage.tokens_out,
        )
        # Where nobody mended them, the first reasons stand.
        dropped = again if mended.trouble is None else refused
        return Outcome(
            outcome.kept + mended.kept, tuple(dropped), len(mended.kept), usage, mended.trouble
        )

    async def _round(
        self,
        chat: Chat,
        ask: Ask,
        show: Show,
        now: datetime,
        refused: tuple[tuple[str, str], ...],
    ) -> tuple[Outcome, tuple[tuple[str, str], ...]]:
        """What was kept, and what did not pass with the reason."""
        turns = rewriting(ask, refused) if refused else messages(ask)
        usage = NOTHING
        try:
            reply = await chat.ask(turns, ask.longest)
            usage = reply.usage
            texts = read(reply.text)
        except (EndpointError, UnreadableError) as trouble:
            return Outcome(usage=usage, trouble=trouble), ()
        kept: list[str] = []
        failed: list[tuple[str, str]] = []
        for text in dict.fromkeys(one.strip() for one in texts[: ask.count]):
            # The dictionary behind it takes 0.3 s at first.
            why = await run_sync(self._fault, text, ask) or _untrue(text, ask, show.gate, now)
            if why:
                failed.append((text, why))
            else:
                kept.append(text)
                self._shelf.add(self._kept(text, ask, show, now))
        return Outcome(tuple(kept), usage=usage), tuple(failed)

    def _kept(self, text: str, ask: Ask, show: Show, now: datetime) -> Kept:
        return Kept(
            beat=ask.key.beat,
            sku=ask.key.sku,
            kind=ask.key.kind,
            lang=ask.lang,
            text=text,
            description=described(ask.product),
            revision=show.gate.revision,
            model=self._settings.writer.model,
            written=now.timestamp(),
        )

    def _fault(self, text: str, ask: Ask) -> str:
        """Why a text is no template to keep, for who wrote it; else empty."""
        why = flaw(text, ask.lang, ask.offer, ask.needs)
        if not why and not plausible(bare(text, " "), ask.lang):
            return NONSENSE[ask.lang]
        if not why and self._shelf.like(text) > LIKE:
            return ALIKE[ask.lang]
        return why


def _untrue(text: str, ask: Ask, gate: Gate, now: datetime) -> str:
    """Why the gate refuses a template; else empty."""
    # Its own words are judged as those of no product: no number may stand there, true or not, as
    # it would outlive its fact, and no claim but by a field.
    for spoken, sku in _read_as(text, ask, now):
        verdict = gate.check(spoken, sku, ask.lang, now)
        if not verdict.passed:
            return str(verdict)
    return ""


def _read_as(text: str, ask: Ask, now: datetime) -> Iterator[tuple[str, str | None]]:
    yield bare(text, "它" if ask.lang == "zh" else "it"), None
    if ask.product is None:
        return
    scope = scope_of(ask.product, now, ask.lang, {})
    counts = queued(ask.product, scope.facts)
    for turn in range(min(counts.get(ask.key.kind, 1), _TURNS)):
        made = filled(text, replace(scope, turns={ask.key.kind: turn}), ask.lang)
        if made is not None:
            yield made[0], ask.product.sku


def lacking(wanted: Counter[Key], shelf: Shelf) -> Counter[Key]:
    """How many of each key the talk will ask for beyond what could be said."""
    return Counter({key: count - shelf.ready(key) for key, count in wanted.items()})
