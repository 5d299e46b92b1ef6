"""The same RNN in other libraries: `GRADIENTS[name](case)` returns {what is measured: a function without arguments},
and for what can't be repeated the seconds it took.

tanh, linear output, squared error, predict="last", float64. "Untied" is a copy of Wi and Wh for each step, so that the
library's own differentiation gives every term; "RNN" is the library's own layer, which gives only the totals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from side_by_side import seconds

Runs = dict[str, Callable[[], object] | list[float]]


@dataclass(frozen=True)
class Case:
    """Sizes, and numbers drawn for them; one sequence if B is 1."""

    T: int
    B: int
    D: int
    H: int
    K: int

    def __str__(self) -> str:
        """Name the case by its sizes."""
        return f"({self.T}, {self.B}, {self.D}, {self.H}, {self.K})"

    @property
    def batch(self) -> tuple[int, ...]:
        """The axis of the batch, if there is one."""
        return () if self.B == 1 else (self.B,)

    @cached_property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """Wi, Wh, Wo, x and y; the weights neither kill nor blow up what passes through them."""
        rng, (T, D, H, K) = np.random.default_rng(0), (self.T, self.D, self.H, self.K)
        weights = (rng.normal(size=shape) / np.sqrt(shape[1]) for shape in ((H, D), (H, H), (K, H)))
        return *weights, rng.normal(size=(T, *self.batch, D)), rng.normal(size=(*self.batch, K))


def torch_gradients(case: Case) -> Runs:
    """PyTorch: autograd with untied copies, and its own RNN."""
    import torch

    Wi, Wh, Wo, x, y = map(torch.tensor, case.arrays)
    own = torch_rnn(case)

    def untied() -> object:
        *weights, Wo_ = ([W.clone().requires_grad_() for _ in range(case.T)] for W in (Wi, Wh, Wo))
        O = torch.zeros(*case.batch, case.H, dtype=torch.float64)
        for x_t, Wi_t, Wh_t in zip(x, *weights, strict=True):
            O = torch.tanh(x_t @ Wi_t.T + O @ Wh_t.T)
        loss = ((O @ Wo_[0].T - y) ** 2).sum() / 2 / case.B
        return torch.autograd.grad(loss, [*weights[0], *weights[1], Wo_[0]])

    return {"PyTorch untied": untied, "PyTorch RNN": own}


def torch_rnn(case: Case, learning_rate: float | None = None) -> Callable[[], object]:
    """PyTorch's own RNN: loss and gradients, and an update by its SGD if there is a learning rate."""
    import torch

    *_, x, y = map(torch.tensor, case.arrays)
    rnn = torch.nn.RNN(case.D, case.H, bias=False, dtype=torch.float64)
    out = torch.nn.Linear(case.H, case.K, bias=False, dtype=torch.float64)
    weights = [*rnn.parameters(), *out.parameters()]
    with torch.no_grad():
        for mine, W in zip(weights, case.arrays, strict=False):
            mine.copy_(torch.tensor(W))
    sgd = torch.optim.SGD(weights, lr=learning_rate or 0.0)

    def run() -> float:
        sgd.zero_grad()
        loss = ((out(rnn(x)[1][0]) - y) ** 2).sum() / 2 / case.B
        loss.backward()
        if learning_rate:
            sgd.step()
        return loss.item()

    return run


def jax_loss(O0, Wis, Whs, Wo, x, y):
    """JAX: the loss with a copy of Wi and Wh for each step."""
    import jax

    def step(O, now):
        Wi_t, Wh_t, x_t = now
        return jax.numpy.tanh(x_t @ Wi_t.T + O @ Wh_t.T), None

    O_T, _ = jax.lax.scan(step, O0, (Wis, Whs, x))
    return ((O_T @ Wo.T - y) ** 2).sum() / 2 / (1 if y.ndim == 1 else len(y))


