"""Lineups: one model from three kinds of file, and findings that tell a merchant what to mend."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from host.errors import ConfigError, Finding
from host.lineup import load_lineup
from host.lineup.columns import PRODUCT, field_of
from host.model import Coupon, Product, Promotion, Spec, Variant

DEMOS = Path(__file__).parents[2] / "configs" / "lineups"
CHINA = timezone(timedelta(hours=8))

HEAD = "货号,名称,价格,原价,库存,链接,参数,款式,活动,图片,卖点,常见问题,优惠券,限购"


def written(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    file = folder / "lineup.csv"
    file.write_text("\n".join((head, *rows)) + "\n", encoding=encoding)
    return file


def findings(file: Path) -> tuple[Finding, ...]:
    with pytest.raises(ConfigError) as refused:
        load_lineup(file)
    return refused.value.findings


@pytest.mark.parametrize(
    ("name", "skus"),
    [
        ("demo-zh.csv", ["FD01", "BT02", "HM03", "CL04", "EL05", "FP06"]),
        ("demo-en.toml", ["EN01", "EN02", "EN03", "EN04"]),
    ],
)
def test_the_demos_are_sound_and_rich(name: str, skus: list[str]) -> None:
    products = load_lineup(DEMOS / name).products
    assert [product.sku for product in products] == skus
    for product in products:
        assert product.list_price is not None
        assert product.list_price > product.price
        assert len(product.selling_points) >= 4
        assert len(product.specs) >= 4
        assert len(product.faq) >= 4
        assert all((product.shipping, product.warranty, product.returns, product.unit))
        assert all(claim.evidence for claim in product.claims)
        assert Path(product.images[0]).is_file()
    for kind in ("variants", "coupon", "purchase_limit", "promotions", "claims"):
        assert any(getattr(product, kind) for product in products), kind


def test_csv_and_xlsx_and_toml_give_the_same_product(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"png")
    cells = {
        "SKU": "A1",
        "Name": "Kettle",
        "price": "59.90",
        "list price": 89,
        "specs": "capacity=500 ml; material=18/8 steel",
        "variants": "red@59.90#5;blue@65#7",
        "selling points": "boils fast; light",
        "coupon": "10 off 50",
        "images": "a.png",
        "promotions": "spring price@49.90[2026-03-01~2026-03-31]",
        "FAQ": "Is it heavy? No, it is light.",
    }
    csv = tmp_path / "a.csv"
    csv.write_text(
        ",".join(cells) + "\n" + ",".join(f'"{value}"' for value in cells.values()) + "\n",
        encoding="utf-8",
    )
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(cells))
    sheet.append([59.9 if k == "price" else v for k, v in cells.items()])
    book.save(tmp_path / "a.xlsx")
    toml = tmp_path / "a.toml"
    toml.write_text(
        """
        [[product]]
        sku = "A1"
        name = "Kettle"
        price = 59.90
        list_price = 89
        specs = ["capacity=500 ml", { attribute = "material", value = "18/8 steel" }]
        selling_points = ["boils fast", "light"]
        coupon = { amount = 10, threshold = "50" }
        images = ["a.png"]
        faq = [{ q = "Is it heavy?", a = "No, it is light." }]

        [[product.variants]]
        option = "red"
        price = "59.90"
        stock = 5

        [[product.variants]]
        option = "blue"
        price = 65
        stock = 7

        [[product.promotions]]
        text = "spring price"
        price = 49.9
        from = 2026-03-01
        to = 2026-03-31
        """,
        encoding="utf-8",
    )
    products = [load_lineup(file, tz=UTC).products[0] for file in (csv, tmp_path / "a.xlsx", toml)]
    facts = [{f: getattr(p, f) for f in Product.__slots__ if f != "source"} for p in products]
    assert facts[0] == facts[1] == facts[2]
    one = products[0]
    assert one.price == Decimal("59.90")
    assert one.specs == (Spec("capacity", "500", "ml"), Spec("material", "18/8 steel"))
    assert one.variants == (
        Variant("red", Decimal("59.90"), 5),
        Variant("blue", Decimal(65), 7),
    )
    assert one.coupon == Coupon(Decimal(10), Decimal(50))
    assert one.promotions == (
        Promotion(
            "spring price",
            Decimal("49.90"),
            datetime(2026, 3, 1, tzinfo=UTC),
            # To the 31st holds through the 31st.
            datetime(2026, 4, 1, tzinfo=UTC),
        ),
    )
    assert [product.source for product in products] == ["a.csv:2", "a.xlsx:2", "a.toml:2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_encodings_of_spreadsheet_programs(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "A1,保温杯,59", head="货号,名称,价格（元）", encoding=encoding)
    (product,) = load_lineup(file).products
    assert (product.name, product.price, product.currency) == ("保温杯", Decimal(59), "CNY")


def test_cells_of_a_row(tmp_path: Path) -> None:
    row = (
        "A1,卫衣,￥99,¥159,,3,容量＝500 毫升；材质：304不锈钢,红色 L@99#60；蓝色#8,"
        "买二送一[2026-11-01 20:00~]|特价@89,,轻便|保暖；好洗,能机洗吗？能。|贵不贵?不贵,满99减10,2"
    )
    (product,) = load_lineup(written(tmp_path, row)).products
    assert product.variants == (Variant("红色 L", Decimal(99), 60), Variant("蓝色", None, 8))
    assert product.specs == (Spec("容量", "500", "毫升"), Spec("材质", "304不锈钢"))
    assert product.selling_points == ("轻便", "保暖", "好洗")
    assert [(pair.question, pair.answer) for pair in product.faq] == [
        ("能机洗吗？", "能。"),
        ("贵不贵?", "不贵"),
    ]
    first, second = product.promotions
    assert first.valid_from == datetime(2026, 11, 1, 20, tzinfo=CHINA)
    assert (first.price, first.valid_to) == (None, None)
    assert (second.text, second.price) == ("特价", Decimal(89))
    assert (product.link, product.purchase_limit) == (3, 2)


@pytest.mark.parametrize(
    ("row", "column", "what", "fix"),
    [
        ("A1,杯子,-5", "价格", "'-5' is not above 0", "59.90"),
        ("A1,杯子,0", "价格", "not above 0", "amount"),
        ("A1,杯子,五十九元", "价格", "'五十九元' is no number", "write digits (59)"),
        ("A1,杯子,9.999", "价格", "more than two decimals", "round"),
        ("A1,杯子,nan", "价格", "no number", "digits"),
        ("A1,杯子,59,39", "原价", "below the price 59", "raise it"),
        ("A1,杯子,59,,3.5", "库存", "no whole number", "0 or more"),
        ("A1,杯子,59,,,0", "链接", "at least 1", "1 or more"),
        ("A1,,59", "name", "no name", "every product needs"),
        ("A1,杯子,59,,,,,红@六十", "款式.price", "'六十' is no number", "(60)"),
        ("A1,杯子,59,,,,,红#1；红#2", "款式", "'红' is given 2 times", "keep one"),
        ("A1,杯子,59,,9,,,红#1；蓝#2", "库存", "add up to 3", "agree"),
        ("A1,杯子,59,,,,,,特价@49[十一月], ", "活动.valid_from", "no date", "2026-11-11"),
        ("A1,杯子,59,,,,,,特价[2026-12-01~2026-11-01]", "活动", "ends before", "first day"),
        ("A1,杯子,59,,,,,,特价@69", "活动", "above the price 59", "lower it"),
        ("A1,杯子,59,,,,,,,没有.png", "图片", "there is no picture", "relative to the lineup"),
        ("A1,杯子,59,,,,容量", "参数.value", "no value", "容量=500 ml"),
        ("A1,杯子,59,,,,,,,,,能洗", "常见问题.answer", "no answer", "问题?答案"),
        ("A1,杯子,59,,,,,,,,,,满30减60", "优惠券", "takes off 60", "threshold"),
    ],
)
def test_a_bad_row_tells_where_and_how(
    tmp_path: Path, row: str, column: str, what: str, fix: str
) -> None:
    file = written(tmp_path, "Z9,好的,10", row)
    (finding,) = findings(file)
    assert (finding.file, finding.line, finding.column) == (file, 3, column)
    assert what in finding.what
    assert fix in finding.fix
    assert "\n" not in str(finding)


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, "A1,杯子,-5,,x,1", "A1,,59,,,1", "A3,盘子,9,8")
    found = findings(file)
    assert [finding.line for finding in found] == [2, 2, 3, 3, 3, 4]
    told = str(ConfigError(*found))
    assert "sku 'A1' is also that of row 2" in told
    assert "link '1' is also that of row 2" in told


def test_unknown_and_doubled_columns(tmp_path: Path) -> None:
    file = written(tmp_path, "A1,杯子,59,x,60,y", head="sku,name,price,pirce2,售价,完全没有的")
    unknown, doubled, strange = findings(file)
    assert "unknown column 'pirce2'" in unknown.what
    assert "did you mean 'price'?" in unknown.fix
    assert "columns 'price' and '售价' both mean price" in doubled.what
    assert "use one of: sku" in strange.fix


def test_a_row_with_too_many_cells(tmp_path: Path) -> None:
    (finding,) = findings(written(tmp_path, "A1,杯子,1,299", head="sku,name,price"))
    assert "4 cells under 3 columns" in finding.what


def test_files_that_are_no_lineup(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("\n , \n", encoding="utf-8")
    assert "the file is empty" in findings(empty)[0].what
    assert "holds no product" in findings(written(tmp_path))[0].what
    utf16 = tmp_path / "wide.csv"
    utf16.write_text("sku,name,price\nA1,a,1\n", encoding="utf-16")
    assert "UTF-8" in findings(utf16)[0].fix
    text = tmp_path / "lineup.txt"
    assert ".csv, .xlsx or .toml" in findings(text)[0].fix
    assert "no such lineup" in findings(tmp_path / "gone.csv")[0].what
    sheet = tmp_path / "torn.xlsx"
    sheet.write_bytes(b"PK\3\4 not a workbook")
    assert "not an .xlsx workbook" in findings(sheet)[0].what
    strange = written(tmp_path, "1,2", head="foo,bar")
    assert "no known column" in findings(strange)[0].what
    torn = tmp_path / "quote.csv"
    torn.write_text('sku,name,price\nA1,"a"b,1\n', encoding="utf-8")
    assert findings(torn)[0].line == 2


def test_toml_findings_have_their_line(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(
        """# lineup
