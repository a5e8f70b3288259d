"""What [writer] needs to be reached: an address and a key, looked at before the show."""

from __future__ import annotations

import os
import re
from pathlib import Path

from host.errors import ConfigError, Finding
from host.settings_talk import WriterSettings

OPENAI = "https://api.openai.com/v1"
"""Where an empty ``base_url`` leads, whatever OPENAI_BASE_URL says: the file is what counts."""
_ADDRESS = re.compile(r"https?://[^\s/@?#]+(?:/[^\s@?#]*)?")
_KEY = re.compile(r"[!-~]+")


def check(settings: WriterSettings, file: Path | None = None) -> None:
    """Raises ConfigError with every finding when the writer is on and cannot be reached as told.

    Nothing is asked of the server.
    """
    if not settings.on:
        return
    findings: list[Finding] = []
    if settings.base_url and not _ADDRESS.fullmatch(settings.base_url):
        # Not quoted: a key may have been written into it.
        what = "writer.base_url is no address of a server"
        findings.append(Finding(what, "write it like https://HOST/v1, without a key", file))
    try:
        key_of(settings, file)
    except ConfigError as error:
        findings += error.findings
    if findings:
        raise ConfigError(*findings)


def key_of(settings: WriterSettings, file: Path | None = None) -> str:
    """The key; empty: none is needed. Raises ConfigError, which names the variable."""
    name = settings.key_env
    if not name:
        if not settings.base_url:
            what = "writer.key_env is empty, and OpenAI's own server asks for a key"
            fix = 'name the variable that holds it: key_env = "OPENAI_API_KEY"'
            raise ConfigError(Finding(what, fix, file))
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        fix = f"set it (export {name}=…), or switch the writer off: on = false"
        raise ConfigError(Finding(f"writer.key_env: the variable {name} is not set", fix, file))
    if not _KEY.fullmatch(key):
        what = f"writer.key_env: the variable {name} holds spaces or letters that no key has"
        raise ConfigError(Finding(what, "copy the key again", file))
    return key
