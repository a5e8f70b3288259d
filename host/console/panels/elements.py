"""Small parts that the panels share. Text is always text: nothing here takes HTML."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Text(TextElement):
    """A piece of text in a tag of its own. The browser gets it as a text node."""

    def __init__(self, text: str = "", classes: str = "", *, tag: str = "span") -> None:
        super().__init__(tag=tag, text=text)
        self.classes(classes)


def box(classes: str, *, tag: str = "div") -> ui.element:
    """An element for others to stand in."""
    return ui.element(tag).classes(classes)


def panel(title: str, classes: str = "") -> ui.element:
    """A titled section; its content goes into it."""
    section = box(f"panel {classes}", tag="section")
    with section:
        Text(title, "panel-title", tag="h2")
    return section


def switch(element: ui.element, name: str, on: bool) -> None:
    """Have class ``name`` or not; the browser is told only of a change."""
    if on != (name in element.classes):
        element.classes(add=name) if on else element.classes(remove=name)


class Item(Protocol[T_contra]):
    """What stands for one value of a list."""

    @property
    def element(self) -> ui.element:
        """What stands on the page."""

    def show(self, value: T_contra) -> None:
        """Show this value."""


class Following(Generic[T]):
    """A list of elements that follows a list of values; what stays is left alone."""

    def __init__(
        self, parent: ui.element, key: Callable[[T], Hashable], make: Callable[[], Item[T]]
    ) -> None:
        self._parent = parent
        self._key = key
        self._make = make
        self._items: dict[Hashable, Item[T]] = {}
        self._values: dict[Hashable, T] = {}

    def show(self, values: Sequence[T]) -> None:
        """Show these values, in order. Two of the same key: the first."""
        wanted: dict[Hashable, T] = {}
        for value in values:
            wanted.setdefault(self._key(value), value)
        for key in [key for key in self._items if key not in wanted]:
            self._items.pop(key).element.delete()
            del self._values[key]
        for place, (key, value) in enumerate(wanted.items()):
            item = self._items.get(key)
            if item is None:
                with self._parent:
                    item = self._items[key] = self._make()
            if self._values.get(key) != value:
                item.show(value)
                self._values[key] = value
            if self._parent.default_slot.children[place] is not item.element:
                item.element.move(target_index=place)
