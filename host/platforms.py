"""Platform profiles: ``configs/platforms/NAME.toml``, and what of a room breaks one's limits.

A room may bring profiles of its own, or correct one: ``platforms/NAME.toml`` beside its file is
read first.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from host.config import Room
from host.errors import ConfigError, Finding
from host.findings import finding
from host.model import Lang, PlatformProfile, SpeechRules
from host.section import Section
from host.settings import Push, RoomSettings

FOLDER = Path(__file__).parents[1] / "configs" / "platforms"
"""The profiles that come with livehost: data of the checkout that it runs from."""

_Limit = Annotated[int, Field(ge=0)]
_Text = Annotated[str, Field(min_length=1)]


class _Words(Section):
    """A text in both languages."""

    zh: _Text
    en: _Text


_Listed = tuple[_Text, ...]


class _Speech(Section):
    """[speech]: what may not be said there; the fields are those of ``SpeechRules``."""

    source: _Words | _Text
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    rivals: _Listed = ()
    banned: _Listed = ()
    allowed: _Listed = ()


class _File(Section):
    """A profile's file; the fields are those of ``PlatformProfile``, with their units."""

    title: _Words | _Text
    source: _Words | _Text
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    longest_side: _Limit = 0
    shortest_side: _Limit = 0
    portrait_only: bool = False
    min_fps: _Limit = 0
    max_fps: _Limit = 0
    min_kbps: _Limit = 0
    max_kbps: _Limit = 0
    max_keyframe_seconds: _Limit = 0
    max_audio_kbps: _Limit = 0
    audio_rates: tuple[int, ...] = ()
    schemes: Annotated[tuple[str, ...], Field(min_length=1)] = ("rtmp", "rtmps")
    longest_hours: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    digital_hosts: _Words | _Text | None = None
    speech: _Speech | None = None


def profiles(*, folder: Path = FOLDER, lang: Lang = "en") -> tuple[PlatformProfile, ...]:
    """Every profile in ``folder``, by name. Raises ConfigError."""
    return tuple(load_profile(name, folder=folder, lang=lang) for name in names(folder))


def names(*folders: Path) -> list[str]:
    """The profiles that are in any of the folders. Raises ConfigError when there is none."""
    found = {file.stem for folder in folders for file in folder.glob("*.toml")}
    if not found:
        what = f"no platform profiles in {' or '.join(str(folder) for folder in folders)}"
        fix = "livehost reads them from its checkout: run it from there, installed with -e"
        raise ConfigError(Finding(what, fix))
    return sorted(found)


def load_profile(
    name: str, *, folder: Path = FOLDER, own: Path | None = None, lang: Lang = "en"
) -> PlatformProfile:
    """The profile of that name, its texts in ``lang``. ``own``: a folder to look in first.

    Raises ConfigError: unknown (the known ones are told), unreadable, or with a mistake in it.
    """
    folders = [folder] if own is None else [own, folder]
    known = names(*folders)
    if name not in known:
        what = f"the platform {name!r} is not known"
        raise ConfigError(Finding(what, f"take one of: {', '.join(known)}"))
    file = next(path for each in folders if (path := each / f"{name}.toml").is_file())
    read = _read(file)
    texts = {key: _in(getattr(read, key), lang) for key in ("title", "source", "digital_hosts")}
    speech = None
    if read.speech is not None:
        source = _in(read.speech.source, lang)
        speech = SpeechRules(**{**read.speech.model_dump(), "source": source})
    return PlatformProfile(name=name, **{**read.model_dump(), **texts, "speech": speech})


def _read(file: Path) -> _File:
    try:
        text = file.read_text(encoding="utf-8")
        return _File(**tomllib.loads(text))
    except ValidationError as error:
        raise ConfigError(*(finding(file, text, dict(one)) for one in error.errors())) from error
    except OSError as error:
        raise ConfigError(Finding(f"cannot be read: {error.strerror}", "mend it", file)) from error
    except ValueError as error:  # what is no UTF-8 or no TOML
        raise ConfigError(Finding(f"is not TOML: {error}", "mend it", file)) from error


def _in(text: _Words | str | None, lang: Lang) -> str:
    if isinstance(text, _Words):
        return text.zh if lang == "zh" else text.en
    return text or ""


def profile_of(room: Room, push: Push, lang: Lang = "en") -> PlatformProfile:
    """The profile that one [[push]] of the room names. Raises ConfigError."""
    own = room.folder / "platforms"
    known = names(own, FOLDER)
    if push.platform not in known:
        # Without what was found there: a key may have been written where a name is wanted.
        what = f"[[push]] {push.name}: its platform is none that is known"
        raise ConfigError(Finding(what, f"take one of: {', '.join(known)}", room.file))
    return load_profile(push.platform, own=own, lang=lang)


