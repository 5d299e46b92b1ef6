"""Explanations: pure functions from a record to HTML, SVG and MathML, with the same as plain text.

Reading order: spelling (symbols and numbers), board (the order of the frames), words (a frame's sentence and line of
code), equation, ledger, drawing, graph, style, scene (which puts them together), files (the graph outside a notebook);
for a weight with a copy at each step, untied (table and sentence) and copies (picture); for a descent on the loss
surface, axis, backdrop (the map), downhill (sentences and table) and landscape (picture).
For gradients that fade, fading (sentence and table), chart (log scale over the age) and by_age (picture); for descents
side by side, race.
For a training as it goes on, training (bar, curves and forecasts, sentence and table).
"""

from .backdrop import Relief, map_style
from .board import Board, Frame, board
from .by_age import fading_picture
from .copies import copies
from .downhill import place_sentence, plain_route, route_sentences, route_table
from .equation import equation
from .fading import fading_sentence, fading_table, plain_fading
from .files import frozen, moving
from .graph import graph
from .landscape import landscape
from .ledger import ledger, plain_ledger
from .race import plain_race, race, race_table
from .scene import Scene, scene, still
from .style import style
from .training import plain_training, training_bar, training_picture, training_sentence
from .untied import plain_untied, untied_sentence, untied_table
from .words import code, sentence

__all__ = [
    "Board",
    "Frame",
    "Relief",
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
    "landscape",
    "ledger",
    "map_style",
    "moving",
    "place_sentence",
    "plain_fading",
    "plain_ledger",
    "plain_race",
    "plain_route",
    "plain_training",
    "plain_untied",
    "race",
    "race_table",
    "route_sentences",
    "route_table",
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
