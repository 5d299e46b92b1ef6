"""What the latency bench measures: `CASES`; `USUAL`, the one they are compared with; and their cells, `CELLS`."""

from dataclasses import dataclass

SETUP = """
import ipywidgets
import matplotlib.pyplot as plt
from rnnlib.tasks import *
from rnnlib.widgets import Downhill, Fade, Untie, Walk
"""

ROUND_TRIP = """
slider, label = ipywidgets.IntSlider(), ipywidgets.Label("0")
slider.observe(lambda change: setattr(label, "value", str(change.new)), "value")
ipywidgets.VBox([slider, label]).add_class("round_trip")
"""

INTERACT = """
@ipywidgets.interact(t=(0, 26))
def draw(t):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
    left.plot(range(t + 2), label="O_t")
    left.legend()
    right.bar(range(t + 1), range(t + 1))
    right.set(title="terms", xlabel="step t")
    plt.show()
draw.widget.add_class("interact");
"""

# What %matplotlib widget makes; plt.show() in the cell above goes on as it was.
IPYMPL = """
from matplotlib.figure import Figure
inline = plt.get_backend()
from ipympl.backend_nbagg import Canvas, FigureManager
plt.switch_backend(inline)
figure = Figure(figsize=(9, 3.5))
canvas = Canvas(figure)
manager = FigureManager(canvas, 0)
left, right = figure.subplots(1, 2)
(line,) = left.plot(range(28), label="O_t")
left.legend()
bars = right.bar(range(27), range(27))
right.set(title="terms", xlabel="step t")
of_canvas = ipywidgets.IntSlider(13, max=26)
def move(change):
    line.set_data(range(change.new + 2), range(change.new + 2))
    for t, bar in enumerate(bars):
        bar.set_height(t if t <= change.new else 0)
    canvas.draw_idle()
of_canvas.observe(move, "value")
ipywidgets.VBox([of_canvas, canvas]).add_class("ipympl")
"""

# Each cell but the first shows a widget with the class of its name.
CELLS = {
    "setup": SETUP,
    "walk_3": 'Walk(three_steps()).add_class("walk_3")',
    "walk_12": 'Walk(sunspot_year()).add_class("walk_12")',
    "walk_50": 'Walk(sunspot_year(1957, 50)).add_class("walk_50")',
    "downhill": 'Downhill(three_steps()).add_class("downhill")',
    "fade": 'Fade(T=90).add_class("fade")',
    "untie": 'Untie(sunspot_year()).add_class("untie")',
    "round_trip": ROUND_TRIP,
    "interact": INTERACT,
    "ipympl": IPYMPL,
}


@dataclass(frozen=True)
class Case:
    """Keys pressed on a control change a picture; selectors find both inside of a cell's widget."""

    name: str
    cell: str
    control: str
    picture: str

    def find(self, part: str) -> str:
        """Return the selector of a part in the whole page."""
        return f".{self.cell} {part}"


STEP, SCENE, PICTURE = ".rnn-toolbar .rnn-range", ".rnn-scene", ".rnn-picture > div"
FIRST, SECOND = (f".rnn-slider .rnn-range >> nth={n}" for n in range(2))

USUAL = Case("interact + plt.show()", "interact", ".noUi-handle", ".widget-output")
CASES = (
    Case("step, Walk of 3", "walk_3", STEP, SCENE),
    Case("step, Walk of 12", "walk_12", STEP, SCENE),
    Case("step, Walk of 50", "walk_50", STEP, SCENE),
    Case("step, Downhill", "downhill", STEP, SCENE),
    Case("Wh, Walk of 3", "walk_3", FIRST, SCENE),
    Case("Wh, Walk of 12", "walk_12", FIRST, SCENE),
    Case("learning rate, Downhill", "downhill", FIRST, SCENE),
    Case("start, Downhill", "downhill", SECOND, SCENE),
    Case("spectral radius, Fade", "fade", SECOND, PICTURE),
    Case("one copy, Untie of 12", "untie", FIRST, PICTURE),
    Case("kernel's round trip", "round_trip", ".noUi-handle", ".jupyter-widgets.widget-label"),
    USUAL,
    Case("ipympl", "ipympl", ".noUi-handle", ".jupyter-matplotlib-canvas-container"),
)
