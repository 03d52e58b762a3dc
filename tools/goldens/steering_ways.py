"""Goldens of every way of steering: PyTorch hooks that write each formula out, on the tiny models."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedModel

TOOLS = Path(__file__).resolve().parent.parent
FIXTURES = TOOLS.parent / "tests" / "fixtures"
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["model", "fixtures", "goldens", "gguf"]]

import gguf_model  # noqa: E402
import tiny_llama  # noqa: E402
import tiny_models  # noqa: E402

SEED = 17
LENGTH = 11
FROM = 4
# Of the residual norm: nearly as strong as the stream itself.
STRENGTH = 0.7
# Logits are kept at every eighth place: they all come from the same row.
STRIDE = 8
# What a fault of one gate or one sign changes has to be far beyond the tests' tolerance.
CLEAR = 1e-2
GGUF = "llama-f32.gguf"


@dataclass(frozen=True)
class Change:
    """One entry of a row's steering; `vectors` are names."""

    layer: int
    way: str
    vectors: tuple[str, ...]
    at: str | int = "all"
    angle: float = 0.0
    turn: str = "to"
    share: float = 1.0

    def acts(self, length: int) -> torch.Tensor:
        """Which positions it acts on, [length, 1]."""
        first = {"all": 0, "last": length - 1}.get(self.at, self.at)
        return (torch.arange(length) >= first).unsqueeze(1)

    def change(self, h: torch.Tensor, named: dict[str, torch.Tensor]) -> torch.Tensor:
        """What it would add to h [length, hidden] at every position."""
        first, *rest = [named[name] for name in self.vectors]
        if self.way == "ablate":
            return -self.share * (h @ first).unsqueeze(1) * first
        if self.way != "rotate":
            return first.expand_as(h)
        plane = torch.stack([first, *rest])
        inside = h @ plane.T
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        if self.turn == "by":
            turned = inside @ torch.tensor([[cos, sin], [-sin, cos]], dtype=h.dtype)
        else:
            turned = inside.norm(dim=1, keepdim=True) * torch.tensor([[cos, sin]], dtype=h.dtype)
        return (turned - inside) @ plane

    def request(self) -> dict:
        """The entry as the engine takes it, with names for vectors."""
        entry = {"layer": self.layer, "way": self.way}
        if self.way == "rotate":
            entry |= {"plane": list(self.vectors), "angle": self.angle, "turn": self.turn}
        else:
            entry["vector"] = self.vectors[0]
        if self.way == "ablate":
            entry["share"] = self.share
        return entry | {"at": {"from": self.at} if isinstance(self.at, int) else self.at}


def steer(h: torch.Tensor, changes: list[Change], named: dict[str, torch.Tensor]) -> torch.Tensor:
    """h [length, hidden] after all changes of its layer."""
    total = torch.zeros_like(h)
    kept = torch.zeros(len(h), 1, dtype=torch.bool)
    for change in changes:
        acts = change.acts(len(h))
        total = total + torch.where(acts, change.change(h, named), torch.zeros_like(h))
        if change.way == "add-preserving":
            kept = kept | acts
    moved = h + total
    scaled = moved * (h.norm(dim=1, keepdim=True) / moved.norm(dim=1, keepdim=True))
    return torch.where(kept, scaled, moved)


@contextlib.contextmanager
def hooked(model: PreTrainedModel, changes: list[Change], named: dict) -> Iterator[list[torch.Tensor]]:
    """Steers every layer; gives the stream after each, once a pass has run."""
    stream: list[torch.Tensor] = []

    def hook_for(layer: int):
        def hook(_module: torch.nn.Module, _inputs: tuple, output: torch.Tensor) -> torch.Tensor:
            own = [change for change in changes if change.layer == layer]
            result = steer(output[0], own, named).unsqueeze(0) if own else output
            stream.append(result[0])
            return result

        return hook

    handles = [block.register_forward_hook(hook_for(layer)) for layer, block in enumerate(model.model.layers)]
    try:
        yield stream
    finally:
        for handle in handles:
            handle.remove()


def forward(model: PreTrainedModel, tokens: list[int], changes: list[Change], named: dict) -> dict:
    """Logits and residuals at the last token."""
    with torch.no_grad(), hooked(model, changes, named) as stream:
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0, -1]
    return {"logits": logits[::STRIDE].numpy(), "residual": np.stack([one[-1].numpy() for one in stream])}


