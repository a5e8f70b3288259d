"""What is done about what is seen. Pure: reports and their time in, pulls of levers out.

Everything is judged at onair's state, once a second; nothing is restarted while the red button is
down, in the first 30 s, or on figures older than 3 s.

============================================  ==========================  =======================
Finding                                       Action                      Back-off
============================================  ==========================  =======================
stand-by shown, ring empty > 5 s, though      restart media               60 s, doubled each time
media has been up > 20 s                                                  up to 30 min
picture frozen > 10 s, or black > 4 s,        restart media               the same one
all of it while programme is shown
the same in the stand-by clip                 alert                       see below
silent > 20 s, a line on air for 10 s of it   restart voice; if that was  each 60 s, doubled
                                              in the last 5 min, media    up to 30 min
no line on air > 60 s, though the room        restart studio              60 s, doubled
talks and has been heard to                                               up to 30 min
media's load > 0.9 or > 2 late ticks a        media's cost level + 1      10 s; a level back after
second, over 5 s                              (of 2)                      2 min of calm, doubled
                                                                          up to 1 h when it flaps
encoding > 0.8 of a tick for 10 s             x264 preset one down, to    10 s; back after 10 min
                                              superfast at the cheapest   of calm, doubled likewise
stand-by > 60 s without the red button,       alert                       once; again after 30 min;
silent > 60 s, clipped > 1 % for 5 s,                                     and when it is over
A/V offset > 100 ms for 5 s, speed < 0.95
for 10 s, encoding overloaded at the
cheapest preset, destination rejected > 15 s
or lost > 60 s, ledger not written,
recording stopped
process hung, onair restarted, a process      alert                       at most each 5 min
restarted > 5 times in 10 min
============================================  ==========================  =======================

A wrong A/V offset is told and no more: sound and picture of a tick are encoded together, so that
only a mistake in the encoder makes one, and a restart of onair would cost every viewer a gap for
a mistake that comes again. The same goes for onair's other figures: it is never restarted here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from host.model import Incident
from host.model.messages import Beat
from host.model.state import Health, OnAirState
from host.supervisor.alarms import Alarms, Alert
from host.supervisor.easing import Easing
from host.supervisor.levers import Levers
from host.supervisor.pacing import Backoff, Spell

GRACE = 30.0
"""Seconds after the first state in which nothing is restarted."""
STALE = 3.0
"""Seconds after which figures say nothing, and by which health itself may lag."""
MEDIA_UP = 20.0
"""Seconds of beats after which media must have filled the ring: a former one may have to leave."""
BEATS_END = 5.0
"""Seconds without a beat of media after which it is not up."""

STARVED = 5.0
FROZEN = 10.0
BLACK = 4.0
SILENT = 20.0
SILENT_LINE = 10.0
"""Seconds of a silence during which a line was on air: pauses between lines are not counted."""
VOICE_TRIED = 300.0
"""Seconds after a restart of voice in which silence is media's fault."""
TALK_STOPPED = 60.0
LONG = 60.0
"""Seconds of stand-by or of silence that a person is told of."""
CLIPPED = 0.01
AV_OFFSET_MS = 100.0
AV_NORMAL_MS = -50.0
"""The AAC encoder holds two frames of 1 024 samples back (measured; docs/health.md)."""
SLOW = 0.95
SAMPLED = 5.0
"""Seconds, at most, between the pictures that health compares: a keyframe distance and a bit."""
FIRST, LONGEST = 60.0, 1800.0
"""Seconds between restarts of one process."""
RESTARTED: Final = ("media", "voice", "studio")


