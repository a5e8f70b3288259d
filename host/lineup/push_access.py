"""What [lineup_push] needs for pushes to be taken: a token, looked at before the show."""

from __future__ import annotations

import os
from pathlib import Path

from host.errors import ConfigError, Finding
from host.settings_talk import LineupPushSettings

SHORTEST = 16
"""Characters of a token: fewer can be guessed at ten tries a second."""


def check(settings: LineupPushSettings, file: Path | None = None) -> None:
    """Raises ConfigError when a variable is named that holds no token worth the name."""
    name = settings.token_env
    if not name:
        return
    token = os.environ.get(name, "")
    if not token:
        what = f"lineup_push.token_env: the variable {name} is not set"
        fix = f"set it (export {name}=…), or leave token_env out: nothing can be pushed then"
        raise ConfigError(Finding(what, fix, file))
    if len(token) < SHORTEST or token != token.strip():
        what = (
            f"lineup_push.token_env: the variable {name} holds fewer than {SHORTEST} characters, "
            "or spaces around them"
        )
        raise ConfigError(Finding(what, "make one with: openssl rand -hex 24", file))
