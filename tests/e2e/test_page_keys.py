"""The operator's page in a real browser: how each destination does, and a new key for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from host.model.messages import Address, Told
from host.model.state import PushState
from tests.e2e.browser import chromium, missing
from tests.e2e.conftest import need
from tests.e2e.looking import Desk, started

KEY = "live_1a2B3c4D5e6F"
FIELD = "document.querySelector('.secret-input')"
SOUGHT = """(() => {
  const seen = new Set();
  const found = [];
  const look = (value, path) => {
    if (typeof value === "string") { if (value.includes(KEY)) found.push(path); return; }
    if (value === null || typeof value !== "object" || seen.has(value) || path.length > 300) return;
    if (value instanceof Node || value === window) return;
    seen.add(value);
    for (const name of Object.keys(value)) {
      let inner;
      try { inner = value[name]; } catch { continue; }
      look(inner, `${path}.${name}`);
    }
  };
  look(window.mounted_app?.elements ?? {}, "elements");
  look({ ...localStorage }, "localStorage");
  look({ ...sessionStorage }, "sessionStorage");
  look([document.documentElement.outerHTML, document.cookie, location.href], "document");
  look([...document.querySelectorAll("input")].map((field) => field.value), "fields");
  look(performance.getEntries().map((entry) => entry.name), "requests");
  return found;
})()""".replace("KEY", json.dumps(KEY))
"""Everywhere on the page that the key stands."""


DESTINATIONS = (
    PushState("tea", True, 2, 14, 0, 1000, 3725.0),
    PushState("cup", False, 3, 0, rejected=4),
    PushState("pot", False, 1, 0),
    PushState("rtmp://live.example.com/app/x", True, 0, 0),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    need(missing())
    with chromium() as page, started(tmp_path_factory.mktemp("keys"), page) as desk:
        yield desk


@pytest.fixture
def desk(shared: Desk) -> Iterator[Desk]:
    """One room, left as it was."""
    shared.fake.destinations = DESTINATIONS
    yield shared
    shared.fake.calm()
    shared.fake.heard.clear()


def row(place: int) -> str:
    """Words of a destination's row."""
    return f"document.querySelectorAll('.destination')[{place}]?.innerText"


def open_dialog(desk: Desk, place: int) -> None:
    desk.page.click(f".destination:nth-child({place + 1}) button")
    desk.page.wait(f"{FIELD}?.checkVisibility() && document.activeElement === {FIELD}")


def test_each_destination_says_how_it_does(desk: Desk) -> None:
    desk.open("/en")
    desk.page.wait(f"{row(0)}?.includes('1:02:0')")
    for place, words in enumerate(
        (("tea", "Connected", "frames left out: 14"), ("cup", "Refused", "reconnects: 3"),
         ("pot", "Reconnecting"), ("live.example.com", "Connected")),
    ):  # fmt: skip
        shown = desk.page.run(row(place))
        assert all(word in shown for word in words), shown
    buttons = desk.page.run(
        "[...document.querySelectorAll('.destination')]"
        ".map((one) => one.querySelector('button').checkVisibility())"
    )
    assert buttons == [True, True, True, False], "one that has no name cannot be given a key"
    desk.fake.destinations = (PushState("cup", True, 4, 0, session_seconds=2.0),)
    desk.page.wait(f"{row(0)}?.includes('Connected') && {row(0)}.includes('0:00:0')")


@pytest.mark.parametrize(("path", "label"), [("/en", "Address or stream key"),
                                             ("/zh", "推流地址或推流码")])  # fmt: skip
def test_a_pasted_key_goes_to_the_supervisor_and_stays_nowhere(
    desk: Desk, path: str, label: str
) -> None:
    desk.fake.told = (Told("trying"), Told("cup: it has the new address", over=True))
    desk.open(path)
    open_dialog(desk, 1)
    assert desk.page.run(f"[{FIELD}.type, {FIELD}.placeholder]") == ["password", label]
    desk.page.type(f"  rtmps://h:443/app/{KEY} ")
    desk.sees("cup: it has the new address")
    assert desk.fake.wait_for(Address) == Address("cup", f"rtmps://h:443/app/{KEY}")
    assert desk.page.run(SOUGHT) == []
    desk.page.click(".ask .ask-buttons .plain")
    desk.page.wait(f"{FIELD} === null")
    assert desk.page.run(SOUGHT) == []
    assert desk.page.errors == []
    kept = [file for file in desk.fake.folder.parent.rglob("*") if file.is_file()]
    assert not [file for file in kept if KEY.encode() in file.read_bytes()]


def test_the_search_for_a_key_finds_one(desk: Desk) -> None:
    desk.open("/en")
    open_dialog(desk, 0)
    desk.page.run(f"{FIELD}.value = {json.dumps(KEY)}")
    assert desk.page.run(SOUGHT) == ["fields.1"]
    desk.page.run(f"localStorage.setItem('x', {json.dumps(KEY)})")
    assert "localStorage.x" in desk.page.run(SOUGHT)
    desk.page.run("localStorage.clear()")


def test_a_refusal_is_shown_and_can_be_mended_there(desk: Desk) -> None:
    why = "cup: that is no address to push to <b>x</b>"
    desk.fake.told = (Told(why, over=True, failed=True),)
    desk.open("/en")
    open_dialog(desk, 1)
    desk.page.type("nonsense")
    desk.sees(why)
    assert desk.page.run("document.querySelector('.key-told.failed').checkVisibility()")
    desk.fake.told = (Told("cup: done", over=True),)
    desk.page.click(".secret-input")
    desk.page.type(KEY)
    desk.sees("cup: done")
    assert desk.page.run("document.querySelector('.key-told.failed')") is None
    assert desk.fake.wait_for(Address) == Address("cup", KEY)


def test_an_absent_supervisor_is_told(desk: Desk) -> None:
    desk.fake.lose("supervisor")
    desk.open("/en")
    desk.sees("The supervisor is away")
    open_dialog(desk, 0)
    desk.page.type(KEY)
    desk.sees("nothing was changed")
    assert not [each for each in desk.fake.heard if isinstance(each, Address)]
