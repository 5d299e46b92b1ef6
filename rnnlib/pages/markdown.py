"""Markdown as HTML for a page: formulas as MathML, links between notebooks as links between pages.

What you can do here: read Markdown (html_of), a formula (mathml), plain text out of HTML (plain).
"""

import re
from html import escape, unescape
from xml.etree import ElementTree

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}


class PageRenderer(IPythonRenderer):
    """Writes what differs from a notebook that is shown by JupyterLab; a page has one, which knows its headings."""

    def __init__(self) -> None:
        """Begin a page."""
        super().__init__(escape=False)
        self.names: set[str] = set()

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """Return a heading with the name that JupyterLab gives it, made unique."""
        name = first = plain(text).replace(" ", "-")
        count = 1
        while name in self.names:
            count += 1
            name = f"{first}-{count}"
        self.names.add(name)
        return f'<h{level} id="{escape(name)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link; one to a notebook beside this one leads to its page."""
        return super().link(text, re.sub(r"^([\w.-]+)\.ipynb(?=#|$)", r"\1.html", url), title)

    def inline_math(self, body: str) -> str:
        """Return a formula within a line."""
        return mathml(body)

    def block_math(self, body: str) -> str:
        """Return a formula on a line of its own."""
        return mathml(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Return a formula that is written as an environment."""
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def html_of(source: str, renderer: PageRenderer) -> str:
    """Return Markdown as HTML; a ValueError says which formula can't be set."""
    return MarkdownWithMath(renderer=renderer).render(source)


def mathml(latex: str, display: str = "inline") -> str:
    r"""Return a formula as MathML, which browsers set by themselves; a ValueError if it can't be set.

    >>> mathml(r"W_h")
    '<math display="inline"><mrow><msub><mi>W</mi><mi>h</mi></msub></mrow></math>'
    """
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise ImportError(f'the formula {latex} needs latex2mathml; pip install -e ".[site]" brings it') from None
    try:
        made = convert(latex.strip(), xmlns="", display=display)
        root = ElementTree.fromstring(made)
    except Exception as error:  # the converter raises whatever it stumbles over
        raise ValueError(f"the formula {latex.strip()} can't be set ({type(error).__name__})") from error
    for part in root.iter():
        if (part.text or "").startswith("\\"):
            raise ValueError(f"the formula {latex.strip()} can't be set: {part.text} is not known")
        if len(part) != PARTS.get(part.tag, len(part)):
            raise ValueError(f"the formula {latex.strip()} can't be set: something is missing in it")
    return made.replace(' xmlns=""', "")


def plain(html: str) -> str:
    """Return the text of HTML without its tags.

    >>> plain("<code>Wh</code> is used 3 &times;")
    'Wh is used 3 ×'
    """
    return unescape(re.sub("<[^>]+>", "", html)).strip()