def profiles_of(room: Room, lang: Lang = "en") -> tuple[PlatformProfile, ...]:
    """The profiles of all platforms that the room pushes to, each once. Raises ConfigError."""
    named = {push.platform: push for push in room.settings.push}
    return tuple(profile_of(room, push, lang) for push in named.values())


def limits(profile: PlatformProfile, settings: RoomSettings, scheme: str = "") -> list[Finding]:
    """One finding for each limit of the platform that the room breaks.

    ``scheme``: how its address begins ("rtmps"); empty: not known yet.
    """
    return [
        Finding(f"{profile.title} takes {limit}, the room has {has}", f"{fix} ({_source(profile)})")
        for limit, has, fix in _broken(profile, settings, scheme)
    ]


def _source(profile: PlatformProfile) -> str:
    return f"as checked on {profile.checked}; see: livehost platforms {profile.name}"


_Broken = tuple[str, str, str]
"""What the platform takes, what the room has, how to mend it."""


def _broken(profile: PlatformProfile, settings: RoomSettings, scheme: str) -> Iterator[_Broken]:
    if scheme and scheme not in profile.schemes:
        wanted = " or ".join(f"{one}://" for one in profile.schemes)
        yield f"addresses with {wanted}", f"one with {scheme}://", "take the address it gives"
    yield from _picture(profile, settings)
    audio = settings.audio
    if 0 < profile.max_audio_kbps < audio.kbps:
        yield _most("sound of", profile.max_audio_kbps, "kb/s", audio.kbps, "audio.kbps")
    if profile.audio_rates and audio.rate not in profile.audio_rates:
        rates = " or ".join(str(rate) for rate in profile.audio_rates)
        yield f"sound of {rates} Hz", f"{audio.rate}", f"set audio.rate to {rates}"


def _picture(profile: PlatformProfile, settings: RoomSettings) -> Iterator[_Broken]:
    video = settings.video
    size = f"{video.width}x{video.height}"
    most = (profile.longest_side, profile.shortest_side)
    has = (max(video.width, video.height), min(video.width, video.height))
    if any(0 < allowed < side for allowed, side in zip(most, has, strict=True)):
        sides = " by ".join(str(side) if side else "any" for side in most)
        upright = video.height > video.width
        fits = "720x1280" if upright else "1280x720"
        yield f"pictures of at most {sides} pixels", size, f"set video.width and .height: {fits}"
    if profile.portrait_only and video.width > video.height:
        fix = f"set video.width = {video.height} and video.height = {video.width}"
        yield "upright pictures only", size, fix
    if 0 < profile.max_fps < video.fps:
        yield _most("", profile.max_fps, "frames a second", video.fps, "video.fps")
    if video.fps < profile.min_fps:
        yield _least(profile.min_fps, "frames a second", video.fps, "video.fps")
    if 0 < profile.max_kbps < video.kbps:
        yield _most("", profile.max_kbps, "kb/s of video", video.kbps, "video.kbps")
    if video.kbps < profile.min_kbps:
        yield _least(profile.min_kbps, "kb/s of video", video.kbps, "video.kbps")
    if 0 < profile.max_keyframe_seconds < video.keyframe_seconds:
        yield (
            f"keyframes up to {profile.max_keyframe_seconds} s apart",
            f"{video.keyframe_seconds} s",
            f"set video.keyframe_seconds = {profile.max_keyframe_seconds}",
        )


def _most(what: str, allowed: int, unit: str, has: int, setting: str) -> _Broken:
    limit = f"{what} at most {allowed} {unit}".strip()
    return limit, str(has), f"set {setting} = {allowed} or less"


def _least(allowed: int, unit: str, has: int, setting: str) -> _Broken:
    return f"at least {allowed} {unit}", str(has), f"set {setting} = {allowed} or more"


def scheme_of(url: str) -> str:
    """How an address begins: "rtmps"."""
    return url.partition("://")[0]


def broken_by(room: Room, push: Push, profile: PlatformProfile, url: str = "") -> list[Finding]:
    """``limits`` of one [[push]], each naming it and the room's file. ``url``: its address."""
    found = limits(profile, room.settings, scheme_of(url))
    where = f"[[push]] {push.name}: "
    return [replace(each, what=where + each.what, file=room.file) for each in found]
