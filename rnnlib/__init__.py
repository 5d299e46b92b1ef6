"""rnnlib: backpropagation through time, one chain-rule term at a time.

    Weights --forward--> Trace --backward--> Gradients --update--> Weights
                           |
                           +------ chain: one term as its factors

The modules in reading order: notation, arrays, functions, weights, trace, losses, gradients, paths, descent,
untied, gradcheck, wrong, cycles, series, tasks; then pictures (`rnnlib.explain`, `rnnlib.plots`) and controls
(`rnnlib.widgets`), which are not loaded from here: `import rnnlib` needs numpy and nothing else.
"""

from .cycles import cycle
from .descent import update
from .gradcheck import check, finite_difference
from .gradients import backward
from .losses import loss_value
from .paths import chain
from .trace import forward
from .untied import untie, untied_loss
from .weights import Weights
from .wrong import mistakes

__all__ = [
    "Weights",
    "backward",
    "chain",
    "check",
    "cycle",
    "finite_difference",
    "forward",
    "loss_value",
    "mistakes",
    "untie",
    "untied_loss",
    "update",
]
