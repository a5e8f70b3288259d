"""Spreadsheets of many shapes: what is taken, what is left out and told."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.cli.importing_columns import settled
from host.lineup import load_lineup
from host.lineup.importing.source import grids
from host.lineup.importing.table import find_table
from host.model import Product, Spec, Variant
from tests.host.lineup_import.shapes import (
    AMAZON,
    DOUYIN,
    SHOPIFY,
    run,
    workbook,
    written,
    written_as_table,
)

DEMOS = Path(__file__).parents[3] / "configs" / "lineups"
SHEET = (
    ("货号", "名称", "价格", "原价", "库存", "卖点", "参数"),
    ("A1", "保温杯", "59", "89", "12", "轻便；不漏水", "容量=500 毫升"),
    ("B2", "雨伞", "39.9", "", "0", "一键开合", ""),
)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".toml"])
def test_shopify_rows_of_one_handle_are_one_product(tmp_path: Path, ending: str) -> None:
    done = run(written(tmp_path, SHOPIFY), "--currency", "USD", output=f"out{ending}")
    hat, mug = done.lineup.products
    assert (hat.sku, hat.name, hat.category) == ("cool-hat", "Cool Hat", "Hats")
    assert (hat.price, hat.list_price, hat.currency) == (Decimal("34.99"), Decimal("49.99"), "USD")
    assert hat.variants == (
        Variant("Black S", Decimal("34.99"), 12),
        Variant("Black M", Decimal("34.99"), 3),
        Variant("White S", Decimal("36.99"), 0),
    )
    assert hat.selling_points == ("Folds flat into a pocket",)
    assert hat.shipping == "Ships within 2 days from Ohio"
    assert (mug.variants, mug.stock, mug.price) == ((), 8, Decimal(19))
    assert "'FALSE'" in done.told  # the draft is told, not sold
    assert "https://x.example/m.jpg" in done.told
    assert not any(product.images for product in (hat, mug))


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_douyin_export(tmp_path: Path, encoding: str) -> None:
    done = run(written(tmp_path, DOUYIN, encoding=encoding))
    scarf, kettle = done.lineup.products
    assert (scarf.sku, scarf.price, scarf.list_price) == ("WJ01", Decimal(89), Decimal(159))
    assert scarf.variants == (Variant("米白", Decimal(89), 120), Variant("驼色", Decimal(99), 8))
    assert (kettle.sku, kettle.price, kettle.list_price) == ("KT04", Decimal(129), Decimal(199))
    assert kettle.currency == "CNY"
    # Off sale, and a stock in words that nobody guesses at.
    assert "row 4" in done.told
    assert "row 5" in done.told
    assert "'十五'" in done.told
    assert "31" not in done.output.read_text("utf-8-sig").replace("3610", "")


def test_an_amazon_report(tmp_path: Path) -> None:
    done = run(written(tmp_path, AMAZON, "in.txt.tsv"), "--currency", "usd")
    kettle, jar = done.lineup.products
    assert (kettle.sku, kettle.name, kettle.stock) == ("KT-1", "Steel kettle", 15)
    assert (jar.price, jar.currency) == (Decimal("9.50"), "USD")


def test_nothing_tells_the_currency(tmp_path: Path) -> None:
    done = run(written(tmp_path, AMAZON, "in.tsv"))
    assert done.error is not None
    assert "--currency" in done.told
    assert not done.output.exists()


def test_titles_above_the_names_and_totals_below(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["秋季直播选品表"], ["制表：小王", "", "", "2026-10-01"], [],
        ["基本信息", "", "价格信息", ""],
        ["款号", "品名", "直播价", "吊牌价", "库存数量", "主推卖点", "成本价"],
        ["A1", "毛衣", 99, 199.0, 10, "柔软；不扎", 30],
        ["A2", "围巾", "¥59.90", 129, 5.0, "暖和", 20],
        ["款号", "品名", "直播价", "吊牌价", "库存数量", "主推卖点", "成本价"],
        ["合计", "", "", "", 15],
    ]  # fmt: skip
    done = run(workbook(tmp_path, rows, "A1:F1", "A4:B4", "C4:D4"))
    sweater, scarf = done.lineup.products
    assert (sweater.sku, sweater.price, sweater.list_price) == ("A1", Decimal(99), Decimal(199))
    assert sweater.selling_points == ("柔软", "不扎")
    assert (scarf.price, scarf.stock) == (Decimal("59.90"), 5)
    assert done.report["products"][0]["facts"][0] == {
        "field": "sku", "value": "A1", "quote": "A1", "row": 6, "column": "款号",
    }  # fmt: skip


def test_the_sheet_that_holds_the_products(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["请按模板填写"])
    for name, rows in (("商品", SHEET), ("旧商品", SHEET[:2])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    done = run(tmp_path / "in.xlsx")
    assert [product.sku for product in done.lineup.products] == ["A1", "B2"]
    assert "旧商品" in done.told
    other = run(tmp_path / "in.xlsx", "--sheet", "旧商品", output="other.csv")
    assert [product.sku for product in other.lineup.products] == ["A1"]
    assert run(tmp_path / "in.xlsx", "--sheet", "无", output="no.csv").error is not None


def test_a_column_of_which_nobody_is_sure_is_left_out_and_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编码", "名称", "售价", "直播价", "库存", "随便"],
        ["A1", "杯", 59, 49, "很多", "x"],
    ]
    done = run(workbook(tmp_path, rows))
    assert done.error is not None
    assert "price" in str(done.error)
    chosen = run(tmp_path / "in.xlsx", "--map", "直播价=price", "--map", "随便=卖点")
    (cup,) = chosen.lineup.products
    assert (cup.price, cup.stock, cup.selling_points) == (Decimal(49), None, ("x",))
    assert '"售价=price"' in chosen.told
    assert '"库存=stock"' in chosen.told
    for wrong in ("无=price", "售价=nothing", "售价=price:kg", "price"):
        assert run(tmp_path / "in.xlsx", "--map", wrong, output="w.csv").error is not None


def test_a_person_is_asked_for_what_is_not_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "货号,名称,价格,随便,备用\nA1,保温杯,5990,轻便,x\nA2,雨伞,12900,好开,y\n"
    file = written(tmp_path, text)
    sheet = find_table(grids(file.read_bytes(), file), file)
    answers = iter(["分", "nonsense", "卖点", ""])
    asked: list[str] = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("typer.prompt", prompt)
    taken, left = settled(sheet.columns, sheet, file, "zh", asks=True)
    assert [(c.name, c.target, c.unit) for c in taken[2:]] == [
        ("价格", "price", "fen"),
        ("随便", "selling_points", ""),
    ]
    assert (len(asked), left) == (4, [])
    assert "5990" in asked[0]


@pytest.mark.parametrize("name", ["demo-zh.csv", "demo-en.toml"])
def test_the_demos_come_through_as_they_are(tmp_path: Path, name: str) -> None:
    lineup = load_lineup(DEMOS / name)
    done = run(written_as_table(lineup, tmp_path), output="out.toml")
    for one, other in zip(lineup.products, done.lineup.products, strict=True):
        for field in Product.__slots__:
            if field not in ("source", "images", "valid_from", "valid_to", "promotions"):
                assert getattr(one, field) == getattr(other, field), field


def test_a_long_table_is_read_in_time(tmp_path: Path) -> None:
    rows = "".join(f"A{n},杯子{n},{n + 1},{n}\n" for n in range(500))
    done = run(written(tmp_path, "货号,名称,价格,库存\n" + rows), output="out.toml")
    assert len(done.lineup.products) == 500


def test_yuan_or_fen_is_asked_where_nothing_tells(tmp_path: Path) -> None:
    text = "sku,名称,price\nA1,保温杯,5990\nA2,雨伞,12900\n"
    assert run(written(tmp_path, text)).error is not None
    fen = run(tmp_path / "in.csv", "--map", "price=price:fen")
    assert [product.price for product in fen.lineup.products] == [Decimal("59.90"), Decimal(129)]
    yuan = run(tmp_path / "in.csv", "--map", "price=price:yuan", output="yuan.csv")
    assert yuan.lineup.products[0].price == 5990
    told = run(written(tmp_path, text.replace("price", "价格（分）"), "fen.csv"), output="f.csv")
    assert told.lineup.products[1].price == 129
    marked = run(written(tmp_path, text.replace("5990", "5990元"), "m.csv"), output="m.out.csv")
    assert [product.price for product in marked.lineup.products] == [5990, 12900]


def test_rows_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    text = (
        "货号,名称,价格,原价\nA1,杯,59,40\nA1,壶,60,\nA3,,10,\nA4,伞,面议,\nA5,灯,59-89,\n"
        "A6,锅,12.345,\n\nA7,碗,0,\n"
    )
    done = run(written(tmp_path, text))
    (cup,) = done.lineup.products
    assert cup.list_price is None  # below the price
    for row in ("row 2", "row 3", "row 4", "row 5", "row 6", "row 7", "row 9"):
        assert row in done.told, row
    strict = run(tmp_path / "in.csv", "--strict", output="strict.csv")
    assert strict.error is not None
    assert not strict.output.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"  \n\n", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0old workbook", "货号,名称,价格\n".encode(), b"just,some\nwords,here\n",
        b'sku,name,price\n"A1,unclosed,9\n' * 3 + b"\x00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["in.csv", "in.xlsx"])
def test_what_holds_no_products_is_refused_in_a_line(
    tmp_path: Path, data: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(data)
    done = run(tmp_path / name)
    assert done.error is not None
    assert not list(tmp_path.glob("out*"))


def test_a_sheet_that_is_formatted_to_its_end_is_read_in_time(tmp_path: Path) -> None:
    file = workbook(tmp_path, SHEET)
    book = openpyxl.load_workbook(file)
    book.worksheets[0].cell(1_000_000, 900).number_format = "0.00"
    book.save(file)
    assert len(run(file).lineup.products) == 2


def test_a_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.touch()
    os.truncate(file, 100_000_000)
    done = run(file)
    assert done.error is not None
    assert "larger than 20 MB" in str(done.error)


def test_nothing_is_written_over_and_nothing_half_written(tmp_path: Path) -> None:
    file = workbook(tmp_path, SHEET)
    (tmp_path / "out.csv").write_text("mine")
    assert run(file).error is not None
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert run(file, "--force").lineup.products
    assert run(file, output="no/such/out.csv").error is not None
    assert run(file, output="out.json").error is not None
    assert {path.name for path in tmp_path.iterdir()} == {"in.xlsx", "out.csv", "out.import.json"}


def test_pictures_beside_the_file_are_taken(tmp_path: Path) -> None:
    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "a.png").write_bytes(b"png")
    (tmp_path / "to").mkdir()
    text = "货号,名称,价格,图片\nA1,杯,59,pics/a.png;pics/none.png\n"
    done = run(written(tmp_path, text), output="to/out.csv")
    assert done.lineup.products[0].images == (str(tmp_path / "pics" / "a.png"),)
    assert "none.png" in done.told


def test_a_formula_is_not_handed_on_to_a_spreadsheet_program(tmp_path: Path) -> None:
    text = '货号,名称,价格,卖点,发货\nA1,杯,59,轻便,"=HYPERLINK(""http://x"")"\n'
    done = run(written(tmp_path, text))
    assert "HYPERLINK" not in done.output.read_text("utf-8-sig")
    assert "HYPERLINK" in done.told


def test_a_lineup_of_ours_comes_back_as_it_was(tmp_path: Path) -> None:
    done = run(workbook(tmp_path, SHEET), output="out.xlsx")
    cup, umbrella = done.lineup.products
    assert cup.specs == (Spec("容量", "500", "毫升"),)
    assert (cup.stock, umbrella.stock, umbrella.list_price) == (12, 0, None)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(range(len(SHEET[0]))), st.sampled_from(",\t;|"), st.randoms())
def test_the_order_of_columns_does_not_matter(
    tmp_path: Path, order: list[int], mark: str, chance: random.Random
) -> None:
    rows = [[row[index] for index in order] for row in SHEET]
    text = "\n".join(
        mark.join(f'"{cell}"' if mark in cell or chance.random() < 0.3 else cell for cell in row)
        for row in rows
    )
    done = run(written(tmp_path, text), "--force")
    cup, umbrella = done.lineup.products
    assert (cup.sku, cup.name, cup.price, cup.stock) == ("A1", "保温杯", Decimal(59), 12)
    assert (umbrella.sku, umbrella.price, umbrella.stock) == ("B2", Decimal("39.9"), 0)
