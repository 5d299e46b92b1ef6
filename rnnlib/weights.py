"""The three weights of the RNN, checked once and never changed in place: `Weights(Wi, Wh, Wo)`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .arrays import frozen, numbers, same_shape


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a_t = Wi x_t + Wh O_{t-1} and y_hat = g(Wo O_T).

    Wi : (H, D)  input weights
    Wh : (H, H)  hidden weights, the same at every step
    Wo : (K, H)  output weights

    Each is copied to read-only float64. There are no bias vectors: a bias is a weight on an input that is always 1.
    Raises ValueError for a wrong shape, NaN or infinity, TypeError for anything but real numbers.

    >>> Weights(Wi=[[0.5]], Wh=[[0.9]], Wo=[[2]])
    Weights(Wi=[[0.5]], Wh=[[0.9]], Wo=[[2.0]])
    """

    Wi: np.ndarray
    Wh: np.ndarray
    Wo: np.ndarray

    def __post_init__(self) -> None:
        """Check the three against each other: H is what Wh says."""
        for name, letters in (("Wi", "(H, D)"), ("Wh", "(H, H)"), ("Wo", "(K, H)")):
            object.__setattr__(self, name, numbers(getattr(self, name), name, letters, ndim=(2,)))
        H = self.Wh.shape[0]
        because = f"as Wh has {H} rows"
        same_shape(self.Wh, "Wh", "(H, H)", (H, H), because)
        same_shape(self.Wi, "Wi", "(H, D)", (H, self.D), because)
        same_shape(self.Wo, "Wo", "(K, H)", (self.K, H), because)

    @property
    def D(self) -> int:
        """Number of inputs."""
        return self.Wi.shape[1]

    @property
    def H(self) -> int:
        """Number of hidden units."""
        return self.Wh.shape[0]

    @property
    def K(self) -> int:
        """Number of outputs."""
        return self.Wo.shape[0]

    @cached_property
    def Wh_Wi(self) -> np.ndarray:
        """The weights of every step side by side, (H, H+D): a_t = [Wh Wi] [O_{t-1}, x_t], one product."""
        return frozen(np.concatenate((self.Wh, self.Wi), axis=1))

    def __repr__(self) -> str:
        """Return the numbers of small weights, the shapes of large ones."""
        if max(self.D, self.H, self.K) > 4:
            return f"Weights(Wi {self.Wi.shape}, Wh {self.Wh.shape}, Wo {self.Wo.shape})"
        return f"Weights(Wi={self.Wi.tolist()}, Wh={self.Wh.tolist()}, Wo={self.Wo.tolist()})"
