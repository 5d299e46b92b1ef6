"""What no library on NumPy gets below: the calls that are needed, the products, and the results with nothing around."""

from collections.abc import Callable
from itertools import repeat

import numpy as np
from peers import Case


def smallest_calls(calls: int) -> None:
    """Call numpy so many times with as little to do as there is: the floor for small sizes."""
    zero = np.zeros(2)  # numpy takes three times as long for a single number
    for _ in repeat(None, calls):
        np.add(zero, zero, out=zero)


def bare_products(case: Case) -> Callable[[], object]:
    """Return a function that makes the matrix products of one forward and backward pass, and nothing else."""
    rng, (T, B, D, H) = np.random.default_rng(0), (case.T, case.B, case.D, case.H)
    (Wi, Wh, *_), later, earlier, x = case.arrays, *(rng.normal(size=(T, B, n)) for n in (H, H, D))
    of_Wh, of_Wi, state = np.empty((T, H, H)), np.empty((T, H, D)), np.empty((B, H))

    def run() -> None:
        x @ Wi.T
        for t in range(T):
            np.dot(earlier[t], Wh.T, out=state)
            np.dot(later[t], Wh, out=state)
        if B == 1:  # vectors, for which numpy's own loop is quicker than BLAS
            np.multiply(later[:, 0, :, None], earlier, out=of_Wh)
            np.multiply(later[:, 0, :, None], x, out=of_Wi)
        else:
            np.matmul(later.mT, earlier, out=of_Wh)
            np.matmul(later.mT, x, out=of_Wi)

    return run


def bare_numpy(case: Case) -> Callable[[], object]:
    """Return a function that makes all results as rnnlib does, but checks, keeps and protects nothing."""
    Wi, Wh, Wo, x, y = case.arrays
    T, H, B, Wh_Wi = case.T, case.H, case.B, np.hstack([Wh, Wi]).T

    def run() -> tuple:
        O_x = np.zeros((T + 1, *case.batch, len(Wh_Wi)))
        O, a = O_x[..., :H], np.empty((T + 1, *case.batch, H))
        O_x[:-1, ..., H:] = x
        for _, met, a_t, O_t in zip(range(T), O_x, a[1:], O[1:], strict=False):
            np.tanh(met.dot(Wh_Wi, a_t), O_t)
        wrong_by = O_t.dot(Wo.T) - y
        L, dL_dz = 0.5 * np.vdot(wrong_by, wrong_by) / B, wrong_by if B == 1 else wrong_by / B
        dL_dO, dL_da = np.empty(a.shape), 1.0 - O * O
        dL_dO[-1] = dL_dO_t = dL_dz.dot(Wo)
        for _, dL_da_t, dL_dO_before in zip(range(T), dL_da[::-1], dL_dO[-2::-1], strict=False):
            dL_da_t *= dL_dO_t
            dL_dO_t = dL_da_t.dot(Wh, dL_dO_before)
        if B == 1:
            terms = np.einsum("ti,tj->tij", dL_da[1:], O_x[:-1])
            return L, np.multiply.outer(dL_dz, O_t), terms, np.add.reduce(terms), dL_dO, dL_da
        terms = np.matmul(dL_da[1:].mT, O_x[:-1])
        return L, dL_dz.T.dot(O_t), terms, np.add.reduce(terms), dL_dO, dL_da

    return run
