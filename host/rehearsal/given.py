"""What a rehearsal is given: comments and changes of the lineup, a JSON object a line each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from host.comments.messages import MAX_BYTES, MAX_USER
from host.errors import ConfigError, Finding
from host.model import Lineup

FINDINGS = 20
"""Bad lines that are told, the first; the others are counted."""
_LARGEST = 256 << 20
"""Bytes of a file."""
_LONGEST = 64 * 1024
"""Bytes of a line that are read as JSON."""

_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with its time."""

    t: float
    """Seconds from the start."""
    id: str
    """Unique in the rehearsal."""
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one product."""

    t: float
    """Seconds from the start."""
    sku: str
    price: Decimal | None = None
    """In the product's currency; None: as it is."""
    stock: int | None = None
    """Pieces; None: as it is."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, strict=True)

    t: _Seconds


class _RemarkLine(_Strict):
    user: Annotated[str, Field(max_length=MAX_USER)]
    text: Annotated[str, Field(max_length=MAX_BYTES)]


class _EditLine(_Strict):
    sku: str
    price: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2, strict=False)] | None = (
        None
    )
    stock: Annotated[int, Field(ge=0, lt=2**53)] | None = None

    @model_validator(mode="after")
    def _changes(self) -> _EditLine:
        if self.price is None and self.stock is None:
            raise ValueError("neither a price nor a stock")
        return self


def read_remarks(file: Path) -> tuple[Remark, ...]:
    """Comments of a JSONL file, in order of time. Raises ConfigError with the bad lines."""
    found = _read(file, _RemarkLine, '{"t": 12.5, "user": "…", "text": "…"}')
    remarks = [Remark(line.t, f"c{number}", line.user, line.text) for number, line in found]
    return tuple(sorted(remarks, key=lambda remark: remark.t))


def read_edits(file: Path, lineup: Lineup) -> tuple[Edit, ...]:
    """Changes of a JSONL file, in order of time. Raises ConfigError with the bad lines."""
    found = _read(file, _EditLine, '{"t": 60, "sku": "…", "price": "39.90", "stock": 12}')
    unknown = [
        Finding(f"no product {line.sku!r}", "give a SKU of the lineup", file, number, "sku")
        for number, line in found
        if lineup.get(line.sku) is None
    ]
    _raise(unknown, file)
    edits = [Edit(line.t, line.sku, line.price, line.stock) for _, line in found]
    return tuple(sorted(edits, key=lambda edit: edit.t))


_Line = TypeVar("_Line", bound=_Strict)


def _read(file: Path, wanted: type[_Line], example: str) -> list[tuple[int, _Line]]:
    """Line numbers and lines; blank lines are passed over."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ConfigError(Finding(f"over {_LARGEST >> 20} MB", "give a smaller one", file))
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(Finding("not UTF-8 text", "give a JSONL file in UTF-8", file)) from None
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise ConfigError(Finding(what, "mend the path", file)) from error
    found: list[tuple[int, _Line]] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            if len(line) > _LONGEST:
                raise ValueError(f"longer than {_LONGEST} characters")
            found.append((number, wanted.model_validate_json(line)))
        except ValidationError as error:
            what = "; ".join(_told(dict(one)) for one in error.errors()[:3])
            findings.append(Finding(what, f"write {example}", file, number))
        except ValueError as error:
            findings.append(Finding(str(error), f"write {example}", file, number))
    _raise(findings, file)
    return found


def _told(error: dict[str, object]) -> str:
    place = error["loc"]
    name = str(place[0]) if isinstance(place, tuple) and place else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    return f'"{name}": {message}' if name else message


def _raise(findings: Iterable[Finding], file: Path) -> None:
    found = list(findings)
    if len(found) > FINDINGS:
        rest = f"and {len(found) - FINDINGS} more lines"
        found = [*found[:FINDINGS], Finding(rest, "mend them alike", file)]
    if found:
        raise ConfigError(*found)
