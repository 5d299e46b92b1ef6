"""What is measured: one function a topic, each prints its lines. `python topics.py gradients` runs one of them."""

import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from itertools import repeat
from statistics import median

import numpy as np
import peers
from floors import bare_numpy, bare_products, smallest_calls
from peers import Case, Runs
from side_by_side import row, seconds, turns

from rnnlib import Weights, backward, cycle, descend, forward, loss_surface

SIZES = (
    (3, 1, 1, 1, 1),
    (3, 1, 2, 3, 1),
    (8, 1, 4, 8, 2),
    (50, 1, 8, 32, 4),
    (100, 16, 16, 64, 8),
    (200, 32, 32, 128, 16),
)
SMALLEST, NO_PEERS = "--smallest" in sys.argv, "--no-peers" in sys.argv
TURNS = 5 if SMALLEST else 25


def of_peers(makers: Mapping[str, object], *given: object) -> Runs:
    """Return what the installed peers run."""
    return {name: run for peer, make in makers.items() if installed(peer) for name, run in make(*given).items()}


def installed(peer: str) -> bool:
    """Return whether a peer can take part."""
    return not NO_PEERS and find_spec(peer) is not None


def say_who_is_missing(makers: Mapping[str, object]) -> None:
    """Print a sentence for each peer that is not installed."""
    for peer in makers:
        if not NO_PEERS and not installed(peer):
            print(f'{peer} is not installed and left out: pip install -e ".[bench]"')


def gradients() -> None:
    """Loss, totals and every term by forward and backward; the numbers of others are multiples of its time."""
    print("(T, B, D, H, K)           forward and backward with every term; the others: times as long")
    for case in (Case(*sizes) for sizes in SIZES[: 1 if SMALLEST else None]):
        Wi, Wh, Wo, x, y = case.arrays
        w = Weights(Wi, Wh, Wo)
        runs = {"rnnlib": lambda w=w, x=x, y=y: backward(forward(w, x), y)}
        runs |= of_peers(peers.GRADIENTS, case)
        cold = {name: runs.pop(name) for name in ("JAX cold",) if name in runs}
        calls = 6 * case.T + 15
        runs |= {"floor: products": bare_products(case), f"floor: {calls} calls": partial(smallest_calls, calls)}
        runs |= {"floor: bare NumPy": bare_numpy(case)}
        print(row(str(case), turns(runs, TURNS) | cold), flush=True)
    say_who_is_missing(peers.GRADIENTS)


def updates() -> None:
    """Updates of gradient descent, each with its loss."""
    print("(T, B, D, H, K)           an update of descend; the others: times as long")
    for case in (Case(*sizes) for sizes in SIZES[1 : 2 if SMALLEST else 4]):
        Wi, Wh, Wo, x, y = case.arrays
        w, some = Weights(Wi, Wh, Wo), 50
        runs = {"rnnlib": partial(descend, w, x, y, learning_rate=0.001, steps=some)}
        runs |= {name: partial(many, run, some) for name, run in of_peers(peers.UPDATES, case).items()}
        times = {name: [time / some for time in each] for name, each in turns(runs, TURNS).items()}
        print(row(str(case), times) + f"  ({1 / median(times['rnnlib']):,.0f} updates a second)", flush=True)
    say_who_is_missing(peers.UPDATES)


def many(run: object, calls: int) -> None:
    """Call a function so many times."""
    for _ in repeat(None, calls):
        run()


def surfaces() -> None:
    """The loss at 61 x 61 points."""
    print("(T, B, D, H, K)           loss_surface, 61 x 61; the others: times as long")
    for case in (Case(*sizes) for sizes in SIZES[: 1 if SMALLEST else 4]):
        Wi, Wh, Wo, x, y = case.arrays
        runs = {"rnnlib": partial(loss_surface, Weights(Wi, Wh, Wo), x, y)}
        runs |= of_peers(peers.SURFACES, case, np.linspace(-3, 3, 61))
        inside = np.empty((61 * 61, case.H))
        runs["floor: tanh"] = lambda inside=inside, T=case.T: [np.tanh(inside, out=inside) for _ in range(T)]
        print(row(str(case), turns(runs, TURNS)), flush=True)
    say_who_is_missing(peers.SURFACES)


def frames() -> None:
    """All frames of a stepper, made at once."""
    from rnnlib.explain import scene

    print("T                         all frames of a stepper, the cycle they show included")
    for T in (3,) if SMALLEST else (3, 12, 50):
        Wi, Wh, Wo, x, y = Case(T, 1, 2, 3, 1).arrays
        one = partial(cycle, Weights(Wi, Wh, Wo), x, y)
        runs = {"both": lambda one=one: scene(one()), "scene": partial(scene, one()), "cycle": one}
        times = turns(runs, TURNS)
        print(
            f"{T:<24}  "
            + "  ".join(
                f"{name} {1e3 * median(each):.3g} ms ({1e3 * min(each):.3g} ms)" for name, each in times.items()
            ),
            flush=True,
        )


def imports() -> None:
    """Starting Python and importing, each time anew."""
    print("                          a fresh Python and one import; the others: times as long")
    names = ["rnnlib", "numpy", *(peer for peer in ("torch", "jax", "autograd") if installed(peer))]
    times = {name: [] for name in names}
    for _ in range(1 if SMALLEST else 7):
        for name in names:
            times[name].append(
                seconds(lambda name=name: subprocess.run([sys.executable, "-c", f"import {name}"], check=True))
            )
    print(row("", times))


def memory() -> None:
    """The most memory one call takes above what the process had after its imports and a small case."""
    if find_spec("resource") is None:
        print("peak memory is not measured: this system has no resource module")
        return
    sizes = SIZES[0] if SMALLEST else SIZES[-1]
    Wi, Wh, _, x, _ = Case(*sizes).arrays
    terms = (len(x) + 1) * (Wh.size + Wi.size) * 8 / 2**20
    print(f"{Case(*sizes)}: the terms alone take {terms:.1f} MiB; above what is there before, at the peak")
    for maker in ("rnnlib", *filter(installed, peers.GRADIENTS)):
        script = f"import topics; topics.print_peak({maker!r}, {sizes})"
        subprocess.run([sys.executable, "-c", script], check=True, cwd=sys.path[0])


def print_peak(maker: str, sizes: tuple[int, ...]) -> None:
    """Print by how much the peak of the memory of this process rises over the gradients of a case."""
    from resource import RUSAGE_SELF, getrusage

    def peak_after(case: Case) -> float:
        Wi, Wh, Wo, x, y = case.arrays
        if maker == "rnnlib":
            backward(forward(Weights(Wi, Wh, Wo), x), y)
        else:
            next(iter(peers.GRADIENTS[maker](case).values()))()
        return getrusage(RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

    before = peak_after(Case(*SIZES[0]))
    print(f"{maker:<24}  {peak_after(Case(*sizes)) - before:.0f} MiB", flush=True)


def latency() -> None:
    """From a key press to painted pixels in JupyterLab."""
    from latency import run

    run(SMALLEST)


if __name__ == "__main__":
    {topic.__name__: topic for topic in (gradients, updates, surfaces, frames, imports, memory, latency)}[sys.argv[1]]()
