"""A local server that speaks the protocol of Edge's read-aloud service.

Frames as seen in edge-tts 7.3.1: text messages with headers and a ``Path``, binary messages with
a two-byte header length; speech.config and ssml in, then turn.start, audio.metadata, audio and
turn.end out.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import unescape

import av
import numpy as np
from av.audio.frame import AudioFrame
from websockets.asyncio.server import ServerConnection, serve

TICKS = 10_000_000
WORD = 0.3
"""Seconds of each word, of which the last 0.05 are quiet."""


@dataclass
class Service:
    """How it behaves, and what it was asked."""

    silent: bool = False
    """Connects and never answers."""
    first_sound: float = 0.0
    """Seconds before the first sound."""
    garbage: bool = False
    """Sends bytes that are no mp3."""
    torn: bool = False
    """Closes after half of the sound, without turn.end."""
    wordless: bool = False
    """Names half of the words alone."""
    odd: bool = False
    """Sends a message of an unknown path."""
    url: str = ""
    texts: list[str] = field(default_factory=list)
    ssml: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """What was wrong with requests."""

    async def handle(self, connection: ServerConnection) -> None:
        self._check(connection)
        config = str(await connection.recv())
        request = str(await connection.recv())
        if "Path:speech.config" not in config or '"wordBoundaryEnabled":"true"' not in config:
            self.refusals.append("no speech.config for word boundaries")
        self.ssml.append(request.partition("\r\n\r\n")[2])
        text = unescape(re.sub(r"<[^>]+>", "", self.ssml[-1]))
        self.texts.append(text)
        if self.silent:
            await connection.wait_closed()
            return
        await connection.send("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        await asyncio.sleep(self.first_sound)
        words = re.findall(r"[\u4e00-\u9fff]{1,2}|[A-Za-z']+", text)
        if self.odd:
            await connection.send("X-RequestId:1\r\nPath:surprise\r\n\r\n{}")
        for number, word in enumerate(words):
            if not (self.wordless and number % 2):
                await connection.send(_metadata(number, word))
        sound = b"\x01\x02 no mp3" * 500 if self.garbage else tones(len(words))
        blocks = [sound[at : at + 720] for at in range(0, len(sound), 720)]
        for block in blocks[: len(blocks) // 2] if self.torn else blocks:
            await connection.send(_audio(block))
        if self.torn:
            return
        await connection.send(_audio(b"", ended=True))
        await connection.send("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")

    def _check(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        given = parse_qs(urlsplit(request.path).query)
        if not re.fullmatch(r"[0-9A-F]{16}-[0-9A-F]{64}", given.get("Sec-MS-GEC", [""])[0]):
            self.refusals.append("no token")
        if not request.headers.get("Origin", "").startswith("chrome-extension://"):
            self.refusals.append("no origin")


def tones(words: int) -> bytes:
    """An mp3, 24 kHz, 48 kb/s: a tone for each word."""
    time = np.arange(round(24_000 * (WORD - 0.05))) / 24_000
    tone = 8_000 * np.sin(2 * np.pi * 440 * time)
    word = np.concatenate([tone, np.zeros(round(24_000 * 0.05))])
    samples = np.tile(word, words).astype(np.int16)
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=24_000, layout="mono")
        stream.bit_rate = 48_000
        frame = AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.rate = 24_000
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=24_000, frame_size=576)
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        for one in frames:
            for packet in stream.encode(one):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return file.getvalue()


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[Service]:
    """The service at a free port of the loopback; its address is in ``service.url``."""
    async with serve(service.handle, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        service.url = f"ws://127.0.0.1:{port}/edge/v1?TrustedClientToken=test"
        yield service


def _metadata(number: int, word: str) -> str:
    data = {
        "Offset": round(number * WORD * TICKS),
        "Duration": round((WORD - 0.05) * TICKS),
        "text": {"Text": word, "Length": len(word), "BoundaryType": "WordBoundary"},
    }
    body = json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": data}]}, ensure_ascii=False)
    return f"X-RequestId:1\r\nContent-Type:application/json\r\nPath:audio.metadata\r\n\r\n{body}"


def _audio(block: bytes, *, ended: bool = False) -> bytes:
    kind = "" if ended else "Content-Type:audio/mpeg\r\n"
    header = f"X-RequestId:1\r\n{kind}Path:audio\r\n".encode()
    return len(header).to_bytes(2, "big") + header + block
