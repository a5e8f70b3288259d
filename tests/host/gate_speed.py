"""What a text costs the gate: ``python -m tests.host.gate_speed`` prints medians.

Each text is checked once as it was never seen, and once more.
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lang

ROOT = Path(__file__).parents[2]
LINEUPS: dict[Lang, str] = {"zh": "demo-zh.csv", "en": "demo-en.toml"}


def main() -> None:
    at = datetime(2026, 11, 22, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    for lang, name in LINEUPS.items():
        gate = Gate(load_lineup(ROOT / "configs/lineups" / name))
        files = sorted((ROOT / "tests/data/gate").glob(f"blind-*-{lang}.jsonl"))
        rows = [json.loads(row) for file in files for row in file.read_text("utf-8").splitlines()]
        gate.check("0", rows[0]["sku"] or None, lang, at)  # the word lists are read once
        for what in ("never seen", "seen just now"):
            took = []
            for row in rows:
                if what == "seen just now":
                    gate.check(row["text"], row["sku"] or None, lang, at)
                began = time.perf_counter()
                gate.check(row["text"], row["sku"] or None, lang, at)
                took.append(time.perf_counter() - began)
            tenth = statistics.quantiles(took, n=10)
            print(
                f"{lang}, {what}: median {statistics.median(took) * 1e6:.0f} us, "
                f"nine of ten below {tenth[-1] * 1e6:.0f} us ({len(rows)} texts)"
            )


if __name__ == "__main__":
    main()
