"""``python -m host.cli``, the same as ``livehost``."""

from host.cli import main

main()
