"""The other side of every comparison: awkward cases, and the RNN written anew in HIPS autograd.

`CASES` are all combinations of options, `reference(case)` differentiates each with a copy of every weight per step,
`cases()` draws more for hypothesis, `nudged(f, at)` is a derivative by central differences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from functools import cache
from itertools import product
from types import SimpleNamespace

import autograd.numpy as anp
import numpy as np
from autograd import grad
from hypothesis import settings
from hypothesis import strategies as st

from rnnlib import Weights, forward

settings.register_profile("rnnlib", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("rnnlib")

OUTPUT_AND_LOSS = (
    ("linear", "squared_error"),
    ("sigmoid", "squared_error"),
    ("softmax", "squared_error"),
    ("sigmoid", "cross_entropy"),
    ("softmax", "cross_entropy"),
)


@dataclass(frozen=True)
class Case:
    """One combination of sizes and options, with numbers drawn for it; no two of the sizes are the same.

    O0 is "none", "shared" (H,) or "own" (B, H). Weights lie around 0.5 with either sign, so Wh is not symmetric.
    """

    hidden: str
    output: str
    loss: str
    predict: str
    B: int | None
    O0: str
    T: int = 4
    D: int = 5
    H: int = 3
    K: int = 6
    seed: int = 49

    def __str__(self):
        """Name the case in a test report."""
        return f"{self.hidden}-{self.output}-{self.loss}-{self.predict}-B{self.B}-O0_{self.O0}-T{self.T}"

    @property
    def options(self):
        """The words for `forward`."""
        return {"hidden": self.hidden, "output": self.output, "predict": self.predict}

    @property
    def data(self):
        """Arrays w, x, y and O0 of the case."""
        rng = np.random.default_rng(self.seed)
        batch = () if self.B is None else (self.B,)

        def around_half(*shape):
            return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 0.7, shape)

        w = Weights(around_half(self.H, self.D), around_half(self.H, self.H), around_half(self.K, self.H))
        x = rng.normal(size=(self.T, *batch, self.D))
        O0 = {"none": None, "shared": around_half(self.H), "own": around_half(*batch, self.H)}[self.O0]
        y = rng.uniform(0.1, 0.9, (*((self.T,) if self.predict == "every" else ()), *batch, self.K))
        if (self.output, self.loss) == ("softmax", "cross_entropy"):
            y /= y.sum(axis=-1, keepdims=True)
        return SimpleNamespace(w=w, x=x, y=y, O0=O0)

    @property
    def trace(self):
        """The trace of the case, by the library."""
        data = self.data
        return forward(data.w, data.x, data.O0, **self.options)

    @property
    def y(self):
        """The target of the case."""
        return self.data.y


CASES = tuple(
    Case(hidden, output, loss, predict, B, O0, T)
    for hidden, (output, loss), predict, (B, O0), T in product(
        ("tanh", "sigmoid", "relu", "linear"),
        OUTPUT_AND_LOSS,
        ("last", "every"),
        ((None, "none"), (None, "shared"), (2, "none"), (2, "shared"), (2, "own")),
        (1, 4),
    )
)
ONE_SEQUENCE = tuple(case for case in CASES if case.B is None)
AWKWARD = Case("tanh", "linear", "squared_error", "last", None, "shared")


@st.composite
def cases(draw, **fixed):
    """Draw a case of any sizes and options; `fixed` holds some of them."""
    output, loss = draw(st.sampled_from(OUTPUT_AND_LOSS))
    B = draw(st.sampled_from([None, 1, 2, 3]))
    drawn = Case(
        hidden=draw(st.sampled_from(["tanh", "sigmoid", "relu", "linear"])),
        output=output,
        loss=loss,
        predict=draw(st.sampled_from(["last", "every"])),
        B=B,
        O0=draw(st.sampled_from(["none", "shared"] if fixed.get("B", B) is None else ["none", "shared", "own"])),
        T=draw(st.integers(1, 5)),
        D=draw(st.integers(1, 3)),
        H=draw(st.integers(1, 4)),
        K=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 10_000)),
    )
    return replace(drawn, **fixed)


def activated(a, hidden):
    """f(a), from its definition."""
    if hidden == "tanh":
        return anp.tanh(a)
    if hidden == "sigmoid":
        return 1 / (1 + anp.exp(-a))
    return a * (a > 0) if hidden == "relu" else a


def predicted(z, output):
    """g(z), from its definition."""
    if output == "sigmoid":
        return 1 / (1 + anp.exp(-z))
    return anp.exp(z) / anp.sum(anp.exp(z)) if output == "softmax" else z


def cost(y_hat, y, output, loss):
    """The loss of one prediction, from its definition."""
    if loss == "squared_error":
        return anp.sum((y_hat - y) ** 2) / 2
    if output == "sigmoid":
        return -anp.sum(y * anp.log(y_hat) + (1 - y) * anp.log(1 - y_hat))
    return -anp.sum(y * anp.log(y_hat))


def loss_of_copies(Wi, Wh, Wo, O0, plus_a, plus_O, x, y, case):
    """L with copies: step t, counted from 0 here, uses Wi[t], Wh[t] and Wo[t]; plus_a and plus_O shift its a and O."""
    batch = range(case.B or 1)
    x, y = x.reshape(case.T, len(batch), case.D), y.reshape(-1, len(batch), case.K)
    total = 0.0
    for b in batch:
        O = O0[b]
        for t in range(case.T):
            O = activated(anp.dot(Wi[t], x[t, b]) + anp.dot(Wh[t], O) + plus_a[t, b], case.hidden) + plus_O[t, b]
            if case.predict == "every":
                total = total + cost(predicted(anp.dot(Wo[t], O), case.output), y[t, b], case.output, case.loss)
        if case.predict == "last":
            total = total + cost(predicted(anp.dot(Wo[-1], O), case.output), y[0, b], case.output, case.loss)
    return total / len(batch)


def copies_of(case):
    """The first six arguments of `loss_of_copies`, all copies alike and all shifts zero, then x, y and the case."""
    data, B = case.data, case.B or 1
    Wi, Wh, Wo = (np.stack([W] * case.T) for W in (data.w.Wi, data.w.Wh, data.w.Wo))
    O0 = np.zeros((B, case.H)) if data.O0 is None else np.broadcast_to(data.O0, (B, case.H)).copy()
    nothing = np.zeros((case.T, B, case.H))
    return Wi, Wh, Wo, O0, nothing, nothing, data.x, data.y, case


@cache
def reference(case):
    """Loss and derivatives of a case by HIPS autograd.

    Wi, Wh, Wo hold a row for the copy of each step (T, ...); O0, a, O what reaches those (B, H) or (T, B, H).
    """
    arguments = copies_of(case)
    Wi, Wh, Wo, O0, a, O = grad(loss_of_copies, argnum=tuple(range(6)))(*arguments)
    return SimpleNamespace(loss=float(loss_of_copies(*arguments)), Wi=Wi, Wh=Wh, Wo=Wo, O0=O0, a=a, O=O)


def nudged(f, at, nudge=1e-6):
    """df/dat by central differences: the axes of f, then the axes of `at`."""
    at = np.asarray(at, dtype=float)
    result = np.zeros((*np.shape(f(at)), *at.shape))
    for index in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[index] = nudge
        result[(..., *index)] = (np.asarray(f(at + step)) - np.asarray(f(at - step))) / (2 * nudge)
    return result


def arrays_of(record):
    """All arrays a record holds, however deep."""
    if isinstance(record, np.ndarray):
        yield record
    elif is_dataclass(record) or isinstance(record, Mapping | tuple):
        inside = vars(record) if is_dataclass(record) else record
        for value in inside.values() if isinstance(inside, Mapping) else inside:
            yield from arrays_of(value)


def assert_close(mine, reference, relative=1e-9):
    """Fail unless shapes agree and every entry is within `relative` times the largest entry of the reference."""
    assert np.shape(mine) == np.shape(reference)
    scale = max(float(np.abs(reference).max()), 1e-3)
    np.testing.assert_allclose(mine, reference, rtol=0.0, atol=relative * scale)
