"""Explanations: pure functions from a record to HTML, SVG and MathML, with the same as plain text.

Reading order: spelling (symbols and numbers), board (the order of the frames), words (a frame's sentence and line of
code), equation, ledger, drawing, graph, style, scene (which puts them together), files (the graph outside a notebook);
for a weight with a copy at each step, untied (table and sentence) and copies (picture).
"""

from .board import Board, Frame, board
from .copies import copies
from .equation import equation
from .fading import fading_picture, fading_sentence, fading_table, plain_fading
from .files import frozen, moving
from .graph import graph
from .ledger import ledger, plain_ledger
from .scene import Scene, scene, still
from .style import style
from .training import plain_training, training_bar, training_picture, training_sentence
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
    "fading_picture",
    "fading_sentence",
    "fading_table",
    "frozen",
    "graph",
    "ledger",
    "moving",
    "plain_fading",
    "plain_ledger",
    "plain_training",
    "plain_untied",
    "scene",
    "sentence",
    "still",
    "style",
    "training_bar",
    "training_picture",
    "training_sentence",
    "untied_sentence",
    "untied_table",
]
