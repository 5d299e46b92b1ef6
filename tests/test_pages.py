"""The saved pages, as far as they can be seen without a browser: what is in them, what is not, and what is refused."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnnlib.pages import build
from rnnlib.pages.lesson import read_lesson
from rnnlib.pages.markdown import PageRenderer, html_of, mathml
from rnnlib.pages.saved import CONTROLS, KEY, SHOWN, VIEW, Saved

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 3_000_000  # bytes of a page
WITHOUT_END = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page as (tag, attributes), its text, and whether every element that opens is closed."""

    def __init__(self, html):
        """Read a page."""
        super().__init__()
        self.elements, self.open, self.texts, self.faults = [], [], [], []
        self.feed(html)
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        """Note an element."""
        self.elements.append((tag, dict(attributes)))
        if tag not in WITHOUT_END:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Note an empty element, as in SVG."""
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        """Note what is closed without having been opened."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")

    def handle_data(self, data):
        """Note text and scripts."""
        self.texts.append((self.open[-1] if self.open else None, data))

    def all(self, tag, **wanted):
        """The attributes of all elements with this tag and these attributes."""
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]

    def text_of(self, tag):
        """All text directly in elements with this tag."""
        return [text for inside, text in self.texts if inside == tag]

    def widgets(self):
        """What the page's script reads."""
        return json.loads("".join(self.text_of("script")[-1:]))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The course as it stands."""
    return build(tmp_path_factory.mktemp("site") / "course", ROOT / "notebooks")


@pytest.fixture(scope="module")
def pages(site):
    """All pages by their names."""
    return {Path(name).stem: Page((site.folder / name).read_text(encoding="utf-8")) for name in site.pages}


@pytest.fixture(scope="module")
def notebooks():
    """All notebooks by their names."""
    return {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}


def state_of(notebook):
    """The widgets that were saved with a notebook."""
    return notebook.metadata["widgets"][KEY]["state"]


def views_of(notebook):
    """The names of the widgets that the outputs of a notebook show."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data[VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})]


def held(notebook, name):
    """The saved widgets in a widget, itself among them."""
    state = state_of(notebook)
    inside = re.findall(r"IPY_MODEL_(\w+)", json.dumps(state[name]["state"]))
    return [state[name], *(widget for other in inside for widget in held(notebook, other))]


def folder_of(folder, *cells, state=None, name="00_lesson"):
    """Write a notebook of these cells into a folder of lessons."""
    folder = folder / "notebooks"
    folder.mkdir(exist_ok=True)
    for cell in cells:
        cell.get("outputs") and cell.update(execution_count=1)
    metadata = {"widgets": {KEY: {"version_major": 2, "version_minor": 0, "state": state}}} if state else {}
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), folder / f"{name}.ipynb")
    return folder


def showing(model, text="Nothing to see."):
    """A cell that was run and shows a widget."""
    data = {VIEW: {"model_id": model}, "text/plain": text, "text/html": f"<p>{text}</p>"}
    return new_code_cell("show()", outputs=[new_output("execute_result", data=data, execution_count=1)])


# What is there


def test_each_lesson_has_a_page_of_the_right_size(site):
    """An index, a page for each notebook and the notebook beside it; none is larger than 3 MB."""
    assert list(site.pages) == ["index.html", *(f"{path.stem}.html" for path in NOTEBOOKS)]
    assert max(site.pages.values()) < LARGEST
    for path in NOTEBOOKS:
        assert (site.folder / path.name).read_bytes() == path.read_bytes()
    assert site.files == {path.name: path.stat().st_size for path in site.folder.iterdir()}


def test_the_index_says_what_the_readme_says(site, pages):
    """All lessons in order, each with its question and its minutes; what the course is, and its picture."""
    index, text = pages["index"], " ".join(data for _, data in pages["index"].texts)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[[^]]+\]\(notebooks/(\w+)\.ipynb\) \| ([^|]+) \|[^|]+\| (\d+) \|$", readme, re.MULTILINE)
    assert [name for name, _, _ in rows] == [path.stem for path in NOTEBOOKS]
    places = [text.index(f"{question}") for _, question, _ in rows]
    assert places == sorted(places)
    assert re.findall(r"(\d+) minutes", text) == [minutes for _, _, minutes in rows]
    lessons = [a["href"] for a in index.all("a") if re.match(r"\d\d_", a["href"])]
    assert lessons == [f"{path.stem}.html" for path in NOTEBOOKS]
    assert "A short course of interactive Jupyter notebooks" in text
    (picture,) = index.all("img")
    assert picture["alt"].startswith("The unrolled network of three steps.")
    assert (site.folder / picture["src"]).read_bytes() == (ROOT / ".github" / "one_cycle.svg").read_bytes()


