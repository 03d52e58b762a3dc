"""Tiny GGUF models of whole architectures, and what PyTorch computes with their dequantized weights."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from transformers import PreTrainedModel

TOOLS = Path(__file__).resolve().parent.parent
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["model", "fixtures", "goldens", "gguf"]]

import gguf_model  # noqa: E402
from goldens_tiny import LENGTHS, plain  # noqa: E402
from residual_stream import Steer, forward  # noqa: E402
from tiny_models import ARCHITECTURES, make_model  # noqa: E402

SEED = 11
STRENGTH = 0.7
MOST_BYTES = 400_000
MOST_BYTES_ALL = 3_000_000
# By how much of the largest logit llama.cpp may differ: float32 models by what order of addition does, Gemma's
# by the table of float16 from which it reads GELU, others by activations rounded to the weights' precision.
CLOSE = 1e-5
CLOSE_GELU = 1e-3
CLOSE_KIND = {"F16": 5e-3, "BF16": 3e-2}
CLOSE_QUANTIZED = 8e-2


@dataclass(frozen=True)
class Variant:
    """One file: an architecture and what llama.cpp calls the mixture of its types; F32 is written directly."""

    name: str
    architecture: str
    kind: str
    local_base: bool = True

    @property
    def is_full(self) -> bool:
        """Whether it gets every row under every steering; the others only have to tell types apart."""
        return self.kind == "F32"


NARROW_KINDS = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"]
WIDE_KINDS = ["Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K"]
VARIANTS = [
    *[Variant(f"llama-{kind.lower()}", "llama", kind) for kind in NARROW_KINDS],
    *[Variant(f"llama-{kind.lower()}", "llama-wide", kind) for kind in WIDE_KINDS],
    Variant("llama3-q8_0", "llama3", "Q8_0"),
    *[Variant(f"{name}-{kind.lower()}", name, kind) for name in ["qwen2", "qwen3"] for kind in ["F32", "Q8_0"]],
    Variant("gemma3-f32", "gemma3", "F32"),
    Variant("gemma3-q8_0", "gemma3", "Q8_0", local_base=False),
]


def llama_run(python: Path, *arguments: str) -> str:
    """What llama_run.py prints in its own environment."""
    command = [str(python), str(TOOLS / "gguf" / "llama_run.py"), *arguments]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"llama.cpp failed:\n{result.stderr[-4000:]}")
    return result.stdout


def limit(variant: Variant, kind: str) -> float:
    """How close llama.cpp has to come with a file of this kind."""
    if kind != "F32":
        return CLOSE_KIND.get(kind, CLOSE_QUANTIZED)
    return CLOSE_GELU if variant.architecture == "gemma3" else CLOSE


def check(path: Path, python: Path, model: PreTrainedModel, most: float) -> None:
    """Has llama.cpp read the file and compute the same: its keys and tensors say what PyTorch computes."""
    random = np.random.RandomState(SEED)
    rows = [random.randint(0, model.config.vocab_size, length).tolist() for length in LENGTHS.values()]
    found = json.loads(llama_run(python, "logits", str(path), json.dumps(rows)))
    differences = []
    for row, own in zip(rows, found, strict=True):
        logits = forward(model, row).logits[-1]
        differences.append(float(np.abs(np.array(own) - logits).max() / np.abs(logits).max()))
    print(f"  llama.cpp differs by {max(differences):.1e} of the largest logit", flush=True)
    if not max(differences) < most:
        raise ValueError(f"llama.cpp computes something else with {path.name}")


def write_model(variant: Variant, path: Path, python: Path) -> PreTrainedModel:
    """Writes the file and returns the model with the weights that it holds."""
    architecture = ARCHITECTURES[variant.architecture]
    model = make_model(architecture)
    with tempfile.TemporaryDirectory(prefix="leeway-") as work:
        source = path if variant.kind == "F32" else Path(work) / "source.gguf"
        gguf_model.write(source, architecture, model, local_base=variant.local_base)
        # In float32 a fault in the keys cannot hide behind what rounding does.
        check(source, python, model, limit(variant, "F32"))
        if source != path:
            llama_run(python, "quantize", str(source), str(path), variant.kind)
    types = gguf_model.load_weights(path, architecture, model)
    print(f"{path.name}: {path.stat().st_size} bytes of {', '.join(sorted(types))}", flush=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name} is larger than {MOST_BYTES} bytes")
    check(path, python, model, limit(variant, variant.kind))
    return model


def steerings(variant: Variant, layers: int) -> dict[str, dict[str, list[int]]]:
    """The steered layers of each row's cases: none, the last but one, the first and the last."""
    every = {"unsteered": [], "one-layer": [layers - 2], "two-layers": [0, layers - 1]}
    if variant.is_full:
        return dict.fromkeys(LENGTHS, every)
    return {row: {name: every[name]} for row, name in zip(LENGTHS, every, strict=True)}


def make_cases(variant: Variant, model: PreTrainedModel) -> list[dict]:
    """The golden's cases; vectors are nearly as strong as the residual stream itself."""
    layers = list(range(model.config.num_hidden_layers))
    random = np.random.RandomState(SEED)
    cases = []
    for row, chosen in steerings(variant, len(layers)).items():
        tokens = random.randint(0, model.config.vocab_size, LENGTHS[row]).tolist()
        unsteered = forward(model, tokens)
        for name, places in chosen.items():
            steers = []
            for layer in places:
                vector = random.standard_normal(model.config.hidden_size)
                vector *= np.linalg.norm(unsteered.residual[layer][-1]) * STRENGTH / np.linalg.norm(vector)
                # Three digits are short in a file, and any vector serves.
                steers.append(Steer(layer, vector.round(3).astype(np.float32)))
            result = forward(model, tokens, steers)
            request = {
                "tokens": tokens,
                "steer": [{"layer": steer.layer, "vector": plain(steer.vector)} for steer in steers],
                "capture": layers,
            }
            expected = {
                "logits": plain(result.logits[-1]),
                "residual": {str(layer): plain(result.residual[layer][-1]) for layer in layers},
            }
            cases.append({"name": f"{row}/{name}", "request": request, "expected": expected})
    return cases


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--llama-python", type=Path, required=True, help="Python of gguf/requirements.txt")
    parser.add_argument("--out", type=Path, default=TOOLS.parent / "tests" / "fixtures" / "gguf")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    total = 0
    for variant in VARIANTS:
        path = arguments.out / f"{variant.name}.gguf"
        model = write_model(variant, path, arguments.llama_python)
        golden = arguments.out / f"{variant.name}.golden.json"
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in make_cases(variant, model))
        golden.write_text(f'{{"cases":[\n{lines}\n]}}\n', encoding="utf-8")
        total += path.stat().st_size + golden.stat().st_size
    print(f"{len(VARIANTS)} models: {total} bytes with their goldens", flush=True)
    if total > MOST_BYTES_ALL:
        raise ValueError(f"More than {MOST_BYTES_ALL} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
