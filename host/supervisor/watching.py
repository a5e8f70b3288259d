"""Those who watch a room that is on air: metrics, alerts, remedies."""

from __future__ import annotations

from collections.abc import Sequence

from host.config import Room
from host.supervisor.alerts import Alerts
from host.supervisor.levers import Levers, Observer
from host.supervisor.metrics import Metrics
from host.supervisor.remedies import Remedies


def observers(room: Room, levers: Levers) -> Sequence[Observer]:
    """Begin to watch; what has a ``run`` is to be run for as long as the room is on air.

    Raises ConfigError when the webhook's variable holds no address, PortInUseError when the
    metrics' port is taken.
    """
    video = room.settings.video
    alerts = Alerts(room, levers)
    remedies = Remedies(levers, alerts.send, fps=video.fps, preset=video.preset, talks=room.talks)
    metrics = Metrics(room, cost=lambda: remedies.cost)
    try:
        metrics.start()
    except BaseException:
        alerts.close()
        raise
    # Figures first, so that they are there whatever the others do.
    return (metrics, alerts, remedies)
