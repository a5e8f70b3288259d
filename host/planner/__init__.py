"""What is said next, for ever: the run of show and the words of each line."""

from host.planner.planner import Planner, Step, lines
from host.planner.state import PlannerState

__all__ = ["Planner", "PlannerState", "Step", "lines"]
