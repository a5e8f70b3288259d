"""Metrics by a real GET, read by Prometheus' own parser."""

from __future__ import annotations

import os
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from host.errors import PortInUseError
from host.model import Ended, Incident, sockets
from host.model.messages import Beat
from host.model.state import PushState
from host.supervisor.metrics import FRESH, Metrics
from host.supervisor.watching import observers
from tests.e2e.ingest import free_port
from tests.host.supervisor.watched import Pulled, health, on_air, room

DOCS = [Path(__file__).parents[3] / "docs" / name for name in ("health.md", "health.zh-CN.md")]


class Served:
    """A room's metrics with a clock that is set."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        made = room(folder, metrics={"port": free_port()})
        made.sockets.mkdir(parents=True)
        self.listener = sockets.listen(made.sockets, "onair")
        self.metrics = Metrics(made, cost=lambda: 2, now=lambda: self.now)
        self.metrics.start()

    def get(self) -> dict[str, Metric]:
        url = f"http://127.0.0.1:{self.metrics.port}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            text = answer.read().decode()
        return {family.name: family for family in text_string_to_metric_families(text)}

    def samples(self, name: str, label: str = "") -> dict[str, float]:
        family = self.get()[name]
        assert all(one.labels["room"] == "test" for one in family.samples)
        return {one.labels.get(label, ""): one.value for one in family.samples}

    def close(self) -> None:
        self.metrics.close()
        self.listener.close()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    made = Served(tmp_path)
    yield made
    made.close()


def fill(served: Served) -> None:
    pushes = (
        PushState("a", True, 3, 7, rejected=0, waiting_bytes=512, session_seconds=61.5),
        PushState("b", False, 9, 0, rejected=4),
    )
    hear = served.metrics.hear
    hear("onair", replace(on_air(tick=900, late_ticks=5, destinations=pushes), stalls=1))
    hear("health", health(av_offset_ms=-53, video_kbps=2400, frozen_seconds=4))
    hear("media", Beat(0.5))
    hear("media", Incident("media", "restarted", "killed"))
    hear("media", Incident("media", "hung", "still"))
    hear("studio", Ended(1, "finished"))
    hear("studio", Ended(2, "dropped", "why"))
    hear("ledger", Incident("ledger", "unwritten", "full"))


def test_everything_is_served_in_base_units(served: Served) -> None:
    fill(served)
    served.now += 2
    get = served.samples
    assert get("livehost_showing", "source") == {"programme": 1, "held": 0, "stand-by": 0}
    assert get("livehost_ticks") == {"": 900}
    assert get("livehost_late_ticks") == {"": 5}
    assert get("livehost_clock_stalls") == {"": 1}
    assert get("livehost_encode_seconds") == {"": 0.009}
    assert get("livehost_encoder_target_bytes_per_second") == {"": 312_500}
    assert get("livehost_encoder_preset_info", "preset") == {"superfast": 1}
    assert get("livehost_output_av_offset_seconds") == {"": -0.053}
    assert get("livehost_output_video_bytes_per_second") == {"": 300_000}
    assert get("livehost_output_frozen_seconds") == {"": 4}
    assert get("livehost_destination_connected", "destination") == {"a": 1, "b": 0}
    assert get("livehost_destination_reconnects", "destination") == {"a": 3, "b": 9}
    assert get("livehost_destination_rejections", "destination") == {"a": 0, "b": 4}
    assert get("livehost_destination_dropped_video_packets", "destination") == {"a": 7, "b": 0}
    assert get("livehost_destination_waiting_bytes", "destination") == {"a": 512, "b": 0}
    assert get("livehost_destination_session_seconds", "destination") == {"a": 61.5, "b": 0}
    assert get("livehost_beat_age_seconds", "role") == {"media": 2}
    assert get("livehost_load_ratio", "role") == {"media": 0.5}
    assert get("livehost_cost_level") == {"": 2}
    assert get("livehost_restarts", "role") == {"media": 1}
    assert get("livehost_hung", "role") == {"media": 1}
    assert get("livehost_lines_ended", "outcome") == {"finished": 1, "dropped": 1}
    assert get("livehost_reports", "kind") == {"incident": 3, "ended": 2}
    assert get("livehost_ledger_writable") == {"": 0}
    memory = get("livehost_process_resident_memory_bytes", "role")
    # This process plays supervisor, and onair too: it listens at that socket.
    assert memory["supervisor"] == memory["onair"] > 1e6
    assert get("livehost_process_open_fds", "role")["supervisor"] >= 3


def test_names_follow_prometheus_and_are_documented(served: Served) -> None:
    fill(served)
    families = served.get()
    for name, family in families.items():
        assert re.fullmatch(r"livehost_[a-z_]+", name)
        assert not name.endswith(("_ms", "_kbps", "_count", "_total"))
        assert family.documentation
        assert family.type in ("gauge", "counter")
        shown = f"`{name}_total`" if family.type == "counter" else f"`{name}`"
        for page in DOCS:
            assert shown in page.read_text(encoding="utf-8"), f"{shown} is missing in {page.name}"


def test_figures_that_are_old_are_left_out(served: Served) -> None:
    fill(served)
    served.now += FRESH + 1
    families = served.get()
    assert "livehost_showing" not in families
    assert "livehost_output_speed_ratio" not in families
    assert families["livehost_restarts"].samples


def test_an_address_that_is_taken_is_the_merchants_to_mend(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        metrics = Metrics(room(tmp_path, metrics={"port": port}))
        with pytest.raises(PortInUseError, match=f"127.0.0.1:{port} for the metrics is not free"):
            metrics.start()
        metrics.close()


def test_switched_off_it_listens_nowhere(tmp_path: Path) -> None:
    metrics = Metrics(room(tmp_path, metrics={"on": False}))
    metrics.start()
    assert metrics.port == 0
    metrics.close()


def test_a_client_that_hangs_does_not_hold_up_the_end(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.metrics.port)) as hanging:
        hanging.sendall(b"GET /metrics HTTP/1.1\r\n")
        time.sleep(0.1)  # so that its thread has begun to read; either way the end comes
        began = time.perf_counter()
        served.metrics.close()
        assert time.perf_counter() - began < 1.5


def test_all_observers_of_a_room_hear_and_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    levers = Pulled()
    port = free_port()
    watching = observers(room(tmp_path, metrics={"port": port}), levers)
    for observer in watching:
        observer.hear("onair", on_air())
        observer.hear("onair", Incident("onair", "restarted", f"pid {os.getpid()}"))
    assert [one.what for one in levers.noted if isinstance(one, Incident)] == ["alert"]
    for observer in watching:
        if hasattr(observer, "close"):
            observer.close()
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))
