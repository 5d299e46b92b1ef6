"""Controls for a notebook: `Walk` steps through one cycle, `Question` asks first, `Present` shows it all to a class."""

from .downhill import Downhill
from .fade import Fade
from .present import Present
from .question import Question
from .race import Race
from .slider import Slider
from .stepper import Stepper
from .training import Training
from .untie import Untie
from .walk import Walk

__all__ = ["Downhill", "Fade", "Present", "Question", "Race", "Slider", "Stepper", "Training", "Untie", "Walk"]
