"""Whether a recording of the test card shows each tick once, in order, with its own sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.e2e.testcard_reader import counters, offsets

AGREES = 0.8
"""Share of tones that match their pictures above which an offset is believed."""


@dataclass(frozen=True, slots=True)
class InStep:
    """The counter and the tone over a recording."""

    counted: tuple[int, ...]
    """The counter of each legible frame, in order."""
    illegible: int
    """Frames without a counter: stand-by, or damaged."""
    late_ms: int
    """Sound behind its picture where it was worst; negative: ahead."""
    agreement: float
    """Of the stretch that agreed least, 0…1."""

    @property
    def missing(self) -> int:
        """Numbers that were passed over."""
        return sum(b - a - 1 for a, b in pairwise(self.counted) if b > a)

    @property
    def repeated(self) -> int:
        """Frames with the number of the frame before."""
        return sum(b == a for a, b in pairwise(self.counted))

    @property
    def backward(self) -> int:
        """Frames with a lower number than the frame before."""
        return sum(b < a for a, b in pairwise(self.counted))


def measure(path: Path, *, fps: int = 25) -> InStep:
    """Read counter and tone. Raises ValueError when no test card was seen or no sound is there."""
    seen = [frame.counter for frame in counters(path)]
    stretches = offsets(path, fps=fps)
    if not stretches:
        raise ValueError(f"no test card in {path}")
    return InStep(
        counted=tuple(number for number in seen if number is not None),
        illegible=sum(number is None for number in seen),
        late_ms=max((stretch.late_ms for stretch in stretches), key=abs),
        agreement=min(stretch.agreement for stretch in stretches),
    )


def check_in_step(
    found: InStep, *, within_ms: int = 40, lost: int = 0, illegible: int = 0
) -> list[str]:
    """What is not as the issue wants it; empty: all is well.

    ``lost``: numbers that may be missing or repeated; ``illegible``: frames that may bear none.
    """
    strays: Sequence[tuple[int, int, str]] = (
        (found.missing, lost, "numbers are missing"),
        (found.repeated, lost, "frames are repeated"),
        (found.backward, 0, "frames go back"),
        (found.illegible, illegible, "frames have no legible counter"),
    )
    faults = [f"{count} {what} ({allowed})" for count, allowed, what in strays if count > allowed]
    if found.agreement < AGREES:
        faults.append(f"tone and counter agree in {found.agreement:.0%} only")
    elif abs(found.late_ms) > within_ms:
        faults.append(f"the sound is {found.late_ms} ms behind its picture ({within_ms})")
    return faults
