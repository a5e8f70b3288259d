"""Ten comments of ten kinds: each answered on air, with the right figures, in time."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from websockets.asyncio.client import ClientConnection, connect

from host.lineup import load_lineup
from host.link import connect as link_to
from host.model import Clause, Sound
from host.model.messages import Speak, Spoken
from tests.e2e.decoded import samples
from tests.e2e.heard import hear
from tests.e2e.ingest import Ingest
from tests.e2e.room import ROOT, Room

LINEUP = ROOT / "configs/lineups/demo-zh.csv"
CLOSE_S = 3.0
"""From a comment's arrival to the beginning of its answer, in the median."""


@dataclass(frozen=True)
class Asked:
    """A comment, and what its answer must hold."""

    text: str
    sku: str | None
    """The product it is about; None: whichever is on air."""
    holds: tuple[str, ...]
    """Figures and words of the answer; {field} is of the product on air."""


ASKED = (
    Asked("这个多少钱？", None, ("{price}",)),
    Asked("还有货吗", None, ("{stock}",)),
    Asked("移动电源保修多久", "EL05", ("18个月",)),
    Asked("3号链接的杯子容量多大", "HM03", ("350",)),
    Asked("苹果包邮吗，几天到", "FP06", ("3到5天",)),
    Asked("洁面乳不满意能退吗", "BT02", ("7天无理由",)),
    Asked("卫衣藏青2XL多少钱", "CL04", ("109",)),
    Asked("移动电源能带上飞机吗", "EL05", ("74瓦时",)),
    Asked("洁面乳几号链接，怎么拍", "BT02", ("2号链接",)),
    Asked("隔热玻璃杯有优惠券吗", "HM03", ("5",)),
)


@dataclass
class Got:
    """What came of a comment."""

    sent: float = 0.0
    """``time.monotonic()``."""
    status: tuple[str, ...] = ()
    why: str = ""


def test_ten_comments_are_answered(tmp_path: Path, ingest: Ingest) -> None:
    with Room(tmp_path / "run", push=[ingest.url("show")]) as room:
        ingest.wait_media("show", patience=90)
        deadline = time.monotonic() + 60
        while len(room.ledger("Ended")) < 3:
            assert time.monotonic() < deadline, room.tail()
            time.sleep(0.2)
        got = anyio.run(_ask, room.comments_url)
        answers = {row.body["comment"]["id"]: row.body for row in room.ledger("Answer")}
        planned = {row.body["line"]["id"]: row.body for row in room.ledger("Planned")}
        sounds = {
            number: anyio.run(_sound, room, planned[answers[f"c{number}"]["line"]["id"]])
            for number in range(len(ASKED))
            if f"c{number}" in answers
        }
        arrivals = ingest.arrivals("show")
    ingest.wait_event("unpublish", key="show")

    heard = samples(ingest.recording("show"))
    waits: list[float] = []
    wrong: list[str] = []
    for number, asked in enumerate(ASKED):
        came, answer = got[number], answers.get(f"c{number}")
        if came.status != ("queued", "answered") or answer is None:
            wrong.append(f"{asked.text}: {came}")
            continue
        line = answer["line"]
        if asked.sku not in (None, line["sku"]):
            wrong.append(f"{asked.text}: about {line['sku']}, {line['text']}")
        wrong += [
            f"{asked.text}: no {wanted} in {line['text']}"
            for wanted in (_figure(text, line) for text in asked.holds)
            if wanted not in line["text"]
        ]
        sound = sounds[number]
        # Media has a time of the stream and a moment of arrival: look from the comment on.
        asked_at = next(a.tag.dts for a in arrivals if a.tag.kind == "audio" and a.at > came.sent)
        places = [place.at for place in hear(heard, sound.pcm, sound.rate)]
        after = [at for at in places if at * 1000 > asked_at]
        if not after:
            wrong.append(f"{asked.text}: not heard: {line['text']}")
            continue
        waits.append(after[0] - asked_at / 1000)
    assert wrong == []
    print("from comment to the content of its answer, s:", sorted(round(w, 2) for w in waits))
    assert statistics.median(waits) <= CLOSE_S


def _figure(text: str, line: dict[str, object]) -> str:
    """``{price}`` and ``{stock}`` as the facts that the line names give them."""
    facts = {fact["attribute"]: fact["value"] for fact in line["facts"]}  # type: ignore[attr-defined]
    for attribute in ("price", "stock"):
        if text == f"{{{attribute}}}":
            return str(facts[attribute]["$d"]).rstrip("0").rstrip(".")
    return text


async def _ask(url: str) -> list[Got]:
    """One comment every 10 s, each from its own viewer: an answer is over by then."""
    got = [Got() for _ in ASKED]
    async with connect(url) as socket, anyio.create_task_group() as tasks:
        tasks.start_soon(_listen, socket, got)
        for number, asked in enumerate(ASKED):
            message = {"id": f"c{number}", "user": f"观众{number}号", "text": asked.text}
            got[number].sent = time.monotonic()
            await socket.send(json.dumps(message, ensure_ascii=False))
            await anyio.sleep(10)
        with anyio.move_on_after(40):
            while any(len(each.status) < 2 for each in got):  # noqa: ASYNC110 (real time)
                await anyio.sleep(0.1)
        tasks.cancel_scope.cancel()
    return got


async def _listen(socket: ClientConnection, got: list[Got]) -> None:
    async for text in socket:
        reply = json.loads(text)
        each = got[int(reply["id"][1:])]
        each.status += (reply["status"],)
        each.why += reply["why"]


async def _sound(room: Room, planned: dict[str, object]) -> Sound:
    """The sound with which an answer's content begins, from the room's own voice and its cache.

    "移动电源，" alone is no content: then it is the next clause.
    """
    clauses = planned["clauses"]
    assert isinstance(clauses, list)
    names = [f"{product.called}，" for product in load_lineup(LINEUP).products]
    plain = dict(next(clause for clause in clauses if clause["text"] not in names))
    plain.pop("$")
    link = await link_to(room.var / room.name / "sockets", "voice")
    await link.send(Speak(1, Clause(**plain)))
    async for message in link:
        if isinstance(message, Spoken):
            await link.aclose()
            return message.sound
    pytest.fail("the voice said nothing")
