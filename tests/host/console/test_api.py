"""Pushes of prices and stock: who may, what is taken, what is refused, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from host.console import api
from host.console.api import MOST, PATH, LineupApi, PushOptions
from host.console.guard import Guard
from host.lineup.overlay import overlaid
from host.lineup.store import Files, Store
from host.model import Lineup, PlatformProfile, Product, SpeechRules, Variant
from host.script import Scripts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "a token of the test's own"  # noqa: S105 (it opens nothing)
LISTED = Lineup(
    (
        Product("A1", "玻璃杯", Decimal(35), list_price=Decimal(50), stock=40),
        Product("B2", "卫衣", Decimal(99), variants=(Variant("红 L", None, 5),)),
    ),
    "file",
)


class Answer(Protocol):
    """What came back."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def json(self) -> Any: ...


class Door:
    """The API behind its guard, and a clock that is set."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self.store = Store(folder / "lineup")
        self.store.keep(Path("lineup.csv"), Files(LISTED, Scripts("zh", ()), ()))
        self.now, self.seconds = NOW, 0.0
        self.longest = timedelta(minutes=30)
        options = PushOptions(
            self.store.pushed.parent, token, self.longest, ZoneInfo("Asia/Shanghai"), "zh"
        )
        app = FastAPI(openapi_url=None)
        lineup = LineupApi(options, now=lambda: self.now, clock=lambda: self.seconds)
        lineup.add_to(app)
        self.client = TestClient(Guard(app, "127.0.0.1"), base_url="http://127.0.0.1:8700")

    def post(self, body: object, token: str | None = TOKEN, **headers: str) -> Answer:
        self.seconds += 1
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        shown = {} if token is None else {"authorization": f"Bearer {token}"}
        sent = {"content-type": "application/json", **shown, **headers}
        encoded = {name.encode(): value.encode() for name, value in sent.items()}
        return self.client.post(PATH, content=content, headers=encoded)

    def push(self, *products: dict[str, Any], **more: Any) -> Answer:
        return self.post({"products": products, **more})

    def get(self, token: str = TOKEN) -> Answer:
        self.seconds += 1
        return self.client.get(PATH, headers={"authorization": f"Bearer {token}"})

    def guess(self) -> Answer:
        return self.get(TOKEN[1:])

    @property
    def lineup(self) -> Lineup:
        return overlaid(LISTED, self.store.pushes(), self.longest)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    one = Door(tmp_path)
    with one.client:
        yield one


def test_a_push_is_taken_with_the_revision_that_holds(door: Door) -> None:
    offers = [{"text": "晚场价", "price": 28, "valid_to": "2026-11-23"}]
    answer = door.push(
        {"sku": "A1", "price": 29.9, "stock": 3, "promotions": offers},
        {"sku": "B2", "variants": [{"option": "红 L", "price": "95", "stock": 0}]},
    )
    assert (answer.status_code, answer.json()) == (200, {"revision": door.lineup.revision})
    mug, shirt = door.lineup.products
    assert (mug.price, mug.stock, mug.promotions[0].price) == (Decimal("29.9"), 3, Decimal(28))
    assert mug.priced_until == NOW + door.longest
    assert (shirt.variants[0].price, shirt.stock) == (Decimal(95), 0)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", [None, "", TOKEN[:-1], TOKEN + "x", "口令"])
def test_without_the_token_nothing_is_told_or_taken(door: Door, token: str | None) -> None:
    answer = door.post({"products": [{"sku": "A1", "price": 1}]}, token=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert door.lineup == LISTED
    assert TOKEN not in answer.text
    assert door.guess().status_code == 401


def test_without_a_token_configured_there_is_no_such_address(tmp_path: Path) -> None:
    door = Door(tmp_path, token="")
    with door.client:
        assert door.post({}, token="").status_code == 404
        assert door.get(token="").status_code == 404


def test_another_sites_page_cannot_push(door: Door) -> None:
    body = {"products": [{"sku": "A1", "price": 1}]}
    assert door.post(body, origin="http://evil.example").status_code == 403
    assert door.post(body, host="evil.example").status_code == 403
    # A form or a plain script of another site sends no JSON and no header of ours without asking
    # first, and is not answered when it asks.
    assert door.post(body, **{"content-type": "text/plain"}).status_code == 415
    asked = door.client.options(
        PATH,
        headers={"access-control-request-method": "POST", "authorization": f"Bearer {TOKEN}"},
    )
    assert asked.status_code == 405
    assert not [name for name in asked.headers if name.startswith("access-control")]
    assert door.lineup == LISTED


@pytest.mark.parametrize(
    ("product", "where"),
    [
        ({"sku": "ZZ", "price": 3}, "sku"),
        ({"sku": "A1", "price": "免费"}, "products.0.price"),
        ({"sku": "A1", "price": -1}, "products.0.price"),
        ({"sku": "A1", "price": 60}, "list_price"),
        ({"sku": "A1", "colour": "red"}, "products.0.colour"),
        ({"sku": "B2", "variants": [{"option": "蓝", "stock": 1}]}, "variants"),
        ({"sku": "A1", "promotions": [{"text": "全国第一的价格"}]}, "promotions"),
        ({"sku": "A1"}, "products.0"),
    ],
    ids=str,
)
def test_wrong_values_are_named_and_nothing_is_taken(
    door: Door, product: dict[str, Any], where: str
) -> None:
    answer = door.push({"sku": "A1", "stock": 1}, product)
    assert answer.status_code == 422
    found = answer.json()["findings"]
    assert [one for one in found if one["where"] in (where, where.replace(".0", ".1", 1))], found
    assert all(one["what"] and one["fix"] for one in found)
    assert door.lineup == LISTED


@pytest.mark.parametrize("body", ["", "{", "[]", '{"products": []}', b"\xff\xfe"])
def test_what_is_no_push_is_refused(door: Door, body: str | bytes) -> None:
    assert door.post(body).status_code == 422


def test_a_push_is_bounded(door: Door) -> None:
    assert door.post(b" " * (MOST + 1)).status_code == 413


def test_pushes_out_of_order_are_refused(door: Door) -> None:
    late = (NOW - timedelta(seconds=5)).isoformat()
    assert door.push({"sku": "A1", "price": 30}).status_code == 200
    answer = door.push({"sku": "A1", "price": 40}, as_of=late)
    assert answer.status_code == 409
    assert "A1" in answer.json()["error"]
    assert door.lineup.products[0].price == 30
    assert door.push({"sku": "B2", "price": 90}, as_of=late).status_code == 200


@pytest.mark.parametrize("off", [timedelta(minutes=5), timedelta(minutes=-31)])
def test_a_moment_that_cannot_be_is_refused(door: Door, off: timedelta) -> None:
    answer = door.push({"sku": "A1", "price": 30}, as_of=(NOW + off).isoformat())
    assert answer.status_code == 422
    assert door.lineup == LISTED


def test_the_age_of_what_was_pushed_is_told(door: Door) -> None:
    door.push({"sku": "A1", "price": 30})
    door.store.put_on_air("abc", NOW)
    door.now += timedelta(minutes=2)
    told = door.get().json()
    assert (told["revision"], told["since"]) == ("abc", NOW.isoformat())
    assert told["pushed"] == [{"sku": "A1", "as_of": NOW.isoformat(), "age_seconds": 120.0}]
    assert told["max_age_seconds"] == 1800


def test_before_the_room_has_read_its_lineup_the_caller_is_told_to_wait(door: Door) -> None:
    (door.store.pushed.parent / "good.json").unlink()
    assert door.push({"sku": "A1", "price": 30}).status_code == 503


def test_a_flood_is_slowed_and_guessing_does_not_keep_the_merchant_out(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "A_SECOND", 0.0)
    wrong = [door.guess().status_code for _ in range(32)]
    assert wrong == [401] * 30 + [429] * 2
    assert door.push({"sku": "A1", "price": 30}).status_code == 200
    pushed = [door.push({"sku": "A1", "stock": 30}).status_code for _ in range(30)]
    assert pushed == [200] * 29 + [429]


def test_an_offer_is_judged_by_the_rules_of_the_rooms_platforms(door: Door) -> None:
    speech = SpeechRules("its rules", "2026-11-22", rivals=("别家平台",))
    files = Files(LISTED, Scripts("zh", ()), ())
    offer = {"sku": "A1", "promotions": [{"text": "别家平台同款"}]}
    assert door.push(offer).status_code == 200
    platform = PlatformProfile("here", "这里", "its rules", "2026-11-22", speech=speech)
    door.store.keep(Path("lineup.csv"), files, (platform,))
    assert door.store.platforms() == (platform,)
    offer["promotions"] = [{"text": "别家平台同价"}]
    answer = door.push(offer)
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["where"] == "promotions"


def test_a_push_that_the_file_has_ended_does_not_hold_others_back(door: Door) -> None:
    assert door.push({"sku": "A1", "price": 45}).status_code == 200
    cheaper = Lineup((replace(LISTED.products[0], list_price=Decimal(40)), LISTED.products[1]), "2")
    door.store.keep(Path("lineup.csv"), Files(cheaper, Scripts("zh", ()), ()))
    assert door.push({"sku": "A1", "stock": 3}).status_code == 200
