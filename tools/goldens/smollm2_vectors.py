"""Mean-difference vectors of both axes at every layer, how far their pairs agree, and what pushes along them do."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass

import numpy as np

from dilemma_scores import Dilemma, answer_tokens, read_dilemmas, score_cloze
from golden_file import FloatFile, write_golden
from reference import Reference, load_reference, parser_for
from residual_stream import Steer, forward

AXES = ["traditional_secular", "survival_self_expression"]
# The first dilemmas of either half: one of each item and domain to learn from, two to measure.
TRAINED = 30
TESTED = 60
# Each axis at the layer where its vector works, and one of them pushed back.
PUSHES = [
    {"axis": "traditional_secular", "layer": 12, "strength": 0.15},
    {"axis": "traditional_secular", "layer": 12, "strength": -0.15},
    {"axis": "survival_self_expression", "layer": 16, "strength": 0.15},
]


@dataclass(frozen=True)
class Measured:
    """What the training dilemmas give: [pairs, layers, hidden] by axis, and mean residual norms [layers]."""

    differences: dict[str, np.ndarray]
    norms: np.ndarray

    def vector(self, axis: str) -> np.ndarray:
        """Mean differences [layers, hidden]."""
        return self.differences[axis].mean(axis=0)

    def agreement(self, axis: str, layer: int) -> float:
        """Mean cosine of every two different pairs."""
        pairs = itertools.combinations(self.differences[axis][:, layer], 2)
        return float(np.mean([a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) for a, b in pairs]))


def last_residuals(reference: Reference, dilemma: Dilemma, option: str) -> np.ndarray:
    """Residuals [layers, hidden] at the last token of scene, `Answer:` and option."""
    prefix, answer = answer_tokens(reference, dilemma, option)
    residual = forward(reference.model, prefix + answer).residual
    return np.stack([residual[layer][-1] for layer in sorted(residual)]).astype(np.float64)


def measure(reference: Reference, train: list[Dilemma]) -> Measured:
    """Both options of all dilemmas; norms are means over all of them, whatever their axis."""
    differences: dict[str, list[np.ndarray]] = {axis: [] for axis in AXES}
    norms = []
    for dilemma in train:
        high = last_residuals(reference, dilemma, dilemma.high)
        low = last_residuals(reference, dilemma, dilemma.low)
        differences[dilemma.axis].append(high - low)
        norms += [np.linalg.norm(high, axis=-1), np.linalg.norm(low, axis=-1)]
    return Measured({axis: np.stack(values) for axis, values in differences.items()}, np.mean(norms, axis=0))


def push(measured: Measured, axis: str, layer: int, strength: float) -> Steer:
    """A share of the layer's mean residual norm along the axis."""
    vector = measured.vector(axis)[layer]
    added = vector / np.linalg.norm(vector) * strength * measured.norms[layer]
    return Steer(layer, added.astype(np.float32))


def main() -> int:
    """Command line."""
    arguments = parser_for(__doc__).parse_args()
    reference = load_reference(arguments.wheel)
    dilemmas, hashes = read_dilemmas()
    measured = measure(reference, [dilemma for dilemma in dilemmas if dilemma.split == "train"][:TRAINED])
    print("Vectors measured", flush=True)

    steers = [push(measured, **given) for given in PUSHES]
    scored = []
    for dilemma in [dilemma for dilemma in dilemmas if dilemma.split == "test"][:TESTED]:
        before = score_cloze(reference, dilemma)["log_odds_high"]
        after = [score_cloze(reference, dilemma, [steer])["log_odds_high"] for steer in steers]
        scored.append({"id": dilemma.id, "axis": dilemma.axis, "unsteered": before, "steered": after})
    for index, given in enumerate(PUSHES):
        for axis in AXES:
            shifts = [entry["steered"][index] - entry["unsteered"] for entry in scored if entry["axis"] == axis]
            error = np.std(shifts, ddof=1) / np.sqrt(len(shifts))
            print(f"{given}: {axis} {np.mean(shifts):+.3f} (standard error {error:.3f})", flush=True)

    floats = FloatFile()
    layers = range(len(measured.norms))
    value = {
        "model": "smollm2-135m",
        "gguf_sha256": reference.gguf_sha256,
        "data_sha256": hashes,
        "trained": TRAINED,
        "vectors": {axis: floats.add(measured.vector(axis)) for axis in AXES},
        "agreement": {axis: [measured.agreement(axis, layer) for layer in layers] for axis in AXES},
        "mean_residual_norm": [float(norm) for norm in measured.norms],
        "pushes": PUSHES,
        "unit": "mean residual norm",
        "cloze_log_odds_high": scored,
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    value["floats"] = floats.write(arguments.out / "vectors.f32")
    write_golden(arguments.out / "vectors.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
