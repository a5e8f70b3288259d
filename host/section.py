"""What every table of a room's file is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
"""A time of the day from … to: "22:00-06:00"."""


class Section(BaseModel):
    """A table of the room's file: frozen, and every key must be known."""

    # An address may stand where it should not: no exception quotes what was found.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
