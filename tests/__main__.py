"""Install what the tests need, and run all of them that need no browser: ``python tests``."""

import runpy
import sys
from pathlib import Path

course = runpy.run_path(str(Path(__file__).resolve().parents[1] / "notebooks" / "__main__.py"))

import tomllib  # noqa: E402 (with an older Python the line above has said what is wrong)

course["enter_environment"]()
project = tomllib.loads((course["ROOT"] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
requirements = [*project["dependencies"], *project["optional-dependencies"]["test"], "-e ."]
course["install"](requirements, "-e", ".[test]")
without_browser = ["--ignore=tests/browser", "--ignore=tests/benchmarks"]
sys.exit(course["run"](sys.executable, "-m", "pytest", "--nbval", *without_browser, *sys.argv[1:]))
