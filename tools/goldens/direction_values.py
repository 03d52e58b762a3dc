"""Reference directions and agreement for src/science/directions: NumPy and scikit-learn on seeded and on real pairs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from golden_file import FloatFile, write_golden

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "vectors"
# name, pairs, hidden size, length of what all pairs share, spread of the differences
CASES = [
    ("more pairs than columns", 80, 16, 0.6, 1.0),
    ("more columns than pairs", 12, 200, 0.4, 0.6),
    ("far apart", 30, 64, 6.0, 0.5),
    ("hardly apart", 40, 64, 0.1, 1.0),
]


def seeded_pairs(rng: np.random.Generator, n: int, hidden: int, shared: float, spread: float) -> np.ndarray:
    """Residuals [n, 2, hidden], high then low: columns of unequal size, one very large, one that never varies."""
    axis = rng.normal(size=hidden)
    axis *= shared * np.sqrt(hidden) / np.linalg.norm(axis)
    scene = rng.normal(size=(n, hidden))
    second = np.outer(rng.normal(size=n), rng.normal(size=hidden)) * spread
    noise = rng.normal(size=(n, hidden)) * spread
    high = scene + (axis + second + noise) / 2
    low = scene - (axis + second + noise) / 2
    pairs = np.stack([high, low], axis=1) * rng.uniform(0.2, 3, hidden)
    pairs[:, :, 1] += 900 + 300 * rng.normal(size=(n, 1))
    pairs[:, :, 2] = 0.25
    return pairs.astype(np.float32).astype(np.float64)


def to_length(direction: np.ndarray, length: float) -> np.ndarray:
    """The direction at a length."""
    return direction / np.linalg.norm(direction) * length


def directions(pairs: np.ndarray) -> dict[str, np.ndarray]:
    """The three directions, at the length of the mean difference."""
    difference = pairs[:, 0] - pairs[:, 1]
    mean = difference.mean(axis=0)
    length = float(np.linalg.norm(mean))
    # Every pair about its own middle: the mean of these is zero, so PCA has nothing to centre.
    halves = np.concatenate([difference / 2, -difference / 2])
    component = PCA(n_components=1, svd_solver="full").fit(halves).components_[0]
    component *= 1 if component @ mean >= 0 else -1
    rows = np.concatenate([pairs[:, 0], pairs[:, 1]])
    labels = np.repeat([1, 0], len(pairs))
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-12, max_iter=1_000_000))
    probe.fit(rows, labels)
    weights = probe[-1].coef_[0] / probe[0].scale_
    return {"mean": mean, "pca": to_length(component, length), "logistic": to_length(weights, length)}


def cosines(pairs: np.ndarray, mean: np.ndarray) -> dict[str, float]:
    """Mean cosine of every two differences, and of each with the mean difference."""
    difference = pairs[:, 0] - pairs[:, 1]
    ends = difference / np.linalg.norm(difference, axis=1, keepdims=True)
    table = ends @ ends.T
    n = len(ends)
    return {
        "pairwise": float((table.sum() - np.trace(table)) / (n * (n - 1))),
        "to_mean": float((ends @ mean / np.linalg.norm(mean)).mean()),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="output of `lab forward`: rows high, low, high, low, one layer each")
    arguments = parser.parse_args()
    rng = np.random.default_rng(12404)
    samples = [(name, seeded_pairs(rng, *shape)) for name, *shape in CASES]
    if arguments.real:
        output = json.loads(arguments.real.read_text(encoding="utf-8"))
        rows = np.array([next(iter(row["residual"].values())) for row in output["rows"]])
        samples.append(("real", rows.reshape(-1, 2, rows.shape[1])))
    floats = FloatFile()
    cases = []
    for name, pairs in samples:
        found = directions(pairs)
        cases.append(
            {
                "name": name,
                "pairs": len(pairs),
                "hidden": pairs.shape[2],
                "residuals": floats.add(pairs),
                "directions": {method: floats.add(vector) for method, vector in found.items()},
                "agreement": cosines(pairs, found["mean"]),
            }
        )
        print(name, {method: round(float(v @ found["mean"] / (v @ v)), 3) for method, v in found.items()}, flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    write_golden(OUT / "directions.json", {"floats": floats.write(OUT / "directions.f32"), "cases": cases})


if __name__ == "__main__":
    main()
