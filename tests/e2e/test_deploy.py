"""The systemd unit and the container's files: what they claim is so."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import need

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy/systemd/livehost@.service"
SWEEP = ROOT / "deploy/systemd/sweep"
CONTAINERFILE = ROOT / "Containerfile"
ENTRYPOINT = ROOT / "deploy/container/entrypoint.sh"
HEALTHCHECK = ROOT / "deploy/container/healthcheck.py"
INSTALLED = "/opt/livehost/"
"""Where unit and image have the checkout."""


def run(*argv: str | Path, timeout: float = 30, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=timeout, check=False,
        env={**os.environ, **environ},
    )  # fmt: skip


def need_systemd() -> None:
    need("" if shutil.which("systemd-analyze") else "systemd-analyze is not installed")


def directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


# ---- systemd ----


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    need_systemd()
    here = tmp_path / UNIT.name
    # The commands as this checkout has them, for they must exist.
    text = UNIT.read_text().replace(f"{INSTALLED}.venv/bin/livehost", sys.executable)
    here.write_text(text.replace(INSTALLED, f"{ROOT}/"))
    seen = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", here)
    assert (seen.returncode, seen.stderr) == (0, "")


def test_the_unit_exposes_little(tmp_path: Path) -> None:
    need_systemd()
    seen = run(
        "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT
    )
    exposure = re.search(r"exposure level for \S+: ([0-9.]+)", seen.stdout)
    assert exposure is not None, seen.stderr
    print(exposure[0])
    assert float(exposure[1]) <= 2.0
    assert seen.returncode == 0


def test_the_unit_keeps_the_room_on_air() -> None:
    unit = directives(UNIT.read_text())
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["Restart"] == ["on-failure"]
    assert unit["KillMode"] == ["process"]  # onair outlives a supervisor that died
    assert unit["OOMPolicy"] == ["continue"]
    for command in (*unit["ExecStart"], *unit["ExecReload"], *unit["ExecStopPost"]):
        program = shlex.split(command)[0]
        assert program.startswith(INSTALLED)
        path = ROOT / program.removeprefix(INSTALLED)
        assert path.parts[-3:] == (".venv", "bin", "livehost") or os.access(path, os.X_OK)


@pytest.mark.parametrize("result", ["signal", "watchdog", "core-dump", "oom-kill", "exit-code"])
def test_the_sweep_touches_nothing_after_a_crash(result: str) -> None:
    # Were it to touch anything it would begin with this very process.
    assert run(SWEEP, SERVICE_RESULT=result).returncode == 0


@pytest.mark.parametrize("script", [SWEEP, ENTRYPOINT])
def test_scripts_are_plain_shell(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/sh\n")
    assert run("sh", "-n", script).stderr == ""


# ---- container ----


def stages() -> list[list[list[str]]]:
    """The Containerfile's instructions, words by stage."""
    joined = CONTAINERFILE.read_text().replace("\\\n", " ")
    found: list[list[list[str]]] = [[]]
    for line in joined.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "FROM":
            found.append([])
        found[-1].append(words)
    return found[1:]


def instruction(name: str) -> list[str]:
    """The last stage's one instruction of that name."""
    (found,) = [words for words in stages()[-1] if words[0] == name]
    return found[1:]


def argv(name: str) -> list[str]:
    """The JSON list that an instruction ends in."""
    text = " ".join(instruction(name))
    found = json.loads(text[text.index("[") :])
    assert isinstance(found, list)
    return found


def test_everything_copied_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".containerignore").read_text().splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    build = stages()[0]
    sources = {word for words in build if words[0] == "COPY" for word in words[1:-1]}
    assert sources == kept
    assert all((ROOT / source).exists() for source in sources)
    assert {"host", "avatars", "stream", "configs", "scripts"} <= sources
    assert ignored[1] == "*"


def test_packages_are_the_locked_ones_with_their_hashes() -> None:
    installs = [words for words in stages()[0] if "pip" in words and "install" in words]
    (locked,) = [words for words in installs if "-r" in words]
    assert {"--require-hashes", "requirements.lock"} <= set(locked)
    (own,) = [words for words in installs if "-r" not in words]
    assert {"--no-deps", "--no-build-isolation"} <= set(own)


