"""Of a destination's address nothing is told."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.words import redact
from tests.stream.pushing import URL, Onair

OURS = (
    "ended with code", "the ingest refused the stream", "the ingest closed the stream",
    "as soon as it began: key expired, wrong or in use",
    "the ingest says that this stream is on air already", "(after 0.0 s)", "(refused 1 times)",
    "Error opening output", "251", "the pusher was killed by signal 9", " 1", "0.0",
)  # fmt: skip
"""Our own words, in which a made-up key may lie by chance."""
KEYS = st.text("ABCDEFGHJK0123456789-_.", min_size=4, max_size=30).filter(str.strip)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=12)


@given(
    host=st.sampled_from(
        ("push.EXAMPLE.com:1935", "[::1]", "[BAD", "KEYUSER:KEYPASS@h0st.example")
    ),
    app=KEYS,
    key=KEYS,
    query=st.dictionaries(KEYS, KEYS, max_size=3),
    fragment=st.none() | KEYS,
    escaped=st.booleans(),
    data=st.data(),
)
def test_no_part_of_an_address_is_ever_told(
    host: str,
    app: str,
    key: str,
    query: dict[str, str],
    fragment: str | None,
    escaped: bool,
    data: st.DataObject,
) -> None:
    tail = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    url = f"rtmp://{host}/{quote(app) if escaped else app}/{key}{tail}"
    url += f"#{fragment}" if fragment else ""
    parts = [host, app, key, *query, *query.values(), *([fragment] if fragment else [])]
    said = data.draw(st.lists(st.sampled_from([url, *parts]) | WORDS, max_size=8))
    glue = data.draw(st.sampled_from((" ", "/", ": ", "'")))

    onair = Onair(("ffmpeg", "-i", "pipe:0", url))
    onair.air(1)
    tag = data.draw(st.sampled_from(("", "[rtmp @ 0x1] [error] ", "[fatal] ", "[info] ")))
    words = data.draw(st.sampled_from(("", "Server error: ", "Error opening output ")))
    onair.die(data.draw(st.sampled_from((1, 251, -9))), f"{tag}{words}{glue.join(said)}\n".encode())
    onair.air(1)
    (incident,) = onair.incidents
    told = incident.why
    for plain in OURS:
        told = told.replace(plain, "")
    for part in (url, *parts):
        assert part not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{URL}: Connection refused", "***: Connection refused"),
        ("stream streamkey-1a2b3c denied", "stream *** denied"),
        ("app live, auth 0badcafe", "app ***, *** ***"),
        ("Cannot resolve push.example.com", "Cannot resolve ***"),
        ("I/O error", "I/O error"),
    ],
)
def test_what_is_no_part_of_the_address_stays_readable(text: str, told: str) -> None:
    assert redact(text, ("ffmpeg", "-f", "flv", URL)) == told


def test_a_short_key_is_taken_out_where_it_stands_alone() -> None:
    assert redact("key k1 of Polk1ng refused", ("f", "rtmp://h/app/k1")) == (
        "key *** of Polk1ng refused"
    )


def test_without_an_address_nothing_is_taken_out() -> None:
    assert redact("No space left on device", ("ffmpeg", "out.mp4")) == "No space left on device"
