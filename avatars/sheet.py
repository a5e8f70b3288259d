"""A contact sheet of a host, to judge a pack by: ``python -m avatars.sheet HOST sheet.png``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.colour import i420_to_bgr
from avatars.illustrated import IllustratedAvatar
from avatars.pack import find, load
from avatars.phones import gestures
from host.errors import ConfigError
from host.model import Mouth, Pose

_COLUMNS = 6
_GREY = 214
_PLAIN = Pose(smile=0.45)


def _saying(phone: str) -> Pose:
    """The mouth of a phone held by itself, closed or tucked where it must be."""
    gesture = gestures(phone)[0]
    mouth = Mouth(*(float(value) for value in gesture.target))
    mouth = mouth._replace(press=float(gesture.closes), tuck=float(gesture.tucks))
    return replace(_PLAIN, mouth=mouth)


POSES: Mapping[str, Pose] = {
    "rest": _PLAIN,
    **{phone: _saying(phone) for phone in ("a", "i", "u", "y", "e", "o", "p", "f", "s", "ʂ", "l")},
    "a, half": replace(_PLAIN, mouth=Mouth(open=0.45)),
    "lids 0.7": replace(_PLAIN, eye_left=0.7, eye_right=0.7),
    "lids 0.4": replace(_PLAIN, eye_left=0.4, eye_right=0.4),
    "lids 0.15": replace(_PLAIN, eye_left=0.15, eye_right=0.15),
    "lids 0": replace(_PLAIN, eye_left=0.0, eye_right=0.0),
    "gaze left": replace(_PLAIN, gaze_x=-1.0),
    "gaze right": replace(_PLAIN, gaze_x=1.0),
    "gaze up": replace(_PLAIN, gaze_y=-1.0),
    "gaze down": replace(_PLAIN, gaze_y=1.0, eye_left=0.84, eye_right=0.84),
    "smile 0": replace(_PLAIN, smile=0.0),
    "smile 1": replace(_PLAIN, smile=1.0),
    "smile 1, a": replace(_PLAIN, smile=1.0, mouth=Mouth(open=0.6, wide=0.6)),
    "brow -1": replace(_PLAIN, brow=-1.0),
    "brow 1": replace(_PLAIN, brow=1.0),
    "head left": replace(_PLAIN, head_x=-1.0),
    "head right": replace(_PLAIN, head_x=1.0),
    "head up": replace(_PLAIN, head_y=-1.0),
    "head down": replace(_PLAIN, head_y=1.0),
    "roll -1": replace(_PLAIN, head_roll=-1.0),
    "roll 1": replace(_PLAIN, head_roll=1.0),
    "all at once": replace(
        _PLAIN, head_x=1.0, head_y=1.0, head_roll=1.0, breath=1.0, mouth=Mouth(open=1.0)
    ),
}
"""What the sheet shows, by caption."""


def sheet(avatar: IllustratedAvatar, width: int, height: int) -> NDArray[np.uint8]:
    """Heads of every pose on one BGR picture."""
    cells = []
    for name, pose in POSES.items():
        picture = np.full((height, width, 3), _GREY, np.uint8)
        for patch in avatar.frame(pose):
            bgr = i420_to_bgr(patch.i420)
            rows, columns = bgr.shape[:2]
            picture[patch.y : patch.y + rows, patch.x : patch.x + columns] = bgr
        head = avatar.head
        cell = picture[head.y : head.bottom, head.x : head.right].copy()
        ascii_name = name.replace("ʂ", "sh")
        cv2.putText(cell, ascii_name, (8, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, 16)
        cells.append(cell)
    cells += [np.full_like(cells[0], _GREY)] * (-len(cells) % _COLUMNS)
    rows_of = [np.hstack(cells[at : at + _COLUMNS]) for at in range(0, len(cells), _COLUMNS)]
    return np.asarray(np.vstack(rows_of), np.uint8)


def main() -> int:
    """0, or 2 where the pack is not sound."""
    parser = argparse.ArgumentParser(prog="python -m avatars.sheet", description=__doc__)
    parser.add_argument("host", help="name of a built-in host, or the folder of a pack")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="720x1280", help="of the whole picture")
    wanted = parser.parse_args()
    width, height = (int(side) for side in wanted.size.split("x"))
    try:
        pack = load(find(wanted.host))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    avatar = IllustratedAvatar(pack, np.full((height, width, 3), _GREY, np.uint8))
    cv2.imwrite(str(wanted.out), sheet(avatar, width, height))
    return 0


if __name__ == "__main__":
    sys.exit(main())