def make_vectors(random: np.random.RandomState, hidden: int, norm: float) -> dict[str, np.ndarray]:
    """Two vectors to add, as strong as a share of the stream, and five orthonormal directions."""
    named = {}
    for name in ["v", "w"]:
        vector = random.standard_normal(hidden)
        named[name] = (vector / np.linalg.norm(vector) * norm * STRENGTH).round(4).astype(np.float32)
    basis, _ = np.linalg.qr(random.standard_normal((hidden, 5)))
    return named | {f"u{i}": basis[:, i].astype(np.float32) for i in range(5)}


def make_changes(last: int) -> dict[str, list[Change]]:
    """Every way at every kind of place, then several at once; `last` is the last layer."""
    kinds = {
        "add": ("add", ("v",), {}),
        "add-preserving": ("add-preserving", ("v",), {}),
        "rotate to": ("rotate", ("u0", "u1"), {"angle": 2.1}),
        "rotate by": ("rotate", ("u0", "u1"), {"angle": -1.3, "turn": "by"}),
        "ablate": ("ablate", ("u2",), {}),
        "ablate in part": ("ablate", ("u2",), {"share": 0.4}),
    }
    cases = {
        f"{name}, {at if isinstance(at, str) else f'from {at}'}": [Change(last - 1, way, names, at, **more)]
        for name, (way, names, more) in kinds.items()
        for at in ["all", "last", FROM]
    }
    return cases | {
        "two layers, two vectors": [Change(0, "add", ("v",)), Change(last, "add", ("w",), "last")],
        "two vectors at one layer, from different places": [
            Change(0, "add", ("v",), FROM),
            Change(0, "add-preserving", ("w",), "last"),
        ],
        "two directions and two planes": [
            Change(0, "ablate", ("u4",), FROM),
            Change(0, "rotate", ("u0", "u1"), "all", angle=1.0),
            Change(0, "rotate", ("u2", "u3"), FROM, angle=0.5, turn="by"),
            Change(last, "ablate", ("u0",)),
        ],
        "every way at one layer and at the last": [
            Change(layer, *rest)
            for layer in [0, last]
            for rest in [
                ("ablate", ("u2",), FROM, 0.0, "to", 0.8),
                ("rotate", ("u0", "u1"), "all", 3.0),
                ("add-preserving", ("v",), "all"),
                ("add", ("w",), "last"),
            ]
        ],
        "the last layer alone": [Change(last, "add-preserving", ("v",)), Change(last, "ablate", ("u0",))],
    }


def check_clear(cases: list[dict]) -> None:
    """Any two cases have to differ by far more than the tests forgive."""
    for i, one in enumerate(cases):
        for other in cases[:i]:
            if np.abs(one["residual"] - other["residual"]).max() < CLEAR:
                raise ValueError(f"{one['name']} and {other['name']} hardly differ")


def plain(values: np.ndarray) -> list:
    """Float32 values as the shortest decimals that read back the same."""
    if values.ndim > 1:
        return [plain(row) for row in values]
    return [float(str(value)) for value in values.astype(np.float32)]


def write(name: str, model: PreTrainedModel, out: Path) -> None:
    """One model's golden."""
    config, random = model.config, np.random.RandomState(SEED)
    tokens = random.randint(0, config.vocab_size, LENGTH).tolist()
    last = config.num_hidden_layers - 1
    unsteered = forward(model, tokens, [], {})
    norm = float(np.linalg.norm(unsteered["residual"][max(last - 1, 0)]))
    vectors = make_vectors(random, config.hidden_size, norm)
    named = {key: torch.from_numpy(value) for key, value in vectors.items()}
    cases = [{"name": "unsteered", "steer": [], **unsteered}]
    for title, changes in make_changes(last).items():
        entries = [change.request() for change in changes]
        cases.append({"name": title, "steer": entries, **forward(model, tokens, changes, named)})
    check_clear(cases)
    compact = [
        json.dumps({**case, "logits": plain(case["logits"]), "residual": plain(case["residual"])}, separators=(",", ":"))
        for case in cases
    ]
    head = {"stride": STRIDE, "tokens": tokens, "vectors": {key: plain(value) for key, value in vectors.items()}}
    lines = ",\n".join(compact)
    path = out / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{json.dumps(head, separators=(",", ":"))[:-1]},"cases":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes", flush=True)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FIXTURES / "steering-ways")
    arguments = parser.parse_args()
    write("tiny-llama", tiny_llama.make_model(), arguments.out)
    architecture = tiny_models.ARCHITECTURES["llama"]
    model = tiny_models.make_model(architecture)
    gguf_model.load_weights(FIXTURES / "gguf" / GGUF, architecture, model)
    write("gguf-llama", model, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
