"""``python -m host.voice.bench``: what each offline voice costs on this machine.

Figures for docs/voices.md. Every engine is loaded in a process of its own, so that loading is
measured cold in memory (files may be in the page cache) and memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio

from host import link
from host.clauses import split
from host.model.messages import Speak, Spoken
from host.model.talk import Clause, Lang, Line
from host.voice import alignment, build, shaping
from host.voice.style import style_of

LINES: dict[Lang, str] = {
    "zh": (
        "欢迎新进直播间的朋友，点点关注不迷路。今天这款充电宝只要59.9元，库存不多了。"
        "它的容量是20000mAh，出差三天不用充电。支持七天无理由退货，运费险我们都给您上好了。"
        "这件外套是纯棉的，穿在身上特别舒服。一号链接还剩最后20件，手慢就没有了。"
    ),
    "en": (
        "Welcome to the stream, everyone! This bottle keeps drinks hot for twelve hours, and "
        "today it is only $19.99. It ships from our own warehouse tomorrow morning. Tap the "
        "yellow basket below to order yours. The lid locks tight, so it never leaks in a bag."
    ),
}
"""What a seller says; new to the engine each time it is run."""
_ENGINES: tuple[tuple[str, Lang], ...] = (
    ("kokoro", "zh"), ("espeak", "zh"), ("hibari", "en"), ("espeak", "en"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one engine in one language."""

    engine: str
    lang: str
    first: float
    """Seconds from the process's first import to the first clause's sound."""
    times: float
    """Seconds of sound (pauses included) per second of wall time, after the first clause."""
    core: float
    """Seconds of sound per second of processor time."""
    memory: float
    """MB resident at the most."""
    level: float
    """dBFS, mean active level over clauses."""
    spread: float
    """dB between the loudest and the softest clause."""
    lag: float
    """Milliseconds by which phones come late (``alignment.lag``)."""
    correlation: float


async def _engine(name: str, lang: Lang, began: float) -> Figures:
    engine = build.engine(name, lang, 48_000)
    clauses = split(Line(1, lang, LINES[lang], "selling"))
    sounds = [await engine.synthesize(clauses[0], style_of("warm"))]
    first = time.perf_counter() - began
    wall, processor = time.perf_counter(), time.process_time()
    sounds += [await engine.synthesize(clause, style_of("warm")) for clause in clauses[1:]]
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    seconds = sum(sound.seconds for sound in sounds[1:])
    levels = [shaping.active_level(sound.pcm, sound.rate) for sound in sounds]
    late, correlation = alignment.lag(sounds)
    return Figures(
        engine=name,
        lang=lang,
        first=first,
        times=seconds / wall,
        core=seconds / processor,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        level=sum(levels) / len(levels),
        spread=max(levels) - min(levels),
        lag=late * 1000,
        correlation=correlation,
    )


async def _process(lang: Lang, cache: Path, clause: Clause) -> float:
    """Seconds from starting the voice process to the sound of its first clause."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-m", "host.voice", "--sockets", folder, "--cache", str(cache)]
        chain = ",".join(name for name in build.DEFAULTS[lang] if name != "edge")
        process = subprocess.Popen([*command, "--lang", lang, "--chain", chain])  # noqa: S603, ASYNC220 - our own module; it only starts
        try:
            voice = await link.connect(Path(folder), "voice")
            await voice.send(Speak(1, clause))
            async for message in voice:
                if not isinstance(message, Spoken):
                    raise RuntimeError(f"the voice process answered {message}")
                break
            return time.perf_counter() - began
        finally:
            process.kill()
            process.wait()


async def _processes() -> list[str]:
    rows = []
    langs: tuple[Lang, ...] = ("zh", "en")
    for lang in langs:
        with tempfile.TemporaryDirectory() as cache:
            clause = split(Line(1, lang, LINES[lang], "selling"))[0]
            cold = await _process(lang, Path(cache), clause)
            warm = await _process(lang, Path(cache), clause)
        rows.append(f"| {lang} | {cold:.2f} s | {warm:.2f} s |")
    return rows


def main() -> None:
    """Print the tables, as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m host.voice.bench", description=__doc__)
    parser.add_argument("--engine", help="one engine alone, its figures as JSON")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    options = parser.parse_args()
    if options.engine:
        began = time.perf_counter()
        figures = anyio.run(_engine, options.engine, options.lang, began)
        sys.stdout.write(json.dumps(asdict(figures)) + "\n")
        return
    out = [
        f"Measured {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({_processor()}), Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start, at nice "
        f"{os.nice(0)}.",
        "",
        "| Engine | First clause | × real time | × a core | Memory | Level (spread) | Late |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, lang in _ENGINES:
        command = [sys.executable, "-m", "host.voice.bench", "--engine", name, "--lang", lang]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this module itself
        given = Figures(**json.loads(answer.stdout))
        out.append(
            f"| {name} {lang} | {given.first:.2f} s | {given.times:.1f} | {given.core:.1f} "
            f"| {given.memory:.0f} MB | {given.level:.1f} dBFS ({given.spread:.1f} dB) "
            f"| {given.lag:+.0f} ms (r {given.correlation:.2f}) |"
        )
    rows = anyio.run(_processes)
    out += [
        "",
        "| Voice process | Start to first sound | The same, cached |",
        "| --- | --- | --- |",
    ]
    sys.stdout.write("\n".join([*out, *rows]) + "\n")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
