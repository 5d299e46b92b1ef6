"""rnnlib: backpropagation through time, one chain-rule term at a time.

    Weights --forward--> Trace --backward--> Gradients --update/descend--> Weights
                           |
                           +------ chain: one term as its factors

The modules in reading order: notation, arrays, functions, weights, trace, losses, gradients, paths, sizes,
contributions, clipping, update, descent, untied, gradcheck, wrong, cycles, grid, surface, route, regions, jacobians,
ages, series, reading, tasks, fading, forecast, comparison, fit; then pictures (`rnnlib.explain`, `rnnlib.plots`) and
controls (`rnnlib.widgets`), which are not loaded from here: `import rnnlib` needs numpy and nothing else.
"""

from .ages import ages
from .clipping import clipped, gradient_norm
from .contributions import loss_contributions, truncated
from .cycles import cycle
from .descent import descend, descending
from .fading import fading, with_spectral_radius
from .gradcheck import check, finite_difference
from .gradients import backward
from .jacobians import jacobians
from .losses import loss_value
from .paths import chain
from .regions import regions, survey
from .route import route
from .sizes import term_sizes
from .surface import loss_surface
from .trace import forward
from .untied import untie, untied_loss
from .update import update
from .weights import Weights
from .wrong import mistakes

__all__ = [
    "Weights",
    "ages",
    "backward",
    "chain",
    "check",
    "clipped",
    "cycle",
    "descend",
    "descending",
    "fading",
    "finite_difference",
    "forward",
    "gradient_norm",
    "jacobians",
    "loss_contributions",
    "loss_surface",
    "loss_value",
    "mistakes",
    "regions",
    "route",
    "survey",
    "term_sizes",
    "truncated",
    "untie",
    "untied_loss",
    "update",
    "with_spectral_radius",
]
