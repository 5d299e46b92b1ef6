"""Data plots: a finished record in, matplotlib Axes out, with a sentence and a table that say the same in words.

What you can do here, each as `draw_x(record, ..., ax=None) -> Axes` and `describe_x(record, ...) -> Description`:

    contributions   a bar a step: what each term adds to dL/dW, or its share
    terms           the terms as matrices side by side, and their sum
    loss            the loss over the updates
    series          a measured series, with one window, its target and a forecast
    sequence        x_t and O_t over the steps, and y_hat beside y
    surface         the loss over two entries of the weights, and the ways walked on it
    curves          what follows from one number that slides, and points that were visited

and show it in a lesson: `picture(draw_contributions(grads))` is PNG, HTML with alt text, and plain text in one.
Nothing here computes on the model, and no figure is open in pyplot.
"""

from .contributions import describe_contributions, draw_contributions
from .curves import describe_curves, draw_curves
from .description import Description
from .loss import describe_loss, draw_loss
from .picture import Picture, picture
from .sequence import describe_sequence, draw_sequence
from .series import describe_series, draw_series
from .surface import describe_surface, draw_surface
from .terms import describe_terms, draw_terms

__all__ = [
    "Description",
    "Picture",
    "describe_contributions",
    "describe_curves",
    "describe_loss",
    "describe_sequence",
    "describe_series",
    "describe_surface",
    "describe_terms",
    "draw_contributions",
    "draw_curves",
    "draw_loss",
    "draw_sequence",
    "draw_series",
    "draw_surface",
    "draw_terms",
    "picture",
]