@pytest.mark.parametrize("name", ["index", *(path.stem for path in NOTEBOOKS)])
def test_a_page_is_sound(pages, name):
    """Every element is closed; language, title, one main part, one title, names that are used once, a skip link."""
    page = pages[name]
    assert page.faults == []
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("title")) == len(page.all("main")) == len(page.all("h1")) == 1
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert all(heading.get("id") for level in ("h2", "h3") for heading in page.all(level))


@pytest.mark.parametrize("name", ["index", *(path.stem for path in NOTEBOOKS)])
def test_every_link_leads_somewhere_and_nothing_is_fetched_from_elsewhere(site, pages, name):
    """Files beside the page exist, names within pages too; scripts, styles and pictures are here."""
    page = pages[name]
    for tag, attributes in page.elements:
        for kind in {"src", "href", "srcset", "data", "poster"} & attributes.keys():
            address = attributes[kind]
            if address.startswith("data:") or (tag == "a" and re.match("https?://", address)):
                continue
            file, _, part = address.partition("#")
            assert not file.endswith(".ipynb") or "download" in attributes, address
            assert (site.folder / (file or f"{name}.html")).is_file(), address
            if part:
                there = pages[Path(file).stem if file else name]
                assert any(unquote(part) == other.get("id") for _, other in there.elements), address
    assert [a["src"] for a in page.all("script") if "src" in a] == ["host.js"]


def test_shared_files_ask_for_nothing():
    """Neither style sheet nor script names an address."""
    for file in ("pages.css", "host.js"):
        text = (ROOT / "rnnlib" / "pages" / file).read_text(encoding="utf-8")
        assert not re.search(r"https?:|//\w+\.\w|@import|url\(|fetch\(", text)


def test_the_style_sheet_defines_every_colour_and_font_that_the_widgets_use():
    """What JupyterLab would define, on a light page; on a dark one, each colour has another value."""
    sheets = [path.read_text(encoding="utf-8") for path in (ROOT / "rnnlib").glob("*/*.css")]
    used = {name for sheet in sheets for name in re.findall(r"var\((--jp-[\w-]+)", sheet)} - {
        "--jp-widgets-font-size",
        "--jp-widgets-inline-height",  # these two the panels set themselves
    }
    text = (ROOT / "rnnlib" / "pages" / "pages.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"(--[\w-]+): ([^;]+)", part)) for part in re.findall(r"^body.*?^}", text, re.M | re.S)
    )
    assert used <= set(light)
    assert len(used) >= 8
    assert set(dark) == {name for name, value in light.items() if value.startswith("#")}


