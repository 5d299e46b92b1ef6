"""The style sheet of all explanations: `style()`, with the colours of the notation table."""

from functools import cache
from importlib.resources import files

from ..notation import SYMBOLS


@cache
def sheet(*names: str) -> str:
    """Return the rules of these files, and the colour of each symbol on a light and on a dark page."""
    rules = "".join(files(__package__).joinpath(name).read_text(encoding="utf-8") for name in names)
    light = "".join(f".rnn .s-{s.name}{{--s:{s.light}}}" for s in SYMBOLS.values())
    dark = "".join(f'[data-jp-theme-light="false"] .rnn .s-{s.name}{{--s:{s.dark}}}' for s in SYMBOLS.values())
    return rules + light + dark


def style() -> str:
    """Return the sheet of all explanations as an HTML element."""
    return f"<style>{sheet('graph.css', 'style.css')}</style>"
