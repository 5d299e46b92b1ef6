"""For `pytest --nbval`, from any folder: addresses and pixels may differ from machine to machine, numbers may not."""

from pathlib import Path


def pytest_configure(config):
    """Let nbval leave out what tests/nbval_sanitize.cfg names."""
    config.option.nbval_sanitize_with = str(Path(__file__).resolve().parents[1] / "tests" / "nbval_sanitize.cfg")
