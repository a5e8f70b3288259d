"""Word tables, written the way people read them."""

from __future__ import annotations


def words(table: str) -> tuple[str, ...]:
    """The entries of a table, which white space parts."""
    return tuple(table.split())
