"""A server that speaks OpenAI's chat completions: one question, one answer, within bounds.

Loading ``openai`` takes half a second and 23 MB: only who asks imports this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

import anyio
import httpx2
import openai
from pydantic import BaseModel, Field, ValidationError
from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_random_exponential
from tenacity.retry import retry_if_exception

from host.errors import BudgetSpentError, EndpointError
from host.settings_talk import WriterSettings
from host.writer.access import OPENAI
from host.writer.bounded import TooMuchError, bounded
from host.writer.budget import Budget, Usage
from host.writer.chat import Message, Reply, estimated

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

ATTEMPTS = 3
"""Of one question, the first included."""
PATIENCE = 60.0
"""Seconds that a server may ask to be left alone within one question; beyond, the question is
given up."""
_JITTER = wait_random_exponential(multiplier=1.0, max=20.0)
_RETRYABLE = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_REFUSED = frozenset({401, 402, 403, 404})
"""Key, credit, right or model: they stay wrong until somebody mends them."""
_UNTAKEN = frozenset({400, 422})
"""What servers answer to options that they do not know."""
_OPTIONS = 3


class _Choice(BaseModel):
    class Said(BaseModel):
        content: Annotated[str, Field(max_length=200_000)]

    message: Said


class _Completion(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1)]


class _Reported(BaseModel):
    class Tokens(BaseModel):
        prompt_tokens: Annotated[int, Field(ge=0, le=10_000_000)]
        completion_tokens: Annotated[int, Field(ge=0, le=10_000_000)]

    usage: Tokens


class Endpoint:
    """Asks one server for one model's answers."""

    def __init__(
        self,
        settings: WriterSettings,
        key: str,
        budget: Budget,
        *,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        """``key``: empty: none is sent. ``sleep``: how it waits between two attempts."""
        self._settings = settings
        self._budget = budget
        self._sleep = sleep
        self._left_out = 0
        """How many of the options that servers may not know are left out."""
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=settings.base_url or OPENAI,
            timeout=settings.timeout_seconds,
            max_retries=0,
            http_client=httpx2.AsyncClient(
                timeout=settings.timeout_seconds,
                headers={"Accept-Encoding": "identity"},
                event_hooks={"response": [bounded]},
                follow_redirects=False,
            ),
        )  # fmt: skip

    async def aclose(self) -> None:
        """End its connections."""
        await self._client.close()

    def most(self, messages: Sequence[Message], longest: int) -> Usage:
        """The most that a question may take; ``longest``: tokens of its answer."""
        return Usage(sum(estimated(message["content"]) for message in messages), longest)

    async def ask(self, messages: Sequence[Message], longest: int) -> Reply:
        """The model's answer, of ``longest`` tokens at the most. Raises EndpointError.

        What may pass is tried again, as often and as late as ``ATTEMPTS`` and the server say.
        """
        retrying = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(_again),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._attempt, messages, longest)

    async def _attempt(self, messages: Sequence[Message], longest: int) -> Reply:
        begun = self._left_out
        while True:
            try:
                return await self._once(messages, longest)
            except _UnknownOptionError:
                self._left_out += 1
            except EndpointError:
                # It was no option that the server refused.
                self._left_out = begun
                raise

    async def _once(self, messages: Sequence[Message], longest: int) -> Reply:
        most = self.most(messages, longest)
        reserved = self._budget.reserve(most)
        if reserved is None:
            raise BudgetSpentError
        try:
            reply = _read(await self._body(messages, longest), most)
        except EndpointError as error:
            if not error.billed:
                reserved.settle(Usage(0, 0))
            raise
        except _UnknownOptionError:
            reserved.settle(Usage(0, 0))
            raise
        reserved.settle(reply.usage)
        return reply

    async def _body(self, messages: Sequence[Message], longest: int) -> bytes:
        """The answer's JSON. Raises EndpointError and _UnknownOptionError."""
        settings = self._settings
        try:
            # The client's own time-out is of each read: a server that drips never meets it.
            with anyio.fail_after(settings.timeout_seconds):
                raw = await self._client.chat.completions.with_raw_response.create(
                    model=settings.model,
                    messages=cast("list[ChatCompletionMessageParam]", list(messages)),
                    extra_body=self._options(longest),
                )
        except (TimeoutError, openai.APITimeoutError):
            raise EndpointError(f"no answer within {settings.timeout_seconds:g} s") from None
        except openai.APIStatusError as error:
            raise self._refusal(error) from None
        except TooMuchError as error:
            raise EndpointError(str(error), retryable=False) from None
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            cause = type(error.__cause__ or error).__name__
            raise EndpointError(f"no connection ({cause})") from None
        return raw.http_response.content

    def _options(self, longest: int) -> dict[str, Any]:
        """What not every server takes: the last goes first."""
        options: dict[str, Any] = {
            "max_tokens": longest,
            "temperature": 1.0,
            "response_format": {"type": "json_object"},
        }
        return dict(list(options.items())[: _OPTIONS - self._left_out])

    def _refusal(self, error: openai.APIStatusError) -> EndpointError | _UnknownOptionError:
        status = error.status_code
        if status in _UNTAKEN and self._left_out < _OPTIONS:
            return _UnknownOptionError()
        after = _seconds(error.response.headers.get("retry-after"))
        lasting = status in _REFUSED
        why = f"the server answered {status}"
        if lasting:
            why += ": look at writer.key_env, writer.model and writer.base_url"
        return EndpointError(
            why,
            retryable=status in _RETRYABLE and after <= PATIENCE,
            after=after,
            lasting=lasting,
            billed=status >= 500,
        )


class _UnknownOptionError(Exception):
    """The server does not take one of the options."""


def _pause(state: RetryCallState) -> float:
    """Seconds until the next attempt: the server's own, if it named them, and some jitter."""
    error = state.outcome.exception() if state.outcome is not None else None
    after = error.after if isinstance(error, EndpointError) else 0.0
    return after + _JITTER(state)


def _again(error: BaseException) -> bool:
    return isinstance(error, EndpointError) and error.retryable


def _seconds(header: str | None) -> float:
    """``Retry-After`` in seconds; a date, or nonsense, is not heeded."""
    try:
        return min(max(float(header or 0), 0.0), 86_400.0)
    except ValueError:
        return 0.0


def _read(body: bytes, most: Usage) -> Reply:
    try:
        said = _Completion.model_validate_json(body).choices[0].message.content
    except ValidationError:
        raise EndpointError("an answer that is no chat completion", retryable=False) from None
    try:
        tokens = _Reported.model_validate_json(body).usage
        usage = Usage(tokens.prompt_tokens, tokens.completion_tokens)
    except ValidationError:
        usage = Usage(most.tokens_in, estimated(said))
    return Reply(said, usage)
