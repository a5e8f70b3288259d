"""How the end of an offer is said: "今天20点", "8 pm today"."""

from __future__ import annotations

from datetime import datetime, timedelta

from host.model import Lang

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def spoken(moment: datetime, now: datetime, lang: Lang) -> str:
    """``moment`` (with time zone) as it is said at ``now``, in ``now``'s time zone."""
    local = moment.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    return _chinese(local, days) if lang == "zh" else _english(local, days)


def _chinese(local: datetime, days: int) -> str:
    day = {0: "今天", 1: "明天"}.get(days, f"{local.month}月{local.day}日")
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{day}{local.hour}点{minutes}"


def _english(local: datetime, days: int) -> str:
    if (local.hour, local.minute) == (0, 0):
        if days == 1:
            return "midnight tonight"
        last = local - timedelta(days=1)
        return f"midnight on {_MONTHS[last.month - 1]} {last.day}"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    clock = f"{hour}{minutes} {'am' if local.hour < 12 else 'pm'}"
    day = {0: "today", 1: "tomorrow"}.get(days, f"on {_MONTHS[local.month - 1]} {local.day}")
    return f"{clock} {day}"
