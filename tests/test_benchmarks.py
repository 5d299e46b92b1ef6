"""The benchmarks run, with no peer installed, and their ratios are what they say."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib import Weights, backward, forward

BENCHMARKS = Path(__file__).parent / "benchmarks"


def benchmarks(*arguments):
    """Run the command, and return what became of it."""
    return subprocess.run([sys.executable, str(BENCHMARKS), *arguments], capture_output=True, text=True)


def test_the_smallest_case_of_each_topic_is_printed():
    """Every topic has its heading and at least a line with a number of rnnlib's, and no peer is asked for."""
    done = benchmarks("--smallest", "--no-peers")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for topic in ("gradients", "updates", "surfaces", "frames", "imports", "memory"):
        assert f"\n{topic}, one thread\n" in done.stdout
    assert done.stdout.count("rnnlib ") >= 5
    assert not any(peer in done.stdout for peer in ("PyTorch", "JAX", "autograd"))


def test_an_unknown_topic_is_refused_with_the_known_ones():
    """The message lists them, and nothing is measured."""
    done = benchmarks("speed")
    assert done.returncode == 2
    known = "gradients, updates, surfaces, frames, imports, memory, latency"
    assert f"topic is 'speed', must be one of {known}" in done.stderr


@pytest.mark.parametrize("sizes", [(3, 1, 2, 3, 1), (4, 5, 2, 3, 2)])
def test_the_floor_makes_what_the_library_makes(monkeypatch, sizes):
    """Loss, gradients, every term, and what goes back from step to step: with anything left out it were too low."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    case = pytest.importorskip("peers").Case(*sizes)
    L, dL_dWo, terms, total, dL_dO, dL_da = pytest.importorskip("floors").bare_numpy(case)()
    Wi, Wh, Wo, x, y = case.arrays
    grads = backward(forward(Weights(Wi, Wh, Wo), x), y)
    both = np.concatenate([grads.dL_dWh_terms, grads.dL_dWi_terms], axis=-1)
    assert_allclose(L, grads.loss, rtol=1e-12)
    for found, expected in (
        (dL_dWo, grads.dL_dWo),
        (terms, both[1:]),
        (total, np.hstack([grads.dL_dWh, grads.dL_dWi])),
        (dL_dO, grads.dL_dO),
        (dL_da[1:], grads.dL_da[1:]),
    ):
        assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_a_ratio_is_a_multiple_of_the_first_time(monkeypatch):
    """Of the medians, and in brackets of the best turns."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    side_by_side = pytest.importorskip("side_by_side")
    line = side_by_side.row("case", {"rnnlib": [0.002, 0.001], "other": [0.006, 0.004]})
    assert line.endswith("rnnlib 1.5 ms (1 ms)  other 3.33x (4x)")
