"""Who reads a notebook in the browser: what the tests of all widgets share."""

import ast
import time
from functools import wraps

import pytest

SECOND = 1000  # Playwright counts in milliseconds

OPEN = """path => { jupyterapp.commands.execute("docmanager:open", {path}); }"""

IS_OPEN = """path => {
    const {context, sessionContext} = jupyterapp.shell.currentWidget ?? {}, kernel = sessionContext?.session?.kernel;
    return context?.path === path && sessionContext.isReady && kernel?.connectionStatus === "connected"
        && kernel.status === "idle";
}"""

# The command is over at the first error, also at one that a cell may raise; an empty request waits for the cells below.
RUN_ALL_CELLS = """() => {  // returns nothing: a promise would make the caller wait, behind a dialog for ever
    window.ranAllCells = false;
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    jupyterapp.commands.execute("notebook:run-all-cells")
        .finally(() => kernel.requestExecute({code: "", silent: true}).done)
        .finally(() => { window.ranAllCells = true; });
}"""

CODE_CELLS = """() => [...jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === "code" && cell.sharedModel.source.trim())
    .map(cell => ({
        source: cell.sharedModel.source,
        finished: cell.executionCount !== null && cell.executionState !== "running",
        errors: (cell.getMetadata("tags") ?? []).includes("raises-exception") ? []
            : cell.outputs.toJSON().filter(o => o.output_type === "error").map(o => `${o.ename}: ${o.evalue}`),
    }))"""

# Widgets are ready: each has drawn itself, and each panel keeps its keys; its guard at the end and prompts stay empty.
ARE_READY = """() => [...document.querySelectorAll(".jp-OutputArea-output .lm-Widget")]
    .every((part) => part.hasChildNodes() || part.matches(".rnn-panel > :last-child, .jp-OutputPrompt"))
    && [...document.querySelectorAll(".rnn-panel")].every((part) => "guarded" in part.dataset)"""

# At rest: for ten frames in a row, nothing has another place or size.
REST = """async () => {
    const places = () => JSON.stringify(
        [...document.querySelectorAll(".jp-NotebookPanel, .jp-Cell, .jp-OutputArea-output > *")]
            .map((part) => part.getBoundingClientRect()));
    const late = performance.now() + 20000;
    for (let still = 0, before = ""; still < 10; await new Promise(requestAnimationFrame)) {
        if (performance.now() > late) throw new Error("the page does not come to rest");
        const now = places();
        still = now === before ? still + 1 : 0;
        before = now;
    }
}"""

# Twice: while one value is under way, ipywidgets holds back the next one. JupyterLab 4.6 sends what widgets say to a
# subshell, a thread of the kernel with a queue of its own, for which the requests in the main one do not wait.
ANSWERED = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const shells = new Set([null, ...[...kernel._comms.values()].map((comm) => comm.subshellId ?? null)]);
    const answer = (shell) => {
        kernel.subshellId = shell;
        const {done} = kernel.requestExecute({code: "", silent: true});
        kernel.subshellId = null;
        return done;
    };
    for (let time = 0; time < 2; time++) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await Promise.all([...shells].map(answer));
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
    await new Promise(requestAnimationFrame);
}"""

ASK = """async ([expression, code]) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const request = {code, user_expressions: {answer: expression}, store_history: false};
    const reply = (await kernel.requestExecute(request).done).content;
    if (reply.status !== "ok") throw new Error(reply.evalue);
    const {answer} = reply.user_expressions;
    if (answer.status !== "ok") throw new Error(answer.evalue);
    return answer.data["text/plain"];
}"""

# Of a panel: the smallest type in pixels, also in a drawing that is drawn smaller; what sticks out on the right.
SMALLEST_TYPE = """root => Math.min(...[...root.querySelectorAll("label, button, select, output, td, th, text")]
    .filter(part => part.checkVisibility() && part.textContent.trim())
    .map(part => {
        const svg = part.closest("svg"), size = parseFloat(getComputedStyle(part).fontSize);
        return svg ? size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : size;
    }))"""

OUTSIDE = """root => [...root.querySelectorAll(".rnn-top *, .rnn-slider, .rnn-slider *, .rnn-picture")]
    .filter(part => part.checkVisibility())
    .filter(part => part.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
    .map(part => part.outerHTML.slice(0, 80))"""

NAME_OF_FOCUSED = "() => document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText"


def at(places):
    """Return what equals these places, lists of numbers, if nothing has moved by half a pixel; less is not to be seen,
    and rounding would make a whole one of it.
    """
    return [pytest.approx(place, abs=0.5) for place in places]


def open_and_run(page, name, run=True):
    """Open a lesson; return when its kernel is ready, and every cell was run."""
    path = f"{name.removesuffix('.ipynb')}.ipynb"
    page.evaluate(OPEN, path)
    page.wait_for_function(IS_OPEN, arg=path, timeout=60 * SECOND)
    if run:
        page.evaluate(RUN_ALL_CELLS)
        page.wait_for_function("() => window.ranAllCells", timeout=180 * SECOND)
        unfinished = [cell for cell in page.evaluate(CODE_CELLS) if not cell["finished"] or cell["errors"]]
        assert unfinished == [], unfinished
        page.wait_for_function(ARE_READY, timeout=60 * SECOND)
        page.evaluate(REST)


def in_time(check):
    """Let a reader's check fail for up to five seconds: the page may need a moment for what Python has answered."""

    @wraps(check)
    def checked(reader, *arguments, **more):
        late = time.monotonic() + 5
        while True:
            try:
                return check(reader, *arguments, **more)
            except AssertionError:
                if time.monotonic() > late:
                    raise
                reader.page.wait_for_timeout(100)

    return checked


class Reader:
    """Somebody in front of a page, with its kernel behind it."""

    def __init__(self, page):
        """Sit down."""
        self.page = page

    def ask(self, expression, code=""):
        """Return what the kernel says that an expression is, after running this code."""
        return ast.literal_eval(self.page.evaluate(ASK, [expression, code]))

    def wait_for_python(self):
        """Wait until Python has answered, the last value that was held back for it too."""
        self.page.evaluate(ANSWERED)

    def settle(self):
        """Wait for Python, and until the page is at rest."""
        self.wait_for_python()
        self.page.evaluate(REST)
