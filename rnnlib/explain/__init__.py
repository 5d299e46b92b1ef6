"""Explanations: pure functions from a record to HTML, SVG and MathML, with the same as plain text.

Reading order: spelling (symbols and numbers), board (the order of the frames), words (sentence and code line of a frame),
equation, ledger, graph, and scene, which puts them together.
"""

from .board import Board, Frame, board
from .equation import equation
from .graph import graph
from .ledger import ledger, plain_ledger
from .scene import Scene, scene, still, style
from .words import code, sentence

__all__ = [
    "Board",
    "Frame",
    "Scene",
    "board",
    "code",
    "equation",
    "graph",
    "ledger",
    "plain_ledger",
    "scene",
    "sentence",
    "still",
    "style",
]
