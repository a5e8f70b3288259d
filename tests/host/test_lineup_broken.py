"""Whatever stands in a lineup: what is wrong is told, nothing else is raised, and soon."""

from __future__ import annotations

import contextlib
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from host.errors import ConfigError, Finding
from host.lineup import load_lineup
from host.lineup.load import PRODUCTS


def refused(file: Path, content: str | bytes) -> Finding:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as caught:
        load_lineup(file)
    return caught.value.findings[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("valid_to", "9999-12-31"),
        ("valid_from", "0001-01-01"),
        ("price", "1" * 31),
        ("price", "1e999999"),
        ("stock", "1e100000000"),
        ("stock", "0e100000000"),
        ("margin", "1e-999999"),
        ("images", "y" * 5000 + ".png"),
    ],
)
def test_a_value_beyond_reckoning_is_named(tmp_path: Path, column: str, value: str) -> None:
    cells = {"sku": "A", "name": "杯", "price": "5", column: value}
    text = f"{','.join(cells)}\n{','.join(cells.values())}\n"
    found = refused(tmp_path / "lineup.csv", text)
    assert (found.line, found.column) == (2, column)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("valid_to = 9999-12-31T23:59:59Z", "valid_to"),
        ('images = ["a\\u0000b.png"]', "images"),
        ("stock = nan", "stock"),
    ],
)
def test_a_value_of_toml_is_named(tmp_path: Path, line: str, column: str) -> None:
    text = f'[[product]]\nsku = "A"\nname = "杯"\nprice = 5\n{line}\n'
    found = refused(tmp_path / "lineup.toml", text)
    assert (found.line, found.column) == (5, column)


@pytest.mark.parametrize("text", ["a = " + "[" * 3000 + "]" * 3000, "a = " + "9" * 5000])
def test_toml_that_its_reader_gives_up_is_a_finding(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path / "lineup.toml", text).file == tmp_path / "lineup.toml"


def test_a_damaged_workbook_is_a_finding(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["sku", "name", "price"])
    for number in range(100):
        sheet.append([f"A{number}", "杯", 59])
    book.save(whole)
    assert len(load_lineup(whole).products) == 100
    cut = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(cut, "w") as damaged:
        for part in parts.infolist():
            data = parts.read(part)
            damaged.writestr(part, data[: len(data) // 2] if "sheet1" in part.filename else data)
    assert "no" in refused(cut, cut.read_bytes()).what
    chance = random.Random(1)  # noqa: S311 (no secret)
    for _ in range(40):
        noise = bytearray(whole.read_bytes())
        for _ in range(30):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        cut.write_bytes(noise)
        with contextlib.suppress(ConfigError):  # and nothing else
            assert len(load_lineup(cut).products) <= 100


def test_a_lineup_is_bounded(tmp_path: Path) -> None:
    rows = [f"A{number},杯,5" for number in range(PRODUCTS + 1)]
    file = tmp_path / "lineup.csv"
    found = refused(file, "\n".join(("sku,name,price", *rows)))
    assert (found.what, found.line) == ("501 products: a room takes 500", PRODUCTS + 2)
    file.write_text("\n".join(("sku,name,price", *rows[:-1])), encoding="utf-8")
    assert len(load_lineup(file).products) == PRODUCTS
