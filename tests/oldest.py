"""The oldest versions that pyproject.toml admits, as constraints for pip: ``python tests/oldest.py > oldest.txt``."""

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def pin(requirement):
    """Return a requirement that only its lower bound meets: "jupyterlab>=4.2,<5" becomes "jupyterlab==4.2"."""
    found = re.fullmatch(r"([\w.-]+)>=([\d.]+)(,<[\d.]+)?", requirement)
    if not found:
        raise ValueError(f"requirement is {requirement!r}, must be like 'numpy>=2.0' or 'jupyterlab>=4.2,<5'")
    return f"{found[1]}=={found[2]}"


def oldest(path=PYPROJECT):
    """Pin all that rnnlib and its tests need."""
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return [pin(requirement) for requirement in project["dependencies"] + project["optional-dependencies"]["test"]]


if __name__ == "__main__":
    print("\n".join(oldest()))
