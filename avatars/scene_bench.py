"""How long the scene takes beyond the host: ``python -m avatars.scene_bench [--frames N]``.

The host is a noise patch of its usual size that changes in every frame.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np

from avatars.scene import Scene
from host.model import Coupon, Format, Patch, Product, Question, Scenery, VideoFormat

_SIZES = ((720, 1280), (1280, 720), (1080, 1920))
_CLAUSES = ("咬一口嘎嘣脆，汁水足", "一箱五斤装，个头匀称", "三号链接，今天拍今天发")


def _milliseconds(scene: Scene, host: list[Patch], shown: Scenery) -> float:
    begin = time.perf_counter()
    scene.frame(host, shown)
    return (time.perf_counter() - begin) * 1000


def measure(width: int, height: int, frames: int, pictures: tuple[str, ...]) -> dict[str, float]:
    """Milliseconds a frame in each situation; the medians."""
    scene = Scene(Format(VideoFormat(width=width, height=height)), "zh")
    rows, columns = height * 9 // 16 // 4 * 4, width * 7 // 10 // 4 * 4
    noise = np.random.default_rng(1).integers(16, 235, (2, rows * 3 // 2, columns), np.uint8)
    top, left = (height - rows) // 4 * 2, (width - columns) // 4 * 2
    hosts = [[Patch(top, left, picture)] for picture in noise]
    product = Product(
        sku="B0", name="高山红富士苹果 脆甜多汁 5斤装", price=Decimal("39.9"), link=1,
        list_price=Decimal("59"), coupon=Coupon(Decimal(5), Decimal(99)), images=pictures,
    )  # fmt: skip
    shown = Scenery(product, _CLAUSES[0], 0.0, Question("买*甲", "这个苹果甜不甜呀？"))
    for number in range(20):
        scene.frame(hosts[number & 1], shown)
    steady = [_milliseconds(scene, hosts[n & 1], shown) for n in range(frames)]
    moving = [
        _milliseconds(scene, hosts[n & 1], replace(shown, progress=n / frames))
        for n in range(frames)
    ]
    captions = [
        _milliseconds(scene, hosts[0], replace(shown, caption=f"{n}{_CLAUSES[n % 3]}"))
        for n in range(60)
    ]
    others = [replace(product, sku=f"B{n}", name=f"{n}{product.name}") for n in range(60)]
    turned = [_milliseconds(scene, hosts[0], replace(shown, product=other)) for other in others]
    return {
        "nothing changes": float(np.median(steady)),
        "caption runs": float(np.median(moving)),
        "new caption": float(np.median(captions)),
        "new card": float(np.median(turned)),
    }


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m avatars.scene_bench", description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--picture", action="append", default=[], help="a product picture")
    chosen = parser.parse_args()
    for width, height in _SIZES:
        times = measure(width, height, chosen.frames, tuple(chosen.picture))
        line = ", ".join(f"{what} {ms:.2f}" for what, ms in times.items())
        sys.stdout.write(f"{width}x{height}, ms: {line}\n")


if __name__ == "__main__":
    _main()