class Remedies:
    """An Observer that acts."""

    def __init__(
        self,
        levers: Levers,
        send: Callable[[Alert], None],
        *,
        fps: int,
        preset: str,
        talks: bool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``send`` takes alerts; ``preset``: the room's own; ``talks``: lines are to be heard."""
        self._levers = levers
        self._now = now
        self._talks = talks
        self._easing = Easing(levers, fps, preset)
        self._alarms = Alarms(send)
        self._health: tuple[float, Health] | None = None
        self._began: float | None = None
        self._beat_at = float("-inf")
        self._media, self._programme, self._starved = Spell(), Spell(), Spell()
        self._untalked, self._standby = Spell(), Spell()
        self._clipped, self._offset, self._slow = Spell(), Spell(), Spell()
        self._heard_line = False
        self._silent_line = 0.0
        self._judged_at = 0.0
        self._voice_at = self._silence_at = float("-inf")
        self._backoffs = {role: Backoff(FIRST, LONGEST) for role in RESTARTED}

    @property
    def cost(self) -> int:
        """The cost level that media has been told."""
        return self._easing.level

    def hear(self, role: str, message: object) -> None:
        """``role``: whose message it is. Never waits."""
        now = self._now()
        match message:
            case OnAirState():
                self._judge(message, now)
            case Health():
                self._health = (now, message)
            case Beat(load) if role == "media":
                self._beat_at = now
                self._media.seconds(True, now)
                self._easing.hear_load(load, now)
            case Incident(stage, what):
                if (stage, what) == ("media", "restarted"):
                    self._media_gone(now)
                self._alarms.hear(message, now)

    def _media_gone(self, now: float) -> None:
        self._media.seconds(False, now)
        self._starved.seconds(False, now)

    def _judge(self, state: OnAirState, now: float) -> None:
        if self._began is None:
            self._began = self._judged_at = now
        if now - self._beat_at > BEATS_END:
            self._media_gone(now)
        shown = state.showing != "stand-by" and not state.hold
        programme = self._programme.seconds(shown, now)
        up = self._media.since is not None and now - self._media.since > MEDIA_UP
        self._easing.judge(state, now, media_up=up)
        starved = self._starved.seconds(
            not shown and not state.hold and not state.ring_depth and up, now
        )
        health = self._fresh(now)
        silent_line = self._silence(state, health, now)
        talkless = self._talkless(state, shown, now)
        if now - self._began >= GRACE and not state.hold:
            self._restart_if_needed(health, programme, starved, silent_line, talkless, now)
        self._alarm(state, health, programme, now)
        self._judged_at = now

    def _fresh(self, now: float) -> Health | None:
        if self._health is None:
            return None
        at, health = self._health
        return health if now - at <= STALE and health.behind_seconds <= STALE else None

    def _silence(self, state: OnAirState, health: Health | None, now: float) -> float:
        """Seconds of the silence under way during which a line was on air."""
        if health is None or not health.silent_seconds or state.hold:
            self._silent_line = 0.0
        elif state.line:
            self._silent_line += min(STALE, now - self._judged_at)
        return self._silent_line

    def _talkless(self, state: OnAirState, shown: bool, now: float) -> float:
        self._heard_line = self._heard_line or bool(state.line)
        missing = self._talks and self._heard_line and shown and not state.line
        return self._untalked.seconds(missing, now)

    def _restart_if_needed(
        self,
        health: Health | None,
        programme: float,
        starved: float,
        silent_line: float,
        talkless: float,
        now: float,
    ) -> None:
        if starved > STARVED:
            self._restart("media", "starved", f"nothing to show for {starved:.0f} s", now)
        elif health is not None and min(programme - SAMPLED, health.frozen_seconds) > FROZEN:
            why = f"the picture has not changed for {health.frozen_seconds:.0f} s"
            self._restart("media", "frozen", why, now)
        elif health is not None and min(programme - SAMPLED, health.black_seconds) > BLACK:
            why = f"the picture has been black for {health.black_seconds:.0f} s"
            self._restart("media", "black", why, now)
        elif health is not None and health.silent_seconds > SILENT and silent_line >= SILENT_LINE:
            self._break_silence(health.silent_seconds, now)
        elif talkless > TALK_STOPPED:
            self._restart("studio", "talk-stopped", f"no line on air for {talkless:.0f} s", now)

    def _break_silence(self, seconds: float, now: float) -> None:
        if now - self._silence_at < FIRST:
            return  # what was started again needs time to be heard
        role = "voice" if now - self._voice_at >= VOICE_TRIED else "media"
        why = f"a line is on air, and nothing heard for {seconds:.0f} s"
        if self._restart(role, "silent", why, now):
            self._silence_at = now
            if role == "voice":
                self._voice_at = now

    def _restart(self, role: str, what: str, why: str, now: float) -> bool:
        if not self._backoffs[role].take(now):
            return False
        if role == "media":
            self._media_gone(now)
        self._levers.note(Incident("health", what, f"{why}; {role} is started again"))
        self._levers.restart(role, why)
        return True

    def _alarm(
        self, state: OnAirState, health: Health | None, programme: float, now: float
    ) -> None:
        tell = self._alarms.trouble
        standby = self._standby.seconds(state.showing == "stand-by" and not state.hold, now)
        tell("stand-by", standby > LONG, now, detail=f"{standby:.0f} s")
        tell("encoder", self._easing.encoder_spent, now, detail=f"{state.encoder_ms:.0f} ms")
        self._alarms.pushes(state.destinations, now)
        self._alarms.remind(now)
        if health is None:
            return
        frozen, black, silent = health.frozen_seconds, health.black_seconds, health.silent_seconds
        # In the programme a restart is tried first; in the clip there is nothing to restart.
        given = LONG if programme else 0.0
        tell("frozen", frozen > FROZEN + given, now, detail=f"{frozen:.0f} s")
        tell("black", black > BLACK + given, now, detail=f"{black:.0f} s")
        tell("silent", silent > LONG and programme > LONG, now, detail=f"{silent:.0f} s")
        clipped = self._clipped.seconds(health.clipped > CLIPPED, now)
        tell("clipped", clipped > 5, now, detail=f"{health.clipped:.1%}")
        off = health.av_offset_ms - AV_NORMAL_MS
        wrong = self._offset.seconds(abs(off) > AV_OFFSET_MS, now)
        tell("av-offset", wrong > 5, now, detail=f"{off:+.0f} ms")
        slow = self._slow.seconds(health.speed < SLOW, now)
        tell("slow", slow > 10, now, detail=f"{health.speed:.2f}")
