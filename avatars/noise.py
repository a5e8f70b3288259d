"""Smooth noise without state: a value for every moment, the same one each time it is asked for."""

from __future__ import annotations

from math import floor

_MASK = (1 << 64) - 1


def uniform(seed: int, channel: int, index: int) -> float:
    """0 ≤ u < 1 from three integers: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (
        seed * 0x9E3779B97F4A7C15 + channel * 0xD1B54A32D192ED03 + index * 0x8CB92BA72F3D8DD7
    ) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / float(1 << 53)


def smooth(seed: int, channel: int, position: float) -> float:
    """−1…1: value noise, a new random value at each whole ``position``, twice differentiable."""
    index = floor(position)
    part = position - index
    ease = part * part * part * (part * (part * 6.0 - 15.0) + 10.0)
    here, there = uniform(seed, channel, index), uniform(seed, channel, index + 1)
    return 2.0 * (here + (there - here) * ease) - 1.0


def drift(seed: int, channel: int, seconds: float, period: float) -> float:
    """−1…1: three octaves of ``smooth``; their periods share no multiple: nothing repeats."""
    return (
        0.6 * smooth(seed, channel, seconds / period)
        + 0.28 * smooth(seed, channel + 1000, seconds / (period * 0.437))
        + 0.12 * smooth(seed, channel + 2000, seconds / (period * 0.193))
    )
