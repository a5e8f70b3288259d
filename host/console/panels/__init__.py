"""The parts of the page; each shows a ``DeskView`` and changes only what has changed."""