def jax_gradients(case: Case) -> Runs:
    """JAX: value_and_grad of untied copies under jit, its arrays handed over once; and again with its compilation."""
    import jax

    numpy = jax.numpy
    arrays = [numpy.asarray(array) for array in case.arrays]
    O0 = numpy.zeros((*case.batch, case.H))

    def all_terms(Wi, Wh, Wo, x, y):
        Wis, Whs = (numpy.broadcast_to(W, (case.T, *W.shape)) for W in (Wi, Wh))
        return jax.value_and_grad(jax_loss, (1, 2, 3))(O0, Wis, Whs, Wo, x, y)

    warm = jax.jit(all_terms)

    def cold() -> object:
        jax.clear_caches()
        return jax.block_until_ready(jax.jit(lambda *given: all_terms(*given))(*arrays))

    first = [seconds(cold) for _ in range(3)]  # here, since it empties the caches of the warm one too
    return {"JAX warm": lambda: jax.block_until_ready(warm(*arrays)), "JAX cold": first}


def autograd_gradients(case: Case) -> Runs:
    """HIPS autograd: untied copies."""
    import autograd.numpy as numpy
    from autograd import grad

    Wi, Wh, Wo, x, y = case.arrays

    def loss(weights):
        Wis, Whs, Wo_ = weights
        O = np.zeros((*case.batch, case.H))
        for x_t, Wi_t, Wh_t in zip(x, Wis, Whs, strict=True):
            O = numpy.tanh(numpy.dot(x_t, Wi_t.T) + numpy.dot(O, Wh_t.T))
        return numpy.sum((numpy.dot(O, Wo_.T) - y) ** 2) / 2 / case.B

    of_copies = grad(loss)
    return {"autograd untied": lambda: of_copies((list(repeat(Wi, case.T)), list(repeat(Wh, case.T)), Wo))}


GRADIENTS = {"torch": torch_gradients, "jax": jax_gradients, "autograd": autograd_gradients}


def torch_updates(case: Case) -> Runs:
    """PyTorch: its own RNN and SGD, reading the loss of each update."""
    return {"PyTorch RNN + SGD": torch_rnn(case, 0.001)}


UPDATES = {"torch": torch_updates}


def torch_surface(case: Case, values: np.ndarray) -> Runs:
    """PyTorch: torch.func.vmap over both axes of the grid."""
    import torch

    Wi, Wh, Wo, x, y = map(torch.tensor, case.arrays)
    grid, (first_of_Wi, first_of_Wh) = torch.tensor(values), map(torch.zeros_like, (Wi, Wh))
    first_of_Wi[0, 0] = first_of_Wh[0, 0] = 1.0

    def loss(of_Wi, of_Wh):
        Wi_, Wh_ = Wi + (of_Wi - Wi[0, 0]) * first_of_Wi, Wh + (of_Wh - Wh[0, 0]) * first_of_Wh
        O = torch.zeros(*case.batch, case.H, dtype=torch.float64)
        for x_t in x:
            O = torch.tanh(x_t @ Wi_.T + O @ Wh_.T)
        return ((O @ Wo.T - y) ** 2).sum() / 2 / case.B

    both = torch.func.vmap(torch.func.vmap(loss, (None, 0)), (0, None))
    return {"PyTorch vmap": lambda: both(grid, grid)}


def jax_surface(case: Case, values: np.ndarray) -> Runs:
    """JAX: vmap over both axes of the grid, under jit, warm."""
    import jax

    numpy = jax.numpy
    Wi, Wh, Wo, x, y = (numpy.asarray(array) for array in case.arrays)

    def loss(of_Wi, of_Wh):
        Wi_, Wh_ = Wi.at[0, 0].set(of_Wi), Wh.at[0, 0].set(of_Wh)
        step = lambda O, x_t: (numpy.tanh(x_t @ Wi_.T + O @ Wh_.T), None)  # noqa: E731
        O_T, _ = jax.lax.scan(step, numpy.zeros((*case.batch, case.H)), x)
        return ((O_T @ Wo.T - y) ** 2).sum() / 2 / case.B

    both, grid = jax.jit(jax.vmap(jax.vmap(loss, (None, 0)), (0, None))), numpy.asarray(values)
    return {"JAX vmap + jit": lambda: jax.block_until_ready(both(grid, grid))}


SURFACES = {"torch": torch_surface, "jax": jax_surface}
