"""``livehost gate``: a JSON object a line in, one out, and nothing lost to a broken line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from host.cli import app

ROOM = str(Path(__file__).parents[3] / "configs" / "demo.toml")


def asked(*lines: str | bytes) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and answers of the command on the demo room."""
    given = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    done = CliRunner().invoke(app, ["gate", ROOM], input=given)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_has_its_verdict() -> None:
    code, (right, wrong, of_none) = asked(
        '{"id": "a", "sku": "FD01", "text": "到手价39块9"}',
        '{"id": 7, "sku": "FD01", "text": "到手价29块9"}',
        "",
        '{"id": "c", "sku": null, "text": "欢迎来到直播间"}',
    )
    assert code == 0
    assert right == {"id": "a", "pass": True, "violations": []}
    assert (wrong["id"], wrong["pass"]) == (7, False)
    (violation,) = wrong["violations"]
    assert (violation["kind"], violation["span"]) == ("unknown-number", [3, 7])
    assert violation["why"]
    assert violation["suggestion"] == "price 39.90 CNY"
    assert of_none["pass"] is True


def test_a_broken_line_is_told_and_the_next_is_read() -> None:
    code, answers = asked(
        "no json",
        '{"id": 1, "sku": "FD01"}',
        b'{"id": 2, "text": "\xff"}',
        '{"id": 3, "sku": "", "text": "99元"}',
    )
    assert code == 1
    assert [answer["id"] for answer in answers] == [None, None, None, 3]
    assert answers[0]["error"].startswith("line 1: ")
    assert "text" in answers[1]["error"]
    assert answers[3]["violations"][0]["kind"] == "no-product"


def test_when_and_in_which_language_may_be_told() -> None:
    text = '"sku": "BT02", "text": "会员日45元"'
    code, (now, later, english) = asked(
        f'{{"id": 1, {text}, "at": "2026-11-22T12:00:00+00:00"}}',
        f'{{"id": 2, {text}, "at": "2031-02-01T12:00:00"}}',
        f'{{"id": 3, {text}, "at": "2031-02-01T12:00:00", "lang": "en"}}',
    )
    assert code == 0
    assert now["pass"] is True
    assert {each["kind"] for each in later["violations"]} == {"not-now"}
    assert later["violations"][0]["suggestion"] == "price 49 CNY"
    assert "does not hold" in english["violations"][0]["why"]


def test_help_shows_how() -> None:
    done = CliRunner().invoke(app, ["gate", "--help"])
    assert done.exit_code == 0
    assert "in.jsonl" in done.stdout
