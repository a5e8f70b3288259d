"""The operator's page in a real browser: it plays, it tells, and its button cuts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.model import Aired, Answer, Clause, Comment, Decision, Line, Planned
from host.model.messages import EndShow, Hold
from host.model.state import PushState
from tests.e2e.browser import Page, chromium, missing
from tests.e2e.conftest import need
from tests.e2e.console import console
from tests.e2e.looking import PLAYS, Desk, started

EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    need(missing())
    with chromium() as page:
        yield page


@pytest.fixture(scope="module")
def shared(browser: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with started(tmp_path_factory.mktemp("shared"), browser) as desk:
        yield desk


@pytest.fixture
def desk(shared: Desk) -> Iterator[Desk]:
    """One room for the tests that leave it as it was."""
    yield shared
    shared.fake.calm()
    shared.fake.heard.clear()
    shared.comments.clear()


@pytest.fixture
def own_desk(browser: Page, tmp_path: Path) -> Iterator[Desk]:
    """A room for a test that ends it."""
    with started(tmp_path, browser) as desk:
        yield desk


def planned(number: int, *clauses: str) -> Planned:
    line = Line(number, "en", " ".join(clauses), "selling", "CUP-1")
    return Planned(line, tuple(Clause(number, n, text, "en") for n, text in enumerate(clauses)))


def test_plays_the_stream_with_sound_close_to_live(desk: Desk) -> None:
    desk.open()
    page = desk.page
    first = page.run("document.querySelector('video').currentTime")
    page.wait(f"document.querySelector('video').currentTime > {first + 1.5}")
    page.click(".player-sound")
    page.wait("!document.querySelector('video').muted")
    level = page.run("""(async () => {
      const context = new AudioContext();
      await context.resume();
      const meter = context.createAnalyser();
      context.createMediaElementSource(document.querySelector("video")).connect(meter);
      const samples = new Float32Array(meter.fftSize);
      let loudest = 0;
      for (let n = 0; n < 20 && loudest < 0.05; n++) {
        await new Promise((done) => setTimeout(done, 100));
        meter.getFloatTimeDomainData(samples);
        loudest = samples.reduce((most, x) => Math.max(most, Math.abs(x)), loudest);
      }
      return loudest;
    })()""")
    assert level > 0.05, "the room's tone is 0.2 of full scale"
    for _ in range(10):
        shown = page.run("document.querySelector('video').currentTime")
        behind = time.monotonic() - desk.fake.began - shown
        assert behind <= 4, "seconds from encoding to the screen"
        time.sleep(0.2)
    assert page.run("document.querySelector('video').videoWidth") == 360
    assert page.foreign(desk.console.address) == []
    assert page.errors == []


def test_the_red_button_cuts_and_comes_back_with_everything_else_dead(desk: Desk) -> None:
    desk.fake.lose("supervisor")
    desk.open()
    desk.page.wait("document.querySelector('.light').innerText === 'ON AIR'")
    for on, light in ((True, "HOLD"), (False, "ON AIR")):
        pressed = time.monotonic()
        desk.page.click(".hold")
        desk.page.wait(f"document.querySelector('.light').innerText === '{light}'", 5)
        assert time.monotonic() - pressed < 1.5
        assert desk.fake.wait_for(Hold) == Hold(on)


def test_follows_what_is_said_clause_by_clause(desk: Desk) -> None:
    desk.open()
    desk.fake.write(planned(1, "This cup keeps tea hot", "for twelve hours."))
    desk.fake.write(planned(2, "And it is light."))
    saying = "document.querySelector('.clause.saying')?.innerText.trim()"
    desk.page.wait(f"{saying} === 'This cup keeps tea hot'")
    desk.fake.write(Aired(1, 0, 0, 50, True, False))
    desk.page.wait(f"{saying} === 'for twelve hours.'")
    assert desk.page.run("document.querySelector('.coming-text').innerText") == "And it is light."
    assert desk.page.run("document.querySelector('.product').innerText") == "CUP-1"


def test_what_viewers_write_is_text_and_nothing_else(desk: Desk) -> None:
    desk.open()
    asked = Comment("c1", EVIL, f"{EVIL} how much?", 1_777_000_000_000)
    reply = Line(5, "en", f"It is 59. {EVIL}", "answer", "CUP-1", 1, in_reply_to="c1")
    desk.fake.write(asked)
    desk.fake.write(Answer(asked, reply, False, "price"))
    desk.fake.write(Planned(reply, (Clause(5, 0, EVIL, "en"),)))
    spam = Comment("c2", "spam", "buy now", 1_777_000_000_000)
    desk.fake.write(spam)
    desk.fake.write(Decision("comment-dropped", f"advertising {EVIL}", {"comment": "c2"}))
    desk.sees("how much?")
    desk.sees("It is 59.")
    desk.sees("advertising <img")
    assert desk.page.run("document.querySelector('.question-text').innerText").startswith("<img")
    assert desk.page.run("document.querySelectorAll('.board img, .board script').length") == 0
    assert desk.page.run("document.title") == "demo <room> · Control room"


def test_names_of_destinations_and_never_their_keys(desk: Desk) -> None:
    desk.fake.destinations = (
        PushState("rtmp://live.example.com/app/SECRET", True, 0, 0),
        PushState("main", False, 3, 0),
    )
    desk.open()
    desk.sees("live.example.com")
    desk.sees("reconnects: 3")
    assert "SECRET" not in desk.page.run("document.documentElement.outerHTML")


def test_tells_what_is_away_and_plays_on_when_onair_is_back(desk: Desk) -> None:
    desk.open()
    desk.fake.lose("onair")
    desk.sees("The on-air process is away")
    desk.page.wait("document.querySelector('.light').innerText === 'OFF AIR'")
    desk.fake.revive("onair")
    desk.page.wait("document.querySelector('.light').innerText === 'ON AIR'")
    before = desk.page.run("document.querySelector('video').currentTime")
    desk.page.wait(f"document.querySelector('video').currentTime > {before + 1}")
    desk.fake.showing = "stand-by"
    desk.sees("the stand-by clip is on air")


def test_a_test_comment_goes_the_viewers_way(desk: Desk) -> None:
    desk.open()
    desk.page.click(".try-input input")
    desk.page.type("How much is it?")
    desk.sees("an answer is being prepared")
    assert desk.comments == ["How much is it?"]


def test_ending_asks_first(own_desk: Desk) -> None:
    own_desk.open()
    own_desk.page.click(".end")
    own_desk.page.wait("document.querySelector('.ask')?.checkVisibility()")
    assert not [message for message in own_desk.fake.heard if isinstance(message, EndShow)]
    own_desk.page.click(".ask .danger")
    assert own_desk.fake.wait_for(EndShow) == EndShow("operator")
    own_desk.sees("Ending the broadcast")


def test_an_open_page_survives_the_consoles_restart(own_desk: Desk, tmp_path: Path) -> None:
    own_desk.open()
    own_desk.console.process.kill()
    own_desk.console.process.wait()
    own_desk.sees("The console is reconnecting")
    port = int(own_desk.console.address.rpartition(":")[2])
    with console(own_desk.fake.folder, tmp_path, *own_desk.more, port=port):
        own_desk.page.wait(
            "document.querySelector('#popup').ariaHidden === 'true' && "
            "document.querySelector('.light')?.innerText === 'ON AIR'",
            20,
        )
        own_desk.page.wait(PLAYS)
        own_desk.page.click(".hold")
        assert own_desk.fake.wait_for(Hold) == Hold(True)


def test_fits_a_phone(desk: Desk) -> None:
    desk.page.open(desk.console.url + "/zh", width=390, height=844)
    desk.page.resize(390, 844, phone=True)
    desk.page.wait(PLAYS)
    assert desk.page.run("document.documentElement.scrollWidth") <= 390
    button = "document.querySelector('.hold').getBoundingClientRect()"
    assert desk.page.run(f"{button}.bottom <= innerHeight && {button}.height >= 56")
