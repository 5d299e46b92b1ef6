"""Explanations: pure functions from a record to HTML, SVG and MathML, with the same as plain text.

Reading order: spelling (symbols and numbers), board (the order of the frames), words (a frame's sentence and line of
code), equation, ledger, drawing, graph, style, scene (which puts them together), files (the graph outside a notebook);
for a weight with a copy at each step, untied (table and sentence) and copies (picture).
"""

from .board import Board, Frame, board
from .copies import copies
from .equation import equation
from .files import frozen, moving
from .graph import graph
from .ledger import ledger, plain_ledger
from .scene import Scene, scene, still
from .style import style
from .untied import plain_untied, untied_sentence, untied_table
from .words import code, sentence

__all__ = [
    "Board",
    "Frame",
    "Scene",
    "board",
    "code",
    "copies",
    "equation",
    "frozen",
    "graph",
    "ledger",
    "moving",
    "plain_ledger",
    "plain_untied",
    "scene",
    "sentence",
    "still",
    "style",
    "untied_sentence",
    "untied_table",
]
