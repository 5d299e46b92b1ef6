"""Controls for a notebook: `Walk` steps through one cycle, `Untie` moves each step's copy, `Question` asks before it shows."""

from .slider import Slider
from .stepper import Stepper
from .walk import Walk

__all__ = ["Slider", "Stepper", "Walk"]