@pytest.mark.parametrize("number", range(len(NOTEBOOKS)))
def test_a_page_leads_to_its_neighbours(pages, number):
    """Previous, next and all lessons, above and below."""
    page = pages[NOTEBOOKS[number].stem]
    for relation, at in (("prev", number - 1), ("next", number + 1)):
        expected = [f"{NOTEBOOKS[at].stem}.html"] * 2 if 0 <= at < len(NOTEBOOKS) else []
        assert [a["href"] for a in page.all("a", rel=relation)] == expected
    assert len(page.all("a", href="index.html")) == 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_hidden_code_is_folded_and_says_what_it_is(site, notebooks, path):
    """One closed fold for each cell whose source the notebook hides; what such a cell shows stands outside."""
    hidden = [cell for cell in notebooks[path.stem].cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    html = (site.folder / f"{path.stem}.html").read_text(encoding="utf-8")
    fold = r'<div class="jp-Cell-inputWrapper">\s*<details><summary>(.*?)</summary>(.*?)</details>'
    folds = re.findall(fold, html, re.DOTALL)
    kinds = ["A worked answer" if "worked-answer" in c.metadata.tags else "The code of this question" for c in hidden]
    assert [said.split(",")[0] for said, _ in folds] == kinds
    assert not any("jp-OutputArea" in code for _, code in folds)
    assert "<details open" not in html


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_picture_has_its_text_and_comes_once(site, pages, notebooks, path):
    """Every image has an alternative text; no picture is shipped as HTML and as PNG."""
    images = pages[path.stem].all("img")
    assert all(len(image["alt"]) > 40 for image in images)
    sources = [image["src"] for image in images]
    assert len(sources) == len(set(sources))
    data = [output.get("data", {}) for cell in notebooks[path.stem].cells for output in cell.get("outputs", [])]
    assert len(sources) == sum("image/png" in bundle for bundle in data)
    html = (site.folder / f"{path.stem}.html").read_text(encoding="utf-8")
    assert all(bundle["text/html"] in html for bundle in data if "image/png" in bundle)


def test_what_was_printed_in_pieces_is_shown_in_one(tmp_path):
    """A kernel sends the lines of one cell in several messages, as it comes; other outputs stay between them."""
    pieces = [new_output("stream", name=name, text=f"{name}\n") for name in ("stdout", "stdout", "stderr", "stdout")]
    site = build(tmp_path / "site", folder_of(tmp_path, new_code_cell("print()", outputs=pieces)))
    html = (site.folder / "00_lesson.html").read_text(encoding="utf-8")
    assert re.findall(r"<pre>((?:std\w+\n)+)</pre>", html) == ["stdout\nstdout\n", "stderr\n", "stdout\n"]


# The widgets


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_was_saved_is_in_the_page(pages, notebooks, path):
    """Every widget that an output shows, and all in it: each sentence, choice and picture as it was saved."""
    page, notebook = pages[path.stem].widgets(), notebooks[path.stem]
    views = views_of(notebook)
    assert [a["data-widget"] for _, a in pages[path.stem].elements if "data-widget" in a] == views
    for name in views:
        assert name in page["models"]
    for name, model in page["models"].items():
        for key, value in model["state"].items():
            expected = state_of(notebook)[name]["state"][key]
            if key in ("_esm", "_css"):
                assert page["parts"][value] == expected
            elif key != "disabled":
                assert value == expected
    for wanted in ("sentences", "scene", "choices", "answer", "html", "children"):
        kept = [model["state"][wanted] for model in page["models"].values() if wanted in model["state"]]
        assert len(kept) == sum(wanted in widget["state"] for widget in state_of(notebook).values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_of_widgets_is_kept_once(pages, path):
    """However many steppers and questions a page has, it holds their script one time."""
    parts = pages[path.stem].widgets()["parts"]
    assert len(parts) == len(set(parts))
    assert sum("Predict, then reveal" in part for part in parts) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_needs_python_is_disabled_and_says_so_once_a_panel(site, pages, notebooks, path):
    """All controls of ipywidgets, and all of ours that can be disabled; never a stepper or a question."""
    notebook, models = notebooks[path.stem], pages[path.stem].widgets()["models"]
    for name, model in models.items():
        kind, was = state_of(notebook)[name]["model_name"], state_of(notebook)[name]["state"]
        assert model["state"].get("disabled", False) == (kind in CONTROLS or "disabled" in was)
        assert not ("sentences" in was and "disabled" in model["state"])
    html = (site.folder / f"{path.stem}.html").read_text(encoding="utf-8")
    outputs = html.split('<div class="jp-OutputArea-child">')[1:]
    noted = {re.search(r'data-widget="(\w+)"', part)[1]: part for part in outputs if "needs-python" in part}
    expected = [name for name in views_of(notebook) if any("disabled" in w["state"] for w in held(notebook, name))]
    assert list(noted) == expected
    for part in noted.values():
        assert part.count("needs-python") == 1
        assert f'href="{path.stem}.ipynb" download' in part
        assert 'href="index.html#python"' in part


def test_the_host_shows_all_kinds_of_widgets_that_the_builder_lets_pass():
    """One view for each, by the same names."""
    host = (ROOT / "rnnlib" / "pages" / "host.js").read_text(encoding="utf-8")
    table = host.partition("const views = {")[2].partition("\n  };")[0]
    views = re.findall(r"^    (?:async )?([A-Z]\w+)[(:]", table, re.MULTILINE)
    assert sorted(f"{name}Model" for name in views) == sorted(SHOWN)


def test_text_that_looks_like_markup_does_not_end_the_script(tmp_path):
    """A widget may hold any text, a closing script tag too."""
    state = {"a": {"model_name": "HTMLModel", "model_module": "", "state": {"value": "</script><script>alert(1)"}}}
    site = build(tmp_path / "site", folder_of(tmp_path, showing("a"), state=state))
    page = Page((site.folder / "00_lesson.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert page.widgets()["models"]["a"]["state"]["value"] == "</script><script>alert(1)"


def test_a_still_stands_where_the_widget_will_be(site, notebooks):
    """A page without scripts shows what GitHub shows: the sentence and the table."""
    html = (site.folder / "03_hidden_weights.html").read_text(encoding="utf-8")
    data = [o.data for cell in notebooks["03_hidden_weights"].cells for o in cell.get("outputs", []) if "data" in o]
    stills = [bundle["text/html"] for bundle in data if VIEW in bundle]
    assert stills
    assert all(still in html for still in stills)


# Markdown


def test_formulas_are_set_when_the_page_is_made(tmp_path):
    """They are MathML, which a browser shows without a script; no dollar signs are left."""
    formula = r"$$\frac{dL}{dW_h} = \sum_{t=1}^{T} \frac{dL}{dO_T} \cdots \frac{dO_t}{dW_h}$$"
    site = build(tmp_path / "site", folder_of(tmp_path, new_markdown_cell(f"# Sum\n\nSo $L$ says:\n\n{formula}")))
    html = (site.folder / "00_lesson.html").read_text(encoding="utf-8")
    assert re.findall("<math display=.(\\w+)", html) == ["inline", "block"]
    assert html.count("<mfrac>") == 3
    assert "$" not in html
    assert Page(html).faults == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Here $W_h$ is.", '<math display="inline"><mrow><msub><mi>W</mi><mi>h</mi></msub></mrow></math>'),
        ("$$\nx\n$$", '<math display="block"><mrow><mi>x</mi></mrow></math>'),
        (r"\begin{matrix} 1 & 2 \end{matrix}", "<mtd><mn>2</mn></mtd>"),
        ("`$5` and\n```\n$6$\n```", "<code>$5</code>"),
        ("[on](02_on.ipynb), [it](02_on.ipynb#A-sum)", '<a href="02_on.html">on</a>, <a href="02_on.html#A-sum">'),
        ("[paper](https://example.org/a.ipynb)", 'href="https://example.org/a.ipynb"'),
        ("## The `Wh` & more", '<h2 id="The-Wh-&amp;-more">The <code>Wh</code> &amp; more</h2>'),
    ],
)
def test_markdown_becomes_html(source, expected):
    """Formulas are set, but not in code; links between lessons lead to pages; headings can be linked to."""
    html = html_of(source, PageRenderer())
    assert expected in html
    assert html.count("<math") == expected.count("<math") or "mtd" in expected


def test_two_headings_of_one_name_can_both_be_linked_to():
    """The second gets a number."""
    assert re.findall('id="(.*?)"', html_of("## A sum\n\n## A sum\n", PageRenderer())) == ["A-sum", "A-sum-2"]


@pytest.mark.parametrize("formula", [r"\nosuch{x}", r"\frac{a}", "{", r"\left( x"])
def test_a_formula_that_cannot_be_set_is_refused_by_notebook_and_cell(tmp_path, formula):
    """Nothing is guessed, and nothing written."""
    cells = new_markdown_cell("# Title"), new_markdown_cell(f"It is ${formula}$.")
    with pytest.raises(ValueError, match=r"^00_lesson\.ipynb, cell 2: the formula .* can't be set") as caught:
        build(tmp_path / "site", folder_of(tmp_path, *cells))
    assert formula in str(caught.value)
    assert not (tmp_path / "site").exists()


def test_without_the_converter_a_formula_says_what_to_install(monkeypatch):
    """The extra is named; pages without formulas don't need it."""
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[site\]"'):
        mathml("x")


def test_a_title_is_escaped(tmp_path):
    """In the head of the page, in the index and in the links of its neighbours."""
    folder = folder_of(tmp_path, new_markdown_cell('# Is `a < b` & "c"?'))
    folder_of(tmp_path, new_markdown_cell("# Another"), name="01_next")
    site = build(tmp_path / "site", folder)
    assert read_lesson(folder / "00_lesson.ipynb").title == 'Is a < b & "c"?'
    for name in site.pages:
        html = (site.folder / name).read_text(encoding="utf-8")
        assert "Is a &lt; b &amp; &#34;c&#34;?" in html
        assert Page(html).faults == []


# What is refused


def test_a_notebook_that_was_not_run_is_refused(tmp_path):
    """The sentence says how to execute it."""
    folder = folder_of(tmp_path, new_markdown_cell("# Title"), new_code_cell("1 + 1"))
    with pytest.raises(ValueError, match=r"^00_lesson\.ipynb, cell 2: it has never been run; execute the notebook"):
        build(tmp_path / "site", folder)


def test_a_notebook_without_its_widgets_is_refused(tmp_path):
    """Outputs alone are not enough for live pictures."""
    command = "jupyter nbconvert --to notebook --execute --inplace"
    with pytest.raises(ValueError, match=rf"cell 1: its widget was not saved; .*{command} .*00_lesson\.ipynb$"):
        build(tmp_path / "site", folder_of(tmp_path, showing("gone")))


def test_a_kind_of_widget_that_would_be_missing_is_refused(tmp_path):
    """No gap is left in silence."""
    state = {"a": {"model_name": "IntSliderModel", "model_module": "", "state": {"value": 3}}}
    with pytest.raises(ValueError, match="cell 1: the pages can't show a widget of the kind IntSlider"):
        build(tmp_path / "site", folder_of(tmp_path, showing("a"), state=state))


def test_no_notebook_and_a_broken_one_are_refused(tmp_path):
    """The folder or the file is named."""
    with pytest.raises(ValueError, match=r"notebooks is .*empty, must be a folder that holds the executed lessons"):
        build(tmp_path / "site", tmp_path / "empty")
    (tmp_path / "00_broken.ipynb").write_text("{}")
    with pytest.raises(ValueError, match=r"00_broken\.ipynb is no notebook"):
        build(tmp_path / "site", tmp_path)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    """Not one file is written, and nothing is lost."""
    (tmp_path / "thesis.txt").write_text("years of work")
    lessons = folder_of(tmp_path, new_markdown_cell("# Title"))
    for folder in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(ValueError, match=r"^folder is .*, which holds something else; must be new, empty"):
            build(folder, lessons)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "thesis.txt"]
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_earlier_site_is_replaced_and_other_files_in_it_stay(tmp_path):
    """The page of a lesson that is no more goes; a file that somebody has put there doesn't."""
    lessons = folder_of(tmp_path, new_markdown_cell("# Title"))
    build(tmp_path / "site", lessons)
    (tmp_path / "site" / "CNAME").write_text("course.example")
    (lessons / "00_lesson.ipynb").rename(lessons / "01_lesson.ipynb")
    site = build(tmp_path / "site", lessons)
    there = {path.name for path in site.folder.iterdir()}
    assert there == {*site.files, "CNAME"}
    assert "00_lesson.html" not in there
    assert "01_lesson.html" in there


def test_a_site_without_a_readme_has_titles_only(tmp_path):
    """Anybody's notebooks can become pages."""
    site = build(tmp_path / "site", folder_of(tmp_path, new_markdown_cell("# My lesson")))
    index = (site.folder / "index.html").read_text(encoding="utf-8")
    assert "My lesson" in index
    assert "minutes" not in index


# Binder


def test_binder_is_left_out_as_long_as_its_address_is_a_placeholder(site):
    """No link leads to OWNER/REPOSITORY."""
    for name in site.pages:
        html = (site.folder / name).read_text(encoding="utf-8")
        assert "mybinder" not in html
        assert "OWNER" not in html


@pytest.mark.parametrize("is_in_readme", [True, False])
def test_a_real_address_of_binder_is_offered_in_place(tmp_path, is_in_readme):
    """From the README's last line, or as an option: each panel's sentence opens its own lesson."""
    address = "https://mybinder.org/v2/gh/someone/rnn/main"
    state = {"a": {"model_name": "ButtonModel", "model_module": "", "state": {"description": "Start"}}}
    folder = folder_of(tmp_path, showing("a"), state=state)
    if is_in_readme:
        text = f"# Course\n\nWhat it is.\n\n[binder]: {address}?labpath=notebooks%2F00_start_here.ipynb\n"
        (tmp_path / "README.md").write_text(text)
    site = build(tmp_path / "site", folder, None if is_in_readme else address)
    page = Page((site.folder / "00_lesson.html").read_text(encoding="utf-8"))
    links = [a["href"] for a in page.all("a") if "mybinder" in a["href"]]
    assert links == [f"{address}?labpath=notebooks%2F00_lesson.ipynb"] * 2


# The command


def test_the_command_makes_the_site_and_says_what_it_made(tmp_path):
    """Size of each page, size of all, and what to open; a second time it refuses a folder that holds something else."""
    folder = folder_of(tmp_path, new_markdown_cell("# Title"))
    command = [sys.executable, "-W", "error", "-m", "rnnlib.pages", "--notebooks", folder]
    done = subprocess.run([*command, tmp_path / "site"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ +\d+ kB  00_lesson\.html$", done.stdout, re.MULTILINE)
    total = sum(path.stat().st_size for path in (tmp_path / "site").iterdir())
    assert f"{total / 1000:8.0f} kB in 6 files, 2 of them pages" in done.stdout
    assert f"Open {tmp_path / 'site' / 'index.html'} in a browser" in done.stdout
    refused = subprocess.run([*command, tmp_path], capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 1
    assert refused.stderr.startswith("No site was made: folder is ")


def test_saved_widgets_are_only_those_that_are_shown():
    """What a notebook saved besides is left out."""
    state = {name: {"model_name": "HTMLModel", "state": {"value": name}} for name in "ab"}
    saved = Saved(state)
    saved.add("b")
    assert list(saved.models) == ["b"]
