"""What a Hello may hold, and what becomes of one that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from host.link import connect
from host.model.messages import Grant, Hello
from tests.host.supervisor.reception_room import Room, run, some


@pytest.mark.parametrize("hello", [Hello({}, 1), Hello("media", "x"), Hello("studio", 1, None)])  # type: ignore[arg-type]
def test_an_ill_typed_hello_ends_its_connection_and_nobody_else_s(
    tmp_path: Path, hello: Hello
) -> None:
    async def test(room: Room) -> None:
        for _ in range(3):
            link = await connect(tmp_path, "supervisor")
            await link.send(hello)
            assert await some(link, 1) == []
            await link.aclose()
        async with room.join("media") as media:
            assert await some(media, 1) == [Grant(1)]

    assert run(tmp_path, test).incidents == ["bad-message"], "told once a minute"
