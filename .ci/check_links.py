"""No shared object of the environment needs a system library that a bare machine lacks.

Asks ``ldd`` of every ELF file under the environment. A library outside it has to be one of those
that every Linux with Python has: that ``libGL`` happens to be here proves nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BARE = frozenset(
    (
        *("libc.so.6", "libm.so.6", "libmvec.so.1", "libdl.so.2", "librt.so.1", "libanl.so.1"),
        *("libpthread.so.0", "libutil.so.1", "libresolv.so.2"),
        *("libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"),
    )
)
"""glibc; the compiler's run time; zlib. All are under any CPython."""
LDD = shutil.which("ldd") or sys.exit("links: there is no ldd on this machine")
EXCEPTIONS: dict[str, str] = {}
"""Part of a file's path → why its libraries don't matter."""


def main() -> int:
    """Name each file that needs more; 1 when there is one."""
    prefix = Path(sys.prefix).resolve()
    files = list(_elf_files(prefix))
    with ThreadPoolExecutor(2) as pool:
        wanting = dict(
            zip(files, pool.map(lambda path: _foreign(path, prefix), files), strict=True)
        )
    faults = 0
    for path, libraries in wanting.items():
        if libraries and not any(part in str(path) for part in EXCEPTIONS):
            print(f"{path.relative_to(prefix)} needs {', '.join(sorted(libraries))}")
            faults += 1
    if not faults:
        print(f"links: {len(files)} files of the environment need nothing beyond a bare system")
    return int(faults > 0)


def _elf_files(prefix: Path) -> Iterator[Path]:
    for path in sorted(prefix.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _foreign(path: Path, prefix: Path) -> set[str]:
    """Libraries that ``path`` needs, directly or not, and that neither the environment has
    nor every system."""
    listed = subprocess.run([LDD, str(path)], capture_output=True, text=True, check=False)
    foreign = set()
    for line in listed.stdout.splitlines():
        name, arrow, found = line.strip().partition(" => ")
        ours = found.startswith("/") and Path(found.split(" (")[0]).resolve().is_relative_to(prefix)
        if arrow and name not in BARE and not ours:
            foreign.add(name + (" (not found)" if "not found" in found else ""))
    return foreign


if __name__ == "__main__":
    sys.exit(main())
