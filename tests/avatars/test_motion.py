from dataclasses import astuple
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatars.gestures import GESTURES, SECONDS, Accent, accent
from avatars.motion import Motion
from avatars.noise import drift, smooth, uniform
from host.model import MOUTH_CHANNELS, Mood, Pose, VisemeTrack

FPS = 25
HOUR = 3600 * FPS


def clause(frames: int = 50, loudest: int = 30) -> VisemeTrack:
    """Syllables of even height, one of them wider."""
    values = np.zeros((frames, len(MOUTH_CHANNELS)), np.float32)
    values[:, 0] = 0.3 + 0.2 * np.sin(np.arange(frames))
    values[loudest - 1 : loudest + 2, 0] = (0.8, 1.0, 0.8)
    return VisemeTrack(values, FPS)


def blink_ticks(motion: Motion, ticks: range) -> list[int]:
    """Ticks at which the lids begin to close."""
    lids = [motion.pose(tick).eye_left for tick in ticks]
    return [
        tick
        for tick, before, here in zip(ticks[1:], lids, lids[1:], strict=False)
        if before > 0.7 >= here
    ]


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**6),
    st.sampled_from(get_args(Mood)),
    st.sampled_from(["", "unknown", *GESTURES]),
    st.one_of(st.none(), st.just(clause())),
    st.integers(0, 70),
)
def test_pose_is_pure_and_in_range(
    tick: int, seed: int, mood: Mood, gesture: str, track: VisemeTrack | None, frame: int
) -> None:
    pose = Motion(seed, FPS).pose(tick, track, frame, mood, gesture)
    assert pose == Motion(seed, FPS).pose(tick, track, frame, mood, gesture)
    for value in (pose.eye_left, pose.eye_right, pose.smile, pose.breath, pose.gesture_phase):
        assert 0.0 <= value <= 1.0
    for value in (pose.gaze_x, pose.gaze_y, pose.brow, pose.head_x, pose.head_y, pose.head_roll):
        assert -1.0 <= value <= 1.0


def test_blinks_are_irregular_and_two_to_six_seconds_apart() -> None:
    gaps = np.diff(blink_ticks(Motion(7, FPS), range(600 * FPS))) / FPS
    double = gaps < 0.7
    assert 0.05 < double.mean() < 0.35
    between = gaps[~double]
    assert 1.5 < between.min() < 3.0
    assert 4.5 < between.max() < 6.2
    assert between.std() > 0.5


def test_a_blink_shuts_the_eye_and_opens_it_again() -> None:
    motion = Motion(7, FPS)
    for start in blink_ticks(motion, range(60 * FPS)):
        lids = [motion.pose(tick).eye_left for tick in range(start, start + 9)]
        assert min(lids[:4]) < 0.15


def test_idle_is_never_still_and_never_the_same() -> None:
    motion = Motion(3, FPS)
    seen: dict[tuple[float, ...], list[int]] = {}
    for tick in range(0, HOUR, 41):
        pose = motion.pose(tick)
        key = tuple(
            round(value, 2) for value in (pose.head_x, pose.head_y, pose.head_roll, pose.breath)
        )
        seen.setdefault(key, []).append(tick)
    assert max(len(ticks) for ticks in seen.values()) <= 4
    for second in range(0, 3600, 60):
        poses = [motion.pose(second * FPS + tick) for tick in range(2 * FPS)]
        assert np.ptp([pose.head_x for pose in poses]) + np.ptp([p.breath for p in poses]) > 0.05


def test_head_moves_without_jumps() -> None:
    motion, track = Motion(11, FPS), clause(200)
    heads = np.array(
        [
            (pose.head_x, pose.head_y, pose.head_roll, pose.breath)
            for pose in (motion.pose(tick, track, tick, "excited") for tick in range(200))
        ]
    )
    assert np.abs(np.diff(heads, axis=0)).max() < 0.25


def test_glances_leave_the_camera_and_come_back() -> None:
    motion = Motion(5, FPS)
    idle = np.array([abs(motion.pose(tick).gaze_y) for tick in range(300 * FPS)])
    assert 0.02 < (idle > 0.3).mean() < 0.3
    assert np.median(idle) < 0.06
    spoken = np.array([abs(motion.pose(t, clause(), 10).gaze_y) for t in range(300 * FPS)])
    assert (spoken > 0.3).mean() < (idle > 0.3).mean()


