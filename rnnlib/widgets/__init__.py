"""Controls for a notebook: `Walk` steps through one cycle, `Untie` moves each step's copy, `Question` asks first."""

from .downhill import Downhill
from .fade import Fade
from .question import Question
from .race import Race
from .slider import Slider
from .stepper import Stepper
from .training import Training
from .untie import Untie
from .walk import Walk

__all__ = ["Downhill", "Fade", "Question", "Race", "Slider", "Stepper", "Training", "Untie", "Walk"]
