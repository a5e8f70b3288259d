"""What ffmpeg says of a connection: how far it got, why it ended; never with an address or key.

The words are ffmpeg's at ``-loglevel level+debug``, found by pushing to nginx with its RTMP
module, to node-media-server and to nothing (tests/e2e/test_pusher_faults.py keeps them true).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Kind = Literal["lost", "rejected", "busy"]

_KEPT = 8192
_OVERLAP = 128
_TAKEN = b"Output #0, "
"""ffmpeg has opened its output: the ingest has accepted the publish."""
_ASKED = b"Sending publish command"
_SHAKEN = b"Proto = "
_BUSY = re.compile(
    r"already publish|already exist|already in use|BadName|is busy|StreamBusy|in use by", re.I
)
_REJECTED = re.compile(
    r"Server error: *(.*)|(NetStream\.Publish\.(?!Start)\w+|NetConnection\.Connect\.(?!Success)\w+)"
)
_PLAIN = (
    ("Connection refused", "nobody listens at the ingest's port"),
    ("Failed to resolve", "the ingest's name is not found"),
    ("No route to host", "there is no way to the ingest"),
    ("Network is unreachable", "there is no way to the ingest"),
    ("timed out", "the ingest does not answer"),
    ("RTMP handshake", "the ingest closed the connection before it answered"),
    ("certificate", "the ingest's certificate is not accepted"),
    ("Broken pipe", "the ingest closed the connection"),
    ("Connection reset", "the ingest cut the connection"),
    ("End of file", "the ingest closed the connection"),
    ("Input/output error", "the connection broke"),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a connection ended."""

    kind: Kind
    """"rejected": its ingest does not want this stream; "busy": it still has the one before."""
    why: str
    """In plain words, without any part of the address."""


class Words:
    """Reads a pusher's standard error as it comes."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        self._argv = argv
        self._recent = b""
        self._cut = False
        self.taken = False
        """The ingest has accepted the publish."""
        self.asked = False
        """The stream was announced to the ingest."""
        self._shaken = False

    def feed(self, data: bytes) -> None:
        """Bytes in any portions; cheap for a flood."""
        if not data:
            return
        if not self.taken:
            window = self._recent[-_OVERLAP:] + data
            self._shaken |= _SHAKEN in window
            self.asked |= _ASKED in window
            self.taken |= _TAKEN in window
        self._cut |= len(self._recent) + len(data) > _KEPT
        self._recent = (self._recent + data)[-_KEPT:]

    def ending(self, code: int, lived: float | None) -> Ending:
        """Why a process ended of itself.

        ``lived``: seconds since its ingest accepted the publish; None: it did not.
        """
        said = "\n".join(self._errors())
        if _BUSY.search(said):
            return Ending("busy", "the ingest says that this stream is on air already")
        if found := _REJECTED.search(said):
            words = redact((found[1] or found[2] or "").strip(), self._argv)
            return Ending("rejected", f"the ingest refused the stream: {words}")
        if lived is None and self.asked:
            return Ending("rejected", "the ingest refused the stream: key expired, wrong or in use")
        if lived is None and self._shaken and not re.search("tcp|handshake|timed out", said):
            return Ending("rejected", "the ingest refused the connection: is its address right?")
        if lived is not None and lived < AT_ONCE and self._closed(said):
            return Ending(
                "rejected",
                "the ingest closed the stream as soon as it began: key expired, wrong or in use",
            )
        return Ending("lost", self._plain(said, code))

    def _closed(self, said: str) -> bool:
        return re.search("Broken pipe|End of file|Connection reset", said) is not None

    def _plain(self, said: str, code: int) -> str:
        for words, plain in _PLAIN:
            if words.lower() in said.lower():
                return plain
        if code < 0:
            return f"the pusher was killed by signal {-code}"
        last = redact(said.rpartition("\n")[2], self._argv)
        return f"ended with code {code}: {last}" if last else f"ended with code {code}"

    def _errors(self) -> list[str]:
        """Whole lines only, and of those ffmpeg's errors: others and parts may hold a key's part
        that nothing tells from a word.
        """
        lines = self._recent.decode(errors="replace").split("\n")[:-1][1 if self._cut else 0 :]
        tagged = [line for line in lines if re.search(r"\[(error|fatal|panic)\] ", line)]
        if not tagged:  # another program, or one that died before it could tag
            tagged = [line for line in lines[-1:] if not re.search(r"\[(debug|verbose)\]", line)]
        return [re.sub(r"^(\[[^\]]*\] )+", "", line).strip() for line in tagged]


AT_ONCE = 1.0
"""Seconds after the accepted publish within which a close is a refusal: node-media-server and
nginx's ``deny publish`` accept first and close then (measured: 0.01 s)."""


def redact(text: str, argv: tuple[str, ...]) -> str:
    """``text`` without any address, nor a part of one of ``argv``: host, path, key, parameter.

    A part of up to three letters is taken out where it stands as a word of its own. ffmpeg cuts
    its lines at 1 023 bytes, so whatever looks like an address goes whole.
    """
    secrets: set[str] = set()
    for word in argv:
        if "://" in word:
            parts = re.split(r"[/?&=#@:;,+]+", word.partition("://")[2])
            secrets |= {word, unquote(word), *parts, *map(unquote, parts)} - {""}
    found = [
        re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
        for secret in sorted(secrets, key=len, reverse=True)
    ]
    text = re.sub("|".join(found), "***", text) if found else text
    return re.sub(r"[^\s'\"]*://[^\s'\"]*[^\s'\".:,]", "***", text)