def test_speech_moves_mouth_brow_and_head() -> None:
    motion, track = Motion(2, FPS), clause()
    assert motion.pose(10, track, 30).mouth == track.at(30)
    assert motion.pose(10).mouth == track.at(-1)
    assert motion.pose(10, track, 30).brow > motion.pose(10, track, 18).brow
    nodding = [seed for seed in range(20) if _nods(Motion(seed, FPS), track)]
    assert 5 <= len(nodding) <= 18  # some clauses of a host, not all


def _nods(motion: Motion, track: VisemeTrack) -> bool:
    return motion.pose(10, track, 30).head_y - motion.pose(10, track, 18).head_y > 0.5


def test_moods_differ_and_gestures_end() -> None:
    motion = Motion(2, FPS)
    smiles = {mood: motion.pose(50, mood=mood).smile for mood in get_args(Mood)}
    assert smiles["excited"] > smiles["warm"] > smiles["calm"] > smiles["serious"]
    track, last = clause(80), int(SECONDS * FPS)
    phases = [motion.pose(f, track, f, gesture="present").gesture_phase for f in range(last)]
    assert phases == sorted(phases)
    over: Pose = motion.pose(last, track, last, gesture="present")
    assert (over.gesture, over.gesture_phase) == ("", 0.0)
    down = [motion.pose(5, track, frame, gesture="nod").head_y for frame in range(12)]
    assert max(down) - down[0] > 0.25


def test_a_mood_joins_what_is_beside_it() -> None:
    motion, track = Motion(2, FPS), clause(60)
    poses = [motion.pose(500), *(motion.pose(501 + f, track, f, "excited") for f in range(60))]
    smiles = [pose.smile for pose in [*poses, motion.pose(561)]]
    assert max(smiles) > smiles[0] + 0.15
    assert np.abs(np.diff(smiles)).max() < 0.12


@pytest.mark.parametrize("name", GESTURES)
def test_every_gesture_is_seen_and_ends(name: str) -> None:
    motion, track, frames = Motion(2, FPS), clause(80), range(80)
    plain = [motion.pose(f, track, f) for f in frames]
    asked = [motion.pose(f, track, f, gesture=name) for f in frames]
    apart = [_apart(one, two) for one, two in zip(plain, asked, strict=True)]
    assert max(apart) > 0.3
    assert apart[0] < 0.05
    assert max(apart[int(SECONDS * FPS) :]) < 1e-9
    assert accent(name, SECONDS) == accent("unknown", 0.5) == Accent()


def _apart(one: Pose, two: Pose) -> float:
    names = ("head_y", "head_roll", "brow", "gaze_y", "smile")
    return max(abs(float(getattr(one, name) - getattr(two, name))) for name in names)


def test_pointing_looks_down_to_the_goods() -> None:
    motion, track = Motion(2, FPS), clause(80)
    assert max(motion.pose(f, track, f, gesture="point").gaze_y for f in range(25)) > 0.7


def test_a_clause_begins_and_ends_where_idling_is() -> None:
    for seed in range(20):
        motion, track = Motion(seed, FPS), clause(60, loudest=57)
        for frame in (0, 59):
            idle, speaking = motion.pose(500), motion.pose(500, track, frame)
            assert abs(idle.head_y - speaking.head_y) < 0.35
            assert abs(idle.brow - speaking.brow) < 0.4


def test_seeds_move_apart() -> None:
    assert astuple(Motion(1, FPS).pose(100)) != astuple(Motion(2, FPS).pose(100))
    with pytest.raises(ValueError, match="ticks a second"):
        Motion(1, 0)


@given(st.integers(-(10**12), 10**12), st.integers(0, 3000), st.integers(-(10**12), 10**12))
def test_noise_is_in_range(seed: int, channel: int, index: int) -> None:
    assert 0.0 <= uniform(seed, channel, index) < 1.0
    assert -1.0 <= smooth(seed, channel, index / 7) <= 1.0
    assert -1.0 <= drift(seed, channel, index / 7, 3.0) <= 1.0


def test_noise_is_even() -> None:
    values = np.array([uniform(1, channel, index) for channel in range(10) for index in range(500)])
    assert abs(values.mean() - 0.5) < 0.02
    assert abs(values.std() - 12**-0.5) < 0.01
