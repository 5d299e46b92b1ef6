"""Make the site: `python -m rnnlib.pages FOLDER`."""

import argparse
import sys
from pathlib import Path

from .site import build

parser = argparse.ArgumentParser(prog="python -m rnnlib.pages", description="Make a static site of the lessons.")
parser.add_argument("folder", type=Path, help="where the site goes: a new or empty folder, or the site of another time")
parser.add_argument("--notebooks", type=Path, default=Path("notebooks"), help="the executed lessons (%(default)s)")
parser.add_argument("--binder", help="like https://mybinder.org/v2/gh/OWNER/REPOSITORY/main; else as in the README")
arguments = parser.parse_args()

try:
    site = build(arguments.folder, arguments.notebooks, arguments.binder)
except (ValueError, OSError, ImportError) as error:
    sys.exit(f"No site was made: {error}")
for page, size in site.pages.items():
    print(f"{size / 1000:8.0f} kB  {page}")
print(f"{site.size / 1000:8.0f} kB in {len(site.files)} files, {len(site.pages)} of them pages, in {site.folder}")
print(f"Open {site.folder / 'index.html'} in a browser, or put the folder on any web server.")
