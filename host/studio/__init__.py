"""The studio process: planner, gate, inbox and answers. It decides; others speak and show."""
