"""What is recorded of what the tap gives: whole, in order, and within the disk's bounds."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from host.errors import EncodeError
from host.model import Incident
from host.model.messages import TapHeader, TapPacket
from stream.recording import RETRY, Recording, World
from stream.retention import Limits, Shelf
from tests.stream.recorded import FPS, GOP, encoded, read

GB = 10**9


class Disk:
    """A recording into ``folder`` whose time and space a test sets."""

    def __init__(
        self, folder: Path, *, seconds: float = 4.0, keep_free: int = 1 * GB, wall_ahead: float = 0
    ) -> None:
        self.folder = folder
        self.time = 5000.0
        self.wall_ahead = time.time() - self.time + wall_ahead  # files bear the machine's time
        self.left = 10 * GB
        self.broken: OSError | None = None
        self.told: list[Incident] = []
        self.keep_free = keep_free
        world = World(lambda: self.time, lambda: self.time + self.wall_ahead, self._free)
        limits = Limits(72, 50 * GB, keep_free)
        self.recording = Recording(
            Shelf(folder, "demo"), limits, seconds, self.told.append, world
        )  # fmt: skip

    def _free(self, folder: Path) -> int:
        assert folder == self.folder
        if self.broken is not None:
            raise self.broken
        return self.left

    def play(self, messages: Iterable[TapHeader | TapPacket]) -> None:
        """Time passes as the pictures tell; the disk is looked at once a second."""
        for message in messages:
            self.recording.take(message)
            if isinstance(message, TapPacket) and message.video:
                self.time += 1 / FPS
                if message.pts % FPS == FPS - 1:
                    self.recording.look()

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def ticks(self) -> list[tuple[int, ...]]:
        """The pictures of each recording, in order."""
        return [read(one.path).ticks for one in Shelf(self.folder, "demo").kept()]

    @property
    def incidents(self) -> list[str]:
        return [incident.what for incident in self.told]


def span(first: int, end: int) -> tuple[int, ...]:
    return tuple(tick % 200 for tick in range(first, end))


def pictures(packets: Iterable[TapPacket], first: int, end: int) -> list[TapPacket]:
    """The packets of these ticks, sound as the tap gives it beside them."""
    chosen, tick = [], -1
    for packet in packets:
        if packet.video:
            tick = packet.pts
        if first <= tick < end:
            chosen.append(packet)
    return chosen


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "recordings")


def test_segments_begin_at_keyframes_and_hold_every_picture_once(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *packets))
    assert [name.endswith(".part.mp4") for name in disk.names] == [False, False, True]
    disk.recording.lost()
    assert disk.ticks() == [span(0, 100), span(100, 200), span(200, 300)]
    assert not any("part" in name for name in disk.names)
    assert disk.told == []


def test_no_sound_is_lost_or_doubled_between_segments(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *packets))
    disk.recording.lost()
    sounds: list[int] = []
    for number, kept in enumerate(Shelf(disk.folder, "demo").kept()):
        begins = number * 4 * 48_000
        sounds += [begins + round(at * 48_000) for at in read(kept.path).audio]
    wanted = [packet.pts for packet in packets if not packet.video and packet.pts >= 0]
    assert sounds == wanted


def test_a_recorder_that_joins_begins_at_the_first_keyframe(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 30, 120)))
    disk.recording.lost()
    assert disk.ticks() == [span(GOP, 120)]


def test_lost_video_begins_a_new_segment_at_the_next_keyframe(disk: Disk) -> None:
    header, packets = encoded()
    some = [p for p in packets if not (p.video and 70 <= p.pts < 150)]
    disk.play((header, *some))
    disk.recording.lost()
    assert disk.ticks() == [span(0, 70), span(150, 250), span(250, 300)]
    first = read(Shelf(disk.folder, "demo").kept()[0].path)
    assert first.audio[-1] > 5.9  # the sound beside the lost pictures is kept


def test_another_encoder_begins_a_new_segment(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 60)))
    disk.play((header, *pictures(packets, 0, 60)))  # onair began anew, at tick 0
    disk.recording.lost()
    assert disk.ticks() == [span(0, 60), span(0, 60)]


def test_too_little_space_ends_the_segment_in_good_order_and_is_told_once(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 60)))
    disk.left = disk.keep_free - 1
    disk.play(pictures(packets, 60, 300))
    assert disk.ticks() == [span(0, 75)]  # looked at after tick 74
    assert disk.told == [Incident("recorder", "stopped", "less than 1 GB are free")]
    assert "part" not in disk.names[0]


def test_it_goes_on_when_there_is_space_again_and_says_so_once(disk: Disk) -> None:
    header, packets = encoded()
    disk.left = 0
    disk.play((header, *pictures(packets, 0, 150)))
    assert list(disk.folder.iterdir()) == []
    disk.left = 10 * GB
    disk.play(pictures(packets, 150, 180))
    assert list(disk.folder.iterdir()) == []  # it is not looked at yet
    disk.time += RETRY
    disk.play(pictures(packets, 180, 300))
    assert disk.incidents == ["stopped", "resumed"]
    disk.recording.lost()
    assert disk.ticks() == [span(200, 300)]


def test_space_that_is_barely_enough_does_not_make_it_go_on_and_off(disk: Disk) -> None:
    header, packets = encoded()
    disk.left = disk.keep_free - 1
    disk.play((header, *pictures(packets, 0, 100)))
    disk.left = disk.keep_free + 1
    disk.time += RETRY
    disk.play(pictures(packets, 100, 300))
    assert disk.incidents == ["stopped"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_stops_it_and_what_it_had_written_plays(
    disk: Disk, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 70)))

    def refuse(*_: object) -> int:
        raise OSError(number, "refused by the test")

    with monkeypatch.context() as broken:
        broken.setattr("os.pwrite", refuse)
        disk.play(pictures(packets, 70, 160))
        assert disk.incidents == ["stopped"]
        assert disk.told[0].why == "refused by the test"
        assert disk.ticks() == [span(0, GOP)]
        disk.time += RETRY
        disk.play(pictures(packets, 160, 260))  # tried again, refused again
        assert disk.incidents == ["stopped"]
    assert len(disk.names) == 1  # what nothing plays in was deleted


def test_a_disk_that_has_gone_stops_it(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 60)))
    disk.broken = OSError(errno.EIO, "Input/output error")
    disk.play(pictures(packets, 60, 300))
    assert disk.told == [Incident("recorder", "stopped", "Input/output error")]


def test_a_folder_that_cannot_be_made_stops_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    disk = Disk(tmp_path / "file" / "recordings")
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 100)))
    assert disk.told == [Incident("recorder", "stopped", "Not a directory")]


def test_files_that_others_delete_are_nothing_to_it(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 110)))
    for path in disk.folder.iterdir():
        path.unlink()
    disk.play(pictures(packets, 110, 300))
    disk.recording.lost()
    assert disk.ticks() == [span(150, 250), span(250, 300)]
    assert disk.told == []


def test_a_wall_clock_that_steps_changes_names_only(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 110)))
    disk.wall_ahead -= 3600
    disk.play(pictures(packets, 110, 210))
    disk.wall_ahead += 1000 * 3600  # nothing is 72 hours old by that
    disk.play(pictures(packets, 210, 300))
    disk.recording.lost()
    assert disk.ticks() == [span(0, 100), span(100, 200), span(200, 300)]


def test_a_clock_that_was_ahead_and_is_set_right_deletes_nothing(tmp_path: Path) -> None:
    header, packets = encoded()
    disk = Disk(tmp_path / "recordings", wall_ahead=1000 * 3600)
    disk.wall_ahead -= 1000 * 3600
    disk.play((header, *packets))
    disk.recording.lost()
    assert disk.ticks() == [span(0, 100), span(100, 200), span(200, 300)]


def test_old_recordings_go_as_new_ones_come(disk: Disk) -> None:
    header, packets = encoded()
    disk.play((header, *pictures(packets, 0, 110)))
    first = disk.names[0]
    disk.time += 73 * 3600
    disk.play(pictures(packets, 110, 300))
    assert first not in disk.names


def test_packets_that_make_no_file_are_no_fault_of_the_disk(disk: Disk) -> None:
    header, packets = encoded()
    empty = replace(header, video_extradata=header.video_extradata[:3])
    with pytest.raises(EncodeError):
        disk.play((empty, *packets))
    assert disk.told == []
