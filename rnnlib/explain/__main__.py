"""Write the picture of the README anew: `python -m rnnlib.explain .github/one_cycle.svg`."""

import sys
from pathlib import Path

from ..cycles import cycle
from ..tasks import three_steps
from .files import moving

task = three_steps()
picture = moving(cycle(task.weights, task.x, task.y, task.O0))
Path(sys.argv[1]).write_text(picture, encoding="utf-8", newline="\n")
