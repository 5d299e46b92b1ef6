"""Controls for a notebook: `Walk` steps through one cycle, `Untie` moves each step's copy, `Question` asks first."""

from .fade import Fade
from .question import Question
from .slider import Slider
from .stepper import Stepper
from .training import Training
from .untie import Untie
from .walk import Walk

__all__ = ["Fade", "Question", "Slider", "Stepper", "Training", "Untie", "Walk"]
