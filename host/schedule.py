"""When a room is on air: its hours of the day, and its last moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from host.settings_talk import ScheduleSettings

_DAYS = 3
"""Days ahead that are looked at: each has the same hours, so the next change is among them."""


@dataclass(frozen=True, slots=True)
class _Period:
    """On air from ``begin`` up to ``end``, both in UTC."""

    begin: datetime
    end: datetime


class Schedule:
    """Of one room. Moments go in and come out with a time zone.

    Hours are the room's wall clock: where a zone has summer time, a night is an hour longer or
    shorter, and hours that touch or overlap are one period.
    """

    def __init__(self, settings: ScheduleSettings, zone: tzinfo) -> None:
        self._hours = tuple(_times(hours) for hours in settings.hours)
        ends = settings.ends
        if ends is not None and ends.tzinfo is None:
            ends = ends.replace(tzinfo=zone)
        self._ends = ends
        self._zone = zone

    def on(self, now: datetime) -> bool:
        """Whether the room is on air at ``now``."""
        if self._ends is not None and now >= self._ends:
            return False
        return not self._hours or self._period(now) is not None

    def closes(self, now: datetime) -> datetime | None:
        """The first moment after ``now`` at which it is off air again, ``now`` itself where it is
        off; None: never.
        """
        if not self.on(now):
            return now
        period = self._period(now) if self._hours else None
        # A period that reaches as far as was looked has no end: the hours cover the whole day.
        over = period.end if period is not None and self._ending(period, now) else None
        moments = [moment for moment in (over, self._ends) if moment is not None]
        return min(moments).astimezone(self._zone) if moments else None

    def opens(self, now: datetime) -> datetime | None:
        """The first moment from ``now`` on at which it is on air; None: never again."""
        if self.on(now):
            return now
        begins = [period.begin for period in self._periods(now) if period.begin > now]
        if self._ends is not None:
            begins = [begin for begin in begins if begin < self._ends]
        return min(begins).astimezone(self._zone) if begins else None

    def _ending(self, period: _Period, now: datetime) -> bool:
        return period.end < now + timedelta(days=_DAYS - 1)

    def _period(self, now: datetime) -> _Period | None:
        return next((p for p in self._periods(now) if p.begin <= now < p.end), None)

    def _periods(self, now: datetime) -> Iterator[_Period]:
        """Those around ``now``, in order, without gaps or overlaps between neighbours."""
        today = now.astimezone(self._zone).date()
        days = [today + timedelta(days=day) for day in range(-1, _DAYS + 1)]
        found = sorted(
            (self._on_day(day, begin, end) for day in days for begin, end in self._hours),
            key=lambda period: period.begin,
        )
        joined: _Period | None = None
        for period in found:
            if joined is not None and period.begin <= joined.end:
                joined = _Period(joined.begin, max(joined.end, period.end))
            else:
                if joined is not None:
                    yield joined
                joined = period
        if joined is not None:
            yield joined

    def _on_day(self, day: date, begin: time, end: time) -> _Period:
        last = day if end > begin else day + timedelta(days=1)
        return _Period(self._moment(day, begin), self._moment(last, end))

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone).astimezone(UTC)


def _times(hours: str) -> tuple[time, time]:
    begin, end = hours.split("-")
    return time.fromisoformat(begin), time.fromisoformat(end)
