"""The tree of errors is the one that the docstring draws."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import avatars
import host
import stream
from host import errors
from host.errors import ConfigError, Finding, LivehostError, StageError, VoiceError, WireError, tell


def drawn() -> dict[str, str]:
    """Class → its parent, as the docstring draws them."""
    assert errors.__doc__
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^([│ ├└─]*)([A-Z]\w+)(?:\s|$)", line)
        if found and (found[2].endswith("Error")):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            if depth:
                parents[found[2]] = path[depth - 1]
    return parents


def defined() -> dict[str, str]:
    classes = (thing for thing in vars(errors).values() if inspect.isclass(thing))
    ours = [cls for cls in classes if issubclass(cls, LivehostError) and cls is not LivehostError]
    return {cls.__name__: cls.__mro__[1].__name__ for cls in ours}


def test_the_tree_is_complete_and_true() -> None:
    assert len(drawn()) >= 7
    assert drawn() == defined()


def test_no_error_stands_outside_the_tree() -> None:
    for package in (host, avatars, stream):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    pending, strangers = [LivehostError], []
    while pending:
        children = pending.pop().__subclasses__()
        pending += children
        strangers += [cls for cls in children if cls.__module__ != "host.errors"]
    assert strangers == []


def test_every_error_is_documented() -> None:
    for name in [*defined(), "LivehostError"]:
        assert inspect.getdoc(getattr(errors, name))


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (Finding("no price", "add one"), "no price — add one"),
        (Finding("no price", "add one", Path("a.csv")), "a.csv: no price — add one"),
        (Finding("no price", "add one", Path("a.csv"), 7), "a.csv:7: no price — add one"),
        (
            Finding("no price", "add one", Path("a.csv"), 7, "价格"),
            "a.csv:7 [价格]: no price — add one",
        ),
        (Finding("in\nlines \t", "of\r\none"), "in lines — of one"),
    ],
)
def test_a_finding_is_one_line(finding: Finding, told: str) -> None:
    assert str(finding) == told


def test_a_config_error_tells_every_finding() -> None:
    error = ConfigError(Finding("a", "b"), Finding("c", "d"))
    assert str(error) == "a — b\nc — d"
    assert [finding.what for finding in error.findings] == ["a", "c"]
    with pytest.raises(ValueError, match="at least one"):
        ConfigError()


def test_a_stage_error_tells_its_stage_and_whether_to_try_again() -> None:
    error = StageError("media", "no picture", retryable=False)
    assert (str(error), error.stage, error.retryable) == ("media: no picture", "media", False)
    assert str(VoiceError("edge", "no network")) == "voice/edge: no network"
    assert VoiceError("edge", "").retryable
    assert not VoiceError("edge", "", retryable=False).retryable
    assert WireError("").retryable


def test_an_end_is_told_a_line_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(ConfigError(Finding("a", "b"), Finding("c", "d")), "media") == 2
    assert tell(StageError("ring", "gone", retryable=False), "media") == 1
    assert capsys.readouterr().err == "media: a — b\nmedia: c — d\nmedia: ring: gone\n"


def test_of_a_group_each_is_told_and_a_mistake_of_ours_is_raised_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = [StageError("x", "1", retryable=True), ConfigError(Finding("a", "b"))]
    assert tell(ExceptionGroup("", ours), "studio") == 2
    nested = ExceptionGroup("", [ExceptionGroup("", ours[:1])])
    assert tell(nested, "studio") == 1
    assert len(capsys.readouterr().err.splitlines()) == 3
    with pytest.raises(ExceptionGroup):
        tell(ExceptionGroup("", [*ours, KeyError("x")]), "studio")
