"""rnnlib: backpropagation through time, one chain-rule term at a time.

    Weights --forward--> Trace --backward--> Gradients --update/descend--> Weights
                           |
                           +------ chain: one term as its factors

The modules in reading order: notation, arrays, functions, weights, trace, losses, gradients, paths, contributions,
clipping, descent, grid, surface, jacobians, untied, gradcheck, wrong, cycles, series, forecast, tasks; then pictures
(`rnnlib.explain`, `rnnlib.plots`) and controls (`rnnlib.widgets`), which are not loaded from here: `import rnnlib`
needs numpy and nothing else.
"""

from .clipping import clipped, gradient_norm
from .contributions import loss_contributions, truncated
from .cycles import cycle
from .descent import descend, descending, update
from .gradcheck import check, finite_difference
from .gradients import backward
from .jacobians import jacobians
from .losses import loss_value
from .paths import chain
from .surface import loss_surface
from .trace import forward
from .untied import untie, untied_loss
from .weights import Weights
from .wrong import mistakes

__all__ = [
    "Weights",
    "backward",
    "chain",
    "check",
    "clipped",
    "cycle",
    "descend",
    "descending",
    "finite_difference",
    "forward",
    "gradient_norm",
    "jacobians",
    "loss_contributions",
    "loss_surface",
    "loss_value",
    "mistakes",
    "truncated",
    "untie",
    "untied_loss",
    "update",
]
