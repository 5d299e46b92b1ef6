"""Shapes of the unrolled graph as SVG text: boxes, arrows, arches back, and pills for each use of a weight.

`Layout` says where things stand; every shape takes the frames at which it is lit (`on`) or seen (`at`).
"""

from dataclasses import dataclass

WRITTEN_OUT = 14  # steps; with more, nodes are dots and only the current one is labelled


@dataclass(frozen=True)
class Layout:
    """Where things stand: columns 0 .. T hold O_0 .. O_T, then come y_hat and L. `lines` numbers fit into a node."""

    T: int
    lines: int

    @property
    def is_written_out(self) -> bool:
        """Whether nodes are boxes with their numbers; otherwise they are dots."""
        return self.T <= WRITTEN_OUT

    @property
    def step(self) -> float:
        """The distance of two columns."""
        if not self.is_written_out:
            return max(16.0, 1080 / (self.T + 3))
        return 158 if self.T <= 4 else 118 if self.T <= 7 else 92

    @property
    def is_roomy(self) -> bool:
        """Whether an arrow has room for a symbol and its number."""
        return self.step >= 130

    @property
    def box(self) -> float:
        """The width of a node."""
        return min(88, self.step - 34) if self.is_written_out else 12

    @property
    def half(self) -> float:
        """Half the height of a node."""
        return 15 + 8.5 * self.lines if self.is_written_out else self.box / 2

    @property
    def pill(self) -> float:
        """Half the width of a pill on a horizontal arrow."""
        return min(20.0, (self.step - self.box) / 2 - 2) if self.is_written_out else 4.0

    @property
    def O_row(self) -> float:
        """The height of the row of O, under the arches."""
        return 50 + self.half

    @property
    def x_row(self) -> float:
        """The height of the row of x."""
        return self.O_row + 2 * self.half + 50

    @property
    def Wi_row(self) -> float:
        """The height of the pills of Wi, between x and O."""
        return (self.O_row + self.x_row) / 2

    @property
    def roof(self) -> float:
        """The upper edge of the row of O."""
        return self.O_row - self.half

    def x(self, column: float) -> float:
        """Return the middle of a column; half a column is the middle of an arrow."""
        return 14 + self.box / 2 + self.step * column

    @property
    def width(self) -> float:
        """The width of the drawing."""
        return self.x(self.T + 2) + self.box / 2 + 14

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return self.x_row + self.half + 4


def text(x: float, y: float, words: str, kind: str, at: str = "") -> str:
    """Return a line of text, seen always or only at some frames."""
    seen = f' data-at="{at}"' if at else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{seen}>{words}</text>'


def node(place: Layout, column: float, y: float, name: str, values: list[str], known: int, on: str, go: int) -> str:
    """Return a box with a symbol in it, and under it the values, from the frame `known` on; a click leads to `go`."""
    x, half, letter = place.x(column), place.half, name.rstrip("0123456789")
    if place.is_written_out:
        body = (
            f'<rect x="{x - place.box / 2:.1f}" y="{y - half:.1f}" width="{place.box}" height="{2 * half:.1f}" rx="9" '
            f'class="node s-{letter}" data-on="{on}"/>'
        )
        step = name.removeprefix(letter)
        head = f'{letter}<tspan class="sub" dy="4">{step}</tspan>' if step else letter
        body += text(x, y - half + 19, head, f"name s-{letter}")
        size = "value" if place.is_roomy else "value small"
        lines = "".join(text(x, y - half + 38 + 17 * i, value, size) for i, value in enumerate(values))
        body += f'<g data-at="{known}-">{lines}</g>'
    else:
        body = f'<circle cx="{x:.1f}" cy="{y}" r="{half}" class="node s-{letter}" data-on="{on}"/>'
        if letter == "O":
            body += text(x, y - half - 8, f"{name} = {', '.join(values)}", f"value s-{letter}", at=str(known))
    return f'<g data-go="{go}">{body}</g>'


def arrow(x1: float, y1: float, x2: float, y2: float, on: str) -> str:
    """Return a forward arrow, to the right or upward."""
    back = (x2 - 8, y2 - 4, x2 - 8, y2 + 4) if y1 == y2 else (x2 - 4, y2 + 8, x2 + 4, y2 + 8)
    head = f'<polygon points="{x2:.1f},{y2:.1f} {back[0]:.1f},{back[1]:.1f} {back[2]:.1f},{back[3]:.1f}"/>'
    return f'<g class="arrow" data-on="{on}"><path d="M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}"/>{head}</g>'


def arch(x1: float, y1: float, x2: float, y2: float, rise: float, weight: str, at: str, label: str = "") -> str:
    """Return an arched arrow that comes down at x2, y2; its label stands on top of it."""
    top = min(y1, y2) - rise
    path = f'<path d="M{x1:.1f},{y1:.1f} C{x1:.1f},{top:.1f} {x2:.1f},{top:.1f} {x2:.1f},{y2 - 6:.1f}"/>'
    head = f'<polygon points="{x2:.1f},{y2:.1f} {x2 - 5:.1f},{y2 - 9:.1f} {x2 + 5:.1f},{y2 - 9:.1f}"/>'
    words = text((x1 + x2) / 2, top + rise / 4 - 6, label, "derivative") if label else ""
    return f'<g class="back s-{weight}" data-at="{at}">{path}{head}{words}</g>'


def hook(x: float, y1: float, y2: float, weight: str, at: str) -> str:
    """Return a hooked arrow down to something to the left of it, from y1 to y2."""
    path = f'<path d="M{x:.1f},{y1:.1f} C{x + 14:.1f},{y1 + 8:.1f} {x + 22:.1f},{y2:.1f} {x + 10:.1f},{y2:.1f}"/>'
    head = f'<polygon points="{x + 4:.1f},{y2:.1f} {x + 13:.1f},{y2 - 5:.1f} {x + 13:.1f},{y2 + 5:.1f}"/>'
    return f'<g class="back s-{weight}" data-at="{at}">{path}{head}</g>'


def pill(place: Layout, x: float, y: float, weight: str, on: str, half: float | None = None) -> str:
    """Return one use of a weight, sitting on its arrow."""
    if not place.is_written_out:
        return f'<circle cx="{x:.1f}" cy="{y}" r="3.5" class="pill s-{weight}" data-on="{on}"/>'
    half = half or place.pill
    box = (
        f'<rect x="{x - half:.1f}" y="{y - 11:.1f}" width="{2 * half:.1f}" height="22" rx="11" '
        f'class="pill s-{weight}" data-on="{on}"/>'
    )
    return f"<g>{box}{text(x, y + 4.5, weight, f'use s-{weight}' if half > 15 else f'use small s-{weight}')}</g>"
