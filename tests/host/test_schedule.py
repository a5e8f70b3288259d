"""The hours of a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.schedule import Schedule
from host.settings_talk import ScheduleSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def schedule(*hours: str, ends: datetime | None = None, zone: ZoneInfo = SHANGHAI) -> Schedule:
    return Schedule(ScheduleSettings(hours=hours, ends=ends), zone)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_without_hours_it_is_always_on_air() -> None:
    always = schedule()
    assert always.on(at("2026-11-22 03:00"))
    assert always.closes(at("2026-11-22 03:00")) is None
    assert always.opens(at("2026-11-22 03:00")) == at("2026-11-22 03:00")


def test_a_night_goes_over_midnight() -> None:
    nights = schedule("22:00-06:00")
    assert nights.on(at("2026-11-22 23:30"))
    assert nights.on(at("2026-11-23 05:59"))
    assert not nights.on(at("2026-11-23 06:00"))
    assert nights.closes(at("2026-11-22 23:30")) == at("2026-11-23 06:00")
    assert nights.closes(at("2026-11-23 01:00")) == at("2026-11-23 06:00")
    assert nights.opens(at("2026-11-23 06:00")) == at("2026-11-23 22:00")
    assert nights.closes(at("2026-11-23 12:00")) == at("2026-11-23 12:00")


def test_hours_that_touch_are_one_period() -> None:
    split = schedule("20:00-00:00", "00:00-02:00", "09:00-11:00")
    assert split.closes(at("2026-11-22 21:00")) == at("2026-11-23 02:00")
    assert split.opens(at("2026-11-23 02:00")) == at("2026-11-23 09:00")


@pytest.mark.parametrize(
    "hours", [("00:00-00:00",), ("08:00-08:00",), ("00:00-12:00", "12:00-00:00")]
)
def test_hours_that_cover_the_day_never_end(hours: tuple[str, ...]) -> None:
    whole = schedule(*hours)
    for hour in range(24):
        assert whole.on(at(f"2026-11-22 {hour:02}:30"))
        assert whole.closes(at(f"2026-11-22 {hour:02}:30")) is None


def test_the_last_moment_ends_hours_and_nights() -> None:
    last = schedule("22:00-06:00", ends=datetime(2026, 11, 24, 1, 0))
    assert last.closes(at("2026-11-23 23:00")) == at("2026-11-24 01:00")
    assert not last.on(at("2026-11-24 01:00"))
    assert last.opens(at("2026-11-24 01:00")) is None
    assert last.opens(at("2026-11-23 12:00")) == at("2026-11-23 22:00")
    only = schedule(ends=datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert only.closes(at("2026-11-23 23:00")) == at("2026-11-24 09:00")
    assert only.opens(at("2026-11-24 09:00")) is None


def test_a_night_with_the_end_of_summer_time_is_an_hour_longer() -> None:
    nights = schedule("22:00-06:00", zone=BERLIN)
    begin, end = at("2026-10-24 22:00", BERLIN), nights.closes(at("2026-10-24 22:00", BERLIN))
    assert end is not None
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=9)


clock = st.times().map(lambda t: f"{t:%H:%M}")
spans = st.lists(st.builds("{}-{}".format, clock, clock), max_size=3).map(tuple)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(BERLIN))


@given(spans, moments)
def test_it_changes_where_it_says_so_and_nowhere_before(
    hours: tuple[str, ...], now: datetime
) -> None:
    room = schedule(*hours, zone=BERLIN)
    now = now.astimezone(UTC)
    opens, closes = room.opens(now), room.closes(now)
    assert opens is not None  # without a last moment it always comes on again
    assert room.on(opens)
    assert opens == now if room.on(now) else opens > now
    if closes is not None and room.on(now):
        assert closes > now
        assert not room.on(closes)
        between = now + (closes - now) * 0.5
        assert room.on(between)
