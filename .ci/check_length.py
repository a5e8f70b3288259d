"""No Python file over 300 lines: past that it holds two concepts (docs/architecture.md)."""

from __future__ import annotations

import sys
from pathlib import Path

LONGEST = 300
FOLDERS = ("host", "avatars", "stream", "tests", ".ci")
EXCEPTIONS: dict[str, str] = {}
"""Path → why that file may be longer."""


def main() -> int:
    """Name each file that is too long; 1 when there is one."""
    root = Path(__file__).parents[1]
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    lengths = {str(p.relative_to(root)): len(p.read_text("utf-8").splitlines()) for p in files}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    for name, lines in long.items():
        if name not in EXCEPTIONS:
            print(f"{name}: {lines} lines (at most {LONGEST}) — split it by concept")
    for name in EXCEPTIONS.keys() - long.keys():
        print(f"{name}: is no longer too long — take it out of EXCEPTIONS in .ci/check_length.py")
    if long.keys() ^ EXCEPTIONS.keys():
        return 1
    print(f"length: {len(files)} files, the longest has {max(lengths.values())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
