"""The tables of a room's file that shape what is said and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from host.section import Hours, Section

Daypart = Literal["morning", "lunch", "evening", "night"]
_DAYPARTS: dict[Daypart, Hours] = {
    "morning": "05:00-11:00",
    "lunch": "11:00-14:00",
    "evening": "17:00-23:00",
    "night": "23:00-05:00",
}


class TalkSettings(Section):
    """[talk]: the run of show."""

    trade: Annotated[str, Field(pattern=r"^[a-z-]*$")] = ""
    """A trade's preset for every product ("food"); empty: by each product's category."""
    block_minutes: Annotated[float, Field(ge=1, le=30)] = 5.0
    """Time a product is on, where its weight is 1."""
    lap_minutes: Annotated[float, Field(ge=3, le=120)] = 18.0
    """Time from one opening to the next."""
    rehook_seconds: Annotated[float, Field(ge=30, le=600)] = 75.0
    """Time from one line for those who just came to the next."""
    dayparts: dict[Daypart, Hours] = Field(default_factory=lambda: dict(_DAYPARTS))
    """When each tone is spoken in, in the room's time; between them the neutral one."""


class WriterSettings(Section):
    """[writer]: a language model that writes variants ahead of time."""

    on: bool = False
    base_url: str = ""
    """Of any server that speaks OpenAI's chat completions; empty: OpenAI's own."""
    model: str = ""
    key_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    """Variable with the key; empty: none is needed."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    tokens_an_hour: Annotated[int, Field(ge=0)] = 200_000
    """Tokens in and out together."""
    money_an_hour: Annotated[float, Field(ge=0)] = 1.0
    """In the currency of the two prices below."""
    price_in: Annotated[float, Field(ge=0)] = 0.0
    """Of a million tokens in; 0: free."""
    price_out: Annotated[float, Field(ge=0)] = 0.0
    """Of a million tokens out; 0: free."""
    style: Annotated[str, Field(max_length=500)] = ""
    """How the host speaks, in the merchant's words."""

    @model_validator(mode="after")
    def _named(self) -> WriterSettings:
        if self.on and not self.model:
            raise ValueError('writer.model: name one, for instance "qwen-plus"')
        return self


class LineupPushSettings(Section):
    """[lineup_push]: prices and stock from the merchant's own system, at /api/lineup."""

    token_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    """Variable with the token that a caller must show; empty: nothing can be pushed."""
    max_age_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 7)] = 30.0
    """Prices that were pushed longer ago are no longer spoken."""


class ScheduleSettings(Section):
    """[schedule]: when the room is on air."""

    hours: tuple[Hours, ...] = ()
    """In the room's time, each day; "22:00-06:00" goes over midnight. Empty: always."""
    ends: datetime | None = None
    """The last moment, in the room's time where it has no zone of its own."""
