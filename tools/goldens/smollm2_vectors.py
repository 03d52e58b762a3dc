"""Mean-difference vectors of both axes, residual norms, and what one vector does to the first test dilemmas."""

from __future__ import annotations

import sys

import numpy as np

from dilemma_scores import Dilemma, answer_tokens, read_dilemmas, score_cloze
from golden_file import FloatFile, write_golden
from reference import Reference, load_reference, parser_for
from residual_stream import Steer, forward

AXES = ["traditional_secular", "survival_self_expression"]
LAYERS = [8, 12, 16, 20]
# The first dilemmas of either half: two of each item and domain.
TRAINED = 60
TESTED = 60
STEERED = {"axis": "traditional_secular", "layer": 12, "strength": 0.15}


def last_residuals(reference: Reference, dilemma: Dilemma, option: str) -> np.ndarray:
    """Residuals [layers, hidden] at the last token of scene, `Answer:` and option."""
    prefix, answer = answer_tokens(reference, dilemma, option)
    residual = forward(reference.model, prefix + answer).residual
    return np.stack([residual[layer][-1] for layer in LAYERS]).astype(np.float64)


def measure(reference: Reference, train: list[Dilemma]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Vectors [layers, hidden] by axis, and mean residual norms [layers] over both options of all dilemmas."""
    differences: dict[str, list[np.ndarray]] = {axis: [] for axis in AXES}
    norms = []
    for dilemma in train:
        high = last_residuals(reference, dilemma, dilemma.high)
        low = last_residuals(reference, dilemma, dilemma.low)
        differences[dilemma.axis].append(high - low)
        norms += [np.linalg.norm(high, axis=-1), np.linalg.norm(low, axis=-1)]
    return {axis: np.mean(values, axis=0) for axis, values in differences.items()}, np.mean(norms, axis=0)


def main() -> int:
    """Command line."""
    arguments = parser_for(__doc__).parse_args()
    reference = load_reference(arguments.wheel)
    dilemmas, hashes = read_dilemmas()
    vectors, norms = measure(reference, [dilemma for dilemma in dilemmas if dilemma.split == "train"][:TRAINED])
    print("Vectors measured", flush=True)

    place = LAYERS.index(STEERED["layer"])
    direction = vectors[STEERED["axis"]][place] / np.linalg.norm(vectors[STEERED["axis"]][place])
    added = (direction * STEERED["strength"] * norms[place]).astype(np.float32)
    scored = []
    for dilemma in [dilemma for dilemma in dilemmas if dilemma.split == "test"][:TESTED]:
        before = score_cloze(reference, dilemma)["log_odds_high"]
        after = score_cloze(reference, dilemma, [Steer(STEERED["layer"], added)])["log_odds_high"]
        scored.append({"id": dilemma.id, "axis": dilemma.axis, "unsteered": before, "steered": after})
    for axis in AXES:
        shifts = [entry["steered"] - entry["unsteered"] for entry in scored if entry["axis"] == axis]
        error = np.std(shifts, ddof=1) / np.sqrt(len(shifts))
        print(f"Shift of {axis}: {np.mean(shifts):+.3f} (standard error {error:.3f})", flush=True)

    floats = FloatFile()
    places = {
        axis: {str(layer): floats.add(values[index]) for index, layer in enumerate(LAYERS)}
        for axis, values in vectors.items()
    }
    steered = {**STEERED, "unit": "mean residual norm", "vector": floats.add(added), "cloze_log_odds_high": scored}
    arguments.out.mkdir(parents=True, exist_ok=True)
    value = {
        "model": "smollm2-135m",
        "gguf_sha256": reference.gguf_sha256,
        "data_sha256": hashes,
        "floats": floats.write(arguments.out / "vectors.f32"),
        "vectors": places,
        "mean_residual_norm": {str(layer): float(norms[index]) for index, layer in enumerate(LAYERS)},
        "steered": steered,
    }
    write_golden(arguments.out / "vectors.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
