"""The judge of growth, shown what grows and what only moves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.chaos.growth import Sample, settled, slope

HOUR = 360
"""Samples, one each 10 s."""


def samples(sizes: np.ndarray) -> list[Sample]:
    """RSS in MB, a sample each 10 s."""
    return [Sample(10.0 * n, 1, round(mb * 1e6), 0, 7, 3) for n, mb in enumerate(sizes)]


def test_a_leak_is_found_and_measured() -> None:
    noise = np.random.default_rng(1).normal(0, 0.3, HOUR)
    found = slope(samples(100 + np.arange(HOUR) * 5 / HOUR + noise))
    assert found.mb_an_hour == pytest.approx(5, abs=0.3)
    assert found.surely > 4


def test_noise_is_no_leak() -> None:
    rng = np.random.default_rng(2)
    grown = [slope(samples(100 + rng.normal(0, 1, HOUR))).surely > 0 for _ in range(200)]
    assert sum(grown) <= 12  # one in forty is beyond two standard errors by chance


def test_memory_that_moves_in_steps_is_no_leak() -> None:
    steps = np.repeat(np.random.default_rng(3).normal(100, 1, HOUR // 30), 30)
    assert slope(samples(steps)).surely <= 0


def test_a_slope_needs_samples() -> None:
    with pytest.raises(ValueError, match="four samples"):
        slope(samples(np.ones(3)))
    assert settled(samples(np.ones(3)), "fds") == 7
