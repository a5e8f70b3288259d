"""Tries every fault of the fault table on a real room with real ingests.

``python -m tests.chaos [--only 1 12 …] [--seed N] [--random 10] [--ingest both] [--quick]`` writes
``var/chaos-report.md``; exit code 1 when a bar was missed. See docs/chaos.md.
"""

from __future__ import annotations

import argparse
import contextlib
import secrets
import shlex
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.chaos import namespace
from tests.chaos.report import missed, report, word
from tests.chaos.runner import Plan, Result, run
from tests.chaos.table import every
from tests.e2e import ingest, node_ingest
from tests.e2e.room import ROOT


def main() -> int:
    """Run the plan and write the report."""
    asked = _arguments()
    out = Console(highlight=False)
    lacking = [ingest.missing()] if asked.ingest != "node" else []
    lacking += [node_ingest.missing()] if asked.ingest != "nginx" else []
    if any(lacking):
        sys.exit(f"chaos: {'; '.join(filter(None, lacking))}")
    seed = asked.seed if asked.seed is not None else secrets.randbelow(10_000)
    out.print(f"seed {seed} (again with: --seed {seed})")
    no_beyond = namespace.missing()
    with contextlib.ExitStack() as stack:
        beyond = None
        if not no_beyond:
            try:
                namespace.enter()
                beyond = stack.enter_context(namespace.Beyond())
            except OSError as error:
                no_beyond = f"no network namespace can be made here: {error}"
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        plan = Plan(
            folder=folder,
            kinds=asked.ingest,
            quick=asked.quick,
            only=frozenset(asked.only),
            random=asked.random if asked.random is not None else 0 if asked.only else 10,
            seed=seed,
            comment_minutes=1.0 if asked.quick else asked.comment_minutes,
            beyond=beyond,
            no_beyond=no_beyond,
        )
        began = time.monotonic()
        asked.report.parent.mkdir(parents=True, exist_ok=True)
        command = shlex.join(["python", "-m", "tests.chaos", *sys.argv[1:]])
        results: list[Result] = []
        for result in run(plan):
            results.append(result)
            _tell(out, result)
            # Each time: a run that is ended early has its report too.
            asked.report.write_text(report(results, plan, command), encoding="utf-8")
    failed = [result for result in results if word(result) == "FAIL"]
    minutes = (time.monotonic() - began) / 60
    out.print(f"{len(results)} faults in {minutes:.1f} min, {len(failed)} failed: {asked.report}")
    return int(bool(failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    rows = " ".join(dict.fromkeys(scenario.row for scenario in every()))
    parser.add_argument("--only", nargs="+", default=[], metavar="ROW", help=f"of: {rows}")
    parser.add_argument("--seed", type=int, help="of the random faults; else a new one, printed")
    parser.add_argument("--random", type=int, help="faults in a row on one room (default 10)")
    parser.add_argument("--ingest", choices=("nginx", "node", "both"), default="both")
    parser.add_argument("--quick", action="store_true", help="what CI runs")
    parser.add_argument("--comment-minutes", type=float, default=10.0, help="of row 15")
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "chaos-report.md")
    return parser.parse_args()


def _tell(out: Console, result: Result) -> None:
    colour = {"pass": "green", "FAIL": "red", "not tried": "yellow"}[word(result)]
    head = f"[{colour}]{word(result):9}[/] {result.row:>10}  "
    out.print(f"{head}{result.name} [dim]({result.seconds:.0f} s)[/]")
    if said := missed(result):
        out.print(f"            {said}", markup=False, style="dim")


if __name__ == "__main__":
    sys.exit(main())
