"""A number that a learner moves: a native range input with a name, and a field to type the number exactly.

What you can do here: make a control for one number (Slider).
"""

import math
import pathlib

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):
    """One number between min and max, moved in steps or typed; description is its visible and its accessible name.

    On a logarithmic slider `step` counts in powers of ten, and min is above 0.
    A value outside the range becomes its nearest end, as it does in the browser; NaN and min >= max are a ValueError.

    >>> Slider("Wh", 0.5, min=-2, max=2)
    Slider('Wh', 0.5)
    >>> Slider("Wh", 7, min=-2, max=2).value
    2.0
    """

    _esm = pathlib.Path(__file__).with_name("slider.js")
    _css = pathlib.Path(__file__).with_name("stepper.css")  # all range inputs look alike

    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float().tag(sync=True)
    min = traitlets.Float(-1.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.1).tag(sync=True)
    disabled = traitlets.Bool().tag(sync=True)
    logarithmic = traitlets.Bool().tag(sync=True)

    def __init__(self, description: str, value: float = 0.0, **traits):
        """Make the control; min, max, step, disabled and logarithmic are given by name."""
        super().__init__(description=description, value=value, **traits)
        if self.logarithmic and self.min <= 0:
            raise ValueError(f"{description}: min must be above 0 on a logarithmic slider, not {self.min}")

    @traitlets.validate("value")
    def _value_in_range(self, proposal):
        if math.isnan(proposal.value):
            raise ValueError(f"{self.description}: value must be a number between {self.min} and {self.max}, not NaN")
        return float(min(max(proposal.value, self.min), self.max))

    @traitlets.validate("min", "max")
    def _min_below_max(self, proposal):
        low, high = (proposal.value, self.max) if proposal.trait.name == "min" else (self.min, proposal.value)
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"{self.description}: min must be below max, both finite, not {low} and {high}")
        return float(proposal.value)

    @traitlets.validate("step")
    def _step_is_positive(self, proposal):
        if not 0 < proposal.value < math.inf:
            raise ValueError(f"{self.description}: step must be a positive number, not {proposal.value}")
        return float(proposal.value)

    @traitlets.observe("min", "max")
    def _stay_in_range(self, change):
        self.value = min(max(self.value, self.min), self.max)

    def __repr__(self) -> str:
        """Name and value: the same text in every run of a notebook."""
        return f"Slider({self.description!r}, {self.value})"
