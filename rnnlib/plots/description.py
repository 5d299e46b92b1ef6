"""What a picture says, in words: a `Description` is a sentence and a table, the table as HTML, both as plain text."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Description:
    """A `sentence` or two, and the numbers as a table: names of its `columns`, and `rows` of as many cells.

    Numbers are written with a true minus sign, which screen readers speak; plain text has the ASCII one.

    >>> print(Description("L falls.", ("update", "L"), (("0", "0.5"), ("1", "−0.25"))).text)
    L falls.
    <BLANKLINE>
    update      L
         0    0.5
         1  -0.25
    """

    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def html(self) -> str:
        """The table as HTML, folded; an empty string where there is none."""
        if not self.rows:
            return ""
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in self.columns)
        body = "".join(f"<tr>{row_html(row)}</tr>" for row in self.rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<details><summary>The numbers as a table</summary>{table}</details>"

    @property
    def text(self) -> str:
        """The sentence, and below it the table with aligned columns."""
        table = [self.columns, *self.rows] if self.rows else []
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(map(str.rjust, row, widths)).rstrip() for row in table]
        return "\n".join([self.sentence, *([""] if lines else []), *lines]).replace("−", "-")


def row_html(cells: Sequence[str]) -> str:
    """Return the cells of a row, of which the first is its heading."""
    first, *others = map(html.escape, cells)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)


def listed(things: Sequence[object]) -> str:
    """Return things in a row as they are spoken.

    >>> listed([1]), listed([1, 2]), listed([1, 2, 3])
    ('1', '1 and 2', '1, 2 and 3')
    """
    *others, last = map(str, things)
    return f"{', '.join(others)} and {last}" if others else last


def largest(values: np.ndarray) -> tuple[int, str]:
    """Return the place of the largest of the values (n,), and what to call it when rounding decides which one it is.

    >>> largest(np.array([1.0, 3.0, 2.0])), largest(np.array([1.0, 1.0]))
    ((1, 'the largest'), (0, 'as large as any'))
    """
    tops = np.flatnonzero(values >= values.max() * (1.0 - 1e-9))
    return int(tops[0]), "the largest" if len(tops) == 1 else "as large as any"
