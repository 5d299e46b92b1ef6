"""The slider's Python side: a value that is always a number between its ends."""

import math
import pathlib

import pytest

from rnnlib.widgets.slider import Slider

SCRIPT = pathlib.Path(__file__).parents[1] / "rnnlib" / "widgets" / "slider.js"


@pytest.fixture
def slider():
    """A weight of 0.5, between -2 and 2."""
    return Slider("Wh", 0.5, min=-2, max=2)


@pytest.mark.parametrize(("asked", "got"), [(1.25, 1.25), (7, 2.0), (-7, -2.0), (math.inf, 2.0), (0, 0.0)])
def test_value_is_clamped(slider, asked, got):
    """Outside the range means its nearest end."""
    slider.value = asked
    assert slider.value == got
    assert type(slider.value) is float


def test_value_is_clamped_from_the_start():
    """The order of the arguments does not matter."""
    assert Slider(max=9, min=5, value=0, description="Wh").value == 5
    assert Slider("Wh", 7).value == 1


def test_nan_is_refused_by_name(slider):
    """NaN would spread into every number of a lesson."""
    with pytest.raises(ValueError, match=r"Wh: value must be a number between -2\.0 and 2\.0, not NaN"):
        slider.value = math.nan
    assert slider.value == 0.5
    with pytest.raises(ValueError, match="Wh: value"):
        Slider("Wh", math.nan)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (-math.inf, 1), (math.nan, 1)])
def test_min_must_be_below_max(low, high):
    """An empty range, and one without end, has no slider."""
    with pytest.raises(ValueError, match="Wh: min must be below max"):
        Slider("Wh", min=low, max=high)


def test_min_can_not_pass_max_later(slider):
    """Nor can a range be emptied later."""
    with pytest.raises(ValueError, match=r"min must be below max, both finite, not 3\.0 and 2\.0"):
        slider.min = 3
    assert slider.min == -2


def test_smaller_range_takes_the_value_along(slider):
    """The value is in the range, whichever of the two changes."""
    slider.max = 0.25
    assert slider.value == 0.25


@pytest.mark.parametrize("step", [0, -0.1, math.nan, math.inf])
def test_step_must_be_positive(step):
    """A step of nothing moves nothing."""
    with pytest.raises(ValueError, match="Wh: step must be a positive number"):
        Slider("Wh", step=step)


def test_repr_is_stable(slider):
    """Two runs of a notebook print the same, also inside a box of controls."""
    assert repr(slider) == "Slider('Wh', 0.5)"
    assert slider._repr_mimebundle_()[0]["text/plain"] == "Slider('Wh', 0.5)"


def test_changes_from_the_browser_reach_observers(slider):
    """What the learner moves, Python hears of."""
    heard = []
    slider.observe(lambda change: heard.append(change.new), "value")
    slider.set_state({"value": 1.5})
    assert heard == [1.5]


def test_code_in_the_browser_is_short_and_asks_for_nothing():
    """No build step, no address."""
    script = SCRIPT.read_text(encoding="utf-8")
    assert len(script.splitlines()) < 80
    assert "http" not in script
    assert "import " not in script


def test_a_logarithmic_slider_begins_above_zero():
    """0 has no logarithm; the value itself is an ordinary number within its range."""
    slider = Slider("learning rate", 0.1, min=0.001, max=10.0, step=0.05, logarithmic=True)
    assert (slider.value, slider.logarithmic) == (0.1, True)
    slider.value = 100.0
    assert slider.value == 10.0
    with pytest.raises(ValueError, match="min must be above 0 on a logarithmic slider"):
        Slider("learning rate", 0.1, min=0.0, max=1.0, logarithmic=True)
