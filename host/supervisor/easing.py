"""Overload adapts before it stutters, and never in the sound: cost levels and x264's presets."""

from __future__ import annotations

import math
from collections import deque

from host.model.state import OnAirState
from host.supervisor.levers import Levers
from host.supervisor.pacing import Spell
from stream.encoder import IN_PLACE, PRESETS

HIGHEST = 2
"""The cheapest cost level of media."""

BUSY = 0.9
"""Load of media from which a level more is saved."""
IDLE = 0.7
"""Load below which it is calm."""
LATE = 2.0
"""Late ticks a second from which a level more is saved."""
WATCHED = 5.0
"""Seconds for which it must be so."""
SETTLE = 10.0
"""Seconds that a new level has to show what it does."""
CALM = 120.0
"""Seconds of calm before a level is given back."""
FLAPPED = 300.0
"""Seconds: overloaded again so soon after a level was given back, the next wait is doubled."""
LONGEST_CALM = 3600.0
"""Seconds of calm asked for, at most."""

ENCODER_BUSY = 0.8
"""Share of a tick from which a cheaper preset is asked for."""
ENCODER_IDLE = 0.4
"""Share of a tick below which the encoder is calm."""
ENCODER_WATCHED = 10.0
"""Seconds for which it must be so, and that a new preset has to show what it does."""
LAST_RESORT = 60.0
"""Seconds for which it must be so, with no step left that the destinations do not notice, before
every connection is made anew for the cheapest preset. It is never given back by itself: that would
cost every connection again."""
ENCODER_CALM = 600.0
"""Seconds of calm before a preset is given back."""
BEATING = 3.0
"""Seconds: an older load says nothing."""


class Pace:
    """How long calm must last before something is given back: longer each time it did harm."""

    def __init__(self, calm: float) -> None:
        self._least = calm
        self.calm = calm
        """Seconds."""
        self._returned_at = float("-inf")

    def gave_back(self, now: float) -> None:
        """Less is saved from now on."""
        self._returned_at = now

    def took(self, now: float) -> None:
        """More is saved from now on."""
        if now - self._returned_at < FLAPPED:
            self.calm = min(LONGEST_CALM, 2 * self.calm)
        elif now - self._returned_at > LONGEST_CALM:
            self.calm = self._least


class Easing:
    """Decides how much is spent on the picture."""

    def __init__(self, levers: Levers, fps: int, preset: str) -> None:
        """``preset``: the room's own; it is never exceeded."""
        self._levers = levers
        self._fps = fps
        self._preset = preset
        self.level = 0
        """The cost level that media has been told."""
        self._loads: deque[tuple[float, float]] = deque()
        self._lates: deque[tuple[float, int]] = deque()
        self._calm = Spell()
        self._changed_at = float("-inf")
        self._pace = Pace(CALM)
        self.encoder_spent = False
        """The encoder is overloaded, and no cheaper preset is left that can be had without a
        reconnection: only media can save.
        """
        self._lowered = ""
        self._encoder_busy, self._encoder_calm = Spell(), Spell()
        self._preset_at = float("-inf")
        self._preset_pace = Pace(ENCODER_CALM)

    def hear_load(self, load: float, now: float) -> None:
        """A beat of media."""
        self._loads.append((now, load))

    def judge(self, state: OnAirState, now: float, *, media_up: bool) -> None:
        """``media_up``: it has been up for long enough to be judged."""
        if self._lates and state.late_ticks < self._lates[-1][1]:
            self._lates.clear()  # another onair counts from 0
        self._lates.append((now, state.late_ticks))
        for seen in (self._loads, self._lates):
            while len(seen) > 1 and seen[1][0] <= now - WATCHED:
                seen.popleft()
        self._judge_encoder(state, now)
        self._judge_media(state, now, media_up=media_up)

    def _judge_media(self, state: OnAirState, now: float, *, media_up: bool) -> None:
        load, late = self._load(now), self._late_rate(now)
        # All of them late is a media that gives nothing: saving would not help it.
        starving = state.showing == "stand-by" or late > 0.9 * self._fps
        if not media_up or state.hold or starving or math.isnan(load):
            self._calm.seconds(False, now)
            return
        calm = self._calm.seconds(load < IDLE and late < 0.2, now)
        if now - self._changed_at < SETTLE:
            return
        if (load > BUSY or late > LATE or self.encoder_spent) and self.level < HIGHEST:
            self._pace.took(now)
            why = f"load {load:.2f}, {late:.1f} late ticks a second, "
            self._change(self.level + 1, f"{why}encoding {state.encoder_ms:.0f} ms", now)
        elif calm >= self._pace.calm and self.level > 0:
            self._pace.gave_back(now)
            self._change(self.level - 1, f"load {load:.2f} for {calm:.0f} s", now)

    def _change(self, level: int, why: str, now: float) -> None:
        self.level = level
        self._changed_at = now
        self._calm.seconds(False, now)
        self._lates.clear()
        self._levers.cost(level, why)

    def _load(self, now: float) -> float:
        """Mean over ``WATCHED`` seconds; NaN: not known."""
        if not self._loads or now - self._loads[-1][0] > BEATING:
            return math.nan
        if self._loads[-1][0] - self._loads[0][0] < WATCHED - 2:
            return 0.5 * (BUSY + IDLE)  # too few to tell: neither busy nor calm
        return sum(load for _, load in self._loads) / len(self._loads)

    def _late_rate(self, now: float) -> float:
        began, first = self._lates[0]
        return (self._lates[-1][1] - first) / (now - began) if now - began >= WATCHED - 2 else 0.0

    def _judge_encoder(self, state: OnAirState, now: float) -> None:
        share = state.encoder_ms * self._fps / 1000
        busy = self._encoder_busy.seconds(share > ENCODER_BUSY, now)
        calm = self._encoder_calm.seconds(share < ENCODER_IDLE, now)
        cheaper, dearer = _beside(state.preset, -1), _beside(state.preset, 1)
        self.encoder_spent = not cheaper and busy >= ENCODER_WATCHED
        if now - self._preset_at < ENCODER_WATCHED:
            return
        why = f"encoding takes {share:.2f} of a tick"
        if busy >= ENCODER_WATCHED and cheaper:
            self._preset_pace.took(now)
            self._ask(cheaper, why, now)
        elif busy >= LAST_RESORT and state.preset in PRESETS[1:]:
            self._ask(PRESETS[0], f"{why}, for {busy:.0f} s: every connection is made anew", now)
        elif calm >= self._preset_pace.calm and self._mine(state) and dearer:
            self._preset_pace.gave_back(now)
            self._ask(dearer, why, now)

    def _mine(self, state: OnAirState) -> bool:
        """The preset is one that was asked for here: what onair chose itself is onair's."""
        return state.preset == self._lowered != self._preset

    def _ask(self, preset: str, why: str, now: float) -> None:
        self._lowered = preset
        self._preset_at = now
        self._encoder_busy.seconds(False, now)
        self._encoder_calm.seconds(False, now)
        self._levers.preset(preset, why)


def _beside(preset: str, step: int) -> str:
    """The next preset that destinations can be sent without connecting anew; empty: none."""
    place = PRESETS.index(preset) + step if preset in PRESETS else -1
    if 0 <= place < len(PRESETS) and {preset, PRESETS[place]} <= IN_PLACE:
        return PRESETS[place]
    return ""
