"""A pack: the folder that holds a drawn host, ``avatar.toml`` and its SVG layers.

``docs/avatar-pack.md`` tells a designer how to draw one. Everything is in canvas units, x to the
right and y down, as in Inkscape. "left" and "right" are the viewer's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatars import PACKS
from avatars.drawing import Drawing, read
from avatars.morph import Morph, read_morph
from host.errors import ConfigError, Finding

FILE = "avatar.toml"

_Point = tuple[float, float]
_Depth = Annotated[float, Field(ge=-1.0, le=1.0)]
_T = TypeVar("_T")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Crop(_Section):
    """Which part of the canvas fills a picture; its height follows from the picture."""

    x: float
    """Left edge."""
    y: float
    """Top edge."""
    width: Annotated[float, Field(gt=0)]


class Crops(_Section):
    """The safe crops; a picture between the two takes the nearer."""

    portrait: Crop
    """For 9:16."""
    landscape: Crop
    """For 16:9."""


class Anchors(_Section):
    """Points that the motion is hung on."""

    neck: _Point
    """About which the head tilts: the pit of the neck."""
    chin: _Point
    mouth: _Point
    """Middle of the line between the closed lips."""
    mouth_width: Annotated[float, Field(gt=0)]
    """Corner to corner, at rest."""
    nose: _Point
    """Its tip, which comes nearest to the viewer."""
    face_width: Annotated[float, Field(gt=0)]
    """At the cheekbones."""
    shoulders: float
    """y of the line between the shoulders; below it nothing follows the head."""
    waist: float
    """y below which the body stands still."""


class LayerSpec(_Section):
    """A drawing that moves with the body as a whole."""

    file: str
    z: float
    """Greater is nearer to the viewer, among all parts of the pack."""
    depth: _Depth = 0.0
    """How far it goes with a turn of the head: 1 nose, 0 the axis, −1 the back of the hair."""


class BrowSpec(_Section):
    """A brow, which is raised by the pose."""

    file: str
    z: float
    pivot: _Point
    """About which it turns."""
    travel: _Point
    """How far it goes when raised whole, right and down."""
    turn: float = 0.0
    """Degrees clockwise when raised whole."""


class EyeSpec(_Section):
    """One eye."""

    ball: str
    """Drawing of the white, larger than the opening."""
    iris: str
    """Drawing of iris, pupil and highlights, looking straight ahead."""
    lids: str
    """Folder of shapes: rest (open), shut, and squint (lower lid raised).

    The eyeball is seen through the element with the id "opening"; the rest is drawn over it."""
    travel: _Point
    """How far the iris goes at gaze 1, right and down."""
    z: float


class EyesSpec(_Section):
    left: EyeSpec
    right: EyeSpec


class MouthSpec(_Section):
    """The mouth."""

    shapes: str
    """Folder of shapes: rest (shut), open, wide, round, press, tuck, perhaps tongue, and
    correctives such as open+round."""
    z: float


class PackSpec(_Section):
    """``avatar.toml``."""

    format: Literal[1]
    """Rises when an old pack can no longer be read."""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: dict[Literal["zh", "en"], str]
    """What people call the host."""
    author: str
    licence: Annotated[str, Field(min_length=1)]
    """SPDX identifier of the drawings."""
    canvas: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
    """Width and height."""
    palette: dict[str, Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]]
    """The pack's main colours by name, for whoever draws cards beside the host."""
    crop: Crops
    anchors: Anchors
    layers: Annotated[tuple[LayerSpec, ...], Field(min_length=1)]
    brows: tuple[BrowSpec, ...] = ()
    eyes: EyesSpec
    mouth: MouthSpec


