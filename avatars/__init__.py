"""What the viewer sees: the host, the scene and everything drawn into a frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from avatars.avatar import Avatar

PACKS = Path(__file__).with_name("packs")
"""Folder of the built-in packs, one folder each."""


def open_avatar(name_or_path: str, background: NDArray[np.uint8]) -> Avatar:
    """The host of that name, or of the pack in that folder, before ``background``.

    ``name_or_path``: a folder in ``PACKS``, or a path to a pack of one's own. ``background``: BGR,
    shape (height, width, 3), both sides even. Takes seconds the first time, less after (pixels are
    kept in ``avatars.bake.default_folder``). Raises ConfigError where the pack is not sound.
    """
    # Loaded here, so that whoever draws a card does not load the SVG and pack readers.
    from avatars.bake import default_folder
    from avatars.illustrated import IllustratedAvatar
    from avatars.pack import find, load

    return IllustratedAvatar(load(find(name_or_path)), background, kept_in=default_folder())
