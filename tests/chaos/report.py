"""The report of a run, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.chaos.machine import load, machine
from tests.chaos.runner import Plan, Result


def report(results: Sequence[Result], plan: Plan, command: str) -> str:
    """A table of all faults, then each fault's figures beside their bars."""
    tried = [result for result in results if not result.skipped]
    missed = [result for result in tried if not result.passed]
    lines = [
        "# Faults, and what they cost",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · `{command}` · {len(tried)} faults tried, "
        f"{len(tried) - len(missed)} kept every bar, {len(missed)} did not, "
        f"{len(results) - len(tried)} not tried",
        "",
        *(f"- {line}" for line in machine()),
        f"- load average over 1, 5, 15 min at the end: {load()}",
        f"- ingests: {_kinds(plan)}; seed of the random ones: {plan.seed}",
        "",
        "| Row | Fault | Injected by | Result | What missed its bar |",
        "| --- | --- | --- | --- | --- |",
        *(_line(result) for result in results),
    ]
    for result in results:
        lines += ["", f"## {result.row}: {result.name}", ""]
        if result.skipped:
            lines.append(f"Not tried: {result.skipped}.")
            continue
        lines.append(f"Injected by: {result.how}. Took {result.seconds:.0f} s.")
        if result.failure:
            lines += ["", "```", result.failure.strip(), "```"]
        if result.figures:
            lines += ["", "| What | Measured | Bar | |", "| --- | --- | --- | --- |"]
        for figure in result.figures:
            value = "not measured" if figure.value is None else f"{figure.value:.4g} {figure.unit}"
            verdict = "holds" if figure.holds else "**MISSED**"
            bar = f"≤ {figure.limit:g} {figure.unit}"
            lines.append(f"| {figure.what} | {value.strip()} | {bar.strip()} | {verdict} |")
        if result.notes:
            lines += ["", *(f"- {note}" for note in result.notes)]
    return "\n".join(lines) + "\n"


def word(result: Result) -> str:
    """Its outcome in a word."""
    if result.skipped:
        return "not tried"
    return "pass" if result.passed else "FAIL"


def missed(result: Result) -> str:
    """What of it is not as it should be, on a line."""
    if result.skipped:
        return result.skipped
    told = [str(figure) for figure in result.figures if not figure.holds]
    if result.failure:
        told.append(result.failure.strip().splitlines()[-1])
    return "; ".join(told)


def _line(result: Result) -> str:
    cells = (result.row, result.name, result.how, word(result), missed(result))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kinds(plan: Plan) -> str:
    both = "nginx with its RTMP module (a, b) and node-media-server (c)"
    kinds = {"both": both, "nginx": "nginx with its RTMP module", "node": "node-media-server"}
    return kinds[plan.kinds]
