"""The real client against a server that does what servers do."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from host.errors import BudgetSpentError, EndpointError
from host.settings_talk import WriterSettings
from host.writer.bounded import MOST
from host.writer.budget import Budget, Usage
from host.writer.chat import Message
from host.writer.chat import Reply as Answered
from host.writer.endpoint import ATTEMPTS, Endpoint
from tests.host.writer.server import Reply, Server, serving

KEY = "sk-9f8E7d6C5b4A3z2Y"
QUESTION: list[Message] = [{"role": "user", "content": "写一条"}]
LONGEST = 500


class Sleeps:
    """Time that does not pass."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def settings_for(url: str, **changes: Any) -> WriterSettings:
    return WriterSettings(on=True, base_url=url, model="m", **changes)


def ask(
    server: Server, sleeps: Sleeps | None = None, budget: Budget | None = None, **changes: Any
) -> Answered:
    settings = settings_for(server.url, **changes)

    async def asked() -> Answered:
        endpoint = Endpoint(settings, KEY, budget or Budget(settings), sleep=sleeps or Sleeps())
        try:
            return await endpoint.ask(QUESTION, LONGEST)
        finally:
            await endpoint.aclose()

    return anyio.run(asked)


def in_turn(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """Each once, the last for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_it_asks_for_json_of_one_model_with_the_key_and_reads_the_usage() -> None:
    with serving(Reply("好的")) as server:
        reply = ask(server)
    assert reply == Answered("好的", Usage(100, 20))
    assert server.keys == [f"Bearer {KEY}"]
    (asked,) = server.asked
    assert asked["model"] == "m"
    assert asked["messages"] == QUESTION
    assert asked["max_tokens"] == LONGEST
    assert asked["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    "usage",
    [None, {}, {"prompt_tokens": -1, "completion_tokens": 2}, {"prompt_tokens": 10**12},
     {"prompt_tokens": "many", "completion_tokens": []}],
)  # fmt: skip
def test_usage_that_is_not_reported_is_estimated(usage: dict[str, Any] | None) -> None:
    with serving(Reply("一二三四五", usage=usage)) as server:
        reply = ask(server)
    assert reply.usage.tokens_out == 5 + 8
    assert reply.usage.tokens_in == 3 + 8


def test_a_server_that_knows_no_options_is_asked_without_them_from_then_on() -> None:
    def picky(body: dict[str, Any]) -> Reply:
        if "response_format" in body or "temperature" in body:
            return Reply(body=b'{"error": {"message": "unsupported"}}', status=400)
        return Reply("好")

    async def twice(server: Server) -> None:
        settings = settings_for(server.url)
        endpoint = Endpoint(settings, KEY, Budget(settings))
        for _ in range(2):
            assert (await endpoint.ask(QUESTION, LONGEST)).text == "好"
        await endpoint.aclose()

    with serving(picky) as server:
        anyio.run(twice, server)
        options = [sorted(body.keys() - {"messages", "model"}) for body in server.asked]
    assert options == [
        ["max_tokens", "response_format", "temperature"],
        ["max_tokens", "temperature"],
        ["max_tokens"],
        ["max_tokens"],
    ]


def test_a_question_that_is_refused_whatever_the_options_is_refused_and_they_come_back() -> None:
    refusal = Reply(body=b"{}", status=400)
    with serving(in_turn(refusal, refusal, refusal, refusal, Reply("好"))) as server:
        settings = settings_for(server.url)

        async def twice() -> None:
            endpoint = Endpoint(settings, KEY, Budget(settings))
            with pytest.raises(EndpointError, match="400"):
                await endpoint.ask(QUESTION, LONGEST)
            await endpoint.ask(QUESTION, LONGEST)
            await endpoint.aclose()

        anyio.run(twice)
        assert "response_format" in server.asked[-1]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_with_jitter(status: int) -> None:
    sleeps = Sleeps()
    with serving(in_turn(Reply(body=b"busy", status=status), Reply("好"))) as server:
        assert ask(server, sleeps).text == "好"
    assert len(sleeps.slept) == 1
    assert 0 < sleeps.slept[0] <= 20


def test_retry_after_is_heeded_up_to_a_bound() -> None:
    sleeps = Sleeps()
    busy = Reply(body=b"", status=429, headers={"Retry-After": "7"})
    with serving(in_turn(busy, Reply("好"))) as server:
        ask(server, sleeps)
    assert 7 <= sleeps.slept[0] <= 27
    long = Reply(body=b"", status=429, headers={"Retry-After": "3600"})
    with serving(long) as server:
        with pytest.raises(EndpointError) as caught:
            ask(server)
        assert len(server.asked) == 1
    assert caught.value.after == 3600
    date = Reply(body=b"", status=503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
    with serving(in_turn(date, Reply("好"))) as server:
        assert ask(server).text == "好"


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_what_stays_wrong_is_not_tried_again_and_costs_nothing(status: int) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    with serving(Reply(body=body, status=status)) as server:
        budget = Budget(settings_for(server.url))
        with pytest.raises(EndpointError) as caught:
            ask(server, budget=budget)
        assert len(server.asked) == 1
    assert caught.value.lasting
    assert "writer.key_env" in caught.value.why
    assert budget.tokens_spent == 0


def test_a_server_that_is_ill_is_left_after_so_many_attempts() -> None:
    with serving(Reply(body=b"<html>", status=500)) as server:
        budget = Budget(settings_for(server.url))
        with pytest.raises(EndpointError, match="500"):
            ask(server, budget=budget)
        assert len(server.asked) == ATTEMPTS
    # It may have worked, and bill it.
    assert budget.tokens_spent >= ATTEMPTS * LONGEST


def test_half_an_answer_is_none() -> None:
    with serving(in_turn(Reply("好" * 50, cut=True), Reply("好"))) as server:
        assert ask(server).text == "好"
    with serving(Reply("好" * 50, cut=True)) as server, pytest.raises(EndpointError, match="no co"):
        ask(server)


def test_nobody_there() -> None:
    with serving(Reply("好")) as server:
        pass
    with pytest.raises(EndpointError, match="no connection"):
        ask(server)


def test_a_server_that_drips_is_left_at_the_time_out() -> None:
    with serving(Reply("好", drip=0.05)) as server:
        begun = anyio.run(_clock)
        with pytest.raises(EndpointError, match=r"no answer within 0\.3 s"):
            ask(server, timeout_seconds=0.3)
        assert anyio.run(_clock) - begun < 0.3 * ATTEMPTS + 4
        assert len(server.asked) == ATTEMPTS


async def _clock() -> float:
    return anyio.current_time()


@pytest.mark.parametrize("status", [200, 500])
def test_a_huge_answer_is_not_read_to_its_end(status: int) -> None:
    with serving(Reply(body=b" " * (MOST + 1), status=status)) as server:
        with pytest.raises(EndpointError, match="more than"):
            ask(server)
        assert len(server.asked) == 1


def test_a_packed_answer_is_refused() -> None:
    packed = Reply(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    with serving(packed) as server, pytest.raises(EndpointError, match="more than"):
        ask(server)


@pytest.mark.parametrize(
    "body",
    [b"", b"garbage", b"null", b"[]", b"{}", b'{"choices": null}', b'{"choices": []}',
     b'{"choices": [{}]}', b'{"choices": [{"message": {"content": null}}]}',
     b'{"choices": [{"message": {"content": 7}}]}', b"\xff\xfe\x00", b"[" * 50_000],
)  # fmt: skip
def test_an_answer_that_is_no_completion_is_one_failure(body: bytes) -> None:
    with serving(Reply(body=body)) as server:
        with pytest.raises(EndpointError, match="no chat completion"):
            ask(server)
        assert len(server.asked) == 1


def test_nothing_is_asked_beyond_the_budget() -> None:
    with serving(Reply("好")) as server:
        budget = Budget(settings_for(server.url, tokens_an_hour=LONGEST))
        with pytest.raises(BudgetSpentError):
            ask(server, budget=budget)
        assert not server.asked
    with serving(Reply(body=b"", status=500)) as server:
        budget = Budget(settings_for(server.url, tokens_an_hour=LONGEST + 50))
        with pytest.raises(BudgetSpentError):
            ask(server, budget=budget)
        assert len(server.asked) == 1


def test_the_key_is_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quoting = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}."}}).encode()
    said: list[str] = []
    for reply in (
        Reply("好"),
        Reply(body=quoting, status=401),
        Reply(body=quoting, status=500),
        Reply(body=quoting, status=400),
        Reply(body=quoting),
        Reply(KEY, cut=True),
    ):
        with serving(reply) as server:
            try:
                ask(server)
            except EndpointError as error:
                said += [repr(error), str(error), *traceback.format_exception(error)]
    assert len(said) > 5 * 2
    assert KEY not in "".join(said)
    logged = [record for record in caplog.records if KEY in record.getMessage()]
    assert not logged, [record.name for record in logged]
    assert any(record.name.startswith("openai") for record in caplog.records)