def test_it_runs_as_nobody_special_and_keeps_its_state_in_a_volume() -> None:
    user, group = instruction("USER")[0].split(":")
    assert int(user) > 0
    assert int(group) > 0
    (volume,) = instruction("VOLUME")
    environ = dict(pair.split("=", 1) for pair in instruction("ENV"))
    for name in ("LIVEHOST_VAR", "LIVEHOST_CACHE", "XDG_CACHE_HOME"):
        assert environ[name].startswith(volume + "/")
    assert instruction("STOPSIGNAL") == ["SIGTERM"]


def test_its_commands_are_in_it() -> None:
    for path in (*argv("ENTRYPOINT"), argv("HEALTHCHECK")[-1], argv("CMD")[-1]):
        assert path.startswith(INSTALLED)
        assert (ROOT / path.removeprefix(INSTALLED)).is_file()


class Metrics(http.server.ThreadingHTTPServer):
    """Serves ``text`` at /metrics."""

    text = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Metrics)
        self.send_response(200 if self.path == "/metrics" else 404)
        self.end_headers()
        self.wfile.write(self.server.text.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    with Metrics() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def healthy(port: int) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, HEALTHCHECK, LIVEHOST_METRICS_PORT=str(port))


def showing(programme: int, standby: int) -> str:
    """The gauge as the supervisor's metrics write it."""
    return (
        "# HELP livehost_showing What viewers see: 1 for one source.\n"
        "# TYPE livehost_showing gauge\n"
        f'livehost_showing{{room="demo",source="programme"}} {programme}.0\n'
        f'livehost_showing{{room="demo",source="stand-by"}} {standby}.0\n'
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (showing(1, 0), 0),
        (showing(0, 1), 0),
        (showing(0, 0), 1),
        ("livehost_fps 25.0\n", 1),
        ("livehost_showing nonsense\n", 1),
    ],
    ids=["programme", "stand-by", "nothing", "another", "unreadable"],
)
def test_health_is_what_the_metrics_say(metrics: Metrics, text: str, code: int) -> None:
    metrics.text = text
    assert healthy(metrics.server_address[1]).returncode == code


def test_without_metrics_nothing_is_healthy(metrics: Metrics) -> None:
    metrics.server_close()
    seen = healthy(metrics.server_address[1])
    assert seen.returncode == 1
    assert "no metrics" in seen.stderr


class Entrypoint:
    """The entrypoint with a ``livehost`` that a test wrote, in its PATH."""

    def __init__(self, folder: Path, script: str, *words: str) -> None:
        program = folder / "livehost"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        self.folder = folder
        environ = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
        with (folder / "errors").open("wb") as errors:
            self.process = subprocess.Popen(
                [ENTRYPOINT, *words], cwd=folder, stderr=errors, env=environ
            )

    def wait_for(self, name: str, lines: int) -> list[str]:
        """The lines of a file that the program writes, once there are so many."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            path = self.folder / name
            if path.exists() and len(found := path.read_text().split()) >= lines:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{name} never had {lines} lines")


SLEEPS = """echo "$@" >words
trap "echo ended >ended; exit 0" TERM
echo $$ >>pids
while :; do sleep 0.1; done"""


def test_sigterm_reaches_livehost_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    entry = Entrypoint(tmp_path, SLEEPS, "run", "room.toml")
    entry.wait_for("pids", 1)
    entry.process.send_signal(signal.SIGTERM)
    assert entry.process.wait(10) == 0
    assert entry.wait_for("ended", 1) == ["ended"]
    assert entry.wait_for("words", 2) == ["run", "room.toml"]


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_room_that_cannot_begin_is_told_to_whoever_runs_the_container(
    tmp_path: Path, code: int
) -> None:
    entry = Entrypoint(tmp_path, f"exit {code}", "run", "room.toml")
    assert entry.process.wait(10) == code


def test_a_supervisor_that_was_up_is_started_again(tmp_path: Path) -> None:
    entry = Entrypoint(tmp_path, SLEEPS, "run", "room.toml")
    first = entry.wait_for("pids", 1)[0]
    # As long as the entrypoint wants, by its own clock.
    time.sleep(float(re.findall(r"settled=(\d+)", ENTRYPOINT.read_text())[0]) + 1)
    os.kill(int(first), signal.SIGKILL)
    second = entry.wait_for("pids", 2)[1]
    assert second != first
    entry.process.send_signal(signal.SIGTERM)
    assert entry.process.wait(10) == 0
    assert "ended with code 137" in (tmp_path / "errors").read_text()
