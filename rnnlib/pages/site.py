"""The folder with all pages: `build(folder)`. Everything is made before anything is written."""

import json
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .course import Course, read_course
from .lesson import Lesson, read_lesson

HERE = Path(__file__).parent
SHARED = ("pages.css", "host.js")  # beside the pages, and used by all of them
LIST = "made_by_rnnlib.json"  # the names of all files that were made: only these are ever replaced
TEMPLATES = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@dataclass(frozen=True, eq=False)
class Site:
    """A site that was made: its folder, and the size of each file and of each page, in bytes."""

    folder: Path
    files: dict[str, int]

    @property
    def pages(self) -> dict[str, int]:
        """The files that are pages."""
        return {name: size for name, size in self.files.items() if name.endswith(".html")}

    @property
    def size(self) -> int:
        """All files together."""
        return sum(self.files.values())


def build(folder: str | Path, notebooks: str | Path = "notebooks", binder: str | None = None) -> Site:
    """Make the site of all executed notebooks of a folder, with what the README beside that folder says of them.

    folder    : where it goes: a new or empty folder, or one with an earlier site, which is replaced
    notebooks : the folder of the lessons, in the order of their names
    binder    : where Binder launches the repository, such as https://mybinder.org/v2/gh/OWNER/REPOSITORY/main;
                None: as the README's last line says, and no link as long as that is its placeholder

    A ValueError says which notebook can't be a page, and why.
    """
    folder, notebooks = Path(folder), Path(notebooks)
    earlier = made_earlier(folder)
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise ValueError(f"notebooks is {notebooks}, must be a folder that holds the executed lessons (*.ipynb)")
    lessons = [read_lesson(path) for path in paths]
    course = read_course(notebooks.resolve().parent / "README.md", binder)
    files = {"index.html": page("index.html", course, lessons=lessons)}
    for i, lesson in enumerate(lessons):
        around = {"before": lessons[i - 1] if i else None, "after": lessons[i + 1] if i + 1 < len(lessons) else None}
        files[f"{lesson.name}.html"] = page("lesson.html", course, lesson=lesson, **around)
    files |= {path.name: path.read_bytes() for path in (*paths, *(HERE / name for name in SHARED))}
    if course.picture:
        files[course.picture[0].name] = course.picture[0].read_bytes()
    files[LIST] = (json.dumps(sorted(files), indent=1) + "\n").encode()
    for name in earlier:
        (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Site(folder, {name: len(content) for name, content in files.items()})


def made_earlier(folder: Path) -> list[str]:
    """Return the names of the files that were made here before; a ValueError if it is a folder of something else."""
    if (folder / LIST).exists():
        return [Path(name).name for name in json.loads((folder / LIST).read_text(encoding="utf-8"))]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"folder is {folder}, which holds something else; must be new, empty, or an earlier site")
    return []


def page(template: str, course: Course, lesson: Lesson | None = None, **more: object) -> bytes:
    """Return a page as it is written."""
    return TEMPLATES.get_template(template).render(course=course, lesson=lesson, **more).encode()
