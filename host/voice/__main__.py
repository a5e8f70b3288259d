"""The voice process: ``python -m host.voice --sockets DIR --cache DIR --lang zh``.

It listens at ``voice.sock`` and, where there is a ``supervisor.sock``, says Hello there, sends its
Decisions, and ends when that connection does. Cached clauses are answered while models still load.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream, TaskGroup

from host import link
from host.errors import ConfigError, LivehostError, VoiceError, WireError, tell
from host.model import sockets
from host.model.messages import Hello, Retire
from host.model.talk import Decision, Incident
from host.voice import build
from host.voice.chain import Chain
from host.voice.service import Service

_log = logging.getLogger("host.voice")
_REPORTS = 64
"""Decisions kept while the supervisor is slow; more than a breaker lets through in an hour."""


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM, the supervisor's word or its end. Exit code 2: the arguments are wrong."""
    options = _options(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    chain = tuple(name.strip() for name in options.chain.split(",") if name.strip())
    chain = chain or build.DEFAULTS[options.lang]
    try:
        build.check(chain, options.lang)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        anyio.run(_run, options, chain)
    except (LivehostError, ExceptionGroup) as error:
        return tell(error, "voice")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m host.voice", description=__doc__)
    parser.add_argument("--sockets", type=Path, required=True, help="folder of the room's sockets")
    parser.add_argument("--cache", type=Path, required=True, help="folder of kept sounds")
    parser.add_argument("--lang", choices=("zh", "en"), required=True)
    parser.add_argument("--chain", default="", help="engines, the best first: edge,kokoro,espeak")
    parser.add_argument("--rate", type=int, default=48_000, help="hertz of the sounds")
    parser.add_argument("--lazy", action="store_true", help="load models when a sound is not kept")
    return parser.parse_args(arguments)


async def _run(options: argparse.Namespace, names: tuple[str, ...]) -> None:
    sender, receiver = anyio.create_memory_object_stream[object](_REPORTS)

    def report(decision: Decision) -> None:
        _log.warning("%s: %s", decision.what, decision.why)
        # Full: the supervisor is gone or stuck, and a fall-back is in the log all the same.
        with contextlib.suppress(anyio.WouldBlock):
            sender.send_nowait(decision)

    chain = build.chain(names, options.lang, options.rate, cache=options.cache, report=report)
    service = Service(chain)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_end_on_signal, tasks.cancel_scope)
        await tasks.start(link.serve, options.sockets, "voice", service.handle)
        tasks.start_soon(service.work)
        if await anyio.Path(sockets.address(options.sockets, "supervisor")).exists():
            tasks.start_soon(_serve_supervisor, options.sockets, receiver, tasks)
        if not options.lazy:
            tasks.start_soon(_load, chain, sender)


async def _end_on_signal(scope: anyio.CancelScope) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for _ in signals:
            link.leave_quietly()
            scope.cancel()
            return


async def _serve_supervisor(
    folder: Path, reports: ObjectReceiveStream[object], tasks: TaskGroup
) -> None:
    try:
        supervisor = await link.connect(folder, "supervisor", patience=5)
        await supervisor.send(Hello("voice", os.getpid()))
        tasks.start_soon(_forward, reports, supervisor)
        tasks.start_soon(link.beat, supervisor)
        async for message in supervisor:
            if isinstance(message, Retire):
                break
    except WireError as error:
        _log.warning("supervisor: %s", error.why)
    link.leave_quietly()
    # Nobody would end this process otherwise.
    tasks.cancel_scope.cancel()


async def _forward(reports: ObjectReceiveStream[object], supervisor: link.Link) -> None:
    with contextlib.suppress(WireError):
        async for message in reports:
            await supervisor.send(message)


async def _load(chain: Chain, reports: ObjectSendStream[object]) -> None:
    try:
        await chain.load()
    except VoiceError as error:
        # The chain falls back when it is asked; this tells it before.
        await reports.send(Incident("voice", "not-loaded", error.why))


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # A worker thread inside onnxruntime cannot be stopped, and the interpreter would wait for it.
    os._exit(code)
