"""Goldens of the conformity models: PyTorch hooks in float32, with and without steering, whole and continued."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import torch

TOOLS = Path(__file__).resolve().parent.parent
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["model", "fixtures", "goldens"]]

import families  # noqa: E402
from continuation import continue_greedily  # noqa: E402
from golden_file import FloatFile, write_golden  # noqa: E402
from packed_weights import load_packed  # noqa: E402
from residual_stream import Pass, Steer, forward  # noqa: E402

SEED = 13
# The longest is longer than 32 and than three windows of local layers.
PROMPTS = {"short": 3, "middle": 19, "long": 52}
# Prompt lengths by steering: seven tokens more take the first over the edge of the window, the second begins beyond it.
GENERATIONS = {"none": 12, "several layers": 37}
STEPS = 7
# Rows that share a beginning and go on for several tokens, as the orders of one dilemma do.
TRUNK, BRANCHES = 24, [2, 5, 9, 21]
# Of the layer's residual norm: nearly as strong as the stream itself.
STRENGTH = 0.7
# Two readings of one row by PyTorch, with cache and without, may differ by this.
OWN_LIMIT = 1e-4
CLEAR = 0.05


class Golden:
    """The rows of one model, each with what PyTorch says at its last token."""

    def __init__(self, model: torch.nn.Module) -> None:
        """Draws one vector a layer, as long as a share of what the stream is there."""
        self.model = model
        self.random = np.random.RandomState(SEED)
        self.floats, self.cases, self.layers = FloatFile(), [], model.config.num_hidden_layers
        stream = forward(model, self.tokens(20)).residual
        directions = self.random.standard_normal((self.layers, model.config.hidden_size))
        self.vectors = []
        for layer, direction in enumerate(directions):
            norm = np.linalg.norm(stream[layer][-1])
            self.vectors.append((direction / np.linalg.norm(direction) * norm * STRENGTH).astype(np.float32))
        self.places = [self.floats.add(vector) for vector in self.vectors]
        last = self.layers - 1
        # After the last layer only a norm and lm_head follow.
        self.kinds = {"none": [], "one layer": [1], "last layer": [last], "several layers": [0, last - 1]}

    def tokens(self, count: int) -> list[int]:
        """Random token ids."""
        return self.random.randint(0, self.model.config.vocab_size, count).tolist()

    def steers(self, kind: str) -> list[Steer]:
        """The vectors of one kind of steering."""
        return [Steer(layer, self.vectors[layer]) for layer in self.kinds[kind]]

    def add(self, name: str, kind: str, tokens: list[int], result: Pass) -> None:
        """Keeps one row."""
        residual = np.stack([result.residual[layer][-1] for layer in range(self.layers)])
        self.cases.append(
            {
                "name": name,
                "steering": kind,
                "tokens": tokens,
                "steer": [{"layer": layer, "vector": self.places[layer]} for layer in self.kinds[kind]],
                "logits": self.floats.add(result.logits[-1]),
                "residual": self.floats.add(residual),
            }
        )

    def add_generation(self, kind: str, prompt: list[int]) -> None:
        """One row a step: what was computed from cached keys and values is asked of the whole row."""
        steers = self.steers(kind)
        for tokens, result in continue_greedily(self.model, prompt, STEPS, steers):
            name = f"generation at {len(tokens)} tokens"
            check_equal(result, forward(self.model, tokens, steers), name)
            self.add(name, kind, tokens, result)

    def fill(self) -> None:
        """All rows; those that continue each other stand together."""
        for kind, length in GENERATIONS.items():
            self.add_generation(kind, self.tokens(length))
        trunk = self.tokens(TRUNK)
        tails = [self.tokens(length) for length in BRANCHES]
        for kind, tail in itertools.product(["none", "one layer"], tails):
            row = trunk + tail
            self.add(f"branch of {len(tail)}", kind, row, forward(self.model, row, self.steers(kind)))
        for (name, length), kind in itertools.product(PROMPTS.items(), self.kinds):
            row = self.tokens(length)
            self.add(f"{name} prompt", kind, row, forward(self.model, row, self.steers(kind)))

    def write(self, family: str, folder: Path) -> None:
        """Checks that the rows tell faults apart, then writes both files."""
        check_clear(self.cases, np.concatenate(self.floats.parts))
        folder.mkdir(parents=True, exist_ok=True)
        config = self.model.config
        value = {
            "model": family,
            "vocabulary": config.vocab_size,
            "hidden": config.hidden_size,
            "layers": self.layers,
            "floats": self.floats.write(folder / f"{family}.golden.f32"),
            "cases": self.cases,
        }
        write_golden(folder / f"{family}.golden.json", value)


def check_equal(one: Pass, other: Pass, name: str) -> None:
    """PyTorch has to agree with itself before others are held against it."""
    figures = [np.abs(one.logits[-1] - other.logits[-1]).max()]
    figures += [np.abs(one.residual[layer][-1] - other.residual[layer][-1]).max() for layer in one.residual]
    if not max(figures) < OWN_LIMIT:
        raise ValueError(f"{name}: cached and whole passes differ by {max(figures)}")


def check_clear(cases: list[dict], floats: np.ndarray) -> None:
    """No two rows, and no two tokens' logits within one, may be so alike that a mix-up would pass."""
    spans = [case["logits"] for case in cases]
    rows = np.stack([floats[span["offset"] : span["offset"] + span["length"]] for span in spans])
    for (i, one), (j, other) in itertools.combinations(enumerate(rows), 2):
        if not np.abs(one - other).max() > CLEAR:
            raise ValueError(f"{cases[i]['name']} and {cases[j]['name']} say the same")
    if not rows.std(axis=1).min() > CLEAR:
        raise ValueError("The logits of a row hardly differ between tokens")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TOOLS.parent / "tests" / "fixtures" / "conformity")
    arguments = parser.parse_args()
    for name, family in families.FAMILIES.items():
        model = families.make_model(family)
        architecture, _, dtype = name.partition("-")
        if dtype:
            load_packed(arguments.out / f"{architecture}-builder-{dtype}" / "model.onnx", model)
        golden = Golden(model)
        golden.fill()
        golden.write(name, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
