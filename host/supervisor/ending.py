"""The end of a broadcast: the clause on air is finished, and nothing is left."""

from __future__ import annotations

import anyio

from host.model.messages import Retire
from host.supervisor.desk import Desk
from host.supervisor.holders import dismiss
from host.supervisor.onair_link import OnAirLink
from host.supervisor.reception import Reception
from host.supervisor.roster import Roster

CLAUSE = 2.7
"""Seconds for the clause on air to end: most take less than 2.6 s. A longer one is cut."""
LAST_WORDS = 0.5
"""Seconds to take what onair said last."""
_LATE = ("onair", "media", "recorder")
"""They have the end itself to air and to record; the others leave meanwhile."""
GRACE = 1.2
"""Seconds between SIGTERM and SIGKILL of those that are behind the air."""
WHY = "the broadcast was ended"


async def end_show(roster: Roster, reception: Reception, desk: Desk, onair: OnAirLink) -> None:
    """In good order, within 5 s: media finishes its clause, onair airs what the ring
    holds and ends the stream before a stand-by clip is seen.
    """
    for child in roster:
        child.leave()
    reception.close()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_end_air, roster, reception, onair)
        for child in roster:
            if child.role not in _LATE:
                tasks.start_soon(child.end, GRACE)
    desk.cut_off(WHY)
    async with anyio.create_task_group() as tasks:
        for child in roster:
            tasks.start_soon(child.end, GRACE)
    desk.journal.retry()


async def _end_air(roster: Roster, reception: Reception, onair: OnAirLink) -> None:
    air, media = roster["onair"], reception.posts["media"].holder
    held = onair.state is not None and onair.state.hold  # the programme stands still
    if air.pid and not air.once and not held and media is not None and not media.left.is_set():
        # Both at once: onair ends with the clause's last tick, and nothing is seen after it.
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(dismiss, media, WHY, CLAUSE)
            if await onair.send(Retire(WHY)):
                with anyio.move_on_after(CLAUSE):
                    await air.gone()
    await air.end()
    with anyio.move_on_after(LAST_WORDS):
        await onair.quiet.wait()


def kill_all(roster: Roster) -> None:
    """At once and for good: who asked twice does not want to wait."""
    for child in roster:
        child.kill()
