"""What the writer may spend: tokens and money in any hour."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from host.lineup.store import replace_file
from host.settings_talk import WriterSettings

HOUR = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request took."""

    tokens_in: int
    tokens_out: int

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


class _Spent(BaseModel):
    """One request of the last hour."""

    model_config = ConfigDict(extra="forbid")

    at: float
    """Unix seconds."""
    tokens: int = Field(ge=0)
    money: float = Field(ge=0)


class _Kept(BaseModel):
    spent: list[_Spent]


class Budget:
    """A rolling hour. What is under way counts as its most until it is settled."""

    def __init__(
        self,
        settings: WriterSettings,
        *,
        file: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``file``: where it is kept, so that a restart does not begin a new hour; ``now``: Unix
        seconds."""
        self._settings = settings
        self._file = file
        self._now = now
        self._spent: deque[_Spent] = deque(self._read())
        self._changed = False

    def money(self, usage: Usage) -> float:
        """What that costs, in the currency of the settings."""
        settings = self._settings
        cost = usage.tokens_in * settings.price_in + usage.tokens_out * settings.price_out
        return cost / 1e6

    @property
    def tokens_spent(self) -> int:
        """In the last hour."""
        self._forget()
        return sum(one.tokens for one in self._spent)

    @property
    def money_spent(self) -> float:
        """In the last hour."""
        self._forget()
        return sum(one.money for one in self._spent)

    def wait(self, usage: Usage) -> float:
        """Seconds until that much may be spent; infinite: never."""
        settings, money = self._settings, self.money(usage)
        if usage.tokens > settings.tokens_an_hour or money > settings.money_an_hour:
            return math.inf
        tokens, spent = self.tokens_spent + usage.tokens, self.money_spent + money
        if self._within(tokens, spent):
            return 0.0
        now = self._now()
        for one in self._spent:
            tokens, spent = tokens - one.tokens, spent - one.money
            if self._within(tokens, spent):
                return max(one.at + HOUR - now, 0.0)
        return HOUR

    def _within(self, tokens: int, money: float) -> bool:
        settings = self._settings
        # A hair more money is what adding up floats may make.
        return tokens <= settings.tokens_an_hour and money <= settings.money_an_hour + 1e-9

    def reserve(self, most: Usage) -> Reserved | None:
        """Take the most that a request may cost; None: it is not there."""
        if self.wait(most) > 0:
            return None
        entry = _Spent(at=self._now(), tokens=most.tokens, money=self.money(most))
        self._spent.append(entry)
        self._changed = True
        return Reserved(self, entry)

    def keep(self) -> None:
        """Write it down; without a disk it holds until the process ends."""
        if self._file is None or not self._changed:
            return
        self._forget()
        self._changed = False
        try:
            replace_file(self._file, _Kept(spent=list(self._spent)).model_dump_json())
        except OSError as error:
            self._changed = True
            _log.warning("what the writer spent is not kept: %s", error)

    def _read(self) -> list[_Spent]:
        if self._file is None:
            return []
        try:
            return _Kept.model_validate_json(self._file.read_bytes()).spent
        except (OSError, ValidationError):
            return []

    def _forget(self) -> None:
        now = self._now()
        for one in self._spent:
            one.at = min(one.at, now)  # the clock was put back
        while self._spent and self._spent[0].at <= now - HOUR:
            self._spent.popleft()


class Reserved:
    """A request under way."""

    def __init__(self, budget: Budget, entry: _Spent) -> None:
        self._budget, self._entry = budget, entry

    def settle(self, usage: Usage) -> None:
        """It took this much."""
        self._entry.tokens = usage.tokens
        self._entry.money = self._budget.money(usage)
