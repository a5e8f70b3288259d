"""The second kind of ingest, shown what the first is shown."""

from __future__ import annotations

from pathlib import Path

from tests.e2e import node_ingest
from tests.e2e.arrivals import largest_gap
from tests.e2e.conftest import need
from tests.e2e.node_ingest import NodeIngest
from tests.e2e.received import check_broadcast, read
from tests.e2e.test_ingest_tools import publisher


def test_records_what_a_viewer_gets_and_survives_its_death(tmp_path: Path) -> None:
    need(node_ingest.missing())
    with NodeIngest(tmp_path / "ingest") as ingest:
        assert publisher(ingest.url("demo"), 4).wait(30) == 0
        ingest.wait_event("unpublish", key="demo")
        video = [a for a in ingest.arrivals("demo") if a.tag.kind == "video"]
        assert 0.02 < largest_gap(video) < 1
        assert ingest.arrivals("demo", video[50].at)[0].tag.dts >= video[50].tag.dts
        assert check_broadcast(read(ingest.recording("demo")), seconds=4) == []
        ingest.kill()
        ingest.restart()
        first = publisher(ingest.url("demo"), 20)
        ingest.wait_media("demo", after=video[-1].at)
        second = publisher(ingest.url("demo"), 5)
        ingest.wait_event("busy", key="demo")
        first.kill()
        first.wait()
        second.wait(30)
        ingest.wait_event("unpublish", key="demo", count=2)
        kinds = [event.kind for event in ingest.events]
    assert kinds[:5] == ["publish", "unpublish", "killed", "restarted", "publish"]
    assert "busy" in kinds


def test_a_key_is_refused_when_it_is_told_to(tmp_path: Path) -> None:
    need(node_ingest.missing())
    with NodeIngest(tmp_path / "ingest") as ingest:
        ingest.refused_keys.add("secret")
        publisher(ingest.url("secret"), 5).wait(30)
        ingest.wait_event("refuse", key="secret")
        assert ingest.sessions == []
