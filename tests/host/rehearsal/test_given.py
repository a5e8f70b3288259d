"""Files of comments and changes: each bad line is told with its number."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import ConfigError
from host.model import Lineup, Product
from host.rehearsal import Edit, Remark, read_edits, read_remarks
from host.rehearsal.given import FINDINGS

LINEUP = Lineup((Product("A", "杯子", Decimal(10)),), "r")


def test_comments_in_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text(
        '{"t": 9, "user": "乙", "text": "贵吗"}\n\n'
        '{"t": 1.5, "user": "a", "text": "hi", "id": 4}\n',
        encoding="utf-8",
    )
    assert read_remarks(file) == (Remark(1.5, "c3", "a", "hi"), Remark(9, "c1", "乙", "贵吗"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "Invalid JSON"),
        ("[]", "object"),
        ('{"user": "a", "text": "b"}', '"t"'),
        ('{"t": -1, "user": "a", "text": "b"}', "greater than or equal to 0"),
        ('{"t": Infinity, "user": "a", "text": "b"}', "finite"),
        ('{"t": "1", "user": "a", "text": "b"}', "valid number"),
        ('{"t": 1, "user": 7, "text": "b"}', "string"),
        ('{"t": 1, "user": "a", "text": "' + "x" * 70_000 + '"}', "longer than"),
    ],
)
def test_a_bad_comment_is_told_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text('{"t": 1, "user": "a", "text": "b"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_remarks(file)
    (finding,) = raised.value.findings
    assert finding.line == 2
    assert why in finding.what


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text("x\n" * 100, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"and {100 - FINDINGS} more lines"):
        read_remarks(file)


def test_a_binary_file_is_no_file_of_comments(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_bytes(bytes(range(256)))
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_remarks(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_remarks(tmp_path)


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_bytes(data)
    with contextlib.suppress(ConfigError):
        assert read_remarks(file) == tuple(sorted(read_remarks(file), key=lambda one: one.t))


def test_changes_of_the_lineup(tmp_path: Path) -> None:
    file = tmp_path / "e.jsonl"
    file.write_text(
        '{"t": 5, "sku": "A", "price": "9.90"}\n{"t": 2, "sku": "A", "price": 8, "stock": 0}\n',
        encoding="utf-8",
    )
    first, second = Edit(2, "A", Decimal(8), 0), Edit(5, "A", Decimal("9.90"))
    assert read_edits(file, LINEUP) == (first, second)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"t": 1, "sku": "B", "price": 1}', "no product 'B'"),
        ('{"t": 1, "sku": "A"}', "neither a price nor a stock"),
        ('{"t": 1, "sku": "A", "price": 0}', "greater than 0"),
        ('{"t": 1, "sku": "A", "price": "NaN"}', "finite"),
        ('{"t": 1, "sku": "A", "price": "1.234"}', "decimal places"),
        ('{"t": 1, "sku": "A", "stock": -1}', "greater than or equal to 0"),
        ('{"t": 1, "sku": "A", "stock": 1.5}', "valid integer"),
    ],
)
def test_a_bad_change_is_told_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "e.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_edits(file, LINEUP)
    assert why in raised.value.findings[0].what
    assert raised.value.findings[0].line == 1
