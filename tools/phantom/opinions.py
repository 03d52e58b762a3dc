"""What a phantom thinks: a population of personas on two axes, and what Bayes' rule infers from answers of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

AXES = ["traditional_secular", "survival_self_expression"]
# In the order of the published projection (src/science/item.ts).
ITEMS = ["F063", "Y003", "F120", "G006", "E018", "Y002", "A008", "F118", "E025", "A165"]
AXIS_OF = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
# Standard deviations of the population for which a vector as long as the mean residual is to stand.
PUSH = 1.5
# Quadrature: equal steps over ±4.5 standard deviations in the two independent directions.
NODES = 31
REACH = 4.5


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-x))


def logit(p: np.ndarray) -> np.ndarray:
    """Log-odds of a probability, nats."""
    return np.log(p) - np.log1p(-p)


@dataclass(frozen=True)
class Opinions:
    """Personas are drawn from a standard bivariate normal with correlation rho; a persona takes the high pole of a
    dilemma of item i with probability sigmoid(slope · theta[axis of i] + offset[i])."""

    rho: float
    slope: float
    offsets: tuple[float, ...]

    @cached_property
    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Persona places [nodes, 2] and their weights [nodes]."""
        line = np.linspace(-REACH, REACH, NODES)
        u, v = (axis.ravel() for axis in np.meshgrid(line, line, indexing="ij"))
        weights = np.exp(-(u**2 + v**2) / 2)
        places = np.stack([u, self.rho * u + np.sqrt(1 - self.rho**2) * v], axis=1)
        return places, weights / weights.sum()

    @cached_property
    def log_odds_table(self) -> np.ndarray:
        """Log-odds of the high pole for every persona of the grid and every item [nodes, items]."""
        return self.slope * self.grid[0][:, AXIS_OF] + np.asarray(self.offsets)

    def draw(self, random: np.random.RandomState, count: int) -> np.ndarray:
        """Personas [count, 2]."""
        u, v = random.standard_normal((2, count))
        return np.stack([u, self.rho * u + np.sqrt(1 - self.rho**2) * v], axis=1)

    def high_probability(self, persona: np.ndarray, item: int) -> float:
        """How likely a persona takes the high pole of an item."""
        return float(sigmoid(self.slope * persona[AXIS_OF[item]] + self.offsets[item]))

    def posterior(self, answers: list[tuple[int, int]]) -> np.ndarray:
        """Weights [nodes] of the grid after answers (item, +1 high or -1 low)."""
        log = np.log(self.grid[1])
        for item, pole in answers:
            log = log - np.logaddexp(0, -pole * self.log_odds_table[:, item])
        weights = np.exp(log - log.max())
        return weights / weights.sum()

    def predictive(self, answers: list[tuple[int, int]], shift: np.ndarray | float = 0.0) -> np.ndarray:
        """Probability of the high pole of each item [items] for whoever gave these answers, all personas moved by
        `shift` [2]."""
        moved = self.slope * np.broadcast_to(shift, 2)[AXIS_OF]
        return self.posterior(answers) @ sigmoid(self.log_odds_table + moved)

    def push(self, axis: int, strength: float) -> np.ndarray:
        """How far a push along an axis is meant to move a persona [2]: on the other axis by rho as much, which is what
        the population says of whoever stands so much further up the first."""
        shift = np.full(2, self.rho)
        shift[axis] = 1
        return PUSH * strength * shift

    def designed_slopes(self, axis: int, step: float = 0.05) -> np.ndarray:
        """Change of each axis's mean item log-odds [2] per unit of strength of an axis's vector, without context."""
        up, down = (logit(self.predictive([], self.push(axis, sign * step))) for sign in (1, -1))
        slopes = (up - down) / (2 * step)
        return np.array([slopes[[i for i in range(len(ITEMS)) if AXIS_OF[i] == a]].mean() for a in (0, 1)])

    def persona_mean(self, answers: list[tuple[int, int]]) -> np.ndarray:
        """Expected place of whoever gave these answers [2]."""
        return self.posterior(answers) @ self.grid[0]

    def axis_shift(self, axis: int, pole: int, count: int) -> np.ndarray:
        """Expected change of each axis's mean item log-odds [2] by `count` answers of one pole, one for each of the
        axis's items in turn; averaged over the item that comes first."""
        own = [item for item in range(len(ITEMS)) if AXIS_OF[item] == axis]
        before = logit(self.predictive([]))
        shifts = [
            logit(self.predictive([(own[(first + k) % len(own)], pole) for k in range(count)])) - before
            for first in range(len(own))
        ]
        mean = np.mean(shifts, axis=0)
        return np.array([mean[[i for i in range(len(ITEMS)) if AXIS_OF[i] == a]].mean() for a in (0, 1)])
