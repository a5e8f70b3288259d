"""A newcomer has to show that it comes up before anything is taken from the former."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import pytest

from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.model import Destination, Incident
from host.supervisor import upgrade as module
from host.supervisor.cast import Output, spec
from host.supervisor.child import Child
from host.supervisor.controls import Controls
from host.supervisor.onair_link import OnAirLink
from host.supervisor.roster import Roster
from host.supervisor.upgrade import RefusedError, Renewed, Upgrade
from tests.host.supervisor.reception_room import Room as Reception
from tests.host.supervisor.reception_room import settled

DEMO = Path(__file__).parents[3] / "configs/demo.toml"
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DIE = [sys.executable, "-c", "import os; os._exit(1)"]
MAIN = Destination("main", ("ffmpeg", "rtmp://h/app/old"))


async def report(incident: Incident) -> None:
    raise AssertionError(incident)


class Stage:
    """A room of sleepers, and an upgrade of it to whatever the test wants."""

    def __init__(self, folder: Path, new: dict[str, list[str]]) -> None:
        self.room = load_room(DEMO)
        self.fresh: Room = self.room
        self.error: ConfigError | None = None
        self.given: tuple[Destination, ...] = (MAIN,)
        self.new = new
        self.made: list[Child] = []
        self.said: list[str] = []
        self.desk_room = Reception(folder)
        self.reception = self.desk_room.reception
        roles = ("onair", "media", "studio", "voice")
        self.old = {role: Child(role, SLEEP, report) for role in roles}
        self.roster = Roster(self.old.values())
        link = OnAirLink(folder, report=print, state=print, orders=tuple)
        told = spec(self.room, Output(destinations=(MAIN,)))
        self.controls = Controls(self.desk_room.desk, self.reception, self.roster, link, told)

    def renew(self) -> Renewed:
        if self.error is not None:
            raise self.error
        return Renewed(self.fresh, self.given)

    def children(self, room: Room) -> list[Child]:
        made = [Child(role, argv, report) for role, argv in self.new.items()]
        self.made += made
        return [self.old["onair"], *made]

    async def renewed(self, room: Room) -> None:
        self.said.append("renewed")

    async def run(self, test: Callable[[Upgrade], Awaitable[None]]) -> None:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                upgrade = Upgrade(
                    self.room,
                    self.roster,
                    self.reception,
                    self.controls,
                    renew=self.renew,
                    children=self.children,
                    keep=lambda child: tasks.start_soon(child.keep),
                    given=(MAIN,),
                    renewed=self.renewed,
                )
                for child in self.old.values():
                    tasks.start_soon(child.keep)
                await settled(lambda: all(child.pid for child in self.old.values()))
                tasks.start_soon(self._greet)
                await test(upgrade)
                for child in (*self.old.values(), *self.made):
                    child.kill()
                await settled(
                    lambda: all(child.pid == 0 for child in [*self.old.values(), *self.made])
                )
                tasks.cancel_scope.cancel()
        self.desk_room.ledger.close()

    async def _greet(self) -> None:
        """Each newcomer that lives says Hello, as its connection would tell."""
        while True:
            for post in self.reception.posts.values():
                for candidate in post._candidates.values():
                    candidate.ready.set()
            await anyio.sleep(0.01)


def test_one_newcomer_that_dies_leaves_everything_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, {"media": SLEEP, "studio": DIE})
    # The studio's Hello never comes: it is dead by then.
    monkeypatch.setattr(stage.reception.posts["studio"], "expect", lambda pid: module.Candidate())

    async def test(upgrade: Upgrade) -> None:
        before = {role: child.pid for role, child in stage.old.items()}
        with pytest.raises(RefusedError, match=r"studio: the new one ended .* former goes on"):
            await upgrade.run(stage.said.append)
        assert {role: stage.roster[role].pid for role in before} == before
        assert [child.pid for child in stage.made] == [0, 0]
        assert len(list(stage.roster)) == 4
        assert not any(child.ending for child in stage.old.values())

    anyio.run(stage.run, test)
    assert "renewed" not in stage.said


def test_one_that_does_not_come_up_in_time_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMING_UP", 0.3)
    stage = Stage(tmp_path, {"media": SLEEP})
    monkeypatch.setattr(stage.reception.posts["media"], "expect", lambda pid: module.Candidate())

    async def test(upgrade: Upgrade) -> None:
        with pytest.raises(RefusedError, match="did not come up"):
            await upgrade.run(stage.said.append)
        assert stage.made[0].pid == 0
        assert stage.old["media"].pid

    anyio.run(stage.run, test)


def test_one_that_dies_while_the_other_comes_up_replaces_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, {"media": SLEEP, "studio": SLEEP})
    late = module.Candidate()
    monkeypatch.setattr(stage.reception.posts["studio"], "expect", lambda pid: late)

    async def test(upgrade: Upgrade) -> None:
        async def die() -> None:
            """The new media has said Hello, the new studio does when that one is dead."""
            await settled(lambda: len(stage.made) == 2 and all(one.pid for one in stage.made))
            media = stage.made[0]
            media.restart("it runs out of memory")
            await media.ended.wait()
            late.ready.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(die)
            with pytest.raises(RefusedError, match=r"media: the new one ended .* former goes on"):
                await upgrade.run(stage.said.append)
        assert [stage.roster[role] for role in stage.old] == list(stage.old.values())
        assert not any(child.ending for child in stage.old.values())

    anyio.run(stage.run, test)
    assert "renewed" not in stage.said


def test_those_that_come_up_take_over_and_what_is_not_wanted_any_more_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"media": SLEEP, "studio": SLEEP})

    async def test(upgrade: Upgrade) -> None:
        async def retire() -> None:
            """The former leave when they are asked to, as the reception asks."""
            await settled(lambda: stage.old["media"].ending and stage.old["studio"].ending)
            for role in ("media", "studio"):
                stage.old[role].kill()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(retire)
            await upgrade.run(stage.said.append)
        assert [stage.roster[role] for role in ("media", "studio")] == stage.made[:2]
        assert all(child.pid and not child.once for child in stage.made[:2])
        assert "voice" not in stage.roster
        assert stage.old["voice"].pid == 0

    anyio.run(stage.run, test)
    assert stage.said[-1] == "renewed"


@pytest.mark.parametrize(
    ("section", "value", "told"), [("video", {"fps": 30}, r"\[video\]"), ("", "other", "name")]
)
def test_what_a_running_onair_cannot_change_to_is_refused(
    tmp_path: Path, section: str, value: object, told: str
) -> None:
    stage = Stage(tmp_path, {"media": SLEEP})
    settings = stage.room.settings
    update = (
        {section: settings.video.model_copy(update=value)} if section else {"name": value}  # type: ignore[arg-type]
    )
    stage.fresh = Room(stage.room.file, settings.model_copy(update=update))

    async def test(upgrade: Upgrade) -> None:
        with pytest.raises(RefusedError, match=f"{told} changed: that needs a restart"):
            await upgrade.run(stage.said.append)

    anyio.run(stage.run, test)
    assert stage.made == []


def test_a_room_that_is_not_sound_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"media": SLEEP})
    stage.error = ConfigError(Finding("no such lineup", "give one", DEMO, 3))

    async def test(upgrade: Upgrade) -> None:
        with pytest.raises(RefusedError, match=r"not sound(.|\n)*demo.toml:3: no such lineup"):
            await upgrade.run(stage.said.append)

    anyio.run(stage.run, test)


def test_one_upgrade_at_a_time(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {})
    wanted = anyio.Event()

    async def renewed(room: Room) -> None:
        wanted.set()
        await anyio.sleep_forever()

    async def test(upgrade: Upgrade) -> None:
        upgrade._renewed = renewed
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(upgrade.run, stage.said.append)
            await wanted.wait()
            with pytest.raises(RefusedError, match="under way"):
                await upgrade.run(stage.said.append)
            tasks.cancel_scope.cancel()

    anyio.run(stage.run, test)


@pytest.mark.parametrize("changed", [False, True])
def test_a_pasted_address_stays_unless_the_file_says_another(tmp_path: Path, changed: bool) -> None:
    stage = Stage(tmp_path, {})
    pasted = Destination("main", ("ffmpeg", "rtmp://h/app/pasted"))
    other = Destination("second", ("ffmpeg", "rtmp://h/app/2"))
    new = Destination("main", ("ffmpeg", "rtmp://h/app/new"))
    stage.given = (new if changed else MAIN, other)

    async def test(upgrade: Upgrade) -> None:
        stage.controls.redirect(pasted)
        await upgrade.run(stage.said.append)
        assert stage.controls.destinations == (new if changed else pasted, other)
        assert b"rtmp://h/app/2" in stage.old["onair"].stdin

    anyio.run(stage.run, test)
    assert not any("rtmp" in text for text in stage.said)
