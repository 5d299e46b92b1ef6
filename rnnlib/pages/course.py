"""What the README beside the lessons says of the course: `read_course(readme)`."""

import re
from dataclasses import dataclass
from pathlib import Path

from .markdown import PageRenderer, html_of

ROW = re.compile(r"^\| *\[[^]]*\]\([^)]*?(\w+)\.ipynb\) *\|([^|]*)\|[^|]*\|([^|]*)\|$", re.MULTILINE)
PICTURE = re.compile(r"!\[([^]]*)\]\(([^)]+\.svg)\)")
BINDER = re.compile(r"^\[binder\]: *([^?\s]+)", re.MULTILINE)
PLACEHOLDER = "OWNER/REPOSITORY"


@dataclass(frozen=True, eq=False)
class Course:
    """What is said of the course: `picture` and `binder` are None where there is none.

    title, lead : its name, and what it is, as HTML
    rows        : {name of a lesson: (its question as HTML, minutes)}
    picture     : (file, what is seen in it)
    binder      : the address where Binder launches the repository
    """

    title: str = "Lessons"
    lead: str = ""
    rows: dict[str, tuple[str, str]] | None = None
    picture: tuple[Path, str] | None = None
    binder: str | None = None

    def launch(self, name: str) -> str | None:
        """Return the address where Binder opens a lesson."""
        return self.binder and f"{self.binder}?labpath=notebooks%2F{name}.ipynb"


def read_course(readme: Path, binder: str | None = None) -> Course:
    """Return what a README says; where there is none, little. `binder` goes before the README's, if it is given."""
    if not readme.exists():
        return Course(rows={}, binder=binder)
    text = readme.read_text(encoding="utf-8")
    head, _, _ = text.partition("\n## ")
    title = re.search(r"^# *(.+)", head, re.MULTILINE)
    paragraphs = [p for p in head.split("\n\n") if p.strip() and not p.lstrip().startswith(("#", "!", "["))]
    picture, address = PICTURE.search(head), BINDER.search(text)
    if not binder and address and PLACEHOLDER not in address[1]:
        binder = address[1]
    return Course(
        title=title[1].strip() if title else Course.title,
        lead=prose("\n\n".join(paragraphs)),
        rows={name: (prose(question.strip()), minutes.strip()) for name, question, minutes in ROW.findall(text)},
        picture=picture and (readme.parent / picture[2], " ".join(picture[1].split())),
        binder=binder,
    )


def prose(text: str) -> str:
    """Return Markdown as HTML."""
    return html_of(text, PageRenderer())