curency = "USD"
[[product]]
sku = "A1"
name = "a"
price = "twelve"
colour = "red"

[[product]]
sku = "A2"
name = "b"
price = 5

[[product.variants]]
option = "x"
prise = 6
""",
        encoding="utf-8",
    )
    found = {(finding.line, finding.column) for finding in findings(file)}
    assert found == {(2, "curency"), (6, "price"), (7, "colour"), (16, "variants.prise")}
    file.write_text('[[product]]\nsku = "A1\n', encoding="utf-8")
    (finding,) = findings(file)
    assert finding.line == 2


def test_the_revision_changes_with_the_file_and_its_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"1")
    head = "sku,name,price,image"
    revisions = [load_lineup(written(tmp_path, "A1,a,5,a.png", head=head)).revision]
    revisions.append(load_lineup(written(tmp_path, "A1,a,6,a.png", head=head)).revision)
    (tmp_path / "a.png").write_bytes(b"2")
    revisions.append(load_lineup(tmp_path / "lineup.csv").revision)
    assert len(set(revisions)) == 3
    assert load_lineup(tmp_path / "lineup.csv").revision == revisions[-1]


def test_no_column_name_means_two_things() -> None:
    for field, names in PRODUCT.items():
        assert {field_of(name) for name in names} == {field}


@pytest.mark.parametrize("name", ["lineup.md", "lineup.zh-CN.md"])
def test_the_guide_names_every_field_and_no_unknown_column(name: str) -> None:
    guide = (DEMOS.parents[1] / "docs" / name).read_text("utf-8")
    rows = [row.split("|") for row in guide.splitlines() if row.startswith("| `")]
    fields = [row[1].strip(" `") for row in rows]
    assert fields == list(PRODUCT)
    for row, field in zip(rows, fields, strict=True):
        for column in re.split("[,、]", row[2]):
            assert field_of(column) == field, column
