"""What a language model answered, read as what it was asked for, or refused."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST = 20_000
"""Characters of an answer that are looked at: twenty lines take some 2 000."""
_FENCED = re.compile(r"```(?:json)?[ \t]*\r?\n(.*?)\r?\n?```", re.S | re.I)
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    variants: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=400)]],
        Field(min_length=1, max_length=20),
    ]


class UnreadableError(ValueError):
    """It is not what was asked for. The text says what is wrong, and quotes nothing of it."""


def read(text: str) -> tuple[str, ...]:
    """The texts of ``{"variants": ["…", …]}``, which may stand in a fence of its own.

    What a reasoning model thought before is passed over; any other text beside the object is
    refused. Raises UnreadableError.
    """
    text = _THOUGHT.sub("", text, count=1).strip()
    if not text:
        raise UnreadableError("an empty answer")
    if len(text) > LONGEST:
        raise UnreadableError(f"an answer of {len(text)} characters")
    fenced = _FENCED.fullmatch(text)
    body = fenced[1].strip() if fenced else text
    if not (body.startswith("{") and body.endswith("}")):
        raise UnreadableError("text that is no JSON object, or more than one")
    try:
        return tuple(_Answer.model_validate_json(body).variants)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        # A key may be anything the model wrote: only its own names are told.
        where = ".".join(str(part) for part in first["loc"] if part in ("variants",))
        raise UnreadableError(f"JSON of another form: {where} {first['type']}".strip()) from None
