"""A stream key's whole way through the host: it is in no text that anybody may read."""

from __future__ import annotations

import io
import logging
import traceback
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from rich.console import Console
from typer.testing import CliRunner

from host.accounts import Accounts
from host.cli import app, watching
from host.config import Room, load_room
from host.console.desk import Desk as PageDesk
from host.errors import ConfigError
from host.ledger import Ledger, newest
from host.model import Decision, Destination, Format, Incident, OnAirSpec
from host.model.messages import Address, Destinations
from host.model.state import OnAirState, PushState
from host.settings import Push
from host.supervisor import keys, prepare
from host.supervisor.desk import Desk
from host.supervisor.keys import KeyKeeper, resolve_address
from tests.e2e.room_file import write_room

DEMO = Path(__file__).parents[3] / "configs/demo.toml"
OLD, FRESH, PASTED = "old_9f8E7d6C5b", "live_1a2B3c4D5e6F", "pasted_Zz91Yy82Xx"
SECRETS = (OLD, FRESH, PASTED)


class Levers:
    """The supervisor's levers over its own desk, ledger included."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.redirected: list[Destination] = []

    def redirect(self, destination: Destination) -> None:
        self.redirected.append(destination)

    def finish(self, line: int) -> None: ...

    def note(self, what: Incident | Decision) -> None:
        self._desk.take(what, "supervisor")

    def restart(self, role: str, why: str) -> None: ...
    def cost(self, level: int, why: str) -> None: ...
    def preset(self, name: str, why: str) -> None: ...


def leaks(*texts: object) -> list[str]:
    """The secrets that stand in any of the texts, with their repr and str."""
    said = "\n".join(f"{text!r} {text!s}" for text in texts)
    return [secret for secret in SECRETS if secret in said]


def test_nothing_tells_a_key_from_the_file_to_the_ledger(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(keys, "ASKED_AGAIN", 0.05)
    monkeypatch.setattr(keys, "SETTLING", 0.05)
    caplog.set_level(logging.DEBUG)
    script = f"echo {OLD} >&2; test -e on || {{ echo {FRESH}; exit 1; }}; cat on"
    pushes = [
        {"name": "tea", "platform": "twitch", "url_command": ["sh", "-c", script]},
        {"name": "cup", "url": f"rtmp://h/app/{OLD}"},
    ]
    write_room(DEMO, tmp_path / "room.toml", {"push": pushes})
    (tmp_path / "on").write_text(f"rtmp://h/app/{OLD}\n")
    room = load_room(tmp_path / "room.toml")

    terminal = io.StringIO()
    for name in ("out", "err"):
        monkeypatch.setattr(watching, name, Console(file=terminal, width=500))
    watcher = watching.Watcher(room)
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        desk = Desk(ledger, Accounts(), end=lambda: None, tell=watcher.tell)
        levers = Levers(desk)
        anyio.run(_refused_and_renewed, room, levers, anyio.Path(tmp_path / "on"))
        given = prepare.destinations(room, [f"rtmp://h/app/{PASTED}"], "ffmpeg")
        pasted = resolve_address(room, "cup", PASTED, given[1])
    rows = list(newest(tmp_path / "ledger.sqlite", ("Incident", "Decision"), 1000))
    assert {FRESH, PASTED} <= {prepare.address_of(d).rpartition("/")[2]
                               for d in (*levers.redirected, pasted)}  # fmt: skip

    page = PageDesk(clock=lambda: 0.0)
    page.on_air(OnAirState(1, "programme", False, (PushState("tea", False, 1, 0, 2),), 0, 6, 3.0))
    for row in rows:
        page.row(row)
    assert page.view().events
    spec = OnAirSpec("demo", Format(), "sockets", (), given)
    assert not leaks(
        *rows, page.view(), terminal.getvalue(), caplog.text, room.settings, given, pasted, spec,
        Destinations(given), Address("cup", f"rtmp://h/app/{PASTED}"),
        CliRunner().invoke(app, ["check", str(room.file)]).output,
    )  # fmt: skip
    assert "key-renewed" in "".join(row.body for row in rows)


async def _refused_and_renewed(room: Room, levers: Levers, source: anyio.Path) -> None:
    """Unchanged, failing, then fresh."""
    keeper = KeyKeeper(room, levers, prepare.destinations(room, [], "ffmpeg"))
    refused = Incident("pusher:tea", "rejected", "refused by its ingest")
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keeper.run)
            for text in (None, "", f"rtmp://h/app/{FRESH}\n"):
                if text is not None:
                    await source.unlink(missing_ok=True)
                if text:
                    await source.write_text(text)
                for _ in range(20):
                    keeper.hear("onair", refused)
                    keeper.hear("onair", Incident("pusher:cup", "rejected", "refused"))
                    await anyio.sleep(0.02)
            while not levers.redirected:
                keeper.hear("onair", refused)
                await anyio.sleep(0.02)
            tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    "push",
    [
        f'url = "http://h/app/{FRESH}"',
        f'url = "rtmp://h/app/{FRESH}"\nurl_command = ["echo", "{OLD}"]',
        f'url = 7\nkey = "{FRESH}"',
        f'platform = "{FRESH}"\nurl = "rtmp://h/app/{OLD}"',
    ],
)
def test_no_exception_of_the_settings_quotes_one(tmp_path: Path, push: str) -> None:
    """Also not the one that pydantic raised, in a traceback that nobody should see."""
    file = tmp_path / "room.toml"
    text = DEMO.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[[push]]\nname = "tea"\n{push}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        prepare.destinations(load_room(file), [], "ffmpeg")
    assert not leaks("".join(traceback.format_exception(caught.value)), *caught.value.findings)


def test_settings_do_not_show_one() -> None:
    given = (
        Push(name="tea", url=f"rtmp://h/app/{OLD}"),
        Push(name="tea", url_command=("give-key", FRESH)),
    )
    assert not leaks(*given)
