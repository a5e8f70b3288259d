"""What [writer] needs, told before the show."""

from __future__ import annotations

from pathlib import Path

import pytest

from host.errors import ConfigError
from host.settings_talk import WriterSettings
from host.writer.access import check, key_of

ROOM = Path("room.toml")


def given(**changes: object) -> WriterSettings:
    return WriterSettings.model_validate({"on": True, "model": "m", **changes})


def test_an_unset_variable_is_named_and_how_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WRITER_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"room\.toml.*WRITER_KEY is not set.*export WRITER_KEY"):
        check(given(key_env="WRITER_KEY"), ROOM)
    monkeypatch.setenv("WRITER_KEY", " sk-abc \n")
    assert key_of(given(key_env="WRITER_KEY")) == "sk-abc"
    check(given(key_env="WRITER_KEY"), ROOM)


def test_a_key_that_is_none_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRITER_KEY", "sk-abc def")
    with pytest.raises(ConfigError) as caught:
        check(given(key_env="WRITER_KEY"), ROOM)
    assert "sk-abc" not in str(caught.value)


def test_openai_s_own_server_asks_for_a_key_and_a_local_one_does_not() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        check(given(), ROOM)
    check(given(base_url="http://127.0.0.1:11434/v1"), ROOM)


@pytest.mark.parametrize(
    "url", ["dashscope.aliyuncs.com/v1", "ftp://a/v1", "https://user:sk-abc@host/v1"]
)
def test_an_address_that_is_none_is_not_quoted(url: str) -> None:
    with pytest.raises(ConfigError, match=r"writer\.base_url") as caught:
        check(given(base_url=url), ROOM)
    assert url not in str(caught.value)


def test_a_writer_that_is_off_needs_nothing() -> None:
    check(WriterSettings(key_env="NOT_THERE", base_url="nonsense"), ROOM)
