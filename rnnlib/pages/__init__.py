"""The lessons as a static site: pages whose steppers and questions live without Python and without a network.

What you can do here: make the site (build). In a shell: `python -m rnnlib.pages FOLDER`.

The modules, in reading order: `markdown` (prose and formulas), `saved` (the widgets as the notebook has saved them),
`lesson` (a notebook as what its page shows), `course` (what the README says of the lessons), `site` (the folder). In
the browser, `host.js` gives the saved widgets what JupyterLab would give them, but for the kernel.
"""

from .site import Site, build

__all__ = ["Site", "build"]
