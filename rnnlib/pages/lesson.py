"""A notebook as what its page shows, cell by cell: `read_lesson(path)`."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import nbformat
from nbconvert.filters import ansi2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .markdown import PageRenderer, html_of, plain
from .saved import KEY, VIEW, Saved

FOLDED = {
    "question": "The code of this question, and its answer",
    "worked-answer": "A worked answer",
    None: "Code",
}


@dataclass(frozen=True, eq=False)
class Output:
    """One output: its HTML, the kind in the words of JupyterLab, and its widget, if it is one."""

    html: str
    kind: str
    widget: str | None = None
    needs_python: bool = False


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell: its text or code as HTML, what a fold says that it is under (None: it is open), and its outputs."""

    html: str
    is_code: bool
    fold: str | None = None
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, eq=False)
class Lesson:
    """One notebook: its file's name without the ending, its title as text, its cells, and the widgets it has saved."""

    name: str
    title: str
    cells: tuple[Cell, ...]
    saved: Saved


def read_lesson(path: Path) -> Lesson:
    """Return a notebook's page; a ValueError names what hinders it: notebook, cell and what is the matter."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has many ways to say that a file is no notebook
        raise ValueError(f"{path} is no notebook: {error}") from error
    saved = Saved(notebook.metadata.get("widgets", {}).get(KEY, {}).get("state", {}))
    renderer, cells = PageRenderer(), []
    for number, cell in enumerate(notebook.cells, 1):
        try:
            cells.append(code_cell(cell, saved) if cell.cell_type == "code" else text_cell(cell, renderer))
        except ValueError as error:
            raise ValueError(f"{path.name}, cell {number}: {error}") from error
        except NotExecutedError as error:
            command = f"jupyter nbconvert --to notebook --execute --inplace {path}"
            raise ValueError(f"{path.name}, cell {number}: {error}; execute the notebook: {command}") from None
    return Lesson(path.stem, title_of(cells) or path.stem, tuple(cells), saved)


class NotExecutedError(Exception):
    """A cell lacks what it shows."""


def text_cell(cell: nbformat.NotebookNode, renderer: PageRenderer) -> Cell:
    """Return a cell of prose; one that is not Markdown stands as it is."""
    is_markdown = cell.cell_type == "markdown"
    return Cell(html_of(cell.source, renderer) if is_markdown else f"<pre>{escape(cell.source)}</pre>", is_code=False)


def code_cell(cell: nbformat.NotebookNode, saved: Saved) -> Cell:
    """Return a cell of code with its outputs; the code is folded where the notebook hides it."""
    if cell.source.strip() and cell.execution_count is None:
        raise NotExecutedError("it has never been run")
    is_hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    tag = next((tag for tag in cell.metadata.get("tags", []) if tag in FOLDED), None)
    outputs = tuple(shown(output, saved) for output in joined(cell.outputs))
    return Cell(highlighted(cell.source), True, FOLDED[tag] if is_hidden else None, outputs)


def joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return the outputs, with what was printed in one go in one piece, however it came from the kernel."""
    found: list[nbformat.NotebookNode] = []
    for output in outputs:
        if found and output.get("name") and found[-1].get("name") == output.name:
            found[-1] = nbformat.from_dict({**output, "text": found[-1].text + output.text})
        else:
            found.append(output)
    return found


def shown(output: nbformat.NotebookNode, saved: Saved) -> Output:
    """Return an output, of all its forms the one that says most here: the widget, HTML, a picture, text."""
    if output.output_type == "stream":
        return Output(f"<pre>{ansi2html(output.text)}</pre>", "jp-RenderedText")
    if output.output_type == "error":
        return Output(f"<pre>{ansi2html(chr(10).join(output.traceback))}</pre>", "jp-RenderedText")
    data = output.data
    text = data.get("text/plain", "")
    if VIEW in data:
        return widget(data[VIEW]["model_id"], data.get("text/html", f"<pre>{escape(text)}</pre>"), saved)
    if "text/html" in data:
        return Output(data["text/html"], "jp-RenderedHTML")
    if "image/png" in data:
        source = "data:image/png;base64," + data["image/png"].replace("\n", "")
        return Output(f'<img alt="{escape(text)}" src="{source}">', "jp-RenderedImage")
    return Output(f"<pre>{ansi2html(text)}</pre>", "jp-RenderedText")


def widget(name: str, still: str, saved: Saved) -> Output:
    """Return a widget, and what is shown in its place as long as no script runs."""
    if not saved.has(name):
        raise NotExecutedError("its widget was not saved")
    saved.add(name)
    return Output(still, "jp-OutputArea-widget", name, saved.needs_python(name))


def highlighted(code: str) -> str:
    """Return Python code as HTML; the page's style sheet has the colours."""
    return highlight(code, PythonLexer(), HtmlFormatter())


def title_of(cells: list[Cell]) -> str:
    """Return the text of the first heading, or nothing."""
    first = next((cell.html for cell in cells if "<h1" in cell.html), "")
    return plain(first.partition("<h1")[2].partition(">")[2].partition("</h1>")[0])
