"""The pushers' commands, made by ffmpeg-python; onair is handed them and imports none of it."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from stream.aigc import COMMENT, label


def push(ffmpeg_binary: str, url: str) -> tuple[str, ...]:
    """The command that sends FLV from standard input to ``url`` unchanged.

    - Our FLV tells its codecs in its first tags, so ffmpeg need not look for them, which holds its
      first byte back. Its timestamps stay as they are.
    - Sound goes on while video is left out: ffmpeg's own interleaving would hold it for 10 s.
    - Debug's words tell how far a connection got (``stream.words``); ffmpeg is silent while all
      goes well. ``rw_timeout`` ends one whose onair is gone and whose ingest hangs.
    """
    made = (
        ffmpeg.input("pipe:0", format="flv", analyzeduration=100_000, fpsprobesize=0)
        .output(
            url,
            format="flv",
            c="copy",
            map="0",
            flvflags="no_duration_filesize",
            max_interleave_delta=100_000,
            tcp_nodelay=1,
            rw_timeout=20_000_000,
        )
        .global_args("-hide_banner", "-nostats", "-copyts", "-loglevel", "level+debug")
        .compile(cmd=ffmpeg_binary)
    )
    return tuple(str(word) for word in made)


def record(ffmpeg_binary: str, path: str, room: str) -> tuple[str, ...]:
    """The command that puts FLV from standard input into an MP4, labelled as made by AI."""
    # Two of one option, as ffmpeg-python lets them be given: both of the whole file.
    labels = {
        "metadata": f"comment={COMMENT}",
        "metadata:g": f"AIGC={label(room, Path(path).name)}",
    }
    made = (
        ffmpeg.input("pipe:0", format="flv")
        .output(path, c="copy", map="0", movflags="+faststart+use_metadata_tags", **labels)
        .global_args("-hide_banner", "-nostats", "-loglevel", "error")
        .overwrite_output()
        .compile(cmd=ffmpeg_binary)
    )
    return tuple(str(word) for word in made)