@dataclass(frozen=True, slots=True)
class Eye:
    spec: EyeSpec
    ball: Drawing
    iris: Drawing
    lids: Morph


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was read and found sound."""

    folder: Path
    spec: PackSpec
    layers: tuple[tuple[LayerSpec, Drawing], ...]
    """By z, lowest first."""
    brows: tuple[tuple[BrowSpec, Drawing], ...]
    eyes: tuple[Eye, Eye]
    """Left and right, as the viewer sees them."""
    mouth: Morph


def find(name_or_path: str) -> Path:
    """The folder of a built-in pack, or the folder that the path names. Raises ConfigError."""
    built_in = {file.parent.name: file.parent for file in PACKS.glob(f"*/{FILE}")}
    if name_or_path in built_in:
        return built_in[name_or_path]
    folder = Path(name_or_path)
    if folder.is_dir():
        return folder
    fix = f"name one of {', '.join(sorted(built_in))}, or the folder of a pack"
    raise ConfigError(Finding(f"no host is called {name_or_path!r}", fix))


def load(folder: Path) -> Pack:
    """The pack in ``folder``. Raises ConfigError with every finding."""
    spec = _spec(folder / FILE)
    findings: list[Finding] = []

    def sound(reader: Callable[[Path, str], _T | list[Finding]], name: str, column: str) -> Any:
        file = folder / name
        if not file.resolve().is_relative_to(folder.resolve()):
            fix = "name a file inside the pack's folder"
            findings.append(Finding(f"{name!r} leads out of the pack", fix, folder / FILE))
            return None
        result = reader(file, column)
        if isinstance(result, list):
            findings.extend(result)
        return result

    layers = tuple(
        (layer, sound(read, layer.file, f"layers.{index}.file"))
        for index, layer in sorted(enumerate(spec.layers), key=lambda item: item[1].z)
    )
    brows = tuple(
        (brow, sound(read, brow.file, f"brows.{index}.file"))
        for index, brow in enumerate(spec.brows)
    )
    sides = (("left", spec.eyes.left), ("right", spec.eyes.right))
    left, right = (
        Eye(
            eye,
            sound(read, eye.ball, f"eyes.{side}.ball"),
            sound(read, eye.iris, f"eyes.{side}.iris"),
            sound(_read_lids, eye.lids, f"eyes.{side}.lids"),
        )
        for side, eye in sides
    )
    mouth = sound(_read_mouth, spec.mouth.shapes, "mouth.shapes")
    if findings:
        raise ConfigError(*findings)
    return Pack(folder, spec, layers, brows, (left, right), mouth)


def _spec(file: Path) -> PackSpec:
    try:
        return PackSpec.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        what = f"the pack cannot be read: {error.strerror or error}"
        raise ConfigError(Finding(what, f"name a folder that holds {FILE}", file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(Finding(f"no TOML: {error}", "mend it there", file)) from error
    except ValidationError as error:
        findings = [
            Finding(
                f"{_shown(detail['input'])} is not sound",
                detail["msg"][0].lower() + detail["msg"][1:],
                file,
                column=".".join(str(part) for part in detail["loc"]),
            )
            for detail in error.errors()
        ]
        raise ConfigError(*findings) from error


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _read_lids(folder: Path, column: str) -> Morph | list[Finding]:
    return _with_shapes(folder, column, ("shut",), opening=True)


def _read_mouth(folder: Path, column: str) -> Morph | list[Finding]:
    return _with_shapes(folder, column, ("open", "wide", "round", "press", "tuck"), opening=False)


def _with_shapes(
    folder: Path, column: str, wanted: tuple[str, ...], *, opening: bool
) -> Morph | list[Finding]:
    morph = read_morph(folder, column)
    if isinstance(morph, list):
        return morph
    findings = [
        Finding(f"the shape {name!r} is not drawn", f"draw {name}.svg", folder, column=column)
        for name in wanted
        if not morph.has(name)
    ]
    if opening and morph.at({}).element("opening") is None:
        fix = 'give the path of the open eye id="opening"'
        findings.append(Finding("no element is the opening", fix, folder, column=column))
    return findings or morph
