"""The presenter's Python side: nothing but a button, and a sentence where no widget can run."""

import pathlib

from rnnlib.widgets import Present

WIDGETS = pathlib.Path(__file__).parents[1] / "rnnlib" / "widgets"
SCRIPT = (WIDGETS / "present.js").read_text(encoding="utf-8")
STYLE = (WIDGETS / "present.css").read_text(encoding="utf-8")


def test_code_and_style_are_sent_as_text():
    """An ordinary installation watches no file, and says nothing about one."""
    state = Present().get_state()
    assert (state["_esm"], state["_css"]) == (SCRIPT, STYLE)


def test_repr_is_stable():
    """Two runs of a notebook print the same."""
    assert repr(Present()) == repr(Present()) == "Present()"


def test_still_says_what_is_not_there():
    """A page without scripts says in one sentence what the button does where it can; strict nbval compares it."""
    present = Present()
    data, _ = present._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == present.model_id
    assert data["text/html"] == f"<p>{data['text/plain']}</p>"
    assert "a key per step" in data["text/plain"]
    assert data["text/plain"] == Present()._repr_mimebundle_()[0]["text/plain"]


def test_code_in_the_browser_asks_for_nothing_and_trusts_no_text():
    """No build step, no address, no message to Python, no second copy of the lesson, and texts stay texts."""
    assert max(map(len, SCRIPT.splitlines())) <= 120
    for word in ("http", "import ", "save_changes", "eval", "cloneNode", "setTimeout", "setInterval"):
        assert word not in SCRIPT
    written = [part.split(";\n")[0] for part in SCRIPT.split("innerHTML")[1:]]
    assert len(written) == 2
    assert [part.count("${") for part in written] == [1, 0]  # the hint, a constant
    assert "url(" not in STYLE


def test_style_changes_nothing_while_nobody_presents():
    """Every rule is for the button, the bar, and what stands in, or is behind, a notebook that is presented."""
    rules = [block.rpartition("}")[2] for block in STYLE.split("{")[:-1]]
    selectors = [line.strip() for rule in rules for line in rule.split("*/")[-1].split(",\n")]
    assert all(selector.startswith((".rnn-present", "body > .rnn-high")) for selector in selectors), selectors
