"""Commands of ffmpeg: the stream goes through unchanged."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np

from host.model import Format, VideoFormat
from stream import command
from stream.aigc import COMMENT
from stream.encoder import Encoder
from stream.flv import FlvWriter

URL = "rtmp://h/app/key?a=b&c=d"
FORMAT = Format(VideoFormat(64, 96, kbps=100))


def _flv() -> bytes:
    encoder = Encoder(FORMAT)
    writer = FlvWriter(encoder.header)
    silence = np.zeros((FORMAT.samples, 2), np.float32)
    frame = np.full(FORMAT.frame_shape, 90, np.uint8)
    packets = [p for tick in range(50) for p in encoder.encode(tick, frame, silence)]
    return b"".join(writer.write(packet) for packet in packets + encoder.flush())


def test_a_push_names_its_address_once_and_copies() -> None:
    argv = command.push("/opt/ffmpeg", URL)
    assert argv[0] == "/opt/ffmpeg"
    assert argv.count(URL) == 1
    options = list(pairwise(argv))
    assert options.index(("-f", "flv")) < options.index(("-i", "pipe:0"))
    assert {("-c", "copy"), ("-map", "0"), ("-max_interleave_delta", "100000")} <= set(options)


def test_a_push_hands_every_packet_on(tmp_path: Path) -> None:
    """To a file in place of a server: what ffmpeg sends is what it was given."""
    out = tmp_path / "out.flv"
    argv = command.push(str(imageio_ffmpeg.get_ffmpeg_exe()), str(out))
    # A file knows nothing of a connection's options.
    for option in ("-tcp_nodelay", "-rw_timeout"):
        at = argv.index(option)
        argv = argv[:at] + argv[at + 2 :]
    done = subprocess.run(argv, input=_flv(), capture_output=True, timeout=60, check=True)
    assert b"[error]" not in done.stderr
    assert b"Output #0, " in done.stderr
    with av.open(str(out)) as file:
        kinds = [p.stream.type for p in file.demux() if p.size]
    assert kinds.count("video") == 50
    assert kinds.count("audio") >= 94


def test_a_recording_is_labelled_and_can_be_sought(tmp_path: Path) -> None:
    out = tmp_path / "a room's 'file'.mp4"
    out.write_bytes(b"an old one")
    argv = command.record(str(imageio_ffmpeg.get_ffmpeg_exe()), str(out), "demo")
    subprocess.run(argv, input=_flv(), capture_output=True, timeout=60, check=True)
    with av.open(str(out)) as file:
        assert file.metadata["comment"] == COMMENT
        label = json.loads(file.metadata["AIGC"])
        assert (label["Label"], label["ContentProducer"]) == ("1", "livehost/demo")
        assert sum(1 for p in file.demux(video=0) if p.size) == 50
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
