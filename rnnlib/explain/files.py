"""The graph outside a notebook: `frozen(svg, index)` keeps what one frame shows, `moving(cycle)` plays all frames.

Both are SVG without scripts, so that a README, a printed page or a slide can hold them.
"""

import re
from functools import cache
from xml.etree import ElementTree

from ..cycles import Cycle
from .board import board
from .graph import graph
from .style import sheet

SECONDS = 1.6  # that a frame of the moving picture stays


def frames_in(text: str, count: int) -> list[bool]:
    """Return for each frame whether it is named, read as the stepper reads it.

    >>> frames_in("1 3-4 6-", 8)
    [False, True, False, True, True, False, True, True]
    """
    named = set()
    for first, dash, last in re.findall(r"(\d+)(-?)(\d*)", text):
        named |= set(range(int(first), int(last or count - 1) + 1)) if dash else {int(first)}
    return [i in named for i in range(count)]


def frozen(svg: str, index: int, count: int) -> str:
    """Return the graph as it stands at one frame: what is not seen is left out, what is lit has its class."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if not frames_in(child.attrib.pop("data-at", "0-"), count)[index]:
                parent.remove(child)
            elif frames_in(child.attrib.pop("data-on", ""), count)[index]:
                child.set("class", f"{child.get('class', '')} on")
            child.attrib.pop("data-go", None)
    return ElementTree.tostring(root, encoding="unicode")


def moving(cycle: Cycle) -> str:
    """Return the whole cycle as one SVG file that plays its frames, and stands still where motion is not wanted."""
    plan = board(cycle)
    count = len(plan)
    layers = [frozen(graph(cycle, plan), index, count) for index in range(count)]
    delays = (f"animation-delay:{SECONDS * i:.1f}s" for i in range(count))
    turns = (f'<g class="frame" style="{delay}">{body(layer)}</g>' for delay, layer in zip(delays, layers, strict=True))
    opening = layers[0].split(">", 1)[0].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    rules = timing(count) + sheet("graph.css")
    page = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'{opening}><style>{rules}</style>{page}<g class="rnn">{"".join(turns)}</g></svg>\n'


def body(svg: str) -> str:
    """Return what stands between the outermost tags."""
    return svg.split(">", 1)[1].rsplit("</svg>", 1)[0]


@cache
def timing(count: int) -> str:
    """Return the style that shows `count` frames in turn; where nothing may move, the last but one: the sum."""
    share = 100 / count
    return (
        f".frame{{opacity:0;animation:turn {SECONDS * count:.1f}s step-end infinite}}"
        f"@keyframes turn{{0%{{opacity:1}}{share:.3f}%{{opacity:0}}100%{{opacity:0}}}}"
        f"@media (prefers-reduced-motion: reduce){{.frame{{animation:none}}.frame:nth-child({count - 1}){{opacity:1}}}}"
    )
