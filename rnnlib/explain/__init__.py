"""Explanations: pure functions from a record to HTML, SVG and MathML, with the same as plain text.

Reading order: spelling (symbols and numbers), board (the order of the frames), words (a frame's sentence and line of
code), equation, ledger, drawing, graph, style, scene (which puts them together), files (the graph outside a notebook).
"""

from .board import Board, Frame, board
from .equation import equation
from .files import frozen, moving
from .graph import graph
from .ledger import ledger, plain_ledger
from .scene import Scene, scene, still
from .style import style
from .words import code, sentence

__all__ = [
    "Board",
    "Frame",
    "Scene",
    "board",
    "code",
    "equation",
    "frozen",
    "graph",
    "ledger",
    "moving",
    "plain_ledger",
    "scene",
    "sentence",
    "still",
    "style",
]
